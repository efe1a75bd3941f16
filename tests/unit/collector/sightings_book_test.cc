#include "collector/sightings_book.h"

#include <gtest/gtest.h>

#include "support/fake_ledger.h"
#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using collector::SightingsBook;
using domain::Sighting;
using domain::VmId;
using support::FakeLedger;
using support::kNoon;

constexpr auto kKeep = 35 * 24h;

std::vector<domain::Vm> vms(const std::vector<std::string>& guids) {
  std::vector<domain::Vm> result;
  for (const std::string& guid : guids) result.emplace_back().id = VmId(guid);
  return result;
}

TEST(SightingsBook, RemembersAcrossARestartWhenAVmWasFirstSeen) {
  FakeLedger ledger;
  SightingsBook(ledger, "prod", kKeep).note(vms({"a"}), kNoon);
  const auto seen = SightingsBook(ledger, "prod", kKeep).note(vms({"a", "b"}), kNoon + 1h);
  EXPECT_EQ(seen->at(VmId("a")).first_seen, kNoon);
  EXPECT_EQ(seen->at(VmId("b")).first_seen, kNoon + 1h);
}

TEST(SightingsBook, WritesAndPublishesOnlyWhatChanged) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  const auto first = book.note(vms({"a"}), kNoon);
  EXPECT_EQ(book.note(vms({"a"}), kNoon + 1min), first);
  EXPECT_EQ(ledger.writes(), 1U);
}

TEST(SightingsBook, AVmThatComesBackIsNoNewOne) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  book.note(vms({"a", "b"}), kNoon);
  EXPECT_EQ(book.note(vms({"b"}), kNoon + 1h)->at(VmId("a")),
            (Sighting{.first_seen = kNoon, .gone_since = kNoon + 1h}));
  EXPECT_EQ(book.note(vms({"a", "b"}), kNoon + 2h)->at(VmId("a")),
            (Sighting{.first_seen = kNoon, .gone_since = {}}));
}

TEST(SightingsBook, ForgetsAVmThatIsGoneForLong) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  book.note(vms({"a"}), kNoon);
  book.note({}, kNoon + 1h);
  EXPECT_TRUE(book.note({}, kNoon + 1h + kKeep)->contains(VmId("a")));
  EXPECT_FALSE(book.note({}, kNoon + 2h + kKeep)->contains(VmId("a")));
  EXPECT_TRUE(ledger.sightings("prod")->empty());
}

TEST(SightingsBook, WhatCouldNotBeWrittenIsKnownAndWrittenLater) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  book.note({}, kNoon);
  ledger.fail_with(support::ledger_failure());
  EXPECT_EQ(book.note(vms({"a"}), kNoon + 1min)->at(VmId("a")).first_seen, kNoon + 1min);
  ledger.fail_with(std::nullopt);
  book.note(vms({"a"}), kNoon + 2min);
  EXPECT_EQ(ledger.sightings("prod")->at(VmId("a")).first_seen, kNoon + 1min);
}

TEST(SightingsBook, SaysNothingBeforeTheLedgerWasRead) {
  FakeLedger ledger;
  ledger.fail_with(support::ledger_failure());
  EXPECT_EQ(SightingsBook(ledger, "prod", kKeep).note(vms({"a"}), kNoon), nullptr);
}

}  // namespace
