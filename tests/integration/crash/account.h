#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "running_exporter.h"
#include "simulator/simulator.h"

namespace crash {

inline constexpr std::string_view kFinished = "vprotect_tasks_finished_total";
inline constexpr std::string_view kTaskFailures = "vprotect_task_failures_total";
inline constexpr std::string_view kBackupFailures = "vprotect_vm_backup_failures_total";

// How often things happened: "NAME OF THE FAMILY label=value" and a count that is not 0.
using Account = std::map<std::string, double>;

inline void add(Account& account, std::string_view family, std::string_view label, std::string_view value,
                double count) {
  if (count == 0) return;
  account[std::string(family).append(" ").append(label).append("=").append(value)] += count;
}

inline void add_task(Account& account, const std::string& tenant, bool failed) {
  add(account, kFinished, "tenant", tenant, 1);
  add(account, kTaskFailures, "tenant", tenant, failed ? 1 : 0);
}

// Of a label whose value has no quotation mark.
inline std::string label_of(std::string_view sample, std::string_view label) {
  const std::string before = "," + std::string(label) + "=\"";
  const auto begin = sample.find(before) + before.size();
  return std::string(sample.substr(begin, sample.find('"', begin) - begin));
}

// What a scrape says of the three families.
inline Account shown(const integration::Samples& samples) {
  Account account;
  for (const auto& [sample, value] : samples) {
    const std::string family = sample.substr(0, sample.find('{'));
    if (family == kBackupFailures) add(account, family, "guid", label_of(sample, "guid"), std::stod(value));
    if (family != kFinished && family != kTaskFailures) continue;
    add(account, family, "tenant", label_of(sample, "tenant"), std::stod(value));
    add(account, family, "task_type", label_of(sample, "task_type"), std::stod(value));
  }
  return account;
}

// What the simulator says of them by itself; it does not count by tenant.
inline Account told_by(const simulator::Simulator& server) {
  Account account;
  const auto truth = nlohmann::json::parse(server.truth());
  for (const auto& [type, count] : truth["events"]["tasks"].items()) {
    add(account, kFinished, "task_type", type, count["ended"]);
    add(account, kTaskFailures, "task_type", type, count["failed"]);
  }
  for (const auto& vm : truth["vms"]) {
    const std::string guid = vm["guid"];
    add(account, kBackupFailures, "guid", guid, truth["events"]["failed_backups"].value(guid, 0.0));
  }
  return account;
}

// The first count in which they differ; empty when they do not.
inline std::string difference(const Account& wanted, const Account& found) {
  for (const auto* account : {&wanted, &found}) {
    for (const auto& entry : *account) {
      const auto count = [&](const Account& of) { return of.contains(entry.first) ? of.at(entry.first) : 0; };
      if (count(wanted) == count(found)) continue;
      return entry.first + " is " + std::to_string(count(found)) + " and not " +
             std::to_string(count(wanted));
    }
  }
  return "";
}

}  // namespace crash
