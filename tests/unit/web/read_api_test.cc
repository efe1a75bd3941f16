// The routes of the read API, called as the server calls them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "domain/snapshot.h"
#include "support/manual_clock.h"
#include "web/routes.h"

namespace web {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using support::kNoon;

template <class T>
base::Shared<std::vector<T>> list(std::vector<T> items = {}) {
  return std::make_shared<const std::vector<T>>(std::move(items));
}

domain::Vm vm(const std::string& id, const std::string& name, const std::string& tenant) {
  domain::Vm vm;
  vm.id = domain::VmId(id);
  vm.name = name;
  vm.tenant = base::SharedText(tenant);
  vm.policy = {.guid = base::SharedText("p-" + tenant), .name = base::SharedText("policy of " + tenant)};
  return vm;
}

domain::Policy policy(const std::string& tenant) {
  domain::Policy policy;
  policy.id = domain::PolicyId("p-" + tenant);
  policy.name = "policy of " + tenant;
  return policy;
}

domain::Schedule schedule(const std::string& tenant) {
  domain::Schedule schedule;
  schedule.id = domain::ScheduleId("s-" + tenant);
  schedule.name = "schedule of " + tenant;
  schedule.policies = {{.guid = base::SharedText("p-" + tenant), .name = {}}};
  return schedule;
}

domain::Task task(const std::string& id, const std::string& vm) {
  domain::Task task;
  task.id = domain::TaskId(id);
  task.entity = domain::VmId(vm);
  return task;
}

// Four VMs of two tenants; when "b" was last backed up is not known.
domain::ServerState site() {
  domain::ServerState server{.name = "prod", .up = true};
  server.sources = {{.resource = domain::Resource::virtual_machines,
                     .health = {.success = true, .last_attempt = kNoon, .last_success = kNoon}}};
  server.vms =
      list<domain::Vm>({vm("1", "c", "red"), vm("2", "a", "red"), vm("3", "b", "red"), vm("4", "d", "blue")});
  server.vm_states.resize(4);
  server.vm_states[0].last_success = kNoon - 1h;
  server.vm_states[1].last_success = kNoon - 3h;
  server.vm_states[3].last_success = kNoon - 2h;
  for (auto& state : server.vm_states) state.history = std::make_shared<const domain::BackupSummary>();
  server.vm_states[1].coverage = domain::Coverage::overdue;
  server.tasks = list<domain::Task>({task("t1", "1"), task("t4", "4"), task("t0", "")});
  server.policies = list<domain::Policy>({policy("red"), policy("blue"), policy("nobody")});
  server.policy_states.resize(3);
  server.schedules = list<domain::Schedule>({schedule("red"), schedule("blue"), schedule("nobody")});
  server.schedule_states.resize(3);
  server.rules = list<domain::Rule>();
  for (const char* tenant : {"red", "blue"}) server.tenants[base::SharedText(tenant)] = {.vms = 1};
  server.nodes = list<domain::Node>();
  server.destinations = list<domain::Destination>();
  return server;
}

struct ReadApi : testing::Test {
  ReadApi() { publish({site()}); }

  void publish(std::vector<domain::ServerState> servers) {
    latest.publish(std::make_shared<const domain::Snapshot>(
        domain::Snapshot{.taken_at = kNoon, .servers = std::move(servers)}));
  }

  httplib::Response ask(const Route& route, const std::string& query, std::vector<std::string> parts = {},
                        const httplib::Headers& headers = {}) const {
    httplib::Request request;
    request.target = route.path + "?" + query;
    httplib::detail::parse_query_text(query, request.params);
    request.headers = headers;
    httplib::Response response;
    response.status = 200;
    route.handler({.request = request, .caller = caller, .parts = std::move(parts)}, response);
    return response;
  }

  json vms(const std::string& query) const { return json::parse(ask(vms_route(latest, {}), query).body); }

  static std::vector<std::string> column(const json& answer, const std::string& field = "name") {
    std::vector<std::string> values;
    for (const json& item : answer["items"]) values.push_back(item[field]);
    return values;
  }

  base::Latest<domain::Snapshot> latest;
  Caller caller{.name = "auditor", .verbs = {Verb::report}, .scope = {}};
  Caller red{.name = "red", .verbs = {Verb::report}, .scope = {{{"red"}}}};
};

using Names = std::vector<std::string>;

TEST_F(ReadApi, ListsVmsByName) { EXPECT_EQ(column(vms("")), (Names{"a", "b", "c", "d"})); }

TEST_F(ReadApi, ListsWhatIsNotKnownLastInEitherDirection) {
  EXPECT_EQ(column(vms("sort=last_success")), (Names{"a", "d", "c", "b"}));
  EXPECT_EQ(column(vms("sort=-last_success")), (Names{"c", "d", "a", "b"}));
}

TEST_F(ReadApi, PagesThroughEachVmOnce) {
  for (const std::string sort :
       {"name", "-name", "last_success", "-last_success", "tenant", "-state", "overdue"}) {
    std::string cursor;
    Names seen;
    for (json next = ""; next.is_string(); cursor = next.is_string() ? next.get<std::string>() : "") {
      const json page = vms("limit=1&sort=" + sort + (cursor.empty() ? "" : "&cursor=" + cursor));
      EXPECT_EQ(page["total"], 4);
      seen.push_back(column(page).at(0));
      next = page["next"];
    }
    EXPECT_EQ(seen, column(vms("sort=" + sort))) << sort;
  }
}

TEST_F(ReadApi, GoesOnBehindAVmThatIsGoneMeanwhile) {
  const std::string cursor = vms("limit=2")["next"];
  domain::ServerState later = site();
  later.vms = list<domain::Vm>({vm("1", "c", "red"), vm("2", "a", "red"), vm("4", "d", "blue")});
  later.vm_states.resize(3);
  publish({later});

  EXPECT_EQ(column(vms("limit=2&cursor=" + cursor)), (Names{"c", "d"}));
}

TEST_F(ReadApi, FiltersByAnyOfTheValuesOfAFieldAndByAllFields) {
  EXPECT_EQ(column(vms("name=a&name=d")), (Names{"a", "d"}));
  EXPECT_EQ(column(vms("name=a&name=d&tenant=blue")), (Names{"d"}));
  EXPECT_EQ(column(vms("state=overdue&state=covered")), (Names{"a"}));
}

TEST_F(ReadApi, SearchesWithoutRegardToCase) {
  EXPECT_EQ(column(vms("q=POLICY%20of%20b")), (Names{"d"}));
  EXPECT_EQ(vms("q=%3Cscript%3E")["total"], 0);
}

TEST_F(ReadApi, GivesTheFieldsThatAreWantedInTheirOrder) {
  EXPECT_EQ(ask(vms_route(latest, {}), "fields=name,server&limit=1&from=2026-01-01&to=2026-01-01").body,
            "{\"snapshot_time\":\"2026-01-01T12:00:00Z\",\"complete\":true,\"warnings\":[],\"period\":{"
            "\"from\":\"2026-01-01\",\"to\":\"2026-01-01\"},"
            "\"total\":4,\"items\":[{\"name\":\"a\",\"server\":\"prod\"}],"
            "\"next\":\"WyJuYW1lIiwiYSIsInByb2QiLCIyIl0\"}\n");
}

TEST_F(ReadApi, NamesEveryParameterThatIsWrong) {
  const auto answer =
      ask(vms_route(latest, {}),
          "limit=0&sort=nothing&fields=name,nam&cursor=x&state=good&from=2026-02-30&no=1&q=a&q=b");

  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.get_header_value("Content-Type"), "application/problem+json");
  std::vector<std::string> parameters;
  const json problem = json::parse(answer.body);
  for (const json& error : problem["errors"]) parameters.push_back(error["parameter"]);
  EXPECT_EQ(parameters, (Names{"no", "q", "state", "sort", "cursor", "limit", "fields", "from"}));
}

TEST_F(ReadApi, RefusesTheCursorOfAnotherOrder) {
  const std::string cursor = vms("limit=1&sort=name")["next"];

  EXPECT_EQ(ask(vms_route(latest, {}), "sort=-name&cursor=" + cursor).status, 400);
}

TEST_F(ReadApi, RefusesAPeriodThatEndsBeforeItBeginsIsTooLongOrIsOfNoUse) {
  EXPECT_EQ(ask(vms_route(latest, {}), "from=2026-01-02&to=2026-01-01").status, 400);
  EXPECT_EQ(ask(vms_route(latest, {}), "from=2024-01-01&to=2026-01-01").status, 400);
  EXPECT_EQ(ask(vms_route(latest, {}), "from=0000-01-01&to=0000-01-02").status, 400);
  EXPECT_EQ(ask(vms_route(latest, {}), "from=2026-01-02&to=2026-01-03").status, 400);
}

TEST_F(ReadApi, ShowsATenantItsOwn) {
  caller = red;

  EXPECT_EQ(column(vms("")), (Names{"a", "b", "c"}));
  EXPECT_EQ(vms("tenant=blue")["total"], 0);
  EXPECT_EQ(column(json::parse(ask(tasks_route(latest), "").body), "guid"), (Names{"t1"}));
  EXPECT_EQ(column(json::parse(ask(policies_route(latest), "").body)), (Names{"policy of red"}));
  EXPECT_EQ(column(json::parse(ask(schedules_route(latest), "").body)), (Names{"schedule of red"}));
}

TEST_F(ReadApi, ShowsWhoeverMaySeeEverythingWhatBelongsToNobodyToo) {
  EXPECT_EQ(json::parse(ask(tasks_route(latest), "").body)["total"], 3);
  EXPECT_EQ(json::parse(ask(policies_route(latest), "").body)["total"], 3);
  EXPECT_EQ(json::parse(ask(schedules_route(latest), "").body)["total"], 3);
}

TEST_F(ReadApi, AnswersAnotherTenantsVmAsOneThatIsNotThere) {
  caller = red;
  const auto one = vm_route(latest, {});
  const auto backups = backups_route(
      latest, [](std::string_view, const domain::VmId&) { return std::vector<domain::BackupRun>(); });

  EXPECT_EQ(ask(one, "", {"1"}).status, 200);
  EXPECT_EQ(ask(one, "", {"4"}).status, 404);
  EXPECT_EQ(ask(one, "", {"4"}).body, ask(one, "", {"none"}).body);
  EXPECT_EQ(ask(backups, "", {"4"}).status, 404);
  EXPECT_EQ(ask(backups, "", {"4"}).body, ask(backups, "", {"none"}).body);
}

TEST_F(ReadApi, TakesWhatIsStaleNeitherForNothingNorForAbsent) {
  domain::ServerState server = site();
  server.vms = list<domain::Vm>();
  server.vm_states.clear();
  server.sources.front().stale = true;
  publish({server});
  const json answer = vms("server=prod");

  EXPECT_EQ(answer["complete"], false);
  EXPECT_EQ(
      answer["warnings"],
      json::parse(
          R"(["Server prod: virtual_machines was last read at 2026-01-01T12:00:00Z: its data are too old and left out."])"));
  EXPECT_EQ(vms("server=other")["complete"], true);
  EXPECT_EQ(ask(vm_route(latest, {}), "", {"1"}).status, 503);
  EXPECT_EQ(json::parse(ask(policies_route(latest), "").body)["items"][0]["vms"], nullptr);
}

TEST_F(ReadApi, AsksWhichServerIsMeantWhereSeveralHaveAVmOfThisGuid) {
  domain::ServerState other = site();
  other.name = "lab";
  publish({site(), other});
  const auto one = vm_route(latest, {});

  EXPECT_EQ(ask(one, "", {"1"}).status, 409);
  EXPECT_EQ(json::parse(ask(one, "server=lab", {"1"}).body)["vm"]["server"], "lab");
}

TEST_F(ReadApi, ListsTheBackupsOfAVmTheNewestFirst) {
  const auto backups = backups_route(latest, [](std::string_view, const domain::VmId&) {
    return std::vector<domain::BackupRun>{{.id = domain::BackupId("old"),
                                           .at = kNoon - 24h,
                                           .status = domain::BackupStatus::success,
                                           .type = domain::BackupType::full,
                                           .size = {10}},
                                          {.id = domain::BackupId("new"),
                                           .at = kNoon,
                                           .status = domain::BackupStatus::failed,
                                           .type = domain::BackupType::incremental,
                                           .failure = domain::FailureClass::timeout,
                                           .size = {0}}};
  });

  EXPECT_EQ(json::parse(ask(backups, "", {"1"}).body)["items"], json::parse(R"([
    {"guid":"new","time":"2026-01-01T12:00:00Z","type":"incremental","status":"failed","size_bytes":null,"failure_class":"timeout","duration_seconds":null},
    {"guid":"old","time":"2025-12-31T12:00:00Z","type":"full","status":"success","size_bytes":10,"failure_class":null,"duration_seconds":null}])"));
}

TEST_F(ReadApi, SaysSoWhenTheBackupsAreNotKnown) {
  const auto backups =
      backups_route(latest, [](std::string_view, const domain::VmId&) { return std::nullopt; });

  EXPECT_EQ(ask(backups, "", {"1"}).status, 503);
}

TEST_F(ReadApi, SaysThatTheClientHasTheAnswerAlreadyUntilTheNextSnapshot) {
  const auto route = vms_route(latest, {});
  const std::string tag = ask(route, "").get_header_value("ETag");

  EXPECT_EQ(ask(route, "", {}, {{"If-None-Match", "\"x\", " + tag}}).status, 304);
  EXPECT_EQ(ask(route, "limit=1", {}, {{"If-None-Match", tag}}).status, 200);
  caller = red;
  EXPECT_EQ(ask(route, "", {}, {{"If-None-Match", tag}}).status, 200);
}

TEST_F(ReadApi, MakesSomeReportsAtOnceAndNoMore) {
  const auto route = report_route(latest, {});
  std::vector<httplib::Response> answers;
  answers.reserve(9);
  for (int i = 0; i < 9; ++i) answers.push_back(ask(route, ""));
  const int ninth = answers.back().status;
  answers.clear();

  EXPECT_EQ(ninth, 503);
  EXPECT_EQ(ask(route, "").status, 200);
}

TEST_F(ReadApi, FiltersByAGuidInEitherCase) {
  const auto fields = "fields=guid&guid=";
  domain::ServerState server = site();
  server.vms = list<domain::Vm>({vm("3C1B7A52-0d5e-4a44-9e0b-000000000001", "a", "red")});
  server.vm_states.resize(1);
  publish({server});

  EXPECT_EQ(vms(fields + std::string("3c1b7a52-0D5E-4a44-9e0b-000000000001"))["total"], 1);
}

TEST_F(ReadApi, IsNotThereBeforeTheFirstSnapshot) {
  const base::Latest<domain::Snapshot> none;

  EXPECT_EQ(ask(vms_route(none, {}), "").status, 503);
}

}  // namespace
}  // namespace web
