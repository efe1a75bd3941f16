// What the exporter serves while its server misbehaves.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "running_exporter.h"

namespace {

using namespace std::chrono_literals;
using integration::collector_success;
using integration::golden;
using integration::RunningExporter;
using integration::setup_for;
using simulator::Fault;
using simulator::FaultKind;

constexpr const char* kErpTimestamp =
    "vprotect_vm_last_backup_timestamp_seconds{server=\"prod\",tenant=\"finance\",vm=\"erp-db-01\","
    "guid=\"3c1b7a52-0d5e-4a44-9e0b-000000000001\",backup_type=\"any\"}";

struct Case {
  std::string name;
  Fault fault;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class BadList : public testing::TestWithParam<Case> {};

// Each of these is an error of the one collector; what it read before stays, and the others go on.
TEST_P(BadList, IsAnErrorOfItsCollectorAndNeverAnEmptyInventory) {
  simulator::Simulator server(golden());
  auto setup = setup_for(server);
  setup.server_lines = "    request_timeout: 2s\n";
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  const std::string before = exporter.value(kErpTimestamp);
  ASSERT_NE(before, "(none)");
  Fault fault = GetParam().fault;
  fault.path = "/virtual-machines";
  server.fault(fault);
  EXPECT_TRUE(exporter.becomes(collector_success("virtual_machines"), "0")) << exporter.process().output();
  EXPECT_EQ(exporter.value(kErpTimestamp), before);
  EXPECT_EQ(exporter.value(integration::kVmRows), "14");
  EXPECT_EQ(exporter.value(collector_success("tasks")), "1");
  server.clear_faults();
  EXPECT_TRUE(exporter.becomes(collector_success("virtual_machines"), "1")) << exporter.process().output();
}

std::vector<Case> bad_lists() {
  return {{"Status500", {.kind = FaultKind::status, .status = 500}},
          {"Status503", {.kind = FaultKind::status, .status = 503}},
          {"Status403", {.kind = FaultKind::status, .status = 403, .shape = "html"}},
          {"Status404", {.kind = FaultKind::status, .status = 404, .shape = "empty"}},
          {"LoginPageWithStatus200", {.kind = FaultKind::login_page}},
          {"EmptyBody", {.kind = FaultKind::empty_body}},
          {"DeepJson", {.kind = FaultKind::deep_json, .amount = 1000000}},
          {"Reset", {.kind = FaultKind::reset}},
          {"Close", {.kind = FaultKind::close}},
          {"Drip", {.kind = FaultKind::drip, .delay = 100ms}},
          {"CutBody", {.kind = FaultKind::cut_body}},
          {"LyingLength", {.kind = FaultKind::lying_length, .amount = 100}},
          {"LongReason", {.kind = FaultKind::long_reason, .amount = 200000}},
          {"HeaderFlood", {.kind = FaultKind::header_flood, .amount = 500000}},
          {"TruncatedJson", {.kind = FaultKind::truncated_json}},
          {"InvalidUtf8", {.kind = FaultKind::invalid_utf8}},
          {"WrongTotal", {.kind = FaultKind::wrong_total, .amount = 3}},
          {"SlowerThanTheTimeout", {.kind = FaultKind::latency, .delay = 20s}}};
}

INSTANTIATE_TEST_SUITE_P(Faults, BadList, testing::ValuesIn(bad_lists()),
                         [](const auto& test) { return test.param.name; });

class OddList : public testing::TestWithParam<Case> {};

// Freedom that the vendor's documentation leaves: the facts stay the same.
TEST_P(OddList, GivesTheSameFacts) {
  simulator::Simulator server(golden());
  auto setup = setup_for(server);
  setup.server_lines = "    page_size: 5\n";
  std::string expected;
  {
    RunningExporter usual(setup);
    usual.wait_until_ready();
    expected = usual.value(kErpTimestamp);
  }
  server.fault(GetParam().fault);
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  EXPECT_EQ(exporter.value(collector_success("virtual_machines")), "1") << exporter.process().output();
  EXPECT_EQ(exporter.value(integration::kVmRows), "14");
  EXPECT_EQ(exporter.value(kErpTimestamp), expected);
  EXPECT_NE(expected, "(none)");
}

std::vector<Case> odd_lists() {
  return {{"NumbersAsStrings", {.kind = FaultKind::numbers_as_strings}},
          {"NumbersAsFloats", {.kind = FaultKind::numbers_as_floats}},
          {"EnumsAsStrings", {.kind = FaultKind::enums_as_strings}},
          {"Nulls", {.kind = FaultKind::nulls}},
          {"UnknownFields", {.kind = FaultKind::unknown_fields}},
          {"PageCap", {.kind = FaultKind::page_cap, .amount = 3}},
          {"IgnoredPaging", {.kind = FaultKind::ignore_paging}},
          {"NoTotal", {.kind = FaultKind::no_total}}};
}

INSTANTIATE_TEST_SUITE_P(Freedom, OddList, testing::ValuesIn(odd_lists()),
                         [](const auto& test) { return test.param.name; });

TEST(Faults, OneBadRecordIsSkippedAndCountedAndNeverTheList) {
  simulator::Simulator server(golden());
  server.fault({.kind = FaultKind::bad_record, .path = "/virtual-machines", .text = "missing_guid"});
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  EXPECT_EQ(exporter.value(integration::kVmRows), "13");
  EXPECT_EQ(
      exporter.value("vprotect_collector_skipped_records{server=\"prod\",collector=\"virtual_machines\"}"),
      "1");
}

TEST(Faults, A403OnOneResourceHidesNoOther) {
  simulator::Simulator server(golden());
  server.fault({.kind = FaultKind::status, .path = "/nodes", .status = 403});
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  EXPECT_EQ(exporter.value(collector_success("nodes")), "0");
  EXPECT_EQ(exporter.value(integration::kUp), "1");
  EXPECT_EQ(exporter.value(integration::kVmRows), "14");
}

TEST(Faults, ASessionThatEndsInTheMiddleIsRenewedOnceForAll) {
  simulator::Simulator server(golden());
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  server.expire_sessions();
  ASSERT_TRUE(support::eventually([&] { return server.counts().logins == 2; }));
  EXPECT_EQ(exporter.value(integration::kUp), "1");
  EXPECT_EQ(exporter.value("vprotect_exporter_logins_total{result=\"success\",server=\"prod\"}"), "2");
}

TEST(Faults, AnEndpointThatAlwaysSays401LeavesNoSessionsBehind) {
  simulator::Simulator server(golden());
  server.fault({.kind = FaultKind::status, .path = "/nodes", .status = 401});
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  EXPECT_EQ(server.counts().logins, 2U);
  EXPECT_TRUE(support::eventually([&] { return server.counts().open_sessions == 1; }));
  EXPECT_EQ(exporter.value(integration::kUp), "1");
}

TEST(Faults, ATotalThatIsTooLowHidesNoVm) {
  simulator::Simulator server(golden());
  server.fault({.kind = FaultKind::wrong_total, .path = "/virtual-machines", .amount = -9});
  auto setup = setup_for(server);
  setup.server_lines = "    page_size: 5\n";
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  EXPECT_EQ(exporter.value(integration::kVmRows), "14");
}

TEST(Faults, ARefusedLoginIsNotRepeatedAtEachPoll) {
  simulator::Simulator server(golden());
  auto setup = setup_for(server);
  setup.password = "wrong";
  RunningExporter exporter(setup);
  exporter.wait_until_ready();  // every resource was tried
  ASSERT_TRUE(exporter.becomes(integration::kUp, "0"));
  EXPECT_EQ(server.counts().refused_logins, 1U);
}

TEST(Faults, AgesGrowWhileTheServerIsGoneAndItsDataGoesWhenItIsStale) {
  simulator::Simulator server({.scenario = "demo"});
  auto setup = setup_for(server);
  setup.collection_lines = "  stale_after: 6s\n";
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  const auto age_of_one = [&]() -> double {
    for (const auto& [name, value] : exporter.scrape()) {
      if (name.starts_with("vprotect_vm_last_backup_age_seconds{")) return std::stod(value);
    }
    return -1;
  };
  server.refuse_connections();
  ASSERT_TRUE(exporter.becomes(integration::kUp, "0"));
  const double before = age_of_one();
  EXPECT_TRUE(support::eventually([&] { return age_of_one() > before; }));
  EXPECT_TRUE(support::eventually([&] { return age_of_one() < 0; })) << "no sample of stale data is left";
  EXPECT_EQ(exporter.value("vprotect_collector_stale{server=\"prod\",collector=\"virtual_machines\"}"), "1");
  server.accept_connections();
  EXPECT_TRUE(support::eventually([&] { return age_of_one() >= 0; }));
}

TEST(Faults, ABodyWithoutEndHoldsNoPollAndNoMemory) {
  simulator::Simulator server(golden());
  server.fault({.kind = FaultKind::huge_body, .path = "/virtual-machines"});
  auto setup = setup_for(server);
  setup.server_lines = "    request_timeout: 3s\n";
  RunningExporter exporter(setup);
  ASSERT_TRUE(exporter.becomes(collector_success("virtual_machines"), "0"));
  EXPECT_EQ(exporter.value(collector_success("tasks")), "1");
  if (std::string_view(SANITIZE).empty()) {
    EXPECT_LT(std::stod(exporter.value("process_resident_memory_bytes")), 100e6);
  }
}

class Profile : public testing::TestWithParam<const char*> {};

// 3.9 does not tell a VM's project; its tenants are asked for by the platform's ids of their projects.
constexpr const char* kTenantsOf39 = R"(    tenant_filter: tenant-id
    tenants:
      - name: finance
        projects: [PROJECT_OF_erp-db-01]
      - name: web
        projects: [PROJECT_OF_web-01]
)";

std::string tenants_by_filter(const simulator::Simulator& server) {
  std::string lines = kTenantsOf39;
  const auto truth = nlohmann::json::parse(server.truth());
  for (const auto& vm : truth["vms"]) {
    const std::string place = "PROJECT_OF_" + vm["name"].get<std::string>();
    if (const auto at = lines.find(place); at != lines.npos) {
      lines.replace(at, place.size(), vm["project_uuid"].get<std::string>());
    }
  }
  return lines;
}

TEST_P(Profile, EveryVersionGivesTheSameFactsOfAVm) {
  simulator::Simulator server({.profile = GetParam(), .scenario = "golden"});
  auto setup = setup_for(server);
  if (std::string_view(GetParam()) == "3.9") setup.server_lines = tenants_by_filter(server);
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  for (const auto& [sample, value] : exporter.scrape()) {
    if (!sample.starts_with("vprotect_collector_success")) continue;
    EXPECT_EQ(value, "1") << sample << exporter.process().output();
  }
  EXPECT_EQ(exporter.value(integration::kVmRows), "14");
  EXPECT_EQ(exporter.value(
                "vprotect_tenant_protection_vms{server=\"prod\",tenant=\"web\",status=\"not_protected\"}"),
            "1");
  EXPECT_EQ(exporter.value(kErpTimestamp), "1767229207");
}

INSTANTIATE_TEST_SUITE_P(Versions, Profile, testing::Values("3.9", "5.1", "7.4"),
                         [](const auto& test) { return "V" + std::string(test.param).replace(1, 1, "_"); });

}  // namespace
