#include "json_writer.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace simulator {
namespace {

void append_number(std::string& out, std::int64_t value) {
  std::array<char, 24> digits{};
  const auto [end, error] = std::to_chars(digits.begin(), digits.end(), value);
  out.append(digits.data(), end);
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

}  // namespace

void JsonWriter::key_of(std::string_view key) {
  if (!first_) out_ += ',';
  first_ = false;
  if (key.empty()) return;
  out_ += '"';
  out_ += key;
  out_ += "\":";
}

void JsonWriter::open_object(std::string_view key) {
  key_of(key);
  out_ += '{';
  first_ = true;
}

void JsonWriter::close_object() {
  out_ += '}';
  first_ = false;
}

void JsonWriter::open_array(std::string_view key) {
  key_of(key);
  out_ += '[';
  first_ = true;
}

void JsonWriter::close_array() {
  out_ += ']';
  first_ = false;
}

void JsonWriter::escaped(char c) {
  switch (c) {
    case '"':
      out_ += "\\\"";
      return;
    case '\\':
      out_ += "\\\\";
      return;
    case '\n':
      out_ += "\\n";
      return;
    case '\r':
      out_ += "\\r";
      return;
    case '\t':
      out_ += "\\t";
      return;
    default:
      break;
  }
  std::array<char, 8> code{};
  const int length = std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
  out_.append(code.data(), static_cast<std::size_t>(length));
}

void JsonWriter::quoted(std::string_view value) {
  out_ += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_plain(value[i])) continue;
    out_ += value.substr(plain, i - plain);
    escaped(value[i]);
    plain = i + 1;
  }
  out_ += value.substr(plain);
  out_ += '"';
}

void JsonWriter::text(std::string_view key, std::string_view value) {
  key_of(key);
  if (style_.damage == Damage::wrong_types) out_ += "{\"unexpected\":";
  quoted(value);
  if (style_.damage == Damage::wrong_types) out_ += '}';
}

void JsonWriter::number(std::string_view key, std::int64_t value) {
  key_of(key);
  if (style_.damage == Damage::wrong_types) {
    out_ += "[true]";
    return;
  }
  if (style_.numbers == Numbers::strings) out_ += '"';
  append_number(out_, value);
  if (style_.numbers == Numbers::strings) out_ += '"';
  if (style_.numbers == Numbers::floats) out_ += ".0";
}

void JsonWriter::decimal(std::string_view key, double value) {
  key_of(key);
  std::array<char, 32> digits{};
  const int length = std::snprintf(digits.data(), digits.size(), "%.1f", value);
  out_.append(digits.data(), static_cast<std::size_t>(length));
}

void JsonWriter::flag(std::string_view key, bool value) {
  key_of(key);
  out_ += value ? "true" : "false";
}

void JsonWriter::guid(Kind kind, Id id) {
  if (style_.damage == Damage::missing_guid) return;
  key_of("guid");
  out_ += '"';
  append_guid(out_, kind, id);
  out_ += '"';
}

void JsonWriter::reference(std::string_view key, Kind kind, Id id, std::string_view name) {
  key_of(key);
  if (style_.references_as_strings) {
    out_ += '"';
    append_guid(out_, kind, id);
    out_ += '"';
    return;
  }
  out_ += "{\"guid\":\"";
  append_guid(out_, kind, id);
  out_ += "\",\"name\":";
  quoted(name);
  out_ += '}';
}

void JsonWriter::choice(std::string_view key, const Choice& value) {
  const Choice written = style_.unknown_enums ? Choice{"NOT_YET_INVENTED", "Not yet invented"} : value;
  key_of(key);
  if (style_.enums_as_strings) return quoted(written.name);
  out_ += "{\"name\":";
  quoted(written.name);
  out_ += ",\"description\":";
  quoted(written.description);
  out_ += '}';
}

void JsonWriter::absent(std::string_view key) {
  if (style_.nulls) null(key);
}

void JsonWriter::null(std::string_view key) {
  key_of(key);
  out_ += "null";
}

void JsonWriter::raw(std::string_view key, std::string_view json) {
  key_of(key);
  out_ += json;
}

}  // namespace simulator
