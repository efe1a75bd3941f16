#include "exposition/label_text.h"

#include <gtest/gtest.h>

namespace {

using exposition::escaped_help;
using exposition::Quotes;

std::string label(std::string_view value) {
  std::string text;
  exposition::append_label(text, "vm", value);
  return text;
}

TEST(AppendLabel, PutsACommaBetweenLabels) {
  std::string text;
  exposition::append_label(text, "server", "prod");
  exposition::append_label(text, "vm", "");
  EXPECT_EQ(text, R"(server="prod",vm="")");
}

TEST(AppendLabel, EscapesBackslashQuoteAndLineEnd) { EXPECT_EQ(label("a\\b\"c\nd"), R"(vm="a\\b\"c\nd")"); }

TEST(AppendLabel, LeavesOtherControlCharactersAndUnicodeAlone) {
  EXPECT_EQ(label("tab\tcr\r\xC3\xA4"), "vm=\"tab\tcr\r\xC3\xA4\"");
}

TEST(AppendLabel, ReplacesMalformedUtf8) { EXPECT_EQ(label("a\xFF"), "vm=\"a\xEF\xBF\xBD\""); }

TEST(AppendLabel, SeesASpecialByteAtEveryPlace) {
  for (std::size_t length = 1; length <= 24; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string value(length, 'x');
      value[at] = '"';
      std::string escaped = value;
      escaped.insert(at, "\\");
      ASSERT_EQ(label(value), "vm=\"" + escaped + "\"");
    }
  }
}

TEST(AppendLabel, TakesNoOtherByteForASpecialOne) {
  for (int byte = 0; byte < 0x80; ++byte) {
    if (byte == '"' || byte == '\\' || byte == '\n') continue;
    const std::string value(11, static_cast<char>(byte));
    ASSERT_EQ(label(value), "vm=\"" + value + "\"");
  }
}

TEST(EscapedHelp, EscapesQuotesOnlyWhereTheFormatWantsIt) {
  EXPECT_EQ(escaped_help("a\\b\"c\nd", Quotes::as_they_are), R"(a\\b"c\nd)");
  EXPECT_EQ(escaped_help("a\\b\"c\nd", Quotes::escaped), R"(a\\b\"c\nd)");
}

}  // namespace
