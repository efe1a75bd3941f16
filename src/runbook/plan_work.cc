#include "runbook/plan_work.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

#include "base/text.h"
#include "domain/owner.h"
#include "runbook/backup_plan.h"
#include "runbook/ending.h"
#include "runbook/plan_text.h"
#include "runbook/refusal.h"
#include "runbook/targets.h"

namespace runbook {
namespace {

using domain::Job;
using domain::JobOutcome;
using domain::OperationKind;
using domain::ServerState;
using vprotect::Changed;
using vprotect::Failure;

constexpr int kFirstWithRoles = 5;  // of a rule's destinations
constexpr std::size_t kMostName = 200;
constexpr const char* kRuleName = "Default";
constexpr const char* kHasVms =
    "VMs have this policy and would be without one: say \"force\" to remove it all the same.";

// Says no, from within.
struct Refused {
  Refusal refusal;
};

[[noreturn]] void refuse_with(std::string rule, std::string detail) {
  throw Refused{{std::move(rule), std::move(detail), {}}};
}

// A request against what one server is known to have.
class Planner {
 public:
  Planner(const domain::Snapshot& snapshot, const domain::Scope& scope, const PlanRequest& request)
      : snapshot_(snapshot), scope_(scope), request_(request), server_(server()) {}

  const ServerState& where() const { return server_; }

  Job job() {
    Job job;
    job.server = server_.name;
    PlanAsk ask{
        .kind = request_.kind, .action = request_.action, .guid = request_.guid, .force = request_.force};
    const base::SharedText owner = request_.action == PlanAction::create ? new_owner() : existing_owner();
    job.tenant = owner.str();
    if (request_.kind == OperationKind::policy)
      plan_policy(owner, ask, job);
    else
      plan_schedule(owner, ask, job);
    job.made = request_.guid;
    job.detail = std::string(name_of(request_.action)) + ".";
    job.ask = to_text(ask);
    return job;
  }

 private:
  bool is_policy() const { return request_.kind == OperationKind::policy; }

  const ServerState& server() const {
    if (const ServerState* named = find_server(snapshot_, request_.server)) return *named;
    if (!request_.server.empty() || snapshot_.servers.size() != 1)
      refuse_with("server_unknown", request_.server.empty() ? "There are several servers: name one."
                                                            : "There is no server of this name.");
    return snapshot_.servers.front();
  }

  const std::vector<domain::TenantRule>& rules() const {
    static const std::vector<domain::TenantRule> kNone;
    return server_.tenant_rules ? *server_.tenant_rules : kNone;
  }

  // Whose what is created will be; empty: the site's.
  base::SharedText new_owner() const {
    if (!request_.tenant.empty()) {
      base::SharedText tenant(request_.tenant);
      if (!scope_.shows(request_.tenant) ||
          domain::project_of(request_.tenant, rules(), *server_.vms).empty())
        refuse_with("tenant_unknown", "There is no tenant of this name with a project at the server.");
      return tenant;
    }
    if (scope_.is_everything()) return {};
    if (scope_.tenants->size() != 1)
      refuse_with("tenant_unknown", "The credential is for several tenants: name one.");
    if (domain::project_of(scope_.tenants->front(), rules(), *server_.vms).empty())
      refuse_with("tenant_unknown", "The tenant has no project at the server.");
    return base::SharedText(scope_.tenants->front());
  }

  bool owns(const base::SharedText& owner) const {
    return scope_.is_everything() || (!owner.empty() && scope_.shows(owner.view()));
  }

  bool has_vm_with(const domain::Policy& policy) const {
    return std::any_of(server_.vms->begin(), server_.vms->end(), [&](const domain::Vm& vm) {
      return is_of(vm, policy) && scope_.shows(vm.tenant.view());
    });
  }

  static bool is_of(const domain::Vm& vm, const domain::Policy& policy) {
    return !vm.policy.guid.empty() && base::equal_ignoring_case(vm.policy.guid.view(), policy.id.text());
  }

  template <class Thing>
  static std::optional<std::size_t> place_of(const std::vector<Thing>& things, const std::string& guid) {
    const domain::Guid wanted(guid);
    const auto found =
        std::find_if(things.begin(), things.end(), [&](const Thing& t) { return t.id.guid == wanted; });
    if (guid.empty() || found == things.end()) return std::nullopt;
    return static_cast<std::size_t>(found - things.begin());
  }

  base::SharedText existing_owner() const { return is_policy() ? policy_owner() : schedule_owner(); }

  base::SharedText policy_owner() const {
    const auto at = place_of(*server_.policies, request_.guid);
    if (!at) refuse_with("policy_unknown", "There is no policy of this guid.");
    base::SharedText owner = server_.policy_states[*at].owner;
    const domain::Policy& policy = (*server_.policies)[*at];
    if (!owns(owner) && !has_vm_with(policy))
      refuse_with("policy_unknown", "There is no policy of this guid.");
    if (!owns(owner)) refuse_with("not_owned", "The policy is used by the tenant, but is not its own.");
    const bool has_foreign = std::any_of(server_.vms->begin(), server_.vms->end(), [&](const domain::Vm& vm) {
      return is_of(vm, policy) && !scope_.shows(vm.tenant.view());
    });
    if (has_foreign) refuse_with("foreign_vms", "VMs that are not the tenant's have this policy.");
    return owner;
  }

  base::SharedText schedule_owner() const {
    const auto at = place_of(*server_.schedules, request_.guid);
    if (!at || !owns(server_.schedule_states[*at].owner))
      refuse_with("schedule_unknown", "There is no schedule of this guid that may be changed.");
    return server_.schedule_states[*at].owner;
  }

  std::string vendor_name(const base::SharedText& owner, const std::string& name) const {
    if (owner.empty()) return name;
    const std::string project = domain::project_of(owner.view(), rules(), *server_.vms);
    return project.empty() ? name : domain::owned_name(project, name);
  }

  template <class Thing>
  void check_name(const std::vector<Thing>& things, const std::string& name) const {
    const bool is_taken = std::any_of(things.begin(), things.end(), [&](const Thing& thing) {
      return thing.name == name && thing.id.guid != domain::Guid(request_.guid);
    });
    if (is_taken) refuse_with("name_taken", "There is one of this name at the server.");
  }

  // A new one is named by what it is to be, one that is there by what it is.
  template <class Thing>
  std::optional<std::string> name_for(const std::vector<Thing>& things, const base::SharedText& owner,
                                      const std::optional<std::string>& wanted, Job& job) const {
    const auto at = place_of(things, request_.guid);
    const domain::OwnedName known = domain::split_name(at ? std::string_view(things[*at].name) : "");
    job.name = wanted ? *wanted : std::string(known.name);
    if (!wanted) return std::nullopt;
    std::string name =  // whose it is stays in it
        known.project.empty() ? vendor_name(owner, *wanted) : domain::owned_name(known.project, *wanted);
    check_name(things, name);
    return name;
  }

  std::string tenant_id(const base::SharedText& owner) const {
    const bool is_new = request_.action == PlanAction::create && !owner.empty();
    return is_new ? domain::project_of(owner.view(), rules(), *server_.vms) : std::string();
  }

  void plan_policy(const base::SharedText& owner, PlanAsk& ask, Job& job) const {
    const PolicyWish& wish = request_.policy;
    ask.policy.name = name_for(*server_.policies, owner, wish.name, job);
    ask.policy.tenant_id = tenant_id(owner);
    ask.policy.active = wish.active;
    ask.policy.priority = wish.priority;
    ask.policy.auto_remove_non_present = wish.auto_remove_non_present;
    if (wish.vms) ask.policy.vms = vms(*wish.vms, owner);
    if (request_.action == PlanAction::remove) return check_removal();
    if (request_.action == PlanAction::create || wish.schedules || !wish.destination.empty() ||
        !wish.secondary.empty())
      plan_rule(ask, job);
  }

  void check_removal() const {
    const domain::Policy& policy = (*server_.policies)[*place_of(*server_.policies, request_.guid)];
    const bool has_any = std::any_of(server_.vms->begin(), server_.vms->end(), [&](const domain::Vm& vm) {
      return is_of(vm, policy) && vm.present.value_or(true);
    });
    if (has_any && !request_.force) refuse_with("has_vms", kHasVms);
  }

  void plan_rule(PlanAsk& ask, const Job& job) const {
    const PolicyWish& wish = request_.policy;
    vprotect::RuleDraft rule;
    const auto major = major_version_of(server_);
    rule.lists_destinations = major && *major < kFirstWithRoles;
    rule.policy = domain::PolicyId(request_.guid);
    if (request_.action == PlanAction::create) {
      rule.name =
          base::excerpt(kRuleName + std::string(" of ") + ask.policy.name.value_or(job.name), kMostName);
      rule.active = true;
    } else {
      ask.rule_guid = rule_of(*place_of(*server_.policies, request_.guid));
    }
    if (wish.schedules) rule.schedules = schedules(*wish.schedules);
    if (request_.action == PlanAction::create && !rule.schedules) rule.schedules.emplace();
    if (!wish.destination.empty()) rule.primary = destination(wish.destination);
    if (!wish.secondary.empty()) rule.secondary = destination(wish.secondary);
    ask.rule = std::move(rule);
  }

  // The rule that something of a policy is put on.
  std::string rule_of(std::size_t policy) const {
    const auto ties = domain::ties_between(*server_.policies, *server_.rules, *server_.schedules);
    const auto used = rules_in_use(server_, ties, policy);
    if (used.empty()) refuse_with("no_rule", "The policy has no active rule that the server lists.");
    return (*server_.rules)[used.front()].id.text();
  }

  // Thousands of VMs may be named, by guid as a rule.
  using VmsByGuid = std::unordered_map<domain::VmId, const domain::Vm*>;

  VmsByGuid shown_vms() const {
    VmsByGuid all;
    for (const domain::Vm& vm : *server_.vms) {
      if (scope_.shows(vm.tenant.view())) all.emplace(vm.id, &vm);
    }
    return all;
  }

  const domain::Vm& vm_of(const VmSelector& selector, const VmsByGuid& by_guid) const {
    const bool is_by_guid = selector.uuid.empty() && selector.name.empty() && selector.tenant.empty();
    const auto known = is_by_guid ? by_guid.find(domain::VmId(selector.guid)) : by_guid.end();
    if (known != by_guid.end()) return *known->second;
    const auto found = find_vm(snapshot_, scope_, server_.name, selector);
    if (const auto* refusal = std::get_if<Refusal>(&found)) throw Refused{*refusal};
    return *std::get<Subject>(found).vm;
  }

  std::vector<domain::VmId> vms(const std::vector<VmSelector>& selectors,
                                const base::SharedText& owner) const {
    const VmsByGuid by_guid = shown_vms();
    std::vector<domain::VmId> ids;
    for (const VmSelector& selector : selectors) {
      const domain::Vm& vm = vm_of(selector, by_guid);
      if (!owner.empty() && vm.tenant != owner)
        refuse_with("foreign_vm", "The VM " + base::excerpt(vm.name, kMostName) + " is not the tenant's.");
      ids.push_back(vm.id);
    }
    return ids;
  }

  std::vector<domain::ScheduleId> schedules(const std::vector<std::string>& guids) const {
    std::vector<domain::ScheduleId> ids;
    for (const std::string& guid : guids) {
      const auto at = place_of(*server_.schedules, guid);
      if (!at || !owns(server_.schedule_states[*at].owner))
        refuse_with("schedule_unknown",
                    "There is no schedule " + base::excerpt(guid, kMostName) + " that may be used.");
      ids.push_back((*server_.schedules)[*at].id);
    }
    return ids;
  }

  domain::DestinationId destination(const std::string& wanted) const {
    const auto found = find_destination(server_, wanted);
    if (const auto* refusal = std::get_if<Refusal>(&found)) throw Refused{*refusal};
    return std::get<const domain::Destination*>(found)->id;
  }

  void plan_schedule(const base::SharedText& owner, PlanAsk& ask, Job& job) const {
    const ScheduleWish& wish = request_.schedule;
    ask.schedule = {.name = name_for(*server_.schedules, owner, wish.name, job),
                    .active = wish.active,
                    .backup_type = wish.type,
                    .hour = wish.hour,
                    .interval = wish.interval,
                    .start_window = wish.window,
                    .days = wish.days,
                    .months = wish.months,
                    .occurrences = wish.occurrences,
                    .rules = wish.policies ? std::optional(rules_of(*wish.policies)) : std::nullopt,
                    .tenant_id = tenant_id(owner)};
  }

  std::vector<domain::RuleId> rules_of(const std::vector<std::string>& policies) const {
    std::vector<domain::RuleId> ids;
    for (const std::string& guid : policies) {
      const auto at = place_of(*server_.policies, guid);
      if (!at || !owns(server_.policy_states[*at].owner))
        refuse_with("policy_unknown",
                    "There is no policy " + base::excerpt(guid, kMostName) + " that may be changed.");
      ids.emplace_back(rule_of(*at));
    }
    return ids;
  }

  const domain::Snapshot& snapshot_;
  const domain::Scope& scope_;
  const PlanRequest& request_;
  const ServerState& server_;
};

// --- What is done at the server ---

// Of a first call that was not confirmed.
Job not_done(Job job, const Failure& failure, base::TimePoint now) {
  if (failure.may_have_happened)
    return ended(std::move(job), JobOutcome::unknown,
                 "It may have been done: " + failure.error.message + ". Look at the server.", now);
  const bool is_refusal = failure.error.kind != base::ErrorKind::unreachable &&
                          failure.error.kind != base::ErrorKind::timeout &&
                          failure.error.kind != base::ErrorKind::cancelled;
  if (is_refusal) job.rule = "server";
  return ended(std::move(job), is_refusal ? JobOutcome::refused : JobOutcome::failed, failure.error.message,
               now);
}

// A policy whose rule could not be made is of no use, and its removal takes a rule along that was made after
// all.
Job undo(Job job, const domain::PolicyId& policy, const Failure& reason, vprotect::Control& control,
         base::TimePoint now) {
  const auto removed = control.remove(policy);
  if (std::holds_alternative<base::Done>(removed)) {
    job.made.clear();
    return ended(std::move(job), JobOutcome::failed,
                 "Its rule could not be made, so the policy was removed again: " + reason.error.message, now);
  }
  return ended(std::move(job), JobOutcome::unknown,
               "Its rule could not be made (" + reason.error.message + "), and the policy " + policy.text() +
                   " could not be removed again (" + std::get<Failure>(removed).error.message +
                   "): it is left at the server.",
               now);
}

Job create_policy(Job job, const PlanAsk& ask, vprotect::Control& control, base::TimePoint now) {
  const auto policy = control.create(ask.policy);
  if (const auto* failure = std::get_if<Failure>(&policy)) return not_done(std::move(job), *failure, now);
  const auto& id = std::get<domain::PolicyId>(policy);
  job.made = id.text();
  vprotect::RuleDraft rule = ask.rule.value_or(vprotect::RuleDraft{});
  rule.policy = id;
  const auto made = control.create(rule);
  if (const auto* failure = std::get_if<Failure>(&made))
    return undo(std::move(job), id, *failure, control, now);
  return ended(std::move(job), JobOutcome::succeeded, "Rule " + std::get<domain::RuleId>(made).text() + ".",
               now);
}

bool says_anything(const vprotect::PolicyDraft& draft) {
  return draft.name || draft.active || draft.priority || draft.auto_remove_non_present || draft.vms;
}

Job update_policy(Job job, const PlanAsk& ask, vprotect::Control& control, base::TimePoint now) {
  const bool changes_policy = says_anything(ask.policy);
  if (changes_policy) {
    const auto updated = control.update(domain::PolicyId(ask.guid), ask.policy);
    if (const auto* failure = std::get_if<Failure>(&updated)) return not_done(std::move(job), *failure, now);
  }
  if (!ask.rule) return ended(std::move(job), JobOutcome::succeeded, "", now);
  const auto updated = control.update(domain::RuleId(ask.rule_guid), *ask.rule);
  const auto* failure = std::get_if<Failure>(&updated);
  if (failure == nullptr) return ended(std::move(job), JobOutcome::succeeded, "", now);
  if (!changes_policy) return not_done(std::move(job), *failure, now);
  return ended(std::move(job), failure->may_have_happened ? JobOutcome::unknown : JobOutcome::failed,
               "The policy was changed, but not its rule: " + failure->error.message, now);
}

Job done_or_not(Job job, const Changed<base::Done>& answer, base::TimePoint now) {
  if (const auto* failure = std::get_if<Failure>(&answer)) return not_done(std::move(job), *failure, now);
  return ended(std::move(job), JobOutcome::succeeded, "", now);
}

// What the server says now counts: the list may be older than the newest change.
Job remove_policy(Job job, const PlanAsk& ask, vprotect::Control& control, base::TimePoint now) {
  const domain::PolicyId id(ask.guid);
  const auto detail = ask.force ? vprotect::PolicyDetail{} : control.policy(id);
  if (!detail) return not_done(std::move(job), {detail.error(), false}, now);
  if (detail->vms.empty()) return done_or_not(std::move(job), control.remove(id), now);
  refuse(job, {"has_vms", kHasVms, {}}, now);
  return job;
}

Job create_schedule(Job job, const PlanAsk& ask, vprotect::Control& control, base::TimePoint now) {
  const auto made = control.create(ask.schedule);
  if (const auto* failure = std::get_if<Failure>(&made)) return not_done(std::move(job), *failure, now);
  job.made = std::get<domain::ScheduleId>(made).text();
  return ended(std::move(job), JobOutcome::succeeded, "", now);
}

}  // namespace

std::string_view name_of(PlanAction action) {
  switch (action) {
    case PlanAction::create:
      return "create";
    case PlanAction::update:
      return "update";
    case PlanAction::remove:
      return "remove";
  }
  return {};
}

domain::Schedule applied(const ScheduleWish& wish, domain::Schedule schedule) {
  if (wish.active) schedule.active = wish.active;
  if (wish.hour || wish.interval) {
    schedule.execution = wish.hour ? domain::Execution::time : domain::Execution::interval;
    schedule.hour = wish.hour;
    schedule.interval = wish.interval;
  }
  if (wish.window) schedule.start_window = wish.window;
  if (wish.days) schedule.days = *wish.days;
  if (wish.months) schedule.months = *wish.months;
  if (wish.occurrences) schedule.occurrences = *wish.occurrences;
  return schedule;
}

Job plan_job(const domain::Snapshot& snapshot, const domain::Scope& scope, const PlanRequest& request,
             base::TimePoint now) {
  try {
    Job job = Planner(snapshot, scope, request).job();
    job.changed = now;
    return job;
  } catch (const Refused& refused) {
    Job job;
    job.server = request.server;
    const auto& wanted = request.kind == OperationKind::policy ? request.policy.name : request.schedule.name;
    job.name = base::excerpt(wanted.value_or(request.guid), kMostName);
    refuse(job, refused.refusal, now);
    return job;
  }
}

Job perform(Job job, vprotect::Control& control, base::TimePoint now) {
  const auto ask = plan_ask_of(job.ask);
  if (!ask) return unreadable(std::move(job), now);
  const bool is_policy = ask->kind == OperationKind::policy;
  switch (ask->action) {
    case PlanAction::create:
      return is_policy ? create_policy(std::move(job), *ask, control, now)
                       : create_schedule(std::move(job), *ask, control, now);
    case PlanAction::update:
      if (is_policy) return update_policy(std::move(job), *ask, control, now);
      return done_or_not(std::move(job), control.update(domain::ScheduleId(ask->guid), ask->schedule), now);
    case PlanAction::remove:
      if (is_policy) return remove_policy(std::move(job), *ask, control, now);
      return done_or_not(std::move(job), control.remove(domain::ScheduleId(ask->guid)), now);
  }
  return job;
}

Job interrupted(Job job, base::TimePoint now) {
  const std::string name = job.name;
  return ended(std::move(job), JobOutcome::unknown,
               "The exporter died while the server was asked: look for \"" + name + "\" at the server.", now);
}

}  // namespace runbook
