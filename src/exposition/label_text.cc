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

bool has_special(const char* eight_bytes) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight_bytes, sizeof bytes);
  return ((bytes & kHighBits) | find(bytes, '"') | find(bytes, '\\') | find(bytes, '\n')) != 0;
}

// True when the text is ASCII with nothing to escape: nearly all are, so eight bytes are looked at at once,
// the last eight perhaps twice.
bool is_plain(std::string_view text) {
  constexpr std::size_t kEight = sizeof(std::uint64_t);
  if (text.size() < kEight) return std::none_of(text.begin(), text.end(), is_special);
  const char* const last = text.data() + text.size() - kEight;
  for (const char* at = text.data(); at < last; at += kEight) {
    if (has_special(at)) return false;
  }
  return !has_special(last);
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
  append_value(to, value);
  to += '"';
}

void append_value(std::string& to, std::string_view value) {
  if (is_plain(value)) {
    to += value;
  } else {
    append_escaped(to, base::to_valid_utf8(value), Quotes::escaped);
  }
}

std::string escaped_help(std::string_view help, Quotes quotes) {
  std::string result;
  append_escaped(result, base::to_valid_utf8(help), quotes);
  return result;
}

}  // namespace exposition
