#include "exposition/text_format.h"

#include <cstring>
#include <string>

#include "exposition/label_text.h"
#include "exposition/number.h"

namespace exposition {
namespace {

void write_comment(PieceWriter& out, std::string_view keyword, std::string_view name, std::string_view text) {
  out.append("# ");
  out.append(keyword);
  out.append(" ");
  out.append(name);
  out.append(" ");
  out.append(text);
  out.append("\n");
}

void write_openmetrics_header(PieceWriter& out, const Description& family) {
  const std::string_view name = openmetrics_name_of(family.name, family.type);
  const std::string_view unit = unit_of(name);
  write_comment(out, "TYPE", name, openmetrics_type_of(family.type));
  if (!unit.empty()) write_comment(out, "UNIT", name, unit);
  write_comment(out, "HELP", name, escaped_help(family.help, Quotes::escaped));
}

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// Labels too long for one piece.
void write_long_sample(PieceWriter& out, std::string_view name, std::string_view labels, double value) {
  out.append(name);
  out.append("{");
  out.append(labels);
  out.append("} ");
  out.append(number_text(value));
  out.append("\n");
}

}  // namespace

void write_header(PieceWriter& out, Format format, const Description& family) {
  if (format == Format::openmetrics) {
    write_openmetrics_header(out, family);
    return;
  }
  write_comment(out, "HELP", family.name, escaped_help(family.help, Quotes::as_they_are));
  write_comment(out, "TYPE", family.name, text_type_of(family.type));
}

void write_sample(PieceWriter& out, std::string_view name, std::string_view labels, double value) {
  const std::size_t most = name.size() + labels.size() + kNumberRoom + std::strlen("{} \n");
  if (most > PieceWriter::kPiece) {
    write_long_sample(out, name, labels, value);
    return;
  }
  char* at = put(out.room(most), name);
  if (!labels.empty()) {
    *at++ = '{';
    at = put(at, labels);
    *at++ = '}';
  }
  *at++ = ' ';
  at = put_number(at, value);
  *at++ = '\n';
  out.used_up_to(at);
}

}  // namespace exposition
