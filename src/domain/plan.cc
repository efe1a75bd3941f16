#include "domain/plan.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <set>

#include "domain/ties.h"

namespace domain {
namespace {

using base::TimePoint;
using std::chrono::milliseconds;

constexpr milliseconds kUsualStartWindow = std::chrono::hours{6};

Plan::Item item_of(const Schedule& schedule) {
  return {.calendar = Calendar(schedule),
          .window = schedule.start_window.value_or(kUsualStartWindow),
          .full = schedule.backup_type == "FULL"};
}

bool is_of(RunKind kind, const Plan::Item& item) { return item.full == (kind == RunKind::full); }

bool is_understood(const Plan::Item& item) { return item.calendar.state() == Calendar::State::runs; }

std::optional<milliseconds> longest_gap_of(const std::vector<Plan::Item>& items) {
  std::vector<Calendar> calendars;
  calendars.reserve(items.size());
  for (const Plan::Item& item : items) calendars.push_back(item.calendar);
  return longest_gap(calendars);
}

Plan plan_of(std::vector<Plan::Item> items) {
  if (!std::all_of(items.begin(), items.end(), is_understood)) return {.state = Plan::State::unknown};
  const auto gap = longest_gap_of(items);
  return {.state = Plan::State::active, .items = std::move(items), .longest_gap = gap};
}

void add_run_days(const Calendar& calendar, std::chrono::sys_days from, std::vector<bool>& runs) {
  const std::chrono::sys_days to = from + std::chrono::days(static_cast<std::int64_t>(runs.size()));
  const auto next_from = [&](TimePoint moment) { return calendar.next_after(moment - milliseconds(1)); };
  for (auto run = next_from(from); run && *run < to;) {
    const auto day = std::chrono::floor<std::chrono::days>(*run);
    runs[static_cast<std::size_t>((day - from).count())] = true;
    run = next_from(day + std::chrono::days(1));
  }
}

class Planner {
 public:
  Planner(const std::vector<Policy>& policies, const std::vector<Rule>& rules,
          const std::vector<Schedule>& schedules)
      : policies_(policies), schedules_(schedules), ties_(ties_between(policies, rules, schedules)) {}

  Plan plan(std::size_t policy) const {
    const Ties::OfPolicy& tied = ties_.policies[policy];
    if (!policies_[policy].active.value_or(true)) return {.state = Plan::State::paused};
    if (is_unclear(tied)) return {.state = Plan::State::unknown};
    if (!tied.rules.empty() && !has_active_rule(tied)) return {.state = Plan::State::paused};
    if (!has_schedule(tied)) return {.state = Plan::State::no_schedule};
    auto items = active_items(tied);
    if (items.empty()) return {.state = Plan::State::paused};
    return plan_of(std::move(items));
  }

  std::vector<std::size_t> policies_of_schedules() const {
    std::vector<std::set<std::size_t>> active(schedules_.size());
    for (const Ties::OfRule& rule : ties_.rules) {
      if (!rule.active) continue;
      for (const std::size_t schedule : rule.schedules) add_active(rule.policies, active[schedule]);
    }
    std::vector<std::size_t> counts;
    counts.reserve(active.size());
    for (const auto& of_schedule : active) counts.push_back(of_schedule.size());
    return counts;
  }

 private:
  void add_active(const std::set<std::size_t>& policies, std::set<std::size_t>& to) const {
    for (const std::size_t policy : policies) {
      if (policies_[policy].active.value_or(true)) to.insert(policy);
    }
  }

  bool is_unclear(const Ties::OfPolicy& policy) const {
    const auto is_unclear_rule = [&](std::size_t i) {
      return ties_.rules[i].active && ties_.rules[i].unclear;
    };
    return policy.unclear || std::any_of(policy.rules.begin(), policy.rules.end(), is_unclear_rule);
  }

  bool has_active_rule(const Ties::OfPolicy& policy) const {
    return std::any_of(policy.rules.begin(), policy.rules.end(),
                       [&](std::size_t i) { return ties_.rules[i].active; });
  }

  bool has_schedule(const Ties::OfPolicy& policy) const {
    return std::any_of(policy.rules.begin(), policy.rules.end(),
                       [&](std::size_t i) { return !ties_.rules[i].schedules.empty(); });
  }

  // A schedule may be in several rules.
  std::vector<Plan::Item> active_items(const Ties::OfPolicy& policy) const {
    std::set<std::size_t> active;
    for (const std::size_t rule : policy.rules) {
      const Ties::OfRule& tied = ties_.rules[rule];
      if (tied.active) active.insert(tied.schedules.begin(), tied.schedules.end());
    }
    std::vector<Plan::Item> items;
    for (const std::size_t i : active) {
      if (schedules_[i].active.value_or(true)) items.push_back(item_of(schedules_[i]));
    }
    return items;
  }

  const std::vector<Policy>& policies_;
  const std::vector<Schedule>& schedules_;
  const Ties ties_;
};

}  // namespace

std::optional<TimePoint> due_after(const Plan& plan, TimePoint since) {
  std::optional<TimePoint> due;
  for (const Plan::Item& item : plan.items) {
    const auto run = item.calendar.next_after(since);
    if (run) due = std::min(due.value_or(*run + item.window), *run + item.window);
  }
  return due;
}

std::optional<TimePoint> next_run(const Plan& plan, RunKind kind, TimePoint now) {
  std::optional<TimePoint> next;
  for (const Plan::Item& item : plan.items) {
    if (!is_of(kind, item)) continue;
    const auto run = item.calendar.next_after(now);
    if (run) next = std::min(next.value_or(*run), *run);
  }
  return next;
}

std::optional<TimePoint> last_run(const Plan& plan, RunKind kind, TimePoint now) {
  std::optional<TimePoint> last;
  for (const Plan::Item& item : plan.items) {
    if (!is_of(kind, item)) continue;
    const auto run = item.calendar.last_until(now);
    if (run) last = std::max(last.value_or(*run), *run);
  }
  return last;
}

std::vector<bool> run_days(const Plan& plan, std::chrono::sys_days from, std::chrono::sys_days to) {
  assert(from <= to && to - from <= kMostRunDays);
  std::vector<bool> runs(static_cast<std::size_t>((to - from).count()));
  for (const Plan::Item& item : plan.items) add_run_days(item.calendar, from, runs);
  return runs;
}

Plans::Plans(const std::vector<Policy>& policies, const std::vector<Rule>& rules,
             const std::vector<Schedule>& schedules) {
  const Planner planner(policies, rules, schedules);
  plans_.reserve(policies.size());
  for (std::size_t i = 0; i < policies.size(); ++i) {
    policies_.add(policies[i].id.text(), policies[i].name, i);
    plans_.push_back(planner.plan(i));
  }
  policies_of_schedules_ = planner.policies_of_schedules();
}

const Plan* Plans::of(const Reference& policy) const {
  const auto& found = policies_.find(policy);
  return found.size() == 1 ? &plans_[found.front()] : nullptr;
}

}  // namespace domain
