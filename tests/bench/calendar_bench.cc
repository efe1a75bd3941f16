// What a plan costs, in CPU time: when a VM is due, by four schedules, and the making of a policy's plan.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "domain/plan.h"

namespace {

using namespace std::chrono_literals;
using base::SharedText;
using domain::Occurrence;
using domain::Schedule;

constexpr int kVms = 100'000;
constexpr int kPolicies = 1'000;
constexpr base::TimePoint kNow{1767268800123ms};

Schedule at(std::chrono::milliseconds hour) {
  Schedule schedule;
  schedule.execution = domain::Execution::time;
  schedule.hour = hour;
  return schedule;
}

// Nightly, weekly, monthly and yearly.
std::vector<Schedule> four_schedules() {
  std::vector<Schedule> schedules{at(1h), at(2h), at(3h), at(4h)};
  schedules[0].execution = domain::Execution::interval;
  schedules[0].interval = {.start = 21h, .end = 5h, .frequency = 2h};
  schedules[0].days = {std::chrono::Monday, std::chrono::Tuesday, std::chrono::Thursday};
  schedules[1].days = {std::chrono::Saturday};
  schedules[2].days = {std::chrono::Sunday};
  schedules[2].occurrences = {Occurrence::last};
  schedules[3] = schedules[2];
  schedules[3].months = {std::chrono::January};
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    schedules[i].id = domain::ScheduleId("s" + std::to_string(i));
  }
  return schedules;
}

domain::Plans make_plans() {
  std::vector<domain::Policy> policies;
  std::vector<domain::Rule> rules;
  const std::vector<Schedule> schedules = four_schedules();
  for (int i = 0; i < kPolicies; ++i) {
    const std::string number = std::to_string(i);
    policies.push_back({.id = domain::PolicyId("p" + number)});
    rules.push_back({.id = domain::RuleId("r" + number), .policy = {.guid = SharedText("p" + number)}});
    for (const Schedule& one : schedules)
      rules.back().schedules.push_back({.guid = SharedText(one.id.text())});
  }
  return {policies, rules, schedules};
}

template <class Work>
void print_cost(std::string_view what, int count, const Work& work) {
  const std::clock_t start = std::clock();
  work();
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%-10.*s %8d times, %8.1f ms, %10.0f ns each\n", static_cast<int>(what.size()), what.data(),
              count, seconds * 1e3, seconds * 1e9 / count);
}

}  // namespace

int main() {
  domain::Plans plans;
  print_cost("plan", kPolicies, [&] { plans = make_plans(); });
  const domain::Plan& plan = *plans.of({.guid = SharedText("p1")});
  std::int64_t sum = 0;  // printed, so that nothing is left out
  print_cost("due_after", kVms, [&] {
    for (int i = 0; i < kVms; ++i) sum += due_after(plan, kNow - i * 1min)->time_since_epoch() / 1min;
  });
  std::printf("%lld\n", static_cast<long long>(sum));
  return 0;
}
