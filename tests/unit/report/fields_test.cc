#include "report/fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "unit/report/site.h"

namespace {

using report::Column;
using report::Kind;

template <class Row>
void add(std::vector<std::vector<Column>>& tables, const report::Fields<Row>& fields) {
  tables.emplace_back(fields.begin(), fields.end());
}

std::vector<std::vector<Column>> all_tables() {
  std::vector<std::vector<Column>> tables;
  add(tables, report::vm_fields());
  add(tables, report::vanished_fields());
  add(tables, report::tenant_fields());
  add(tables, report::source_fields());
  add(tables, report::backup_fields());
  add(tables, report::task_fields());
  add(tables, report::policy_fields());
  add(tables, report::schedule_fields());
  return tables;
}

Kind kind_of(const report::Value& value) {
  static constexpr std::array kKinds{Kind::flag, Kind::integer, Kind::number,  Kind::time,
                                     Kind::text, Kind::texts,   Kind::integers};
  return kKinds.at(value.index() - 1);
}

TEST(Fields, HaveNamesOfTheirOwn) {
  for (const auto& table : all_tables()) {
    std::set<std::string_view> names;
    for (const Column& column : table) EXPECT_TRUE(names.insert(column.name).second) << column.name;
  }
}

TEST(Fields, AreEachDescribedInASentence) {
  for (const auto& table : all_tables()) {
    for (const Column& column : table) {
      EXPECT_TRUE(column.about.size() > 8) << column.name;
      EXPECT_TRUE(column.about.ends_with('.') || column.about.ends_with("...")) << column.name;
    }
  }
}

TEST(Fields, NamesAreInSnakeCase) {
  for (const auto& table : all_tables()) {
    for (const Column& column : table)
      EXPECT_EQ(column.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
          << column.name;
  }
}

TEST(Fields, OfAVmHoldWhatTheirKindSays) {
  const site::Made made({site::everything().inventory()});
  std::set<std::string_view> known;
  for (std::size_t row = 0; row < made.report.vms.size(); ++row) {
    for (std::size_t i = 0; i < report::vm_fields().size(); ++i) {
      const report::Value value = made.report.vms.cell(row, i);
      if (!report::is_known(value)) continue;
      known.insert(report::vm_fields()[i].name);
      EXPECT_EQ(kind_of(value), report::vm_fields()[i].kind) << report::vm_fields()[i].name;
    }
  }
  EXPECT_GT(known.size(), 20U);
}

TEST(Fields, OfAVmUseNoOtherWordsThanTheyName) {
  const site::Made made({site::everything().inventory()});
  for (std::size_t row = 0; row < made.report.vms.size(); ++row) {
    for (std::size_t i = 0; i < report::vm_fields().size(); ++i) {
      const auto& words = report::vm_fields()[i].words;
      const report::Value value = made.report.vms.cell(row, i);
      if (words.empty() || !std::holds_alternative<std::string>(value)) continue;
      EXPECT_EQ(std::count(words.begin(), words.end(), std::get<std::string>(value)), 1);
    }
  }
}

}  // namespace
