// Three days of a lively site: after every few hours of it, what the exporter says of each VM is what the
// simulator knows to be true.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "running_exporter.h"

namespace {

using namespace std::chrono_literals;
using integration::RunningExporter;
using integration::Samples;
using integration::setup_for;

// backupTime, which the exporter takes, and snapshotTime, which the truth tells, are two seconds apart.
constexpr double kSameBackup = 10;

std::string guid_of(const std::string& sample) {
  const auto at = sample.find(",guid=\"") + 7;
  return sample.substr(at, sample.find('"', at) - at);
}

// The family's samples by the guid of their VM; of those with labels beyond the identity, the ones with
// `label`.
std::map<std::string, double> by_vm(const Samples& samples, const std::string& family,
                                    const std::string& label = "") {
  std::map<std::string, double> values;
  for (const auto& [sample, value] : samples) {
    if (sample.starts_with(family + "{") && sample.ends_with(label + "}"))
      values[guid_of(sample)] = std::stod(value);
  }
  return values;
}

// What one scrape says of the VMs.
struct Facts {
  explicit Facts(const Samples& samples)
      : success(by_vm(samples, "vprotect_vm_last_backup_timestamp_seconds", ",backup_type=\"any\"")),
        failures(by_vm(samples, "vprotect_vm_consecutive_failures")),
        present(by_vm(samples, "vprotect_vm_present")),
        attempt(by_vm(samples, "vprotect_vm_last_attempt_success")),
        is_protected(by_vm(samples, "vprotect_vm_protection_status", ",status=\"protected\"")),
        unprotected(by_vm(samples, "vprotect_vm_protection_status", ",status=\"not_protected\"")) {}

  std::map<std::string, double> success, failures, present, attempt, is_protected, unprotected;
};

// What is wrong about one VM; empty when nothing is.
std::string fault_of(const nlohmann::json& vm, const Facts& facts) {
  const std::string guid = vm["guid"];
  const auto success = facts.success.find(guid);
  if (vm["last_success_ms"].is_null() != (success == facts.success.end()))
    return guid + ": whether there was a success";
  if (success != facts.success.end() &&
      std::abs(success->second - vm["last_success_ms"].get<double>() / 1000) > kSameBackup) {
    return guid + ": when the last success was";
  }
  // Two schedules of this policy fire in the same moment: which of two attempts at one time is the later one
  // is open.
  const bool has_ties = vm["policy"] == "Continuous";
  if (std::abs(facts.failures.at(guid) - vm["consecutive_failures"].get<double>()) > (has_ties ? 1 : 0)) {
    return guid + ": failures in a row";
  }
  if (facts.present.at(guid) != (vm["present"].get<bool>() ? 1 : 0)) return guid + ": whether it is present";
  const auto attempt = facts.attempt.find(guid);
  if (!has_ties && attempt != facts.attempt.end() &&
      (attempt->second == 0) != vm["last_attempt_failed"].get<bool>()) {
    return guid + ": how the last attempt ended";
  }
  const auto& flag = vm["up_to_date"];
  const bool right = facts.is_protected.contains(guid) == (flag == true) &&
                     facts.unprotected.contains(guid) == (flag == false);
  return right ? "" : guid + ": whether it is protected";
}

std::string first_fault(const nlohmann::json& truth, const Facts& facts) {
  if (facts.present.size() != truth["vms"].size()) return "how many VMs there are";
  for (const auto& vm : truth["vms"]) {
    if (std::string fault = fault_of(vm, facts); !fault.empty()) return fault;
  }
  return "";
}

TEST(Truth, IsWhatTheExporterSaysAtEveryMoment) {
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  simulator::Simulator server({.scenario = "demo", .speed = 0, .start = now - 72h, .session_lifetime = 0ms});
  auto setup = setup_for(server);
  setup.collection_lines = "  backups_overlap: 9h\n  history_refresh: 10d\n";
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  for (int step = 0; step < 8; ++step) {
    server.advance(8h + 37min);
    const auto truth = nlohmann::json::parse(server.truth());
    std::string fault;
    EXPECT_TRUE(support::eventually([&] {
      return (fault = first_fault(truth, Facts(exporter.scrape()))).empty();
    })) << "step "
        << step << ", " << fault;
  }
}

}  // namespace
