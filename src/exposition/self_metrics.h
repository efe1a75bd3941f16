#pragma once

#include <prometheus/metric_family.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/shard.h"
#include "exposition/description.h"

namespace exposition {

// The exporter's own metrics, in prometheus-cpp's registry. Any thread.
class SelfMetrics {
 public:
  explicit SelfMetrics(std::string_view version, const domain::Shard& shard = {});
  ~SelfMetrics();

  // `status` is the HTTP status, 0 when there was no answer.
  void request_done(std::string_view server, std::string_view endpoint, int status,
                    std::chrono::duration<double> duration);
  void login_done(std::string_view server, bool success);
  void config_reloaded(bool success, base::TimePoint now);
  // Of the family, in one more snapshot's exposition, because of its budget.
  void series_dropped(std::string_view family, std::size_t count);
  // One operation of the ledger, such as "count_tasks".
  void ledger_done(std::string_view operation, bool success);
  // Somebody was not let in, for this reason, such as "bad_token".
  void access_refused(std::string_view reason);
  // A job of an operation ended. Kind and outcome are domain::name_of's.
  void job_done(std::string_view server, std::string_view kind, std::string_view outcome,
                std::chrono::duration<double> duration);
  // A job was not begun because of this rule, such as "cool_down".
  void job_refused(std::string_view server, std::string_view rule);
  // Jobs that are open; 0 for a kind that is left out later.
  void jobs_open(std::string_view server, std::string_view kind, std::uint64_t count);
  void kill_switch_is(bool on);
  // Shows what can be counted of this server from now on, as 0.
  void expect_server(std::string_view server);
  // Drops the series of a server that is no longer configured.
  void forget_server(std::string_view server);

  // As they are now; the process' CPU, memory, threads and descriptors are read from /proc.
  std::vector<prometheus::MetricFamily> collect() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// What collect() can bring.
std::vector<Description> self_descriptions();

}  // namespace exposition
