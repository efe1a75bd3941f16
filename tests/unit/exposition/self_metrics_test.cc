#include "exposition/self_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using exposition::SelfMetrics;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// The values of a family by the values of its labels, which prometheus-cpp orders by name.
std::map<std::vector<std::string>, double> values_of(const SelfMetrics& self, std::string_view name) {
  std::map<std::vector<std::string>, double> values;
  for (const MetricFamily& family : self.collect()) {
    if (family.name != name) continue;
    for (const ClientMetric& metric : family.metric) {
      std::vector<std::string> labels;
      for (const auto& label : metric.label) labels.push_back(label.value);
      if (family.type == MetricType::Counter) values[labels] = metric.counter.value;
      if (family.type == MetricType::Gauge) values[labels] = metric.gauge.value;
      if (family.type == MetricType::Histogram) values[labels] = metric.histogram.sample_sum;
    }
  }
  return values;
}

using Values = std::map<std::vector<std::string>, double>;

TEST(SelfMetrics, CountsRequestsByServerEndpointAndCode) {
  SelfMetrics self("1.0");

  self.request_done("prod", "GET /tasks", 200, 250ms);
  self.request_done("prod", "GET /tasks", 200, 500ms);
  self.request_done("prod", "GET /tasks", 0, 1s);

  EXPECT_EQ(values_of(self, "vprotect_exporter_api_requests_total"),
            (Values{{{"200", "GET /tasks", "prod"}, 2}, {{"error", "GET /tasks", "prod"}, 1}}));
  EXPECT_EQ(values_of(self, "vprotect_exporter_api_request_duration_seconds"),
            (Values{{{"GET /tasks", "prod"}, 1.75}}));
}

TEST(SelfMetrics, CountsLoginsByResult) {
  SelfMetrics self("1.0");

  self.login_done("prod", true);
  self.login_done("prod", false);

  EXPECT_EQ(values_of(self, "vprotect_exporter_logins_total"),
            (Values{{{"success", "prod"}, 1}, {{"failure", "prod"}, 1}}));
}

TEST(SelfMetrics, AddsUpDroppedSeriesByFamily) {
  SelfMetrics self("1.0");

  self.series_dropped("vprotect_vm_info", 2);
  self.series_dropped("vprotect_vm_info", 40);
  self.series_dropped("vprotect_tasks", 1);

  EXPECT_EQ(values_of(self, "vprotect_exporter_series_dropped_total"),
            (Values{{{"vprotect_vm_info"}, 42}, {{"vprotect_tasks"}, 1}}));
}

TEST(SelfMetrics, CountsWhoWasNotLetInByReason) {
  SelfMetrics self("1.0");

  self.access_refused("bad_token");
  self.access_refused("bad_token");
  self.access_refused("expired");

  EXPECT_EQ(values_of(self, "vprotect_exporter_auth_failures_total"),
            (Values{{{"bad_token"}, 2}, {{"expired"}, 1}}));
}

TEST(SelfMetrics, NamesTheVersion) {
  EXPECT_EQ(values_of(SelfMetrics("1.2.3"), "vprotect_exporter_build_info"), (Values{{{"1.2.3"}, 1}}));
}

TEST(SelfMetrics, NamesTheShard) {
  const std::string name = "vprotect_exporter_shard_info";
  EXPECT_EQ(values_of(SelfMetrics("1.2.3", {.index = 2, .count = 3}), name), (Values{{{"2", "3"}, 1}}));
  EXPECT_EQ(values_of(SelfMetrics("1.2.3"), name), (Values{{{"0", "1"}, 1}}));
  EXPECT_EQ(values_of(SelfMetrics("1.2.3", {.index = 2, .count = 3}), "vprotect_exporter_shards"),
            (Values{{{}, 3}}));
}

TEST(SelfMetrics, SaysNothingOfReloadsBeforeTheFirst) {
  const SelfMetrics self("1.0");

  EXPECT_EQ(values_of(self, "vprotect_exporter_config_last_reload_successful"), Values{});
  EXPECT_EQ(values_of(self, "vprotect_exporter_config_last_reload_success_timestamp_seconds"), Values{});
}

TEST(SelfMetrics, AFailedReloadKeepsTheTimeOfTheGoodOne) {
  SelfMetrics self("1.0");

  self.config_reloaded(true, support::kNoon);
  self.config_reloaded(false, support::kNoon + 1h);

  EXPECT_EQ(values_of(self, "vprotect_exporter_config_last_reload_successful"), (Values{{{}, 0}}));
  EXPECT_EQ(values_of(self, "vprotect_exporter_config_last_reload_success_timestamp_seconds"),
            (Values{{{}, 1767268800}}));
}

TEST(SelfMetrics, AForgottenServerLeavesNoSeries) {
  SelfMetrics self("1.0");
  for (const char* const server : {"north", "north-east", "south"}) {
    self.request_done(server, "GET /tasks", 200, 1s);
    self.login_done(server, true);
  }

  self.forget_server("north");

  EXPECT_EQ(values_of(self, "vprotect_exporter_api_requests_total"),
            (Values{{{"200", "GET /tasks", "north-east"}, 1}, {{"200", "GET /tasks", "south"}, 1}}));
  EXPECT_EQ(values_of(self, "vprotect_exporter_api_request_duration_seconds"),
            (Values{{{"GET /tasks", "north-east"}, 1}, {{"GET /tasks", "south"}, 1}}));
  EXPECT_EQ(values_of(self, "vprotect_exporter_logins_total"),
            (Values{{{"success", "north-east"}, 1}, {{"success", "south"}, 1}}));
}

TEST(SelfMetrics, AForgottenServerMayComeBack) {
  SelfMetrics self("1.0");
  self.login_done("prod", true);
  self.forget_server("prod");

  self.login_done("prod", true);

  EXPECT_EQ(values_of(self, "vprotect_exporter_logins_total"), (Values{{{"success", "prod"}, 1}}));
}

TEST(SelfMetrics, TellsOfTheProcess) {
  const SelfMetrics self("1.0");
  const auto only = [&](std::string_view name) { return values_of(self, name).at({}); };

  EXPECT_GE(only("process_cpu_seconds_total"), 0);
  EXPECT_GT(only("process_resident_memory_bytes"), 100'000);
  EXPECT_GT(only("process_virtual_memory_bytes"), only("process_resident_memory_bytes"));
  EXPECT_GE(only("process_open_fds"), 3);
  EXPECT_GE(only("process_threads"), 1);
  EXPECT_GT(only("process_start_time_seconds"), 1.5e9);
}

TEST(SelfMetrics, WhatItBringsIsDescribed) {
  SelfMetrics self("1.0");
  self.access_refused("expired");
  self.request_done("prod", "GET /tasks", 200, 1s);
  self.login_done("prod", true);
  self.series_dropped("vprotect_vm_info", 1);
  self.ledger_done("count_tasks", true);
  self.config_reloaded(true, support::kNoon);
  self.job_done("prod", "backup", "succeeded", 90s);
  self.job_refused("prod", "cool_down");
  self.jobs_open("prod", "backup", 1);
  self.kill_switch_is(false);

  std::map<std::string, std::set<std::string>> described;
  for (const auto& about : exposition::self_descriptions()) {
    described[std::string(about.name)] = {about.labels.begin(), about.labels.end()};
  }
  described.erase("process_max_fds");  // absent where there is no limit
  std::map<std::string, std::set<std::string>> brought;
  for (const MetricFamily& family : self.collect()) {
    for (const auto& label : family.metric.at(0).label) brought[family.name].insert(label.name);
    brought[family.name];
  }
  brought.erase("process_max_fds");

  EXPECT_EQ(brought, described);
}

TEST(SelfMetrics, ThreadsMayCountWhileAServerIsForgotten) {
  SelfMetrics self("1.0");
  {
    std::vector<std::jthread> threads;
    threads.reserve(3);
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 500; ++n) self.request_done("prod", "GET /tasks", 200, 1ms);
      });
    }
    for (int n = 0; n < 100; ++n) {
      self.forget_server("prod");
      static_cast<void>(self.collect());
    }
  }
  self.forget_server("prod");

  EXPECT_EQ(values_of(self, "vprotect_exporter_api_requests_total"), Values{});
}

}  // namespace
