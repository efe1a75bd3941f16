// The routes that change policies and schedules, over a real runbook and journal.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/manual_clock.h"
#include "unit/web/runbook_rig.h"
#include "web/changes.h"
#include "web/read_api.h"
#include "web/routes.h"

namespace web {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using support::kNoon;
using Script = RunbookRig::Script;
using Texts = std::vector<std::string>;

template <class T>
base::Shared<std::vector<T>> list(std::vector<T> items = {}) {
  return std::make_shared<const std::vector<T>>(std::move(items));
}

domain::Vm vm(const std::string& tenant) {
  domain::Vm vm;
  vm.id = domain::VmId("vm-of-" + tenant);
  vm.name = "vm";
  vm.tenant = base::SharedText(tenant);
  vm.project_uuid = base::SharedText("project-of-" + tenant);
  return vm;
}

domain::Policy policy(const std::string& guid) {
  domain::Policy policy;
  policy.id = domain::PolicyId(guid);
  policy.name = guid;
  return policy;
}

domain::Schedule schedule(const std::string& guid, std::chrono::milliseconds hour) {
  domain::Schedule schedule;
  schedule.id = domain::ScheduleId(guid);
  schedule.name = guid;
  schedule.active = true;
  schedule.execution = domain::Execution::time;
  schedule.hour = hour;
  return schedule;
}

// A policy and a schedule of web's, a VM of finance and one of web.
domain::ServerState server(const std::string& name, std::chrono::milliseconds hour) {
  domain::ServerState server{.name = name, .up = true};
  server.vms = list<domain::Vm>({vm("finance"), vm("web")});
  server.vm_states.resize(2);
  server.policies = list<domain::Policy>({policy("policy-of-web")});
  server.policy_states.resize(1);
  server.policy_states[0].owner = base::SharedText("web");
  server.rules = list<domain::Rule>();
  server.schedules = list<domain::Schedule>({schedule("schedule-of-web", hour)});
  server.schedule_states.resize(1);
  server.schedule_states[0].owner = base::SharedText("web");
  server.destinations = list<domain::Destination>();
  server.tasks = list<domain::Task>();
  server.nodes = list<domain::Node>();
  return server;
}

// What a request has besides its body.
struct With {
  std::string guid;
  std::string query;
  std::string key;
};

struct Answer {
  int status = 0;
  json body;

  bool operator==(const Answer&) const = default;
};

class ManageRoutes : public testing::Test {
 protected:
  ManageRoutes() { know({server("prod", 3h)}); }

  void know(std::vector<domain::ServerState> servers) {
    latest.publish(std::make_shared<const domain::Snapshot>(
        domain::Snapshot{.taken_at = kNoon, .servers = std::move(servers)}));
  }

  // A server that answers otherwise, before the first request.
  void let(std::function<void(Script&)> answers) {
    changes.reset();
    rig = std::make_unique<RunbookRig>(latest, clock, runbook::Options(), std::move(answers));
    changes = std::make_unique<Changes>(rig->runbook, rig->journal(), clock);
  }

  Answer ask(const std::string& method, const std::string& path, const std::string& body = "",
             const With& with = {}) const {
    const auto routes = manage_routes(latest, *changes, clock);
    const auto route = std::find_if(routes.begin(), routes.end(),
                                    [&](const Route& r) { return r.method == method && r.path == path; });
    httplib::Request request;
    request.method = method;
    request.body = body;
    if (!body.empty()) request.headers.emplace("Content-Type", "application/json");
    if (!with.key.empty()) request.headers.emplace("Idempotency-Key", with.key);
    httplib::detail::parse_query_text(with.query, request.params);
    httplib::Response response;
    response.status = 200;
    route->handler({.request = request, .caller = caller, .parts = {with.guid}}, response);
    return {response.status, json::parse(response.body)};
  }

  Answer make_policy(const std::string& body, const std::string& key = "") const {
    return ask("POST", "/api/v1/policies", body, {.guid = {}, .query = {}, .key = key});
  }
  Answer make_schedule(const std::string& body) const { return ask("POST", "/api/v1/schedules", body); }
  Answer remove_policy(const With& with) const { return ask("DELETE", "/api/v1/policies/{guid}", "", with); }

  static Texts faults_of(const Answer& answer) {
    Texts all{std::to_string(answer.status)};
    for (const json& error : answer.body.value("errors", json::array())) all.push_back(error["parameter"]);
    return all;
  }

  support::ManualClock clock{kNoon};
  base::Latest<domain::Snapshot> latest;
  std::unique_ptr<RunbookRig> rig = std::make_unique<RunbookRig>(latest, clock);
  std::unique_ptr<Changes> changes = std::make_unique<Changes>(rig->runbook, rig->journal(), clock);
  Caller caller{.name = "finance", .verbs = {Verb::report, Verb::manage}, .scope = {{{"finance"}}}};
};

TEST_F(ManageRoutes, MakeATenantsPolicyAndItsRule) {
  const Answer made = make_policy(R"({"name":"Gold","priority":60,"vms":[{"guid":"vm-of-finance"}]})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.body["guid"], "new-policy");
  EXPECT_EQ(made.body["outcome"], "succeeded");
  EXPECT_EQ(made.body["jobs"][0]["name"], "Gold");
  const Script asked = rig->asked();
  EXPECT_EQ(asked.calls, (Texts{"create policy", "create rule"}));
  const vprotect::PolicyDraft wanted{.name = "uuid_project-of-finance_Gold",
                                     .active = {},
                                     .priority = 60,
                                     .auto_remove_non_present = {},
                                     .vms = std::vector{domain::VmId("vm-of-finance")},
                                     .tenant_id = "project-of-finance"};
  EXPECT_EQ(asked.new_policies, std::vector{wanted});
}

TEST_F(ManageRoutes, MakeAPolicyOnceForAKey) {
  const std::string body = R"({"name":"Gold"})";
  const Answer first = make_policy(body, "k");
  const Answer again = make_policy(body, "k");
  EXPECT_EQ(again.body["id"], first.body["id"]);
  EXPECT_EQ(again.body["duplicate"], true);
  EXPECT_EQ(rig->asked().new_policies.size(), 1U);
}

TEST_F(ManageRoutes, TellTheNextRunsOfASchedule) {
  const json runs{"2026-01-02T01:30:00Z", "2026-01-05T01:30:00Z", "2026-01-09T01:30:00Z",
                  "2026-01-12T01:30:00Z", "2026-01-16T01:30:00Z"};
  const Answer ours =
      make_schedule(R"({"name":"N","type":"FULL","at":"01:30Z","days":["monday","friday"],"dry_run":true})");
  EXPECT_EQ(ours.status, 200) << ours.body;
  EXPECT_EQ(ours.body["next_runs"], runs);
  EXPECT_TRUE(rig->asked().calls.empty());
  const Answer vendors = make_schedule(
      R"({"name":"N","backupType":"FULL","executionType":"TIME","hour":5400000,"daysOfWeek":["MONDAY","FRIDAY"]})");
  EXPECT_EQ(vendors.status, 201) << vendors.body;
  EXPECT_EQ(vendors.body["guid"], "new-schedule");
  EXPECT_EQ(vendors.body["next_runs"], runs);
}

TEST_F(ManageRoutes, TellTheNextRunsOfWhatAScheduleBecomes) {
  know({server("prod", 3h), server("lab", 5h)});
  caller.scope = {};
  const auto first_run = [&](const std::string& body) {
    return ask("PUT", "/api/v1/schedules/{guid}", body, {.guid = "schedule-of-web", .query = {}, .key = {}})
        .body["next_runs"][0];
  };
  EXPECT_EQ(first_run(R"({"server":"lab","days":["sunday"],"dry_run":true})"), "2026-01-04T05:00:00Z");
  EXPECT_EQ(first_run(R"({"server":"prod","every":"6h","dry_run":true})"), "2026-01-01T18:00:00Z");
}

TEST_F(ManageRoutes, AnswerForAnotherTenantsThingsAsForNone) {
  for (const std::string thing : {"policies", "schedules"}) {
    const std::string path = "/api/v1/" + thing + "/{guid}";
    const std::string foreign = thing == "policies" ? "policy-of-web" : "schedule-of-web";
    for (const auto& [method, body] : {std::pair{"PUT", R"({"active":false})"}, std::pair{"DELETE", ""}}) {
      const Answer answer = ask(method, path, body, {.guid = foreign, .query = {}, .key = {}});
      EXPECT_EQ(answer.status, 404) << answer.body;
      EXPECT_EQ(answer, ask(method, path, body, {.guid = "none", .query = {}, .key = {}}));
    }
  }
  EXPECT_TRUE(rig->asked().calls.empty());
}

TEST_F(ManageRoutes, AssignNothingOfAnotherTenants) {
  const auto rule = [&](const std::string& body) { return make_policy(body).body["jobs"][0]["rule"]; };
  EXPECT_EQ(rule(R"({"name":"Gold","vms":[{"guid":"vm-of-web"}]})"), "vm_unknown");
  EXPECT_EQ(rule(R"({"name":"Gold","schedules":["schedule-of-web"]})"), "schedule_unknown");
  EXPECT_EQ(rule(R"({"name":"Gold","tenant":"web"})"), "tenant_unknown");
  EXPECT_TRUE(rig->asked().calls.empty());
}

TEST_F(ManageRoutes, TellByTheirStatusHowItEnded) {
  using base::ErrorKind;
  const auto status_after = [&](ErrorKind kind, bool may_have_happened) {
    let([=](Script& script) {
      script.policy_created.otherwise = vprotect::Failure{{kind, "POST /policies: no"}, may_have_happened};
    });
    return make_policy(R"({"name":"Gold"})").status;
  };
  EXPECT_EQ(status_after(ErrorKind::rejected, false), 409);
  EXPECT_EQ(status_after(ErrorKind::unreachable, false), 502);
  EXPECT_EQ(status_after(ErrorKind::timeout, true), 504);
}

TEST_F(ManageRoutes, SayOfARuleThatCannotBeMadeWhatBecameOfItsPolicy) {
  const vprotect::Failure no{{base::ErrorKind::rejected, "POST /rules/vm-backup: 400"}, false};
  let([&](Script& script) { script.rule_created.otherwise = no; });
  const Answer undone = make_policy(R"({"name":"Gold"})");
  EXPECT_EQ(undone.status, 502);
  EXPECT_FALSE(undone.body["jobs"][0].contains("made"));
  let([&](Script& script) {
    script.rule_created.otherwise = no;
    script.removed.otherwise = no;
  });
  const Answer left = make_policy(R"({"name":"Gold"})");
  EXPECT_EQ(left.status, 504);
  EXPECT_EQ(left.body["jobs"][0]["made"], "new-policy");
}

TEST_F(ManageRoutes, NameAllThatIsWrong) {
  EXPECT_EQ(faults_of(make_policy("{}")), (Texts{"400", "name"}));
  EXPECT_EQ(faults_of(make_policy(R"({"name":""})")), (Texts{"400", "name"}));
  EXPECT_EQ(faults_of(make_policy("{\"name\":\"" + std::string(101, 'x') + "\"}")), (Texts{"400", "name"}));
  EXPECT_EQ(faults_of(make_policy(R"({"name":"Gold","priority":101,"rules":[]})")),
            (Texts{"400", "rules", "priority"}));
  EXPECT_EQ(faults_of(make_schedule(R"({"name":"N"})")), (Texts{"400", "type", "at"}));
  EXPECT_EQ(faults_of(make_schedule(R"({"name":"N","type":"FULL","at":"01:00Z","hour":1})")),
            (Texts{"400", "hour"}));
  EXPECT_EQ(faults_of(make_schedule(R"({"name":"N","backupType":"FULL","at":"01:00Z"})")),
            (Texts{"400", "backupType"}));
  const With with{.guid = "policy-of-web", .query = "froce=true&dry_run=yes", .key = {}};
  EXPECT_EQ(faults_of(remove_policy(with)), (Texts{"400", "dry_run", "froce"}));
  EXPECT_EQ(faults_of(ask("PUT", "/api/v1/policies/{guid}", R"({"tenant":"web"})", with)),
            (Texts{"400", "tenant"}));
}

TEST_F(ManageRoutes, HoldAKeyToTheServerItIsFor) {
  caller.scope = {};
  const auto removed = [&](const std::string& query) {
    return remove_policy({.guid = "policy-of-web", .query = query, .key = "k"}).status;
  };
  EXPECT_EQ(removed("server=prod"), 200);
  EXPECT_EQ(removed("server=prod"), 200);
  EXPECT_EQ(removed("server=lab"), 422);
  EXPECT_EQ(rig->asked().removed_policies.size(), 1U);
}

}  // namespace
}  // namespace web
