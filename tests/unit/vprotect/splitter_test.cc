#include "vprotect/splitter.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using vprotect::ArraySplitter;
using Fault = ArraySplitter::Fault;

struct Split {
  std::vector<std::string> elements;
  Fault fault = Fault::none;

  bool operator==(const Split&) const = default;
};

Split split(std::string_view body, std::size_t piece, std::size_t most = 1000) {
  Split result;
  ArraySplitter splitter(most, [&](std::string_view element) {
    result.elements.emplace_back(element);
    return true;
  });
  for (std::size_t at = 0; at < body.size(); at += piece) {
    if (!splitter.feed(body.substr(at, piece))) break;
  }
  result.fault = splitter.finish();
  return result;
}

void expect_split(std::string_view body, const Split& expected) {
  for (std::size_t piece = 1; piece <= body.size() + 1; ++piece)
    EXPECT_EQ(split(body, piece), expected) << body << " in pieces of " << piece;
}

TEST(Splitter, FindsTheElementsHoweverTheBytesArrive) {
  expect_split(R"( [ {"a":[1,{"b":"]}"}]} , {"c":"\"}\\"} ,12.5,null,"x\"y",[[]] ] )",
               {{R"({"a":[1,{"b":"]}"}]})", R"({"c":"\"}\\"})", "12.5", "null", R"("x\"y")", "[[]]"}});
}

TEST(Splitter, AnEmptyArrayHasNoElements) {
  expect_split("[]", {});
  expect_split(" [ \n] ", {});
}

TEST(Splitter, TellsWhatIsNoArray) {
  expect_split("", {{}, Fault::empty});
  expect_split(" \r\n", {{}, Fault::empty});
  expect_split(" <html>", {{}, Fault::html});
  expect_split(R"({"message":"no"})", {{}, Fault::not_an_array});
  expect_split("null", {{}, Fault::not_an_array});
}

TEST(Splitter, TellsWhatIsCutOff) {
  expect_split("[", {{}, Fault::truncated});
  expect_split(R"([{"a":1)", {{}, Fault::truncated});
  expect_split(R"([{"a":1})", {{R"({"a":1})"}, Fault::truncated});
  expect_split(R"([{"a":1},)", {{R"({"a":1})"}, Fault::truncated});
}

TEST(Splitter, TellsWhatIsBehindTheEnd) {
  expect_split("[]x", {{}, Fault::trailing});
  expect_split("[1][2]", {{"1"}, Fault::trailing});
}

TEST(Splitter, TellsCommasThatAreMissingOrTooMany) {
  expect_split("[,1]", {{}, Fault::broken});
  expect_split("[1,]", {{"1"}, Fault::broken});
  expect_split("[1 2]", {{"1"}, Fault::broken});
  expect_split("[}", {{}, Fault::broken});
}

TEST(Splitter, BoundsAnElement) {
  EXPECT_EQ(split("[\"12345678\"]", 100, 10), (Split{{"\"12345678\""}}));
  EXPECT_EQ(split("[\"123456789\"]", 100, 10), (Split{{}, Fault::element_too_large}));
  EXPECT_EQ(split("[\"123456789", 3, 10), (Split{{}, Fault::truncated}));
  EXPECT_EQ(split("[\"1234567890", 3, 10), (Split{{}, Fault::element_too_large}));
}

TEST(Splitter, StopsWhenItsListenerDoes) {
  int heard = 0;
  ArraySplitter splitter(100, [&](std::string_view) { return ++heard < 2; });

  EXPECT_FALSE(splitter.feed("[1,2,3,4]"));
  EXPECT_EQ(heard, 2);
}

}  // namespace
