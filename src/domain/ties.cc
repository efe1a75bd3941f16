#include "domain/ties.h"

#include <algorithm>

#include "domain/directory.h"

namespace domain {
namespace {

// References by guid come first: a name that stands for one of the things they tied already needs no guess.
enum class By { guid, name };

bool is(By by, const Reference& reference) { return reference.guid.empty() == (by == By::name); }

template <class Thing>
void list(const std::vector<Thing>& things, Directory& directory) {
  for (std::size_t i = 0; i < things.size(); ++i) directory.add(things[i].id.text(), things[i].name, i);
}

class Tying {
 public:
  Tying(const std::vector<Policy>& policies, const std::vector<Rule>& rules,
        const std::vector<Schedule>& schedules)
      : policies_(policies), rules_(rules), schedules_(schedules) {
    list(policies, known_policies_);
    list(rules, known_rules_);
    list(schedules, known_schedules_);
    ties_.policies.resize(policies.size());
    for (const Rule& rule : rules) ties_.rules.push_back({.active = rule.active.value_or(true)});
  }

  Ties result() {
    for (const By by : {By::guid, By::name}) add_unlisted_rules(by);
    for (const By by : {By::guid, By::name}) tie(by);
    for (std::size_t i = 0; i < ties_.rules.size(); ++i) give_to_policies(i);
    tie_schedules_without_rule();
    return std::move(ties_);
  }

 private:
  void add_unlisted_rules(By by) {
    for (const Policy& policy : policies_) add_unlisted(policy.rules, by);
    for (const Schedule& schedule : schedules_) add_unlisted(schedule.rules, by);
  }

  void add_unlisted(const std::vector<Reference>& references, By by) {
    for (const Reference& rule : references) {
      if (!is(by, rule) || !known_rules_.find(rule).empty()) continue;
      known_rules_.add(rule.guid.str(), rule.name.str(), ties_.rules.size());
      ties_.rules.push_back({.unclear = true});  // whether it is active, too
    }
  }

  void tie(By by) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (is(by, rules_[i].policy)) tie_rule_to_policy(ties_.rules[i], rules_[i].policy);
      for (const Reference& schedule : rules_[i].schedules) {
        if (is(by, schedule)) tie_rule_to_schedule(ties_.rules[i], schedule);
      }
    }
    for (std::size_t i = 0; i < policies_.size(); ++i) {
      for (const Reference& rule : policies_[i].rules) {
        if (is(by, rule)) tie_policy_to_rule(i, rule);
      }
    }
    for (std::size_t i = 0; i < schedules_.size(); ++i) {
      for (const Reference& rule : schedules_[i].rules) {
        if (is(by, rule)) tie_schedule_to_rule(i, rule);
      }
    }
  }

  void tie_rule_to_policy(Ties::OfRule& rule, const Reference& policy) {
    const auto& found = known_policies_.find(policy);
    const auto is_tied = [&](std::size_t i) { return rule.policies.contains(i); };
    if (std::any_of(found.begin(), found.end(), is_tied)) return;
    if (found.size() == 1) rule.policies.insert(found.front());
    if (found.size() > 1) blur_policies(found);
  }

  void tie_rule_to_schedule(Ties::OfRule& rule, const Reference& schedule) {
    const auto& found = known_schedules_.find(schedule);
    const auto is_tied = [&](std::size_t i) { return rule.schedules.contains(i); };
    if (std::any_of(found.begin(), found.end(), is_tied)) return;
    if (found.size() == 1) rule.schedules.insert(found.front());
    if (found.size() != 1) rule.unclear = true;
  }

  void tie_policy_to_rule(std::size_t policy, const Reference& rule) {
    const auto& found = known_rules_.find(rule);
    const auto is_tied = [&](std::size_t i) { return ties_.rules[i].policies.contains(policy); };
    if (std::any_of(found.begin(), found.end(), is_tied)) return;
    if (found.size() == 1) ties_.rules[found.front()].policies.insert(policy);
    if (found.size() > 1) ties_.policies[policy].unclear = true;
  }

  void tie_schedule_to_rule(std::size_t schedule, const Reference& rule) {
    const auto& found = known_rules_.find(rule);
    const auto is_tied = [&](std::size_t i) { return ties_.rules[i].schedules.contains(schedule); };
    if (std::any_of(found.begin(), found.end(), is_tied)) return;
    if (found.size() == 1) ties_.rules[found.front()].schedules.insert(schedule);
    if (found.size() > 1) {
      for (const std::size_t i : found) ties_.rules[i].unclear = true;
    }
  }

  void blur_policies(const std::vector<std::size_t>& policies) {
    for (const std::size_t i : policies) ties_.policies[i].unclear = true;
  }

  // A schedule that only names its policies is taken to be in each of their rules.
  void tie_schedules_without_rule() {
    const std::set<std::size_t> with_rule = schedules_with_rule();
    for (std::size_t i = 0; i < schedules_.size(); ++i) {
      if (with_rule.contains(i)) continue;
      for (const Reference& policy : schedules_[i].policies) tie_schedule_to_policy(i, policy);
    }
  }

  std::set<std::size_t> schedules_with_rule() const {
    std::set<std::size_t> result;
    for (const Ties::OfRule& rule : ties_.rules) result.insert(rule.schedules.begin(), rule.schedules.end());
    return result;
  }

  void tie_schedule_to_policy(std::size_t schedule, const Reference& policy) {
    const auto& found = known_policies_.find(policy);
    if (found.size() == 1) add_to_rules(found.front(), schedule);
    if (found.size() > 1) blur_policies(found);
  }

  void add_to_rules(std::size_t policy, std::size_t schedule) {
    std::vector<std::size_t>& rules = ties_.policies[policy].rules;
    if (rules.empty()) {
      rules.push_back(ties_.rules.size());
      ties_.rules.push_back({.policies = {policy}});
    }
    for (const std::size_t i : rules) ties_.rules[i].schedules.insert(schedule);
  }

  // A rule is of one policy; one that several claim is of nobody knows which.
  void give_to_policies(std::size_t number) {
    Ties::OfRule& rule = ties_.rules[number];
    if (rule.policies.size() > 1) rule.unclear = true;
    for (const std::size_t policy : rule.policies) ties_.policies[policy].rules.push_back(number);
  }

  const std::vector<Policy>& policies_;
  const std::vector<Rule>& rules_;
  const std::vector<Schedule>& schedules_;
  Directory known_policies_;
  Directory known_rules_;
  Directory known_schedules_;
  Ties ties_;
};

}  // namespace

Ties ties_between(const std::vector<Policy>& policies, const std::vector<Rule>& rules,
                  const std::vector<Schedule>& schedules) {
  return Tying(policies, rules, schedules).result();
}

}  // namespace domain
