// docs/fields.md is printed from the tables in the code; VPROTECT_UPDATE_DOCS=1 writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "report/fields.h"
#include "report/report.h"

namespace report {
namespace {

constexpr const char* kPage = DOCS_DIR "/fields.md";

constexpr const char* kIntroduction = R"(# What the report and the read API tell

This page is printed from the tables in the code; a test holds it against the code.

The same fields are the keys of JSON, the columns of CSV, and what a list may be filtered and sorted by. Times are RFC 3339
in UTC, sizes are bytes, durations are seconds. What is not known is `null`, empty in CSV, and never 0.
)";

std::string_view word_of(Kind kind) {
  constexpr std::array<std::string_view, 7> words = {"text", "true or false", "integer",         "number",
                                                     "time", "list of texts", "list of integers"};
  return words.at(static_cast<std::size_t>(kind));
}

std::string about(const Column& column) {
  std::string text(column.about);
  if (column.words.empty()) return text;
  text += " One of";
  for (const std::string_view word : column.words) text.append(" `").append(word).append("`");
  return text + ".";
}

template <class Row>
std::string table(const std::string& title, const Fields<Row>& fields) {
  std::string text = "\n## " + title + "\n\n| field | | |\n|---|---|---|\n";
  for (const Column& column : fields) {
    text += "| `" + std::string(column.name) + "` | " + std::string(word_of(column.kind)) + " | " +
            about(column) + " |\n";
  }
  return text;
}

std::string rules_table() {
  std::string text = "\n## How it is judged\n\nThe report says so itself, in `rules`.\n\n| | |\n|---|---|\n";
  for (const Statement& rule : rules())
    text += "| " + std::string(rule.about) + " | " + std::string(rule.text) + " |\n";
  return text;
}

std::string page() {
  return kIntroduction + table("A VM", vm_fields()) + table("A backup of a VM", backup_fields()) +
         table("A task", task_fields()) + table("A policy", policy_fields()) +
         table("A schedule", schedule_fields()) +
         table("A tenant at a server, and the totals", tenant_fields()) + table("A source", source_fields()) +
         table("A VM that vanished", vanished_fields()) + rules_table();
}

std::string file() {
  std::ifstream in(kPage);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(FieldsPage, IsWhatTheTablesSay) {
  if (std::getenv("VPROTECT_UPDATE_DOCS") != nullptr) std::ofstream(kPage) << page();
  EXPECT_EQ(file(), page());
}

}  // namespace
}  // namespace report
