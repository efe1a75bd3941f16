#include "collector/sightings_book.h"

#include <gtest/gtest.h>

#include <functional>

#include "domain/snapshot.h"
#include "support/fake_ledger.h"
#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using collector::SightingsBook;
using domain::LastKnown;
using domain::Sighting;
using domain::VmId;
using support::FakeLedger;
using support::kNoon;

constexpr auto kKeep = 35 * 24h;

using Vms = base::Shared<std::vector<domain::Vm>>;

Vms list(std::vector<domain::Vm> vms) {
  domain::sort_for_exposition(vms);
  return std::make_shared<const std::vector<domain::Vm>>(std::move(vms));
}

Vms vms(const std::vector<std::string>& guids) {
  std::vector<domain::Vm> result;
  for (const std::string& guid : guids) result.emplace_back().id = VmId(guid);
  return list(std::move(result));
}

domain::Vm vm(std::string_view guid, std::string name, std::string_view tenant, std::string_view policy) {
  domain::Vm vm;
  vm.id = VmId(guid);
  vm.name = std::move(name);
  vm.tenant = base::SharedText(tenant);
  vm.policy.name = base::SharedText(policy);
  return vm;
}

LastKnown last_known(std::string name, std::string_view tenant, std::string_view policy) {
  return {.name = std::move(name), .tenant = base::SharedText(tenant), .policy = base::SharedText(policy)};
}

// What the ledger has of the VM.
LastKnown written(FakeLedger& ledger, std::string_view guid) {
  return *ledger.sightings("prod")->at(VmId(guid)).last;
}

TEST(SightingsBook, TakesNothingForGoneThatMayBeAmongTheRecordsThatCouldNotBeRead) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  book.note(vms({"a", "b"}), kNoon);
  const auto some = book.note(vms({"b", "c"}), kNoon + 1h, SightingsBook::Completeness::some_left_out);
  const auto whole = book.note(vms({"b", "c"}), kNoon + 2h);
  EXPECT_EQ(some->at(VmId("a")).gone_since, std::nullopt);
  EXPECT_EQ(some->at(VmId("c")).first_seen, kNoon + 1h);
  EXPECT_EQ(whole->at(VmId("a")).gone_since, kNoon + 2h);
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
  EXPECT_EQ(book.note(vms({"b"}), kNoon + 1h)->at(VmId("a")).gone_since, kNoon + 1h);
  EXPECT_EQ(book.note(vms({"a", "b"}), kNoon + 2h)->at(VmId("a")),
            (Sighting{.first_seen = kNoon, .gone_since = {}, .last = {}}));
}

TEST(SightingsBook, ForgetsAVmThatIsGoneForLong) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  book.note(vms({"a"}), kNoon);
  book.note(vms({}), kNoon + 1h);
  EXPECT_TRUE(book.note(vms({}), kNoon + 1h + kKeep)->contains(VmId("a")));
  EXPECT_FALSE(book.note(vms({}), kNoon + 2h + kKeep)->contains(VmId("a")));
  EXPECT_TRUE(ledger.sightings("prod")->empty());
}

TEST(SightingsBook, WhatCouldNotBeWrittenIsKnownAndWrittenLater) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  book.note(vms({}), kNoon);
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

TEST(SightingsBook, TellsWhatAVmWasThatIsGoneAndHoldsNothingOfOneThatIsListed) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  const auto listed = book.note(list({vm("a", "web", "finance", "Gold"), vm("b", "db", "hr", "")}), kNoon);
  EXPECT_EQ(listed->at(VmId("a")).last, nullptr);
  const auto seen = book.note(list({vm("b", "db", "hr", "")}), kNoon + 1h);
  EXPECT_EQ(*seen->at(VmId("a")).last, last_known("web", "finance", "Gold"));
  EXPECT_EQ(seen->at(VmId("b")).last, nullptr);
  const auto back = book.note(list({vm("a", "web", "finance", "Gold")}), kNoon + 2h);
  EXPECT_EQ(back->at(VmId("a")).last, nullptr);
}

TEST(SightingsBook, TellsWhatAVmWasThatVanishedDuringARestart) {
  FakeLedger ledger;
  SightingsBook(ledger, "prod", kKeep).note(list({vm("a", "web", "finance", "Gold")}), kNoon);
  SightingsBook restarted(ledger, "prod", kKeep);
  EXPECT_EQ(*restarted.note(vms({}), kNoon + 1h)->at(VmId("a")).last, last_known("web", "finance", "Gold"));
  SightingsBook again(ledger, "prod", kKeep);
  EXPECT_EQ(*again.note(vms({}), kNoon + 2h)->at(VmId("a")).last, last_known("web", "finance", "Gold"));
}

TEST(SightingsBook, WritesAnotherNameTenantOrPolicyOnce) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  domain::Vm machine = vm("a", "web", "finance", "Gold");
  const auto note = [&] { book.note(list({machine, vm("b", "db", "hr", "Gold")}), kNoon); };
  note();
  std::size_t writes = ledger.writes();
  for (const auto& change : std::vector<std::function<void()>>{
           [&] { machine.name = "web-01"; }, [&] { machine.tenant = base::SharedText("zoo"); },
           [&] { machine.policy.name = base::SharedText("Bronze"); }}) {
    change();
    note();
    note();
    EXPECT_EQ(ledger.writes(), ++writes);
    EXPECT_EQ(written(ledger, "a"),
              last_known(machine.name, machine.tenant.view(), machine.policy.name.view()));
  }
  EXPECT_EQ(written(ledger, "b"), last_known("db", "hr", "Gold"));
}

TEST(SightingsBook, WritesNothingWhenAVmMovesToAnotherHypervisor) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  domain::Vm machine = vm("a", "web", "finance", "Gold");
  book.note(list({machine}), kNoon);
  machine.hypervisor.name = base::SharedText("compute-04");
  book.note(list({machine}), kNoon + 1min);
  EXPECT_EQ(ledger.writes(), 1U);
}

TEST(SightingsBook, WritesAfterARestartOnlyWhatChangedMeanwhile) {
  FakeLedger ledger;
  const auto note = [&](std::string name) {
    SightingsBook(ledger, "prod", kKeep).note(list({vm("a", std::move(name), "finance", "Gold")}), kNoon);
  };
  note("web");
  note("web");
  EXPECT_EQ(ledger.writes(), 1U);
  note("web-01");
  EXPECT_EQ(ledger.writes(), 2U);
  EXPECT_EQ(written(ledger, "a"), last_known("web-01", "finance", "Gold"));
}

TEST(SightingsBook, AddsTheNamesThatAnOlderLedgerLacks) {
  FakeLedger ledger;
  ASSERT_TRUE(
      ledger.note("prod", {{VmId("a"), {.first_seen = kNoon - 1h, .gone_since = {}, .last = {}}},
                           {VmId("gone"), {.first_seen = kNoon - 1h, .gone_since = kNoon, .last = {}}}}));
  SightingsBook book(ledger, "prod", kKeep);
  const auto seen = book.note(list({vm("a", "web", "finance", "Gold")}), kNoon);
  EXPECT_EQ(written(ledger, "a"), last_known("web", "finance", "Gold"));
  EXPECT_EQ(seen->at(VmId("a")).first_seen, kNoon - 1h);
  EXPECT_EQ(seen->at(VmId("gone")).last, nullptr);
}

TEST(SightingsBook, APolicyWithoutANameIsItsGuid) {
  FakeLedger ledger;
  domain::Vm machine = vm("a", "web", "finance", "");
  machine.policy.guid = base::SharedText("gold-guid");
  SightingsBook(ledger, "prod", kKeep).note(list({machine}), kNoon);
  EXPECT_EQ(written(ledger, "a"), last_known("web", "finance", "gold-guid"));
}

TEST(SightingsBook, ANameThatCouldNotBeWrittenIsWrittenLater) {
  FakeLedger ledger;
  SightingsBook book(ledger, "prod", kKeep);
  book.note(list({vm("a", "web", "finance", "Gold")}), kNoon);
  ledger.fail_with(support::ledger_failure());
  book.note(list({vm("a", "web-01", "finance", "Gold")}), kNoon + 1min);
  book.note(vms({}), kNoon + 2min);
  ledger.fail_with(std::nullopt);
  book.note(vms({}), kNoon + 3min);
  EXPECT_EQ(written(ledger, "a"), last_known("web-01", "finance", "Gold"));
}

}  // namespace
