// The routes of the runbook, called as the server calls them, over a real runbook and journal.
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
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

template <class T>
base::Shared<std::vector<T>> list(std::vector<T> items = {}) {
  return std::make_shared<const std::vector<T>>(std::move(items));
}

domain::Reference reference(const std::string& thing) {
  return {.guid = base::SharedText(thing + "-guid"), .name = base::SharedText(thing)};
}

domain::Vm vm(const std::string& name, const std::string& tenant) {
  domain::Vm vm;
  vm.id = domain::VmId(name + "-guid");
  vm.name = name;
  vm.tenant = base::SharedText(tenant);
  vm.project = reference("project-of-" + tenant);
  vm.policy = reference("policy");
  return vm;
}

domain::Policy policy() {
  domain::Policy policy;
  policy.id = domain::PolicyId("policy-guid");
  policy.name = "policy";
  return policy;
}

domain::Rule rule() {
  domain::Rule rule;
  rule.id = domain::RuleId("rule-guid");
  rule.policy = reference("policy");
  rule.destinations = {reference("vault")};
  return rule;
}

domain::Destination vault() {
  domain::Destination vault;
  vault.id = domain::DestinationId("vault-guid");
  vault.name = "vault";
  return vault;
}

// "db" and "app" of finance, "www" of web; "app" was backed up ten minutes ago.
domain::Snapshot site() {
  domain::ServerState server{.name = "prod", .up = true};
  server.vms = list<domain::Vm>({vm("db", "finance"), vm("app", "finance"), vm("www", "web")});
  server.vm_states.resize(3);
  server.vm_states[1].age = 10min;
  server.policies = list<domain::Policy>({policy()});
  server.rules = list<domain::Rule>({rule()});
  server.destinations = list<domain::Destination>({vault()});
  server.tasks = list<domain::Task>();
  server.schedules = list<domain::Schedule>();
  server.nodes = list<domain::Node>();
  return {.taken_at = kNoon, .servers = {std::move(server)}};
}

// Without what is another each time.
json unnamed(json operation) {
  for (const char* name : {"id", "operation"}) {
    if (operation.contains(name)) operation[name] = "ID";
  }
  return operation;
}

// What a request has besides its body.
struct With {
  std::string query;
  std::string key;
  std::string id;  // in the path
};

struct Answer {
  int status = 0;
  json body;
  std::map<std::string, std::string> headers;
};

class RunbookRoutes : public testing::Test {
 protected:
  RunbookRoutes() { latest.publish(std::make_shared<const domain::Snapshot>(site())); }

  // One that is set up otherwise, before the first request.
  void begin_again(const runbook::Options& options, std::function<void(RunbookRig::Script&)> answers = {}) {
    changes.reset();
    rig = std::make_unique<RunbookRig>(latest, clock, options, std::move(answers));
    changes = std::make_unique<Changes>(rig->runbook, rig->journal(), clock);
  }

  Answer ask(const Route& route, const std::string& body = "", const With& with = {}) const {
    httplib::Request request;
    request.method = route.method;
    request.body = body;
    request.remote_addr = "192.0.2.1";
    if (!body.empty()) request.headers.emplace("Content-Type", "application/json");
    if (!with.key.empty()) request.headers.emplace("Idempotency-Key", with.key);
    httplib::detail::parse_query_text(with.query, request.params);
    httplib::Response response;
    response.status = 200;
    route.handler({.request = request, .caller = caller, .parts = {with.id}}, response);
    EXPECT_EQ(response.get_header_value("Cache-Control"), "no-store") << route.path;
    EXPECT_EQ(response.get_header_value_count("Cache-Control"), 1U) << route.path;
    Answer answer{response.status, json::parse(response.body), {}};
    for (const char* name : {"Location", "Retry-After"}) {
      if (response.has_header(name)) answer.headers[name] = response.get_header_value(name);
    }
    return answer;
  }

  Answer back_up(const std::string& body, const With& with = {}) const {
    return ask(start_backups_route(*changes), body, with);
  }
  Answer restore(const std::string& body, const With& with = {}) const {
    return ask(start_restore_route(*changes), body, with);
  }
  Answer notify(const std::string& body) const { return ask(alertmanager_route(*changes), body); }
  Answer operations(const std::string& query = "") const {
    return ask(operations_route(*changes), "", {.query = query});
  }
  Answer operation(const std::string& id, const std::string& query = "") const {
    return ask(operation_route(*changes), "", {.query = query, .id = id});
  }
  Answer cancel(const std::string& id, const std::string& query = "") const {
    return ask(cancel_route(*changes), "", {.query = query, .id = id});
  }
  Answer audit(const std::string& query = "") const {
    return ask(audit_route(*changes), "", {.query = query});
  }

  // A backup of the VM that was begun.
  std::string begun(const std::string& name, const std::string& key = "") const {
    return back_up(R"({"vms":[{"name":")" + name + "\"}]}", {.key = key}).body["id"];
  }

  static std::vector<std::string> faults_of(const Answer& answer) {
    std::vector<std::string> all{std::to_string(answer.status)};
    for (const json& error : answer.body.value("errors", json::array()))
      all.push_back(error["parameter"].get<std::string>() + " " + error["detail"].get<std::string>());
    return all;
  }

  static std::vector<std::string> ids_of(const Answer& answer) {
    std::vector<std::string> ids;
    for (const json& item : answer.body["items"]) ids.push_back(item["id"]);
    return ids;
  }

  support::ManualClock clock{kNoon};
  base::Latest<domain::Snapshot> latest;
  std::unique_ptr<RunbookRig> rig = std::make_unique<RunbookRig>(latest, clock);
  std::unique_ptr<Changes> changes = std::make_unique<Changes>(rig->runbook, rig->journal(), clock);
  Caller caller{
      .name = "operator", .verbs = {Verb::report, Verb::backup, Verb::restore, Verb::manage}, .scope = {}};
  const Caller finance{.name = "finance", .verbs = caller.verbs, .scope = {{{"finance"}}}};
  const Caller web{.name = "web", .verbs = caller.verbs, .scope = {{{"web"}}}};
};

using Texts = std::vector<std::string>;

TEST_F(RunbookRoutes, BackUpAVmAndTellTheServersTask) {
  const Answer answer =
      back_up(R"({"server":"prod","vms":[{"name":"db","tenant":"finance"}],"type":"FULL","priority":70,)"
              R"("destination":"vault","window":"2h","reason":"before the upgrade"})");

  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>{
                                {"Location", "/api/v1/operations/" + answer.body["id"].get<std::string>()}}));
  EXPECT_EQ(unnamed(answer.body), json::parse(R"({
    "dry_run":false,"duplicate":false,"id":"ID","kind":"backup","state":"open","progress":0.0,
    "origin":"api","caller":"operator","reason":"before the upgrade","created":"2026-01-01T12:00:00Z",
    "jobs":[{"number":0,"verdict":"accepted","state":"queued","server":"prod","tenant":"finance",
             "guid":"db-guid","name":"db","task":"task-1","attempts":1,"sent":"2026-01-01T12:00:00Z",
             "window_start":"2026-01-01T12:00:00Z","window_end":"2026-01-01T14:00:00Z",
             "changed":"2026-01-01T12:00:00Z"}]})"));
  const auto exports = rig->asked().exports;
  ASSERT_EQ(exports.size(), 1U);
  EXPECT_EQ(exports[0].vm, domain::VmId("db-guid"));
  EXPECT_EQ(exports[0].priority, 70);
}

TEST_F(RunbookRoutes, TakeAWindowInSecondsToo) {
  const json job = back_up(R"({"vms":[{"name":"db"}],"window":7200})").body["jobs"][0];

  EXPECT_EQ(job["window_end"], "2026-01-01T14:00:00Z");
}

TEST_F(RunbookRoutes, AnswerTheSameKeyAgainWithTheSameOperation) {
  const Answer first = back_up(R"({"vms":[{"name":"db"}],"priority":9})", {.key = "k 1"});
  const Answer again = back_up(R"({"priority":9, "vms":[{"name":"db"}], "dry_run":false})", {.key = "k 1"});

  json expected = first.body;
  expected["duplicate"] = true;
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, expected);
  EXPECT_EQ(again.headers, first.headers);
  EXPECT_EQ(rig->asked().exports.size(), 1U);
}

TEST_F(RunbookRoutes, RefuseAKeyThatWasUsedForAnotherRequest) {
  begun("db", "k");

  const Answer answer = back_up(R"({"vms":[{"name":"www"}]})", {.key = "k"});

  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.body["detail"], "This idempotency key was used for another request.");
}

TEST_F(RunbookRoutes, GiveEachCallerKeysOfItsOwn) {
  begun("db", "k");
  caller = web;

  EXPECT_EQ(back_up(R"({"vms":[{"name":"www"}]})", {.key = "k"}).status, 202);
}

TEST_F(RunbookRoutes, TakeKeysOfPrintableCharacters) {
  const std::string body = R"({"vms":[{"name":"db"}],"dry_run":true})";
  const Texts refused{"400",
                      "Idempotency-Key has to be given once, with 1 to 255 printable ASCII characters"};

  EXPECT_EQ(back_up(body, {.key = std::string(255, 'k')}).status, 200);
  EXPECT_EQ(faults_of(back_up(body, {.key = std::string(256, 'k')})), refused);
  EXPECT_EQ(faults_of(back_up(body, {.key = "\xc3\xa4"})), refused);
  EXPECT_EQ(faults_of(back_up(body, {.key = "a\tb"})), refused);
}

TEST_F(RunbookRoutes, SayOfADryRunWhatWouldBeBegun) {
  const Answer answer = back_up(R"({"vms":[{"guid":"db-guid"},{"name":"app"}],"dry_run":true})");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>()));
  EXPECT_EQ(answer.body, json::parse(R"({
    "dry_run":true,"duplicate":false,"kind":"backup","origin":"api","caller":"operator",
    "created":"2026-01-01T12:00:00Z","jobs":[
      {"number":0,"verdict":"accepted","state":"waiting","server":"prod","tenant":"finance","guid":"db-guid",
       "name":"db","changed":"2026-01-01T12:00:00Z"},
      {"number":1,"verdict":"skipped","state":"ended","outcome":"refused","rule":"recent_success",
       "detail":"Its last successful backup is only 10m old.","passes_at":"2026-01-01T12:50:00Z",
       "server":"prod","tenant":"finance","guid":"app-guid","name":"app","changed":"2026-01-01T12:00:00Z",
       "ended":"2026-01-01T12:00:00Z"}]})"));
  EXPECT_EQ(operations().body["items"], json::array());
}

TEST_F(RunbookRoutes, SayWhyNothingWasBegunAndWhenItWillPass) {
  const Answer answer = back_up(R"({"vms":[{"name":"app"}]})");

  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>{{"Retry-After", "3000"}}));
  EXPECT_EQ(answer.body["detail"], "Nothing was begun: Its last successful backup is only 10m old.");
  EXPECT_EQ(answer.body["jobs"][0]["rule"], "recent_success");
  EXPECT_EQ(answer.body["jobs"][0]["verdict"], "skipped");
}

TEST_F(RunbookRoutes, PromiseNoTimeWhenOneOfTheVmsHasNone) {
  const Answer answer = back_up(R"({"vms":[{"name":"app"},{"name":"none"}]})");

  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>()));
  EXPECT_EQ(answer.body["detail"], "Nothing was begun: see the verdict on each.");
}

TEST_F(RunbookRoutes, TellOfEachVmWhenSomeWereBegun) {
  const Answer answer = back_up(R"({"vms":[{"name":"none"},{"name":"db"}]})");

  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body["jobs"][0]["verdict"], "refused");
  EXPECT_EQ(answer.body["jobs"][1]["task"], "task-1");
}

TEST_F(RunbookRoutes, AnswerForAnotherTenantsVmAsForOneThatIsNotThere) {
  caller = finance;
  const auto verdict_on = [&](const std::string& name) {
    json body = back_up(R"({"vms":[{"name":"db"},{"name":")" + name + "\"}],\"dry_run\":true}").body;
    body["jobs"][1].erase("name");
    body["jobs"][1].erase("detail");
    return body;
  };

  EXPECT_EQ(verdict_on("www"), verdict_on("non"));
  const json begun = back_up(R"({"vms":[{"name":"db"},{"name":"www"}]})").body;
  EXPECT_EQ(begun["jobs"].size(), 2U);
  EXPECT_EQ(begun["jobs"][1]["verdict"], "refused");
}

TEST_F(RunbookRoutes, NameAllThatIsWrongWithABackup) {
  const Answer answer = back_up(
      R"({"vms":[{"name":"db"},{"tenant":"x"},{"gid":"1"}],"type":"full","priority":101,"window":"8d",)"
      R"("dryrun":true,"reason":"a\nb"})",
      {.query = "wait=31s&x=1", .key = "\x01"});

  EXPECT_EQ(faults_of(answer),
            (Texts{"400", "x is not a parameter of this path", "wait must be a duration from 0s to 30s",
                   "dryrun is not known here; did you mean \"dry_run\"?",
                   "Idempotency-Key has to be given once, with 1 to 255 printable ASCII characters",
                   "reason has to be text of at most 1000 bytes without control characters",
                   "vms[1].guid is missing, as are uuid and name",
                   "vms[2].gid is not known here; did you mean \"guid\"?",
                   "vms[2].guid is missing, as are uuid and name", "type has to be one of FULL, INCREMENTAL",
                   "priority has to be a whole number from 0 to 100",
                   "window has to be a duration such as \"6h\", or seconds, from 1m to 7d"}));
  EXPECT_EQ(operations().body["items"], json::array());
}

TEST_F(RunbookRoutes, TakeOneToAHundredVms) {
  const auto refused = Texts{"400", "vms has to be a list of 1 to 100 objects"};
  json body{{"dry_run", true}};
  EXPECT_EQ(faults_of(back_up(body.dump())), refused);
  body["vms"] = json::array();
  EXPECT_EQ(faults_of(back_up(body.dump())), refused);
  for (int i = 0; i < 100; ++i) body["vms"].push_back({{"name", "db"}});
  EXPECT_EQ(back_up(body.dump()).status, 200);
  body["vms"].push_back({{"name", "db"}});
  EXPECT_EQ(faults_of(back_up(body.dump())), refused);
}

TEST_F(RunbookRoutes, CallNobodyBackWhomTheConfigurationDoesNotName) {
  EXPECT_EQ(faults_of(back_up(R"({"vms":[{"name":"db"}],"callback":"https://elsewhere.example/"})")),
            (Texts{"400",
                   "callback has to begin with one of the URLs of runbooks.callbacks in the configuration"}));
}

TEST_F(RunbookRoutes, BeginNothingBeforeTheFirstSnapshot) {
  const base::Latest<domain::Snapshot> none;
  RunbookRig early(none, clock);
  Changes unread(early.runbook, early.journal(), clock);

  const Answer answer = ask(start_backups_route(unread), R"({"vms":[{"name":"db"}]})");

  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>{{"Retry-After", "5"}}));
  EXPECT_EQ(answer.body["detail"],
            "Nothing was begun, and it may be asked for again: No server has been read yet.");
}

TEST_F(RunbookRoutes, RestoreABackupByTheGuidesNames) {
  const Answer answer = restore(
      R"({"backup":{"guid":"backup-of-db-guid","name":"any"},"hypervisorManager":{"guid":"hm","name":"x"},)"
      R"("restoredPeName":"db-2","restoreStorageId":"st","restoreClusterId":"cl",)"
      R"("restoreProject":"project-of-finance","dataCenter":{"name":"dc"},"overwrite":true,"powerOn":true})");

  EXPECT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(answer.body["kind"], "restore");
  EXPECT_EQ(rig->asked().restores,
            (std::vector<vprotect::RestoreAsk>{{.backup = domain::BackupId("backup-of-db-guid"),
                                                .hypervisor = {},
                                                .hypervisor_manager = "hm",
                                                .name = "db-2",
                                                .storage = "st",
                                                .cluster = "cl",
                                                .project = "project-of-finance-guid",
                                                .project_is_text = false,
                                                .data_center = "dc",
                                                .overwrite = true,
                                                .power_on = true}}));
}

TEST_F(RunbookRoutes, RestoreTheNewestOfAVmByTheShortNames) {
  const Answer answer = restore(
      R"({"vm":{"name":"db"},"before":"2026-01-01T00:00:00Z","hypervisor":"h","name":"db-2","storage":"st",)"
      R"("cluster":"cl","project":"project-of-finance"})");

  EXPECT_EQ(answer.status, 202) << answer.body;
  const auto restores = rig->asked().restores;
  ASSERT_EQ(restores.size(), 1U);
  EXPECT_EQ(restores[0].backup, domain::BackupId("backup-of-db-guid"));
  EXPECT_EQ(restores[0].name + restores[0].storage + restores[0].cluster, "db-2stcl");
}

TEST_F(RunbookRoutes, NameAllThatIsWrongWithARestore) {
  EXPECT_EQ(
      faults_of(restore(R"({"hypervisor":{"id":"h"},"name":"a","restoredPeName":"a","before":"now",)"
                        R"("overwrite":1})")),
      (Texts{"400", "backup is missing, as is vm",
             "before has to be a moment in UTC such as 2026-12-31T18:00:00Z",
             "hypervisor.id is not known here", "restoredPeName means the same as name: give one of them",
             "overwrite has to be true or false"}));
  EXPECT_EQ(faults_of(restore(R"({"backup":"","hypervisor":"h"})")),
            (Texts{"400", "backup is missing, as is vm"}));
  EXPECT_EQ(faults_of(restore(R"({"vm":{"name":"db"}})")),
            (Texts{"400", "hypervisor exactly one of hypervisor and hypervisorManager has to be given"}));
}

json alert(const std::string& fingerprint, const std::string& vm, const std::string& status = "firing") {
  return {{"status", status},
          {"labels", {{"alertname", "Overdue"}, {"server", "prod"}, {"guid", vm}}},
          {"annotations", {{"summary", "a\nb"}}},
          {"startsAt", "2026-01-01T11:00:00.123Z"},
          {"endsAt", "0001-01-01T00:00:00Z"},
          {"generatorURL", "http://prometheus/"},
          {"fingerprint", fingerprint}};
}

json notification(json alerts) {
  return {{"version", "4"},     {"groupKey", "{}:{}"},    {"truncatedAlerts", 0},
          {"status", "firing"}, {"receiver", "vprotect"}, {"alerts", std::move(alerts)}};
}

runbook::Options acting_on_overdue() {
  runbook::Options options;
  options.alerts = {{.match = {*runbook::parse_matcher("alertname=\"Overdue\"")}}};
  return options;
}

TEST_F(RunbookRoutes, GiveAVerdictOnEachAlert) {
  begin_again(acting_on_overdue());
  json other = alert("f4", "db-guid");
  other["labels"]["alertname"] = "Other";
  json body = notification({alert("f1", "db-guid"), alert("f2", "app-guid"),
                            alert("f3", "db-guid", "resolved"), other, alert("f5", "none")});
  body["notification_reason"] = "new in some version";
  body["truncatedAlerts"] = 3;

  json answer = notify(body.dump()).body;
  answer["verdicts"][0] = unnamed(answer["verdicts"][0]);

  EXPECT_EQ(answer,
            json::parse(R"({"accepted":1,"duplicate":0,"skipped":3,"refused":1,"truncated":3,"verdicts":[
    {"fingerprint":"f1","verdict":"accepted","operation":"ID"},
    {"fingerprint":"f2","verdict":"skipped","rule":"recent_success",
     "detail":"Its last successful backup is only 10m old.","passes_at":"2026-01-01T12:50:00Z"},
    {"fingerprint":"f3","verdict":"skipped","rule":"resolved","detail":"The alert is resolved."},
    {"fingerprint":"f4","verdict":"skipped","rule":"no_action","detail":"No action of runbooks.alerts matches its labels."},
    {"fingerprint":"f5","verdict":"refused","rule":"vm_unknown","detail":"There is no VM with guid none."}]})"))
      << answer.dump(1);
}

TEST_F(RunbookRoutes, TakeAnAlertThatComesAgainForADuplicate) {
  begin_again(acting_on_overdue());
  const std::string body = notification({alert("f1", "db-guid")}).dump();
  const json first = notify(body).body;

  const json again = notify(body).body;

  EXPECT_EQ(again["duplicate"], 1);
  EXPECT_EQ(again["verdicts"][0]["operation"], first["verdicts"][0]["operation"]);
}

TEST_F(RunbookRoutes, TakeNoOtherVersionOfAlertmanagersPayload) {
  json body = notification(json::array());
  body["version"] = "5";
  EXPECT_EQ(faults_of(notify(body.dump())), (Texts{"400", "version has to be \"4\", and is \"5\""}));
  body["version"] = 4;
  EXPECT_EQ(faults_of(notify(body.dump())), (Texts{"400", "version has to be \"4\", and is 4"}));
  EXPECT_EQ(faults_of(notify("{}")), (Texts{"400", "version is missing", "alerts is missing"}));
  EXPECT_EQ(notify(notification(json::array()).dump()).status, 200);
}

TEST_F(RunbookRoutes, NameWhatIsWrongWithAnAlert) {
  json twisted = alert("f", "db-guid", "");
  twisted["labels"]["guid"] = 1;
  twisted.erase("startsAt");

  EXPECT_EQ(faults_of(notify(notification({alert("f", "db-guid"), twisted}).dump())),
            (Texts{"400", "alerts[1].status has to be one of firing, resolved",
                   "alerts[1].labels has a value that is no text", "alerts[1].startsAt is missing"}));
}

TEST_F(RunbookRoutes, TakeAtMostAThousandAlerts) {
  json alerts = json::array();
  for (int i = 0; i < 1000; ++i) alerts.push_back(alert(std::to_string(i), "db-guid", "resolved"));
  EXPECT_EQ(notify(notification(alerts).dump()).body["skipped"], 1000);
  alerts.push_back(alerts.back());
  EXPECT_EQ(faults_of(notify(notification(alerts).dump())),
            (Texts{"400", "alerts has to be a list of 0 to 1000 objects"}));
}

TEST_F(RunbookRoutes, ListOperationsTheNewestFirstAndPageByPage) {
  const std::string db = begun("db");
  clock.advance(1s);
  const std::string www = begun("www");

  const Answer first = operations("limit=1");
  const Answer second = operations("limit=1&cursor=" + first.body["next"].get<std::string>());

  EXPECT_EQ(ids_of(operations()), (Texts{www, db}));
  EXPECT_EQ(operations().body["next"], nullptr);
  EXPECT_EQ(ids_of(first), (Texts{www}));
  EXPECT_EQ(ids_of(second), (Texts{db}));
  EXPECT_EQ(second.body["next"], nullptr);
}

TEST_F(RunbookRoutes, FilterOperationsByWhatTheyAre) {
  const std::string db = begun("db");
  clock.advance(24h);
  const std::string www = begun("www");

  for (const auto& [query, expected] : std::map<std::string, Texts>{{"kind=restore", {}},
                                                                    {"kind=backup", {www, db}},
                                                                    {"state=open", {www, db}},
                                                                    {"state=ended", {}},
                                                                    {"outcome=failed", {}},
                                                                    {"server=prod&tenant=web", {www}},
                                                                    {"server=lab", {}},
                                                                    {"origin=api&caller=operator", {www, db}},
                                                                    {"origin=alertmanager", {}},
                                                                    {"caller=nobody", {}},
                                                                    {"guid=db-guid", {db}},
                                                                    {"from=2026-01-02", {www}},
                                                                    {"to=2026-01-01", {db}},
                                                                    {"to=2026-01-01T12:00:00Z", {}},
                                                                    {"from=2026-01-01T12:00:01Z", {www}}})
    EXPECT_EQ(ids_of(operations(query)), expected) << query;
}

TEST_F(RunbookRoutes, NameEveryParameterOfAListThatIsWrong) {
  EXPECT_EQ(
      faults_of(operations("kind=x&state=x&outcome=none&origin=x&limit=1001&from=x&no=1")),
      (Texts{"400", "kind must be one of backup, restore, policy, schedule",
             "no is not a parameter of this path", "origin must be one of api, alertmanager",
             "outcome must be one of succeeded, failed, cancelled, window_closed, vanished, refused, unknown",
             "state must be one of open, ended",
             "from must be a UTC day such as 2026-12-31, or a moment such as 2026-12-31T18:00:00Z",
             "limit must be a whole number from 1 to 1000"}));
  EXPECT_EQ(faults_of(audit("cursor=18446744073709551615&limit=0")),
            (Texts{"400", "cursor is not one of ours", "limit must be a whole number from 1 to 1000"}));
  EXPECT_EQ(operations("cursor=%00%ff").body["items"], json::array());
}

TEST_F(RunbookRoutes, ShowATenantItsOwnOperations) {
  const std::string both = back_up(R"({"vms":[{"name":"db"},{"name":"www"}]})").body["id"];
  caller = finance;
  const json shown = operation(both).body;

  EXPECT_EQ(shown["jobs"].size(), 1U);
  EXPECT_EQ(shown["jobs"][0]["name"], "db");
  EXPECT_EQ(operations().body["items"], json::array({shown}));
  EXPECT_EQ(operations("tenant=web").body["items"], json::array());
}

TEST_F(RunbookRoutes, AnswerForAnotherTenantsOperationAsForOneThatIsNotThere) {
  const std::string www = begun("www");
  caller = finance;

  EXPECT_EQ(operation(www).status, 404);
  EXPECT_EQ(operation(www).body, operation("op_none").body);
  EXPECT_EQ(operation("\xff%00").body, operation("op_none").body);
  EXPECT_EQ(cancel(www).status, 404);
  EXPECT_EQ(cancel(www).body, cancel("op_none").body);
}

runbook::Options defaults() { return {}; }

void refuse_exports(RunbookRig::Script& script) {
  script.exported.otherwise =
      vprotect::Failure{{base::ErrorKind::rejected, "POST /tasks/export: 400 no"}, false};
}

TEST_F(RunbookRoutes, WaitForTheEndNoLongerThanItTakes) {
  begin_again(defaults(), refuse_exports);
  const json begun = back_up(R"({"vms":[{"name":"db"}]})", {.query = "wait=0s"}).body;

  const Answer answer = operation(begun["id"], "wait=60s");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["outcome"], "refused");
}

TEST_F(RunbookRoutes, WaitNoLongerThanTheServerRuns) {
  const std::string db = begun("db");
  auto answer = std::async(std::launch::async, [&] { return operation(db, "wait=60s"); });

  changes->stop_waiting();

  ASSERT_EQ(answer.wait_for(30s), std::future_status::ready);
  EXPECT_EQ(answer.get().body["state"], "open");
}

TEST_F(RunbookRoutes, WaitAtMostAMinuteForTheEnd) {
  EXPECT_EQ(faults_of(operation("op_none", "wait=61s")),
            (Texts{"400", "wait must be a duration from 0s to 1m"}));
  EXPECT_EQ(faults_of(operation("op_none", "wait=-1s")),
            (Texts{"400", "wait must be a duration from 0s to 1m"}));
}

TEST_F(RunbookRoutes, CancelWhatIsOpen) {
  const std::string db = begun("db");

  const Answer answer = cancel(db, "reason=wrong%20VM");

  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body["id"], db);
  EXPECT_EQ(answer.body["jobs"][0]["cancel_asked"], true);
  const json row = audit("action=cancel").body["items"][0];
  EXPECT_EQ(row["detail"], "wrong VM");
  EXPECT_EQ(row["actor"], "operator");
}

TEST_F(RunbookRoutes, CancelNothingThatHasEnded) {
  begin_again(defaults(), refuse_exports);
  const std::string db = back_up(R"({"vms":[{"name":"db"}]})").body["id"];

  EXPECT_EQ(operation(db, "wait=30s").body["state"], "ended");
  EXPECT_EQ(cancel(db).status, 409);
}

TEST_F(RunbookRoutes, LetThoseCancelWhoMayBegin) {
  const std::string db = begun("db");
  caller.verbs = {Verb::report, Verb::restore, Verb::manage};
  EXPECT_EQ(cancel(db).status, 403);
  EXPECT_EQ(cancel(db).body["detail"], "The credential lacks the verb backup.");
  caller.verbs = {Verb::backup};
  EXPECT_EQ(cancel(db).status, 202);
}

TEST_F(RunbookRoutes, ThrowTheKillSwitchAndReleaseIt) {
  const auto show = show_kill_switch_route(*changes);
  const auto set = set_kill_switch_route(*changes);
  EXPECT_EQ(ask(show).body, json::parse(R"({"on":false,"since":null,"by":"","reason":""})"));

  const json thrown = json::parse(
      R"({"on":true,"since":"2026-01-01T12:00:00Z","by":"operator","reason":"storage is being moved"})");
  EXPECT_EQ(ask(set, R"({"on":true,"reason":"storage is being moved"})").body, thrown);
  EXPECT_EQ(ask(show).body, thrown);
  EXPECT_EQ(back_up(R"({"vms":[{"name":"db"}]})").body["jobs"][0]["rule"], "kill_switch");
  EXPECT_EQ(ask(set, R"({"on":false})").body["on"], false);
  EXPECT_EQ(back_up(R"({"vms":[{"name":"db"}]})").status, 202);
  EXPECT_EQ(faults_of(ask(set, R"({"reason":1,"off":true})")),
            (Texts{"400", "off is not known here", "on is missing",
                   "reason has to be text of at most 1000 bytes without control characters"}));
}

TEST_F(RunbookRoutes, ShowTheAuditTrailTheNewestRowFirstAndPageByPage) {
  begun("db");
  const json rows = audit().body["items"];
  ASSERT_GE(rows.size(), 2U);
  json oldest = rows.back();
  EXPECT_TRUE(std::regex_match(oldest["hash"].get<std::string>(), std::regex("[0-9a-f]{64}")));
  oldest.erase("hash");
  EXPECT_EQ(unnamed(oldest), json::parse(R"({
    "number":1,"at":"2026-01-01T12:00:00Z","actor":"operator","source":"192.0.2.1","action":"backup",
    "server":"prod","tenant":"finance","object":"db db-guid","decision":"accepted","rule":"","operation":"ID",
    "detail":""})"));

  const json first = audit("limit=1").body;
  EXPECT_EQ(first["items"], json::array({rows[0]}));
  EXPECT_EQ(audit("limit=1&cursor=" + first["next"].get<std::string>()).body["items"],
            json::array({rows[1]}));
  EXPECT_EQ(audit("limit=" + std::to_string(rows.size())).body["next"], nullptr);
  EXPECT_EQ(audit("decision=accepted&actor=operator&action=backup&server=prod&tenant=finance").body["items"],
            json::array({rows.back()}));
  EXPECT_EQ(audit("to=2025-12-31").body["items"], json::array());
}

TEST_F(RunbookRoutes, ShowATenantItsOwnPartOfTheAuditTrail) {
  begun("www");
  ask(set_kill_switch_route(*changes), R"({"on":true})");
  caller = finance;
  EXPECT_EQ(audit().body["items"], json::array());
  caller = web;
  EXPECT_EQ(audit("action=kill_switch").body["items"], json::array());
  EXPECT_EQ(audit("decision=accepted").body["items"].size(), 1U);
}

TEST_F(RunbookRoutes, ChangeNoMoreAtOnceThanTheConfigurationSays) {
  runbook::Options options;
  options.requests_per_second = 1;
  options.request_burst = 2;
  begin_again(options);
  EXPECT_EQ(back_up("{}").status, 400);
  EXPECT_EQ(cancel("op_none").status, 404);

  const Answer answer = back_up(R"({"vms":[{"name":"db"}]})");

  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>{{"Retry-After", "1"}}));
  EXPECT_EQ(restore("{}").status, 429);
  EXPECT_EQ(cancel("op_none").status, 429);
  EXPECT_EQ(notify("{}").status, 503);  // Alertmanager drops what is answered with 429
  EXPECT_EQ(ask(set_kill_switch_route(*changes), R"({"on":true})").status, 200);
  EXPECT_EQ(operations().status, 200);
  clock.advance(1s);
  EXPECT_EQ(restore("{}").status, 400);
}

}  // namespace
}  // namespace web
