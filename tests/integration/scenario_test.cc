// The exporter against each site of tests/simulator/scenarios: a state of coverage or a meaning that is easy
// to get wrong.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "scenario.h"

namespace {

using integration::RunningExporter;
using integration::RunningScenario;
using Names = std::set<std::string>;

// The states of vprotect_vm_coverage.
const Names kStates{"coverage_covered",         "coverage_excluded",  "coverage_failing",
                    "coverage_never_backed_up", "coverage_no_policy", "coverage_no_schedule",
                    "coverage_not_present",     "coverage_overdue",   "coverage_paused"};

struct Meaning {
  std::string line;  // what of the meaning is easy to get wrong
  Names files;
};

const std::vector<Meaning> kMeanings{
    {"backupUpToDate has three values; an absent key is no schedule, never false",
     {"meaning_absent_flag_is_no_schedule"}},
    {"Success is SUCCESS, SUCCESS_REMOVED or PARTIAL_SUCCESS; restorable now excludes SUCCESS_REMOVED",
     {"meaning_success_statuses"}},
    {"Overdue is the first due time after the last success, by the schedule's calendar",
     {"meaning_overdue_is_by_the_calendar"}},
    {"A Monday-to-Friday VM is not overdue on Sunday", {"meaning_monday_to_friday_on_sunday"}},
    {"Inactive schedules and policies give paused, not overdue", {"meaning_paused_is_not_overdue"}},
    {"First seen less than one period ago is not yet overdue", {"meaning_first_seen_is_not_yet_overdue"}},
    {"Unknown is absent; a VM gone from the server is gone from the next scrape",
     {"meaning_unknown_is_absent"}},
    {"Counters never fall", {"meaning_counters_never_fall"}},
    {"Names repeat and change; guid is the identity", {"meaning_names_repeat_and_change"}},
    {"A poll is complete or it is not used", {"meaning_incomplete_list_is_not_used"}},
    {"What cannot be read stays until stale_after, says so, then goes", {"meaning_stale_data_goes"}}};

Names all_names() {
  Names names = kStates;
  for (const Meaning& meaning : kMeanings) names.insert(meaning.files.begin(), meaning.files.end());
  return names;
}

class ScenarioFile : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioFile, IsToldAsItExpects) {
  RunningScenario scenario(GetParam());
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  EXPECT_EQ(scenario.faults(exporter), "");
}

INSTANTIATE_TEST_SUITE_P(Site, ScenarioFile, testing::ValuesIn(all_names()),
                         [](const auto& test) { return test.param; });

TEST(ScenarioFiles, AreThoseThatAreTestedAndNoOther) {
  Names files;
  for (const auto& entry : std::filesystem::directory_iterator(SCENARIOS_DIR))
    files.insert(entry.path().stem().string());
  EXPECT_EQ(files, all_names());
}

TEST(ScenarioFiles, HaveOneForEachStateThatTheExporterTells) {
  RunningScenario scenario("coverage_covered");
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  Names states;
  for (const auto& [sample, value] : exporter.scrape()) {
    const auto at = sample.find(",state=\"");
    if (!sample.starts_with("vprotect_tenant_vms{") || at == sample.npos) continue;
    states.insert("coverage_" + sample.substr(at + 8, sample.find('"', at + 8) - at - 8));
  }
  states.erase("coverage_unknown");
  EXPECT_EQ(states, kStates);
}

}  // namespace
