#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "partial_samples.h"
#include "simulator/ids.h"

namespace integration {

// One file of tests/simulator/scenarios: a site, and what the exporter has to say of it.
class Scenario {
 public:
  explicit Scenario(const std::string& name)
      : file_(std::string(SCENARIOS_DIR) + "/" + name + ".json"),
        json_(nlohmann::json::parse(support::read_file(file_))) {}

  simulator::Options site() const { return {.scenario_file = file_, .session_lifetime = {}}; }

  Setup setup(const simulator::Simulator& simulator) const {
    Setup setup = setup_for(simulator);
    setup.root_lines = json_.value("exporter_config", "");
    return setup;
  }

  // What of the file's expectations does not hold, a line for each; empty when all do.
  std::string faults(const Scrape& scrape) const {
    std::string faults;
    for (const auto& [sample, value] : json_.at("expect").items()) {
      if (!is_expected(sample, value, scrape.values(sample)))
        faults += "\nexpected: " + sample + " " + value.dump() + ", got " +
                  nlohmann::json(scrape.values(sample)).dump();
    }
    for (const std::string sample : json_.value("absent", nlohmann::json::array())) {
      if (scrape.has(sample)) faults += "\nmust be absent: " + sample;
    }
    return faults;
  }

 private:
  // The exporter reads the server's clock from whole seconds.
  static bool is_expected(const std::string& sample, double expected, const std::vector<double>& got) {
    constexpr double kMostDrift = 10;
    const bool is_age = sample.find("_age_seconds") != sample.npos;
    return got.size() == 1 && std::abs(got.front() - expected) <= (is_age ? kMostDrift : 0);
  }

  const std::string file_;
  const nlohmann::json json_;
};

// The site of a scenario and an exporter that polls it.
class RunningScenario {
 public:
  explicit RunningScenario(const std::string& name) : scenario_(name), site_(scenario_.site()) {}

  const Scenario& scenario() const { return scenario_; }
  simulator::Simulator& site() { return site_; }
  Setup setup() const { return scenario_.setup(site_); }

  // Empty once all that the file expects holds; else what does not after a while.
  std::string faults(RunningExporter& exporter) const {
    std::string faults;
    support::eventually([&] { return (faults = scenario_.faults(scrape(exporter))).empty(); });
    return faults.empty() ? "" : faults + "\n" + exporter.process().output();
  }

  // How often the resource was asked for, pages and repetitions included.
  std::uint64_t reads_of(const std::string& path) const {
    const auto counts = site_.requests_by_path();
    const auto found = counts.find("/api" + path);
    return found == counts.end() ? 0 : found->second;
  }

  // True once the resource was asked for `times` more.
  bool is_read_again(const std::string& path, std::uint64_t times = 3) const {
    const std::uint64_t before = reads_of(path);
    return support::eventually([&] { return reads_of(path) >= before + times; });
  }

 private:
  const Scenario scenario_;
  simulator::Simulator site_;
};

// The guid of the scenario's VM of that number, from 1.
inline std::string vm_guid(int number) {
  const std::string text = std::to_string(number);
  return "3c1b7a52-0d5e-4a44-9e0b-" + std::string(12 - text.size(), '0') + text;
}

}  // namespace integration
