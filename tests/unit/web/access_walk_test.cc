// Every route of the real server, asked with every kind of credential. Whoever adds a route adds its line to
// kExpected; what tells one tenant from the other goes into the snapshot below.

#include <crypt.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "exposition/self_metrics.h"
#include "support/certificates.h"
#include "support/manual_clock.h"
#include "support/process.h"
#include "support/raw_client.h"
#include "support/tls_client.h"
#include "unit/web/runbook_rig.h"
#include "web/server.h"

namespace web {
namespace {

using support::kNoon;

// What each route answers to whom, in the order of kCallers.
struct Expected {
  std::string request;  // method and path, with what stands for the names in it
  std::string route;    // method and path as the server lists it
  std::vector<int> statuses;
  std::string body = {};
};

const std::vector<std::string> kCallers = {"nobody",  "metrics", "report", "backup", "restore",    "manage",
                                           "finance", "expired", "wrong",  "alice",  "certificate"};

const std::vector<int> kOpen = {200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200};

const std::vector<int> kReaders = {401, 403, 200, 403, 403, 403, 200, 401, 401, 200, 200};
const std::vector<int> kReadersOfFinance = {401, 403, 200, 403, 403, 403, 200, 401, 401, 200, 404};
const std::vector<int> kFollowers = {401, 403, 200, 200, 200, 200, 200, 401, 401, 200, 200};
// The plans of this site are nobody's, and what finance makes would be: it has no project.
const std::vector<int> kManagers = {401, 403, 403, 403, 403, 200, 409, 401, 401, 403, 403};
const std::vector<int> kManagersWhoFindNothing = {401, 403, 403, 403, 403, 404, 404, 401, 401, 403, 403};

const std::vector<Expected> kExpected = {
    // nobody, metrics, report, backup, restore, manage, finance, expired, wrong, alice, certificate
    {"GET /", "GET /", {401, 403, 200, 403, 403, 403, 200, 401, 401, 200, 200}},
    {"GET /metrics", "GET /metrics", {401, 200, 403, 403, 403, 403, 200, 401, 401, 200, 200}},
    {"GET /-/cardinality", "GET /-/cardinality", {401, 200, 403, 403, 403, 403, 403, 401, 401, 200, 403}},
    {"GET /-/healthy", "GET /-/healthy", kOpen},
    {"GET /-/ready", "GET /-/ready", kOpen},
    {"GET /report", "GET /report", kOpen},
    {"GET /api/v1/openapi.json", "GET /api/v1/openapi.json", kOpen},
    {"GET /api/v1/report", "GET /api/v1/report", kReaders},
    {"GET /api/v1/report?format=csv", "GET /api/v1/report", kReaders},
    {"GET /api/v1/report?format=md", "GET /api/v1/report", kReaders},
    {"GET /api/v1/vms", "GET /api/v1/vms", kReaders},
    {"GET /api/v1/vms/guid-of-finance", "GET /api/v1/vms/{guid}", kReadersOfFinance},
    {"GET /api/v1/vms/guid-of-web/backups",
     "GET /api/v1/vms/{guid}/backups",
     {401, 403, 200, 403, 403, 403, 404, 401, 401, 200, 200}},
    {"GET /api/v1/tasks", "GET /api/v1/tasks", kReaders},
    {"GET /api/v1/policies", "GET /api/v1/policies", kReaders},
    {"GET /api/v1/schedules", "GET /api/v1/schedules", kReaders},
    {"GET /api/v1/policies/policy-guid-of-finance", "GET /api/v1/policies/{guid}", kReadersOfFinance},
    {"GET /api/v1/schedules/schedule-guid-of-finance", "GET /api/v1/schedules/{guid}", kReadersOfFinance},
    {"POST /api/v1/backups",
     "POST /api/v1/backups",
     {401, 403, 403, 200, 403, 403, 200, 401, 401, 403, 403},
     R"({"vms":[{"guid":"guid-of-finance"}],"dry_run":true})"},
    {"POST /api/v1/restores",
     "POST /api/v1/restores",
     {401, 403, 403, 403, 200, 403, 200, 401, 401, 403, 403},
     R"({"vm":{"guid":"guid-of-finance"},"hypervisor":"h","dry_run":true})"},
    {"POST /api/v1/alertmanager",
     "POST /api/v1/alertmanager",
     {401, 403, 403, 200, 403, 403, 200, 401, 401, 403, 403},
     R"({"version":"4","alerts":[]})"},
    {"GET /api/v1/operations", "GET /api/v1/operations", kFollowers},
    {"GET /api/v1/operations/op_finance",
     "GET /api/v1/operations/{id}",
     {401, 403, 200, 200, 200, 200, 200, 401, 401, 200, 404}},
    {"DELETE /api/v1/operations/op_finance",
     "DELETE /api/v1/operations/{id}",
     {401, 403, 403, 202, 403, 403, 202, 401, 401, 403, 403}},
    {"DELETE /api/v1/operations/op_web",
     "DELETE /api/v1/operations/{id}",
     {401, 403, 403, 202, 403, 403, 404, 401, 401, 403, 403}},
    {"GET /api/v1/killswitch", "GET /api/v1/killswitch", kFollowers},
    {"POST /api/v1/killswitch",
     "POST /api/v1/killswitch",
     {401, 403, 403, 403, 403, 200, 403, 401, 401, 403, 403},
     R"({"on":false})"},
    {"GET /api/v1/audit", "GET /api/v1/audit", {401, 403, 200, 403, 403, 200, 200, 401, 401, 200, 200}},
    {"POST /api/v1/policies", "POST /api/v1/policies", kManagers, R"({"name":"new","dry_run":true})"},
    {"POST /api/v1/schedules", "POST /api/v1/schedules", kManagers,
     R"({"name":"new","type":"FULL","at":"01:00Z","dry_run":true})"},
    {"PUT /api/v1/policies/policy-guid-of-finance", "PUT /api/v1/policies/{guid}", kManagers,
     R"({"active":true,"dry_run":true})"},
    {"PUT /api/v1/schedules/none", "PUT /api/v1/schedules/{guid}", kManagersWhoFindNothing,
     R"({"active":true})"},
    {"DELETE /api/v1/policies/none", "DELETE /api/v1/policies/{guid}", kManagersWhoFindNothing},
    {"DELETE /api/v1/schedules/none", "DELETE /api/v1/schedules/{guid}", kManagersWhoFindNothing},
    {"POST /-/reload", "POST /-/reload", {401, 403, 403, 403, 403, 200, 403, 401, 401, 403, 403}},
};

// The tokens' names are the tokens.
TokenGrant token(const std::string& name, Verbs verbs, domain::Scope scope = {},
                 std::optional<base::TimePoint> expires = {}) {
  return {.grant = {.name = name, .verbs = verbs, .scope = std::move(scope), .expires = expires},
          .sha256 = base::sha256_of(name)};
}

const domain::Scope kFinance{{{"finance"}}};
const domain::Scope kWeb{{{"web"}}};

AccessOptions access() {
  AccessOptions access;
  access.tokens = {
      token("metrics", {Verb::metrics}),
      token("report", {Verb::report}),
      token("backup", {Verb::backup}),
      token("restore", {Verb::restore}),
      token("manage", {Verb::manage}),
      token("finance", {Verb::metrics, Verb::report, Verb::backup, Verb::restore, Verb::manage}, kFinance),
      token("expired", {Verb::metrics, Verb::report, Verb::manage}, {}, kNoon)};
  access.certificates = {{.grant = {.name = "web", .verbs = {Verb::metrics, Verb::report}, .scope = kWeb},
                          .san = {AltName::Kind::dns, "prom.web.example"}}};
  return access;
}

std::string bcrypt(const std::string& password) {
  const auto room = std::make_unique<crypt_data>();
  return ::crypt_r(password.c_str(), "$2b$04$abcdefghijklmnopqrstuu", room.get());
}

domain::Reference named(const std::string& thing, const std::string& tenant) {
  return {.guid = base::SharedText(thing + "-guid-of-" + tenant),
          .name = base::SharedText(thing + "-of-" + tenant)};
}

domain::Vm vm_of(const std::string& tenant) {
  domain::Vm vm;
  vm.id = domain::VmId("guid-of-" + tenant);
  vm.name = "vm-of-" + tenant;
  vm.tenant = base::SharedText(tenant);
  vm.policy = named("policy", tenant);
  return vm;
}

domain::Policy policy_of(const std::string& tenant) {
  domain::Policy policy;
  policy.id = domain::PolicyId("policy-guid-of-" + tenant);
  policy.name = "policy-of-" + tenant;
  return policy;
}

domain::Schedule schedule_of(const std::string& tenant) {
  domain::Schedule schedule;
  schedule.id = domain::ScheduleId("schedule-guid-of-" + tenant);
  schedule.name = "schedule-of-" + tenant;
  schedule.policies = {named("policy", tenant)};
  return schedule;
}

domain::Task task_of(const std::string& tenant) {
  domain::Task task;
  task.id = domain::TaskId("task-guid-of-" + tenant);
  task.entity = domain::VmId("guid-of-" + tenant);
  task.entity_name = "vm-of-" + tenant;
  return task;
}

domain::Sighting vanished_of(const std::string& tenant) {
  return {.first_seen = kNoon - std::chrono::hours(9),
          .gone_since = kNoon - std::chrono::hours(1),
          .last = std::make_shared<const domain::LastKnown>(
              domain::LastKnown{.name = "vanished-of-" + tenant,
                                .tenant = base::SharedText(tenant),
                                .policy = base::SharedText("policy-of-" + tenant)})};
}

template <class T>
base::Shared<std::vector<T>> list(std::vector<T> items = {}) {
  return std::make_shared<const std::vector<T>>(std::move(items));
}

domain::Snapshot two_tenants() {
  domain::ServerState server{.name = "prod", .up = true};
  domain::SourceState source{.resource = domain::Resource::virtual_machines, .health = {}};
  source.health.success = true;
  source.health.last_attempt = source.health.last_success = kNoon;
  server.sources = {source};
  server.vms = list<domain::Vm>({vm_of("finance"), vm_of("web")});
  server.vm_states.resize(2);
  for (domain::VmState& state : server.vm_states)
    state.history = std::make_shared<const domain::BackupSummary>();
  server.tasks = list<domain::Task>({task_of("finance"), task_of("web")});
  server.schedules = list<domain::Schedule>({schedule_of("finance"), schedule_of("web")});
  server.schedule_states.resize(2);
  server.policies = list<domain::Policy>({policy_of("finance"), policy_of("web")});
  server.policy_states.resize(2);
  for (const char* tenant : {"finance", "web"}) server.tenants[base::SharedText(tenant)] = {.vms = 1};
  server.memory.sightings = std::make_shared<const domain::Sightings>(
      domain::Sightings{{domain::VmId("gone-of-finance"), vanished_of("finance")},
                        {domain::VmId("gone-of-web"), vanished_of("web")}});
  server.rules = list<domain::Rule>();
  server.nodes = list<domain::Node>();
  server.destinations = list<domain::Destination>();
  return {.taken_at = kNoon, .servers = {server}};
}

struct AccessWalk : testing::Test {
  AccessWalk() {
    const auto snapshot = std::make_shared<const domain::Snapshot>(two_tenants());
    publisher.publish(snapshot);
    latest.publish(snapshot);
    for (const char* tenant : {"finance", "web"}) enter(tenant);
  }

  Protection protection() const {
    FrontOptions front;
    front.passwords = {{"alice", base::Secret(bcrypt("sesame"))}};
    front.tls = ServerTls{.certificate = support::read_file(own.cert_file),
                          .key = base::Secret(support::read_file(own.key_file)),
                          .client_ca = support::read_file(web_certificate.cert_file),
                          .client_certificate = ClientCertificate::verify_if_given};
    return prepare(access(), front).value();
  }

  static Options loopback() {
    Options options;
    options.host = "127.0.0.1";
    options.port = 0;
    options.threads = 2;
    return options;
  }

  // An operation that is open.
  void enter(const std::string& tenant) {
    domain::Job job;
    job.server = "prod";
    job.tenant = tenant;
    job.vm = domain::VmId("guid-of-" + tenant);
    job.name = "vm-of-" + tenant;
    job.state = domain::JobState::queued;
    job.task = domain::TaskId("task-guid-of-" + tenant);
    job.sent = job.changed = kNoon;
    domain::Operation operation{.id = "op_" + tenant,
                                .key = tenant,
                                .digest = {},
                                .kind = domain::OperationKind::backup,
                                .origin = "api",
                                .caller = "somebody",
                                .source = {},
                                .reason = {},
                                .request = {},
                                .callback = {},
                                .created = kNoon,
                                .jobs = {job}};
    const ledger::AuditEntry entry{.at = kNoon,
                                   .actor = "somebody",
                                   .source = {},
                                   .action = "backup",
                                   .server = "prod",
                                   .tenant = tenant,
                                   .object = job.name,
                                   .decision = "accepted",
                                   .rule = {},
                                   .operation = operation.id,
                                   .detail = {}};
    const auto entered = rig.journal().enter(tenant, {}, [&](const ledger::Facts&) {
      return ledger::Decision{operation, {entry}};
    });
    ASSERT_TRUE(entered) << entered.error().message;
  }

  // The answer as it came.
  std::string answer(const Expected& line, const std::string& caller) const {
    return answer(line.request, caller, line.body);
  }
  std::string answer(const std::string& request, const std::string& caller,
                     const std::string& body = "") const {
    const bool shows_certificate = caller == "certificate";
    const auto context =
        support::client_context(own.cert_file, shows_certificate ? &web_certificate : nullptr);
    std::string header;
    if (caller == "alice") header = "Authorization: Basic YWxpY2U6c2VzYW1l\r\n";
    if (caller != "alice" && caller != "nobody" && !shows_certificate)
      header = "Authorization: Bearer " + caller + "\r\n";
    return support::TlsClient(server.port(), *context)
        .ask(request + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\nContent-Type: application/json\r\n" + header + "\r\n" + body);
  }
  static int status_of(const std::string& answer) {
    return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
  }

  const support::TempDir folder;
  const support::Certificate own = support::make_certificate(folder, "exporter", "DNS:exporter.example");
  const support::Certificate web_certificate =
      support::make_certificate(folder, "web", "DNS:prom.web.example");
  base::Latest<domain::Snapshot> latest;
  exposition::SelfMetrics self{"1.2.3"};
  exposition::Publisher publisher{self};
  support::ManualClock clock{kNoon};
  RunbookRig rig{latest, clock};
  const Server server{
      loopback(),
      {.latest = latest,
       .publisher = publisher,
       .clock = clock,
       .version = "1",
       .sizes_of = {},
       .backups_of = [](std::string_view, const domain::VmId&) { return std::vector<domain::BackupRun>(); },
       .runbook = &rig.runbook,
       .journal = &rig.journal(),
       .reload = [] { return base::Done{}; }},
      protection()};
};

TEST_F(AccessWalk, HasALineForEveryRoute) {
  std::vector<std::string> listed;
  std::vector<std::string> expected;
  listed.reserve(server.routes().size());
  expected.reserve(kExpected.size());
  for (const Route& route : server.routes()) listed.push_back(route.method + " " + route.path);
  for (const Expected& line : kExpected) expected.push_back(line.route);
  std::sort(listed.begin(), listed.end());
  std::sort(expected.begin(), expected.end());
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());

  EXPECT_EQ(expected, listed);
}

TEST_F(AccessWalk, AnswersEachCallerAtEachRouteAsTheTableSays) {
  for (const Expected& line : kExpected) {
    std::vector<int> statuses;
    for (const std::string& caller : kCallers) {
      clock.advance(std::chrono::minutes(1));  // so that the wrong token never becomes one guess too many
      statuses.push_back(status_of(answer(line, caller)));
    }
    EXPECT_EQ(statuses, line.statuses) << line.request;
  }
}

TEST_F(AccessWalk, ShowsNoTenantAnotherOnes) {
  const std::map<std::string, std::string> others = {{"finance", "web"}, {"certificate", "finance"}};
  for (const Expected& line : kExpected) {
    for (const auto& [caller, other] : others) {
      const std::string text = answer(line, caller);
      EXPECT_EQ(text.find("-of-" + other), std::string::npos) << line.request << " by " << caller;
      EXPECT_EQ(text.find("tenant=\"" + other), std::string::npos) << line.request << " by " << caller;
    }
  }
  EXPECT_NE(answer("GET /metrics", "finance").find("vm-of-finance"), std::string::npos);
  EXPECT_NE(answer("GET /metrics", "certificate").find("guid-of-web"), std::string::npos);
  for (const std::string what : {"vm", "policy", "vanished"}) {
    EXPECT_NE(answer("GET /api/v1/report", "finance").find(what + "-of-finance"), std::string::npos) << what;
  }
}

TEST_F(AccessWalk, WidensNothingByAFilter) {
  const std::string text = answer("GET /metrics?tenant=web&tenant=finance", "finance");

  EXPECT_NE(text.find("vm-of-finance"), std::string::npos);
  EXPECT_EQ(text.find("vm-of-web"), std::string::npos);
  EXPECT_EQ(answer("GET /metrics?tenant=web", "finance").find("vm-of-"), std::string::npos);
}

}  // namespace
}  // namespace web
