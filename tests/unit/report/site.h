#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/snapshot.h"
#include "report/report.h"
#include "report/writers.h"
#include "support/manual_clock.h"

// Small sites for the tests of reports. Their policy "Gold" runs each day at 01:00, may begin until 07:00 and
// has an hour of grace.
namespace site {

using namespace std::chrono_literals;
using base::TimePoint;
using support::kNoon;

inline constexpr std::chrono::sys_days kToday = std::chrono::floor<std::chrono::days>(kNoon);

inline domain::Vm vm(std::string_view tenant, std::string_view name, std::string_view policy = "Gold") {
  domain::Vm vm;
  vm.id = domain::VmId(std::string(name) + "-id");
  vm.name = name;
  vm.tenant = base::SharedText(tenant);
  vm.policy.name = base::SharedText(policy);
  vm.present = true;
  return vm;
}

template <class T>
domain::Source<T> read_at(TimePoint at, T data) {
  domain::Source<T> source{.data = std::make_shared<const T>(std::move(data))};
  source.health.success = true;
  source.health.last_attempt = source.health.last_success = at;
  return source;
}

// What a VM's backups are: the newest success and the newest failure, and how its days until today went, the
// last one today: S success, F failure, B both, . nothing.
struct Story {
  std::optional<TimePoint> success;
  std::optional<TimePoint> failure;
  std::optional<TimePoint> failing_since;
  std::string text;
  std::string days;
  std::uint64_t size = 0;
};

inline domain::BackupRun run(TimePoint at, domain::BackupStatus status, std::uint64_t size) {
  return {.at = at,
          .status = status,
          .type = domain::BackupType::full,
          .failure = domain::FailureClass::connection,
          .size = {size}};
}

inline base::Shared<domain::BackupSummary> summary(const Story& story) {
  domain::BackupSummary summary;
  if (story.success) {
    summary.last_success = run(*story.success, domain::BackupStatus::success, story.size);
    summary.last_attempt = summary.last_full = summary.last_success;
    summary.restorable = 2;
    summary.stored = {2 * story.size};
  }
  if (story.failure) {
    summary.last_failure = std::make_shared<const domain::FailureNote>(
        domain::FailureNote{.at = *story.failure,
                            .since = story.failing_since.value_or(*story.failure),
                            .failure = domain::FailureClass::connection,
                            .text = base::SharedText(story.text)});
    if (!story.success || *story.failure > *story.success) {
      summary.last_attempt = run(*story.failure, domain::BackupStatus::failed, 0);
      summary.consecutive_failures = 1;
    }
  }
  return std::make_shared<const domain::BackupSummary>(summary);
}

inline base::Shared<domain::DayStrip> strip(std::string_view days) {
  domain::DayStrip strip{.begin = kToday - std::chrono::days(static_cast<std::int64_t>(days.size()) - 1),
                         .days = {}};
  for (const char day : days) {
    strip.days.push_back({.successes = static_cast<std::uint16_t>(day == 'S' || day == 'B'),
                          .failures = static_cast<std::uint16_t>(day == 'F' || day == 'B')});
  }
  return std::make_shared<const domain::DayStrip>(std::move(strip));
}

inline void add_plans(domain::Inventory& inventory) {
  domain::Schedule nightly{.id = domain::ScheduleId("s"), .name = "Nightly"};
  nightly.active = true;
  nightly.execution = domain::Execution::time;
  nightly.hour = 1h;
  nightly.start_window = 6h;
  nightly.policies = {{.guid = base::SharedText("p"), .name = base::SharedText("Gold")}};
  const domain::Policy gold{.id = domain::PolicyId("p"), .name = "Gold", .active = true};
  const domain::Rule rule{.id = domain::RuleId("r"),
                          .name = "Default",
                          .policy = nightly.policies.front(),
                          .active = true,
                          .schedules = {{.guid = base::SharedText("s"), .name = {}}}};
  inventory.policies = read_at(kNoon, std::vector{gold});
  inventory.rules = read_at(kNoon, std::vector{rule});
  inventory.schedules = read_at(kNoon, std::vector{nightly});
  inventory.plans = std::make_shared<const domain::Plans>(*inventory.policies.data, *inventory.rules.data,
                                                          *inventory.schedules.data);
}

// Puts a server together, VM by VM, each of them first seen a month ago unless told otherwise.
class Server {
 public:
  explicit Server(std::string name) {
    inventory_.server = std::move(name);
    add_plans(inventory_);
  }

  Server& with(domain::Vm vm, const Story& story, TimePoint first_seen = kNoon - std::chrono::days(30)) {
    summaries_[vm.id] = summary(story);
    if (!story.days.empty()) days_[vm.id] = strip(story.days);
    sightings_[vm.id] = {.first_seen = first_seen, .gone_since = {}, .last = {}};
    vms_.push_back(std::move(vm));
    return *this;
  }

  Server& without(std::string_view guid, TimePoint gone_since, std::optional<domain::LastKnown> last) {
    domain::Sighting sighting{
        .first_seen = kNoon - std::chrono::days(30), .gone_since = gone_since, .last = {}};
    if (last) sighting.last = std::make_shared<const domain::LastKnown>(*last);
    sightings_[domain::VmId(guid)] = sighting;
    return *this;
  }

  domain::Inventory inventory() const {
    domain::Inventory inventory = inventory_;
    std::vector<domain::Vm> listed = vms_;
    domain::sort_for_exposition(listed);
    inventory.vms = read_at(kNoon, std::move(listed));
    inventory.backups = read_at(kNoon, summaries_);
    inventory.history_from = history_from;
    inventory.memory.sightings = std::make_shared<const domain::Sightings>(sightings_);
    inventory.memory.days = std::make_shared<const domain::DayStrips>(days_);
    return inventory;
  }

  TimePoint history_from = kNoon - std::chrono::days(35);

 private:
  domain::Inventory inventory_;
  std::vector<domain::Vm> vms_;
  domain::BackupSummaries summaries_;
  domain::DayStrips days_;
  domain::Sightings sightings_;
};

inline TimePoint day(int month, int day, std::chrono::milliseconds time = 1h + 30min) {
  const int year = month == 12 ? 2025 : 2026;
  return std::chrono::sys_days{std::chrono::year{year} / month / day} + time;
}

// Something of everything: the days are those from 2025-12-19 to 2026-01-01.
inline Server everything() {
  Server server("prod");
  domain::Vm old = vm("finance", "old");
  old.present = false;
  server.with(vm("finance", "web"), {.success = day(1, 1), .days = "SSSSSSSSSSSSSS", .size = 100})
      .with(vm("finance", "erp-db"), {.success = day(1, 1),
                                      .failure = day(1, 1, 6h),
                                      .text = "connection refused",
                                      .days = "SSSSSSSSSSSSSB",
                                      .size = 1000})
      .with(vm("finance", "mail"), {.success = day(12, 29),
                                    .failure = day(1, 1),
                                    .failing_since = day(12, 30),
                                    .text = "=cmd|' /C calc'!A0, no\nhost",
                                    .days = "SSSSSSSSSSSFFF",
                                    .size = 20})
      .with(vm("finance", "fresh"), {}, day(12, 31, 12h))
      .with(old, {.success = day(12, 1), .days = "..............", .size = 7})
      .with(vm("hr", "payroll"), {.success = day(1, 1), .days = "SSSSSFFFFFFFFB", .size = 3})
      .with(vm("hr", "scratch", ""), {})
      .without("gone-id", day(12, 30, 9h),
               domain::LastKnown{
                   .name = "gone", .tenant = base::SharedText("finance"), .policy = base::SharedText("Gold")})
      .without("long-gone-id", day(12, 20, 9h),
               domain::LastKnown{.name = "long-gone", .tenant = base::SharedText("finance"), .policy = {}})
      .without("nameless-id", day(12, 31, 9h), std::nullopt);
  return server;
}

// A server that never answered.
inline domain::Inventory silent(std::string name) {
  domain::Inventory inventory;
  inventory.server = std::move(name);
  inventory.vms.health.error = base::Error{base::ErrorKind::unreachable, "GET /virtual-machines: refused"};
  return inventory;
}

inline domain::Snapshot snapshot(const std::vector<domain::Inventory>& inventories) {
  return domain::derive(inventories, {}, kNoon);
}

// A report and all that it refers to.
struct Made {
  Made(const std::vector<domain::Inventory>& inventories, const report::Question& question = {},
       const report::Period& period = report::last_week(kNoon))
      : snapshot(site::snapshot(inventories)),
        view(snapshot, period, {}),
        report(report::report_on(view, question)) {}

  const domain::Snapshot snapshot;
  report::View view;
  const report::Report report;

  std::vector<std::string> names(const report::Rows& rows) const {
    std::vector<std::string> names;
    for (const std::size_t row : rows)
      names.push_back(report::to_text(report.vms.cell(row, *report.vms.column("name"))));
    return names;
  }

  std::shared_ptr<const report::Report> shared() const {
    return {std::shared_ptr<const report::Report>(), &report};
  }
};

inline std::string whole(const report::Pieces& pieces) {
  std::string text;
  while (pieces(text)) {
  }
  return text;
}

using Names = std::vector<std::string>;

}  // namespace site
