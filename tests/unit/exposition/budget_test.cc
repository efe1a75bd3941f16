#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/log.h"
#include "exposition/catalogue.h"
#include "exposition/page.h"
#include "exposition/publisher.h"
#include "exposition/self_metrics.h"
#include "unit/exposition/snapshots.h"

// What budgets and switches leave of an exposition, and what is told of it.
namespace {

using exposition::Census;
using exposition::Encoding;
using exposition::FamilyCount;
using exposition::Filter;
using exposition::Format;
using exposition::Options;
using exposition::Page;
using exposition::Switch;
using exposition::Type;
using snapshots::add_vms;
using snapshots::snapshot;
using snapshots::vm;

constexpr const char* kStatus = "vprotect_vm_protection_status";
const Filter kStatusOnly{.names = {kStatus}};

Options budget_of(std::size_t series) {
  Options options;
  options.budgets = {{kStatus, series}};
  return options;
}

Options without(const std::string& family) {
  Options options;
  options.disabled = {family};
  return options;
}

// Two VMs of tenant a, then two of tenant b.
domain::ServerState four_vms() {
  domain::ServerState server = snapshots::server("prod");
  server.sources = {snapshots::source(domain::Resource::virtual_machines)};
  add_vms(server, {vm("a", "1", "g1"), vm("a", "2", "g2"), vm("b", "3", "g3"), vm("b", "4", "g4")});
  return server;
}

std::string status_of(const std::string& tenant, const std::string& number) {
  return std::string(kStatus) + "{server=\"prod\",tenant=\"" + tenant + "\",vm=\"" + number + "\",guid=\"g" +
         number + "\",status=\"no_schedule\"} 1\n";
}

std::string text_of(const Page& page, Format format, const Filter& filter) {
  std::string text;
  page.write(format, filter, [&](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

// The page's text from the first sample on.
std::string samples_of(const Options& options, const Filter& filter, Format format = Format::text) {
  const std::string text = text_of(Page(snapshot({four_vms()}), nullptr, options), format, filter);
  const std::size_t first = text.find("\nvprotect_");
  return first == std::string::npos ? "" : text.substr(first + 1);
}

TEST(Budget, KeepsTheFirstSamplesInTheOrderOfTheExposition) {
  EXPECT_EQ(samples_of(budget_of(3), kStatusOnly),
            status_of("a", "1") + status_of("a", "2") + status_of("b", "3"));
}

TEST(Budget, IsTheSameInOpenMetrics) {
  EXPECT_EQ(samples_of(budget_of(1), kStatusOnly, Format::openmetrics), status_of("a", "1"));
}

TEST(Budget, ThatIsJustEnoughDropsNothing) {
  EXPECT_EQ(samples_of(budget_of(4), kStatusOnly), samples_of({}, kStatusOnly));
}

TEST(Budget, OfATenantsExpositionIsSpentOnItsOwnSamples) {
  EXPECT_EQ(samples_of(budget_of(1), {.scope = {{{"b"}}}, .names = {kStatus}}), status_of("b", "3"));
}

TEST(Budget, OfAFamilyGoesBeforeThatOfAll) {
  Options options = budget_of(2);
  options.series_budget = 1;

  EXPECT_EQ(samples_of(options, kStatusOnly), status_of("a", "1") + status_of("a", "2"));
  EXPECT_EQ(samples_of(options, {.names = {"vprotect_collector_rows", "vprotect_tenant_protection_vms"}}),
            R"(vprotect_collector_rows{server="prod",collector="virtual_machines"} 2
# HELP vprotect_tenant_protection_vms The tenant's listed VMs by the server's own judgement (backupUpToDate): protected (true), not_protected (false), no_schedule (not said). 0 is exposed for each status of a tenant that has VMs; absent for a tenant without.
# TYPE vprotect_tenant_protection_vms gauge
vprotect_tenant_protection_vms{server="prod",tenant="a",status="protected"} 0
)");
}

TEST(Budget, DoesNotApplyToHealth) {
  domain::ServerState server = four_vms();
  server.sources.push_back(snapshots::source(domain::Resource::tasks));
  Options options;
  options.series_budget = 1;
  const Page page(snapshot({server}), nullptr, options);

  const std::string text = text_of(page, Format::text, {.names = {"vprotect_collector_success"}});

  EXPECT_NE(text.find("collector=\"virtual_machines\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("collector=\"tasks\"} 1\n"), std::string::npos) << text;
}

TEST(SwitchedOff, AFamilyIsAbsentHoweverItIsAskedFor) {
  for (const Format format : {Format::text, Format::openmetrics}) {
    const Page page(snapshot({four_vms()}), nullptr, without(kStatus));
    const std::string all = text_of(page, format, {});
    EXPECT_EQ(all.find(kStatus), std::string::npos) << all;
    EXPECT_NE(all.find("vprotect_vm_info"), std::string::npos) << all;
    EXPECT_EQ(text_of(page, format, kStatusOnly), "");
    EXPECT_EQ(text_of(page, format, {.scope = {{{"a"}}}, .names = {kStatus}}), "");
  }
}

TEST(SwitchedOff, HealthIsNot) {
  EXPECT_EQ(samples_of(without("vprotect_collector_stale"), {.names = {"vprotect_collector_stale"}}),
            "vprotect_collector_stale{server=\"prod\",collector=\"virtual_machines\"} 0\n");
}

FamilyCount count_of(const std::vector<FamilyCount>& families, std::string_view name) {
  const auto found =
      std::find_if(families.begin(), families.end(), [&](const auto& family) { return family.name == name; });
  return found == families.end() ? FamilyCount{} : *found;
}

TEST(Counts, TellWhatIsExposedAndWhatIsNot) {
  Options options = budget_of(3);
  options.disabled = {"vprotect_vm_info"};
  const Page page(snapshot({four_vms()}), nullptr, options);

  EXPECT_EQ(count_of(page.counts(), kStatus), (FamilyCount{.name = kStatus,
                                                           .type = Type::gauge,
                                                           .series = 3,
                                                           .dropped = 1,
                                                           .budget = 3,
                                                           .state = Switch::on}));
  EXPECT_EQ(count_of(page.counts(), "vprotect_vm_info"), (FamilyCount{.name = "vprotect_vm_info",
                                                                      .type = Type::info,
                                                                      .series = 0,
                                                                      .dropped = 0,
                                                                      .budget = 1'000'000,
                                                                      .state = Switch::off}));
  EXPECT_EQ(count_of(page.counts(), "vprotect_collector_success"),
            (FamilyCount{.name = "vprotect_collector_success",
                         .type = Type::gauge,
                         .series = 1,
                         .dropped = 0,
                         .budget = std::nullopt,
                         .state = Switch::fixed}));
}

TEST(Counts, AreThoseOfTheWritingWhereAllWasWritten) {
  for (const std::size_t budget : {2U, 4U, 5U}) {
    Options options = budget_of(budget);
    options.disabled = {"vprotect_vm_info"};
    const Page counted(snapshot({four_vms()}), nullptr, options);
    const Page compressed(snapshot({four_vms()}), nullptr, options);
    const Page measured(snapshot({four_vms()}), nullptr, options);
    compressed.deflated(exposition::Format::openmetrics);
    measured.length(exposition::Format::text, {.collectors = {exposition::Collector::vms}});
    measured.length(exposition::Format::text);
    EXPECT_EQ(compressed.counts(), counted.counts()) << budget;
    EXPECT_EQ(measured.counts(), counted.counts()) << budget;
  }
}

std::size_t lines_of_samples(const std::string& text) {
  std::size_t samples = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) samples += text[at] == '#' ? 0 : 1;
  return samples;
}

class BudgetOfPublisher : public testing::Test {
 protected:
  void SetUp() override { base::log::configure(base::log::Level::info, base::log::Format::logfmt); }

  // What is logged while the snapshot is published, without the times.
  std::string log_of_publish() {
    testing::internal::CaptureStderr();
    publisher.publish(snapshot({four_vms()}));
    std::string log = testing::internal::GetCapturedStderr();
    return log.empty() ? log : log.substr(log.find(' ') + 1);
  }
  std::string scrape(const Filter& filter = {}) const {
    return snapshots::text_of(publisher.body(Format::text, Encoding::identity, filter).value());
  }
  std::string dropped() const {
    const std::string text = scrape({.names = {"vprotect_exporter_series_dropped_total"}});
    return text.substr(text.find("\nvprotect_") + 1);
  }

  exposition::SelfMetrics self{"1.2.3"};
  exposition::Publisher publisher{self, budget_of(3)};
};

TEST_F(BudgetOfPublisher, WhatIsLeftOutIsAddedUpOverSnapshots) {
  publisher.publish(snapshot({four_vms()}));
  publisher.configure(budget_of(1));
  publisher.publish(snapshot({four_vms()}));

  EXPECT_EQ(dropped(),
            "vprotect_exporter_series_dropped_total{family=\"vprotect_vm_protection_status\"} 4\n");
}

TEST_F(BudgetOfPublisher, NothingIsToldOfFamiliesWithinTheirBudget) {
  publisher.configure({});

  EXPECT_EQ(log_of_publish(), "");
  EXPECT_EQ(scrape({.names = {"vprotect_exporter_series_dropped_total"}}), "");
}

TEST_F(BudgetOfPublisher, OptionsCountFromTheNextSnapshotOn) {
  publisher.publish(snapshot({four_vms()}));
  publisher.configure(without(kStatus));

  const std::string before = scrape(kStatusOnly);
  publisher.publish(snapshot({four_vms()}));

  EXPECT_EQ(lines_of_samples(before), 3U);
  EXPECT_EQ(scrape(kStatusOnly), "");
}

TEST_F(BudgetOfPublisher, ItIsLoggedWhenAFamilyBeginsAndEndsToExceedIt) {
  EXPECT_EQ(log_of_publish(),
            "level=warn msg=\"a family exceeds its series budget; the rest of it is left out\" "
            "family=vprotect_vm_protection_status budget=3 dropped=1\n");
  EXPECT_EQ(log_of_publish(), "");

  publisher.configure(budget_of(4));

  EXPECT_EQ(log_of_publish(),
            "level=info msg=\"a family no longer exceeds its series budget\" "
            "family=vprotect_vm_protection_status series=4\n");
  EXPECT_EQ(log_of_publish(), "");
}

TEST_F(BudgetOfPublisher, TheCensusIsThatOfAScrape) {
  self.request_done("prod", "GET /tasks", 200, std::chrono::seconds(1));
  publisher.publish(snapshot({four_vms()}));

  const Census census = publisher.census().value();

  std::size_t series = 0;
  for (const FamilyCount& family : census.families) series += family.series;
  EXPECT_EQ(series, lines_of_samples(scrape()));
  EXPECT_EQ(census.families.size(), exposition::family_names().size());
  EXPECT_NEAR(static_cast<double>(census.bytes), static_cast<double>(scrape().size()), 64)
      << "the process' own numbers are of another length at each moment";
  EXPECT_EQ(count_of(census.families, "vprotect_exporter_api_requests_total"),
            (FamilyCount{.name = "vprotect_exporter_api_requests_total",
                         .type = Type::counter,
                         .series = 1,
                         .dropped = 0,
                         .budget = std::nullopt,
                         .state = Switch::fixed}));
}

TEST_F(BudgetOfPublisher, ThereIsNoCensusBeforeTheFirstSnapshot) { EXPECT_FALSE(publisher.census()); }

}  // namespace
