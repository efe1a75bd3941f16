#include "runbook/backup_plan.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"

namespace runbook {
namespace {

using domain::BackupType;
using domain::Destination;
using domain::Policy;
using domain::Reference;
using domain::Rule;
using domain::ServerState;
using Form = vprotect::ExportAsk::Form;
using nlohmann::json;

constexpr int kFirstWithRules = 5;
constexpr int kFirstWithTypes = 7;

std::optional<int> major_of(const std::string& version) {
  int major = 0;
  const auto [end, fault] = std::from_chars(version.data(), version.data() + version.size(), major);
  if (fault != std::errc() || end == version.data()) return std::nullopt;
  return major;
}

bool is_it(const Reference& reference, const std::string& guid, const std::string& name) {
  return reference.guid.empty() ? reference.name.view() == name
                                : base::equal_ignoring_case(reference.guid.view(), guid);
}

const Policy* policy_of(const Subject& subject) {
  const auto& policies = *subject.server->policies;
  const auto found = std::find_if(policies.begin(), policies.end(), [&](const Policy& policy) {
    return is_it(subject.vm->policy, policy.id.text(), policy.name);
  });
  return found == policies.end() ? nullptr : &*found;
}

// A rule of the policy that is in use, and whether one of its schedules makes full, and other, backups.
struct UsableRule {
  const Rule* rule = nullptr;
  bool has_full = false;
  bool has_incremental = false;
};

std::size_t index_of(const ServerState& server, const Policy& policy) {
  return static_cast<std::size_t>(&policy - server.policies->data());
}

UsableRule with_schedules(const ServerState& server, const domain::Ties& ties, std::size_t at) {
  UsableRule usable{.rule = &(*server.rules)[at]};
  for (const std::size_t schedule : ties.rules[at].schedules) {
    if (schedule >= server.schedules->size()) continue;
    const bool is_full = (*server.schedules)[schedule].backup_type.view() == "FULL";
    (is_full ? usable.has_full : usable.has_incremental) = true;
  }
  return usable;
}

std::vector<UsableRule> rules_of(const ServerState& server, const Policy& policy) {
  const auto ties = domain::ties_between(*server.policies, *server.rules, *server.schedules);
  std::vector<UsableRule> usable;
  for (const std::size_t rule : rules_in_use(server, ties, index_of(server, policy)))
    usable.push_back(with_schedules(server, ties, rule));
  return usable;
}

std::optional<Refusal> unusable(const Destination& destination) {
  if (destination.used && destination.capacity && destination.capacity->count > 0 &&
      *destination.used >= *destination.capacity)
    return Refusal{"destination_full", "The backup destination " + destination.name + " is full.", {}};
  return std::nullopt;
}

bool stores_to(const Rule& rule, const Destination& destination) {
  return std::any_of(rule.destinations.begin(), rule.destinations.end(), [&](const Reference& reference) {
    return is_it(reference, destination.id.text(), destination.name);
  });
}

// The one that makes backups of this type, else the first.
const UsableRule& best_of(const std::vector<UsableRule>& rules, BackupType type) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const UsableRule& usable) {
    return type == BackupType::full ? usable.has_full : usable.has_incremental;
  });
  return found == rules.end() ? rules.front() : *found;
}

std::string text_of(const Reference& reference) {
  return std::string(reference.guid.empty() ? reference.name.view() : reference.guid.view());
}

// Goes on from a policy with rules in use: which of them, and where to.
std::optional<Refusal> choose(const Subject& subject, const BackupWish& wish, std::vector<UsableRule> rules,
                              BackupPlan& plan) {
  const ServerState& server = *subject.server;
  const bool by_rule = plan.forms.front() != Form::destination;
  std::string wanted = wish.destination;
  if (!wanted.empty() && by_rule) {
    const auto found = find_destination(server, wanted);
    if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
    std::erase_if(rules, [&](const UsableRule& usable) {
      return !stores_to(*usable.rule, *std::get<const Destination*>(found));
    });
    if (rules.empty())
      return Refusal{"destination_not_in_policy",
                     "No rule of the VM's policy stores to " + base::excerpt(wanted, 200) + ".",
                     {}};
  }
  const Rule& rule = *best_of(rules, wish.type).rule;
  plan.rules = {rule.id};
  if (wanted.empty() && !rule.destinations.empty()) wanted = text_of(rule.destinations.front());
  if (wanted.empty() && !by_rule)
    return Refusal{"no_destination", "The rule of the VM's policy has no backup destination; name one.", {}};
  if (wanted.empty()) return std::nullopt;
  const auto found = find_destination(server, wanted);
  // Without the privilege to list destinations there is no more to say of one that a rule names.
  if (const auto* refusal = std::get_if<Refusal>(&found)) {
    if (wish.destination.empty() && server.destinations->empty()) {
      plan.destination = domain::DestinationId(wanted);
      return std::nullopt;
    }
    return *refusal;
  }
  plan.destination = std::get<const Destination*>(found)->id;
  return unusable(*std::get<const Destination*>(found));
}

std::optional<Refusal> needs_no_backup(const Subject& subject, std::chrono::milliseconds recent,
                                       base::TimePoint now) {
  if (const domain::Task* task = open_task(subject, {"EXPORT", "STORE"}))
    return Refusal{"already_running",
                   "The server has a " + task->state.str() + " " + task->type.str() +
                       " task of it: " + task->id.text() + ".",
                   {}};
  const auto& age = subject.state->age;
  if (age && *age < recent)
    return Refusal{"recent_success",
                   "Its last successful backup is only " +
                       base::to_text(std::chrono::floor<std::chrono::seconds>(*age)) + " old.",
                   now + (recent - *age)};
  return std::nullopt;
}

std::optional<Refusal> unfit(const Subject& subject) {
  const domain::Vm& vm = *subject.vm;
  if (auto refusal = unreachable(subject)) return refusal;
  if (vm.present == false) return Refusal{"vm_not_present", "It no longer exists on its platform.", {}};
  if (vm.policy.empty()) return Refusal{"no_policy", "It has no backup policy.", {}};
  return std::nullopt;
}

}  // namespace

std::variant<const Destination*, Refusal> find_destination(const ServerState& server,
                                                           const std::string& wanted) {
  const auto& all = *server.destinations;
  const domain::DestinationId id(wanted);
  const auto by_guid = std::find_if(all.begin(), all.end(), [&](const Destination& d) { return d.id == id; });
  if (by_guid != all.end()) return &*by_guid;
  std::vector<const Destination*> named;
  for (const Destination& destination : all) {
    if (destination.name == wanted) named.push_back(&destination);
  }
  if (named.size() == 1) return named.front();
  return Refusal{
      named.empty() ? "destination_unknown" : "destination_ambiguous",
      (named.empty() ? "There is no backup destination " : "Several backup destinations are named ") +
          base::excerpt(wanted, 200) + ".",
      {}};
}

std::vector<std::size_t> rules_in_use(const ServerState& server, const domain::Ties& ties,
                                      std::size_t policy) {
  std::vector<std::size_t> used = ties.policies[policy].rules;
  std::erase_if(used, [&](std::size_t rule) {
    return rule >= server.rules->size() || !(*server.rules)[rule].active.value_or(true);
  });
  return used;
}

std::optional<int> major_version_of(const ServerState& server) {
  std::optional<int> newest;
  for (const domain::Node& node : *server.nodes) newest = std::max(newest, major_of(node.version));
  return newest;
}

std::vector<Form> export_forms(const ServerState& server) {
  const auto major = major_version_of(server);
  if (!major) return {Form::typed_rules, Form::rules, Form::destination};
  if (*major >= kFirstWithTypes) return {Form::typed_rules};
  if (*major >= kFirstWithRules) return {Form::rules};
  return {Form::destination};
}

std::variant<BackupPlan, Refusal> plan_backup(const Subject& subject, const BackupWish& wish,
                                              std::chrono::milliseconds recent, base::TimePoint now) {
  if (auto refusal = unfit(subject)) return std::move(*refusal);
  const Policy* policy = policy_of(subject);
  if (policy == nullptr) return Refusal{"policy_unknown", "The server does not list its backup policy.", {}};
  auto rules = rules_of(*subject.server, *policy);
  if (rules.empty()) return Refusal{"no_rule", "Its backup policy has no active rule.", {}};
  BackupPlan plan{.forms = export_forms(*subject.server),
                  .type = wish.type,
                  .priority = wish.priority,
                  .window = wish.window,
                  .destination = {},
                  .rules = {},
                  .note = {}};
  const bool has_incremental = std::any_of(rules.begin(), rules.end(),
                                           [](const UsableRule& usable) { return usable.has_incremental; });
  if (wish.type == BackupType::incremental && !has_incremental)
    return Refusal{"no_incremental_schedule",
                   "An incremental backup needs an incremental schedule in the VM's policy, which has none.",
                   {}};
  if (wish.type == BackupType::incremental && !subject.state->last_full)
    plan.note = "No full backup of it is known: the server will make one instead.";
  if (auto refusal = choose(subject, wish, std::move(rules), plan)) return std::move(*refusal);
  if (auto refusal = needs_no_backup(subject, recent, now)) return std::move(*refusal);
  return plan;
}

std::string to_text(const BackupPlan& plan) {
  json text{{"type", domain::name_of(plan.type)},
            {"priority", plan.priority},
            {"window", plan.window.count()},
            {"destination", plan.destination.text()},
            {"note", plan.note},
            {"rules", json::array()},
            {"forms", json::array()}};
  for (const domain::RuleId& rule : plan.rules) text["rules"].push_back(rule.text());
  for (const Form form : plan.forms) text["forms"].push_back(static_cast<int>(form));
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<BackupPlan> backup_plan_of(const std::string& text) {
  try {
    const json from = json::parse(text);
    BackupPlan plan{.forms = {},
                    .type = from.at("type") == "incremental" ? BackupType::incremental : BackupType::full,
                    .priority = from.at("priority"),
                    .window = std::chrono::milliseconds(from.at("window").get<std::int64_t>()),
                    .destination = domain::DestinationId(from.at("destination").get<std::string>()),
                    .rules = {},
                    .note = from.at("note")};
    for (const json& rule : from.at("rules")) plan.rules.emplace_back(rule.get<std::string>());
    for (const json& form : from.at("forms")) plan.forms.push_back(static_cast<Form>(form.get<int>()));
    if (plan.forms.empty()) return std::nullopt;
    return plan;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace runbook
