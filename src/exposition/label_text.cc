#include "exposition/label_text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace exposition {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = 0x8080808080808080U;

// Not zero when one of the eight bytes is `byte`, given that all are ASCII.
constexpr std::uint64_t find(std::uint64_t bytes, char byte) {
  const std::uint64_t difference = bytes ^ (kOnes * static_cast<unsigned char>(byte));
  return (difference - kOnes) & ~difference & kHighBits;
}

bool is_special(char c) {
  return c == '"' || c == '\\' || c == '\n' || static_cast<unsigned char>(c) >= 0x80;
}

// True when the text is ASCII with nothing to escape: nearly all are, so eight bytes are looked at at once.
bool is_plain(std::string_view text) {
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    if (((bytes & kHighBits) | find(bytes, '"') | find(bytes, '\\') | find(bytes, '\n')) != 0) return false;
    text.remove_prefix(sizeof bytes);
  }
  return std::none_of(text.begin(), text.end(), is_special);
}

void append_escaped(std::string& to, std::string_view text, Quotes quotes) {
  for (const char c : text) {
    if (c == '\n') {
      to += "\\n";
      continue;
    }
    if (c == '\\' || (c == '"' && quotes == Quotes::escaped)) to += '\\';
    to += c;
  }
}

}  // namespace

void append_label(std::string& to, std::string_view name, std::string_view value) {
  if (!to.empty()) to += ',';
  to += name;
  to += "=\"";
  if (is_plain(value)) {
    to += value;
  } else {
    append_escaped(to, base::to_valid_utf8(value), Quotes::escaped);
  }
  to += '"';
}

std::string escaped_help(std::string_view help, Quotes quotes) {
  std::string result;
  append_escaped(result, base::to_valid_utf8(help), quotes);
  return result;
}

}  // namespace exposition
