#include "exposition/self_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include "exposition/process_metrics.h"

namespace exposition {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

const Description kRequests{
    "vprotect_exporter_api_requests_total",
    "Requests to the server's API that ended, by the HTTP status of the answer; code is "
    "error where there was no answer.",
    Type::counter,
    {"server", "endpoint", "code"}};
const Description kDurations{"vprotect_exporter_api_request_duration_seconds",
                             "How long requests to the server's API took, with or without an answer.",
                             Type::histogram,
                             {"server", "endpoint"}};
const Description kLogins{"vprotect_exporter_logins_total",
                          "Logins to the server, by result: success or failure.",
                          Type::counter,
                          {"server", "result"}};
const Description kDropped{
    "vprotect_exporter_series_dropped_total",
    "Series that were left out because the family has more than its budget (metrics.series_budget), added up "
    "over all snapshots. Absent for a family that never exceeded its budget.",
    Type::counter,
    {"family"}};
const Description kLedgerUp{
    "vprotect_exporter_ledger_up",
    "Whether the last operation of the ledger (--storage) succeeded: 1 or 0. While it "
    "is 0 nothing new is counted; what the servers list is counted once it works again.",
    Type::gauge,
    {}};
const Description kLedgerOperations{"vprotect_exporter_ledger_operations_total",
                                    "Operations of the ledger, by result: success or failure.",
                                    Type::counter,
                                    {"operation", "result"}};
const Description kAuthFailures{
    "vprotect_exporter_auth_failures_total",
    "Requests that were refused because of the credential they showed, by reason: bad_token, bad_password, "
    "expired, forbidden (it lacks the verb or the tenants), limited (too many wrong ones came from that "
    "address), malformed. Absent for a reason that never occurred.",
    Type::counter,
    {"reason"}};
const Description kOperations{
    "vprotect_runbook_operations_total",
    "What was begun for a VM, policy or schedule through the exporter and has ended, by outcome: succeeded, "
    "failed, cancelled, window_closed (not begun in its start window), vanished (its task is no longer "
    "listed "
    "and no record tells how it ended), refused (by the server, or by a rule after it was accepted), unknown "
    "(a person has to look).",
    Type::counter,
    {"server", "kind", "outcome"}};
const Description kOperationDurations{"vprotect_runbook_operation_duration_seconds",
                                      "How long what was begun through the exporter took, from being asked "
                                      "for to its end, whatever the outcome.",
                                      Type::histogram,
                                      {"server", "kind"}};
const Description kRefusals{"vprotect_runbook_refusals_total",
                            "What was asked for of a VM and not begun, by the rule that held it back. Absent "
                            "for a rule that never did.",
                            Type::counter,
                            {"server", "rule"}};
const Description kOperationsOpen{"vprotect_runbook_operations_open",
                                  "What was begun, or waits to be, and has not ended; of all exporters that "
                                  "share the ledger.",
                                  Type::gauge,
                                  {"server", "kind"}};
const Description kKillSwitch{
    "vprotect_runbook_kill_switch",
    "Whether the kill switch is on, by POST /api/v1/killswitch or by runbooks.enabled: "
    "1 or 0. While it is on nothing is begun.",
    Type::gauge,
    {}};
const Description kBuildInfo{
    "vprotect_exporter_build_info", "Always 1; the version of the exporter.", Type::info, {"version"}};
const Description kShardInfo{
    "vprotect_exporter_shard_info",
    "Always 1; which part of the servers' tenants the exporter shows (--shard): shard, from 0 on, of so many "
    "shards. 0 of 1 is all of them.",
    Type::info,
    {"shard", "shards"}};
const Description kShards{
    "vprotect_exporter_shards",
    "How many exporters, one for each shard, show all of the servers' tenants (--shard). 1: each shows all.",
    Type::gauge,
    {}};
const Description kReloaded{"vprotect_exporter_config_last_reload_successful",
                            "Whether the configuration was good when it was last read: 1 or 0.",
                            Type::gauge,
                            {}};
const Description kReloadTime{"vprotect_exporter_config_last_reload_success_timestamp_seconds",
                              "When a good configuration was last read. Absent before the first.",
                              Type::gauge,
                              {}};

// Seconds, up to three days: a backup of a large VM takes many hours.
const Histogram::BucketBoundaries kOperationBounds{1,    10,    30,    60,    300,   900,   1800,
                                                   3600, 10800, 21600, 43200, 86400, 259200};
constexpr std::array<std::string_view, 7> kOutcomes{"succeeded", "failed",  "cancelled", "window_closed",
                                                    "vanished",  "refused", "unknown"};
constexpr std::array<std::string_view, 4> kKinds{"backup", "restore", "policy", "schedule"};

// Seconds. A list of a few VMs takes milliseconds, a large one many seconds.
const Histogram::BucketBoundaries kBounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

template <class Builder>
auto& registered(Builder builder, const Description& about, prometheus::Registry& registry) {
  return builder.Name(std::string(about.name)).Help(std::string(about.help)).Register(registry);
}

// The children of one family by the values of their labels. prometheus-cpp frees a child that is removed, so
// the lock is held while one is used.
template <class T>
class Children {
 public:
  using Values = std::vector<std::string>;  // in the order of the description's labels

  Children(prometheus::Family<T>& family, const Description& about) : family_(family), about_(about) {}

  template <class Use, class... Args>
  void use(const Values& values, Use use_child, const Args&... args) {
    const std::lock_guard lock(mutex_);
    auto known = children_.find(values);
    if (known == children_.end())
      known = children_.emplace(values, &family_.Add(labels(values), args...)).first;
    use_child(*known->second);
  }

  // Those whose first label is `first`.
  void remove(std::string_view first) {
    const std::lock_guard lock(mutex_);
    for (auto child = children_.lower_bound({std::string(first)});
         child != children_.end() && child->first.front() == first;) {
      family_.Remove(child->second);
      child = children_.erase(child);
    }
  }

 private:
  prometheus::Labels labels(const Values& values) const {
    prometheus::Labels labels;
    for (std::size_t i = 0; i < values.size(); ++i) labels.emplace(about_.labels[i], values[i]);
    return labels;
  }

  prometheus::Family<T>& family_;
  const Description& about_;
  std::mutex mutex_;
  std::map<Values, T*> children_;  // guarded by mutex_
};

}  // namespace

class SelfMetrics::Impl {
 public:
  Impl(std::string_view version, const domain::Shard& shard) {
    registered(prometheus::BuildGauge(), kBuildInfo, registry_)
        .Add({{"version", std::string(version)}})
        .Set(1);
    registered(prometheus::BuildGauge(), kShardInfo, registry_)
        .Add({{"shard", std::to_string(shard.index)}, {"shards", std::to_string(shard.count)}})
        .Set(1);
    registered(prometheus::BuildGauge(), kShards, registry_).Add({}).Set(shard.count);
  }

  prometheus::Registry registry_;
  Children<Counter> requests_{registered(prometheus::BuildCounter(), kRequests, registry_), kRequests};
  Children<Histogram> durations_{registered(prometheus::BuildHistogram(), kDurations, registry_), kDurations};
  Children<Counter> logins_{registered(prometheus::BuildCounter(), kLogins, registry_), kLogins};
  Children<Counter> dropped_{registered(prometheus::BuildCounter(), kDropped, registry_), kDropped};
  Children<Counter> ledger_operations_{registered(prometheus::BuildCounter(), kLedgerOperations, registry_),
                                       kLedgerOperations};
  Children<Counter> auth_failures_{registered(prometheus::BuildCounter(), kAuthFailures, registry_),
                                   kAuthFailures};
  Children<Counter> operations_{registered(prometheus::BuildCounter(), kOperations, registry_), kOperations};
  Children<Histogram> operation_durations_{
      registered(prometheus::BuildHistogram(), kOperationDurations, registry_), kOperationDurations};
  Children<Counter> refusals_{registered(prometheus::BuildCounter(), kRefusals, registry_), kRefusals};
  Children<Gauge> operations_open_{registered(prometheus::BuildGauge(), kOperationsOpen, registry_),
                                   kOperationsOpen};
  prometheus::Family<Gauge>& kill_switch_{registered(prometheus::BuildGauge(), kKillSwitch, registry_)};
  prometheus::Family<Gauge>& ledger_up_{registered(prometheus::BuildGauge(), kLedgerUp, registry_)};
  // These have a child from the first reload on.
  prometheus::Family<Gauge>& reloaded_{registered(prometheus::BuildGauge(), kReloaded, registry_)};
  prometheus::Family<Gauge>& reload_time_{registered(prometheus::BuildGauge(), kReloadTime, registry_)};
};

SelfMetrics::SelfMetrics(std::string_view version, const domain::Shard& shard)
    : impl_(std::make_unique<Impl>(version, shard)) {}
SelfMetrics::~SelfMetrics() = default;

void SelfMetrics::request_done(std::string_view server, std::string_view endpoint, int status,
                               std::chrono::duration<double> duration) {
  const std::string code = status == 0 ? "error" : std::to_string(status);
  const auto increment = [](Counter& counter) { counter.Increment(); };
  const auto observe = [&](Histogram& histogram) { histogram.Observe(duration.count()); };
  impl_->requests_.use({std::string(server), std::string(endpoint), code}, increment);
  impl_->durations_.use({std::string(server), std::string(endpoint)}, observe, kBounds);
}

void SelfMetrics::login_done(std::string_view server, bool success) {
  impl_->logins_.use({std::string(server), success ? "success" : "failure"},
                     [](Counter& counter) { counter.Increment(); });
}

void SelfMetrics::config_reloaded(bool success, base::TimePoint now) {
  impl_->reloaded_.Add({}).Set(success ? 1 : 0);
  if (!success) return;
  const std::chrono::duration<double> since_1970 = now.time_since_epoch();
  impl_->reload_time_.Add({}).Set(since_1970.count());
}

void SelfMetrics::series_dropped(std::string_view family, std::size_t count) {
  impl_->dropped_.use({std::string(family)},
                      [&](Counter& counter) { counter.Increment(static_cast<double>(count)); });
}

void SelfMetrics::ledger_done(std::string_view operation, bool success) {
  impl_->ledger_up_.Add({}).Set(success ? 1 : 0);
  impl_->ledger_operations_.use({std::string(operation), success ? "success" : "failure"},
                                [](Counter& counter) { counter.Increment(); });
}

void SelfMetrics::access_refused(std::string_view reason) {
  impl_->auth_failures_.use({std::string(reason)}, [](Counter& counter) { counter.Increment(); });
}

void SelfMetrics::job_done(std::string_view server, std::string_view kind, std::string_view outcome,
                           std::chrono::duration<double> duration) {
  impl_->operations_.use({std::string(server), std::string(kind), std::string(outcome)},
                         [](Counter& counter) { counter.Increment(); });
  impl_->operation_durations_.use(
      {std::string(server), std::string(kind)},
      [&](Histogram& histogram) { histogram.Observe(duration.count()); }, kOperationBounds);
}

void SelfMetrics::job_refused(std::string_view server, std::string_view rule) {
  impl_->refusals_.use({std::string(server), std::string(rule)},
                       [](Counter& counter) { counter.Increment(); });
}

void SelfMetrics::jobs_open(std::string_view server, std::string_view kind, std::uint64_t count) {
  impl_->operations_open_.use({std::string(server), std::string(kind)},
                              [&](Gauge& gauge) { gauge.Set(static_cast<double>(count)); });
}

void SelfMetrics::kill_switch_is(bool on) { impl_->kill_switch_.Add({}).Set(on ? 1 : 0); }

void SelfMetrics::expect_server(std::string_view server) {
  for (const std::string_view kind : kKinds) {
    for (const std::string_view outcome : kOutcomes)
      impl_->operations_.use({std::string(server), std::string(kind), std::string(outcome)}, [](Counter&) {});
    impl_->operation_durations_.use(
        {std::string(server), std::string(kind)}, [](Histogram&) {}, kOperationBounds);
    impl_->operations_open_.use({std::string(server), std::string(kind)}, [](Gauge&) {});
  }
}

void SelfMetrics::forget_server(std::string_view server) {
  impl_->operations_.remove(server);
  impl_->operation_durations_.remove(server);
  impl_->refusals_.remove(server);
  impl_->operations_open_.remove(server);
  impl_->requests_.remove(server);
  impl_->durations_.remove(server);
  impl_->logins_.remove(server);
}

std::vector<prometheus::MetricFamily> SelfMetrics::collect() const {
  auto families = impl_->registry_.Collect();
  auto process = process_metrics();
  families.insert(families.end(), std::make_move_iterator(process.begin()),
                  std::make_move_iterator(process.end()));
  return families;
}

std::vector<Description> self_descriptions() {
  std::vector<Description> all{
      kShards,           kRequests,           kDurations, kLogins,         kDropped,   kLedgerUp,
      kLedgerOperations, kAuthFailures,       kBuildInfo, kShardInfo,      kReloaded,  kReloadTime,
      kOperations,       kOperationDurations, kRefusals,  kOperationsOpen, kKillSwitch};
  all.insert(all.end(), process_descriptions().begin(), process_descriptions().end());
  return all;
}

}  // namespace exposition
