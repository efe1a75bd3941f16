#include "exposition/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "exposition/self_metrics.h"

namespace {

using exposition::Description;
using exposition::Family;
using exposition::kind_of;
using exposition::Scope;
using exposition::Type;

std::vector<Description> all() {
  std::vector<Description> all = exposition::self_descriptions();
  for (const Family& family : exposition::catalogue()) all.push_back(family.about);
  return all;
}

bool is_snake_case(std::string_view name) {
  return !name.empty() && std::islower(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return std::islower(static_cast<unsigned char>(c)) ||
                  std::isdigit(static_cast<unsigned char>(c)) || c == '_';
         });
}

bool has_label(const Family& family, std::string_view label) {
  return std::count(family.about.labels.begin(), family.about.labels.end(), label) > 0;
}

TEST(Catalogue, NoTwoFamiliesShareAName) {
  std::set<std::string_view> names;
  for (const Description& family : all()) {
    EXPECT_TRUE(names.insert(family.name).second) << family.name;
  }
}

TEST(Catalogue, NoTwoFamiliesShareAnOpenMetricsName) {
  std::set<std::string_view> names;
  for (const Description& family : all()) {
    EXPECT_TRUE(names.insert(openmetrics_name_of(family.name, family.type)).second) << family.name;
  }
}

TEST(Catalogue, NamesAreOursOrThoseOfEveryProcess) {
  for (const Description& family : all()) {
    EXPECT_TRUE(is_snake_case(family.name)) << family.name;
    EXPECT_TRUE(family.name.starts_with("vprotect_") || family.name.starts_with("process_")) << family.name;
  }
}

TEST(Catalogue, TheSuffixTellsTheType) {
  for (const Description& family : all()) {
    EXPECT_EQ(family.name.ends_with("_total"), family.type == Type::counter) << family.name;
    EXPECT_EQ(family.name.ends_with("_info"), family.type == Type::info) << family.name;
    for (const std::string_view reserved : {"_bucket", "_count", "_sum", "_created"}) {
      EXPECT_FALSE(family.name.ends_with(reserved)) << family.name;
    }
  }
}

TEST(Catalogue, UnitsAreBaseUnitsInFull) {
  constexpr std::array<std::string_view, 9> kOthers{
      "_ms", "_milliseconds", "_minutes", "_hours", "_days", "_percent", "_kb", "_mb", "_gb"};
  for (const Description& family : all()) {
    for (const std::string_view other : kOthers) {
      EXPECT_EQ(family.name.find(other), std::string_view::npos) << family.name;
    }
  }
}

TEST(Catalogue, HelpIsASentenceForATable) {
  for (const Description& family : all()) {
    EXPECT_GE(family.help.size(), 20U) << family.name;
    EXPECT_TRUE(family.help.ends_with(".")) << family.name;
    EXPECT_EQ(family.help.find_first_of("|\n\\\""), std::string_view::npos) << family.name;
  }
}

TEST(Catalogue, LabelsAreSnakeCaseAndDiffer) {
  for (const Description& family : all()) {
    std::set<std::string_view> labels;
    for (const std::string_view label : family.labels) {
      EXPECT_TRUE(is_snake_case(label)) << family.name << " " << label;
      EXPECT_TRUE(labels.insert(label).second) << family.name << " " << label;
    }
  }
}

TEST(Catalogue, WhatATenantSeesOfItsOwnHasTheLabelTenant) {
  for (const Family& family : exposition::catalogue()) {
    EXPECT_EQ(has_label(family, "tenant"), family.scope == Scope::tenant) << family.about.name;
  }
}

TEST(Catalogue, EveryFamilyButTheSnapshotsNamesItsServerFirst) {
  for (const Family& family : exposition::catalogue()) {
    if (family.about.name == "vprotect_snapshot_timestamp_seconds") continue;
    ASSERT_FALSE(family.about.labels.empty()) << family.about.name;
    EXPECT_EQ(family.about.labels.front(), "server") << family.about.name;
  }
}

TEST(Catalogue, TellsWhichFamiliesMayBeSwitchedOff) {
  using exposition::Kind;

  EXPECT_EQ(kind_of("vprotect_vm_info"), Kind::data);
  EXPECT_EQ(kind_of("vprotect_collector_rows"), Kind::data);
  EXPECT_EQ(kind_of("vprotect_up"), Kind::health);
  EXPECT_EQ(kind_of("vprotect_collector_stale"), Kind::health);
  EXPECT_EQ(kind_of("process_threads"), Kind::own);
  EXPECT_EQ(kind_of("vprotect_vm"), std::nullopt);
}

TEST(Catalogue, NamesThemAll) { EXPECT_EQ(exposition::family_names().size(), all().size()); }

}  // namespace
