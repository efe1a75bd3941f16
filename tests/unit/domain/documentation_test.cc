// docs/failure-classes.md is printed from the table in the code; VPROTECT_UPDATE_DOCS=1 writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "domain/failure_class.h"

namespace {

constexpr const char* kPage = DOCS_DIR "/failure-classes.md";

constexpr const char* kIntroduction = R"(# Failure classes

This page is printed from the table in the code; a test holds it against the code.

Why a backup failed stands in the server's `statusInfo`: free text, with host names and paths in it, and so never a
label. `vprotect_vm_last_attempt_info` has a class instead, out of the short list below. A text is of a class when it
contains, in any case of ASCII letters, all the words of one of the class's alternatives; the first class that fits, in
this order, is taken. The vendor publishes no list of its texts, so the words are ours, of its English ones.

| `failure_class` | the text contains |
|---|---|
)";

std::string alternative(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words)
    text.append(text.empty() ? "" : " and ").append("`").append(word).append("`");
  return text;
}

std::string row(const domain::FailureWords& words) {
  std::string texts;
  for (const auto& each : words.alternatives)
    texts.append(texts.empty() ? "" : ", or ").append(alternative(each));
  return "| `" + std::string(name_of(words.failure)) + "` | " + texts + " |\n";
}

std::string page() {
  std::string text = kIntroduction;
  for (const domain::FailureWords& words : domain::failure_words()) text += row(words);
  return text + "| `other` | none of these |\n| `unspecified` | nothing: the server gives no text |\n";
}

std::string file() {
  std::ifstream in(kPage);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(FailureClassPage, IsWhatTheTableSays) {
  if (std::getenv("VPROTECT_UPDATE_DOCS") != nullptr) std::ofstream(kPage) << page();
  EXPECT_EQ(file(), page());
}

}  // namespace
