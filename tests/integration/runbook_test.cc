// Backups, restores and alerts through the real binary, at a server that answers well, late, twice and not at
// all.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "runbook_site.h"
#include "support/private_postgres.h"

namespace {

using integration::backup_of;
using integration::busy_demo;
using integration::json;
using integration::RunbookClient;
using integration::RunningExporter;
using simulator::FaultKind;

constexpr const char* kExport = "/tasks/export";

struct Site {
  explicit Site(const simulator::Options& options = busy_demo(),
                const std::string& runbooks = integration::kHastyRunbooks)
      : server(options), exporter(integration::runbook_setup(server, runbooks)), client(exporter.port()) {
    exporter.wait_until_ready();
    vms = client.covered_vms();
  }

  std::string vm(std::size_t number = 0) const { return vms.at(number); }
  std::size_t exports_of(const std::string& guid) const {
    const auto all = server.exports();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& call) { return call.vm == guid; }));
  }
  // Asks for a backup and follows it to its end.
  json back_up(const std::string& guid, const std::string& key = "") {
    const auto answer = client.post("/api/v1/backups?wait=0s", backup_of(guid), key);
    EXPECT_EQ(answer.status, 202) << answer.body;
    return client.ended(answer.body.value("id", "none"));
  }

  simulator::Simulator server;
  RunningExporter exporter;
  RunbookClient client;
  std::vector<std::string> vms;
};

TEST(Runbook, BacksAVmUpAndFollowsItToTheServersRecord) {
  Site site;
  const json operation = site.back_up(site.vm());
  EXPECT_EQ(operation["outcome"], "succeeded") << operation;
  EXPECT_EQ(operation["progress"], 100);
  const json job = operation["jobs"][0];
  for (const char* known : {"task", "second_task", "backup"}) EXPECT_TRUE(job.contains(known)) << operation;
  EXPECT_EQ(site.exports_of(site.vm()), 1U);
  EXPECT_TRUE(site.exporter.becomes(
      R"(vprotect_runbook_operations_total{kind="backup",outcome="succeeded",server="prod"})", "1"));
}

TEST(Runbook, SendsEachProfileWhatItTakes) {
  for (const char* profile : {"3.9", "5.1", "7.4"}) {
    auto options = busy_demo();
    options.profile = profile;
    Site site(options);
    const json operation = site.back_up(site.vm());
    EXPECT_EQ(operation["outcome"], "succeeded") << profile << operation;
    EXPECT_EQ(site.exports_of(site.vm()), 1U) << profile;
  }
}

TEST(Runbook, ADryRunAsksTheServerForNothing) {
  Site site;
  json request = backup_of(site.vm());
  request["dry_run"] = true;
  const auto answer = site.client.post("/api/v1/backups", request);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["jobs"][0]["verdict"], "accepted");
  EXPECT_TRUE(site.server.writes().empty());
  EXPECT_EQ(site.client.get("/api/v1/operations").body["items"], json::array());
}

// Whatever becomes of the answer: one export, and its end is known.
struct LostAnswer {
  const char* name;
  simulator::Fault fault;
};

class RunbookAnswers : public testing::TestWithParam<LostAnswer> {};

simulator::Fault export_fault(FaultKind kind, std::chrono::milliseconds delay = {}) {
  simulator::Fault fault{.kind = kind, .path = kExport, .method = "POST", .times = 1};
  fault.delay = delay;
  return fault;
}

INSTANTIATE_TEST_SUITE_P(
    , RunbookAnswers,
    testing::Values(LostAnswer{"Lost", export_fault(FaultKind::lost)},
                    LostAnswer{"FailedAfterTheWork", export_fault(FaultKind::status_after)},
                    LostAnswer{"Late", export_fault(FaultKind::latency, std::chrono::seconds(1))},
                    LostAnswer{"WithoutTask", export_fault(FaultKind::always_async)},
                    LostAnswer{"ClosedBeforeTheWork", export_fault(FaultKind::close)},
                    LostAnswer{"FailedBeforeTheWork", export_fault(FaultKind::status)},
                    LostAnswer{"SessionEnded", export_fault(FaultKind::expire_session)}),
    [](const auto& tested) { return tested.param.name; });

TEST_P(RunbookAnswers, LeadToOneExportAndItsEnd) {
  Site site;
  site.server.fault(GetParam().fault);
  const json operation = site.back_up(site.vm());
  EXPECT_EQ(operation["outcome"], "succeeded") << operation;
  EXPECT_EQ(site.exports_of(site.vm()), 1U) << operation;
}

TEST(Runbook, WorkThatIsDoneAfterWeGaveUpIsFoundAndNotAskedForAgain) {
  simulator::Simulator server(busy_demo());
  auto setup = integration::runbook_setup(server);
  setup.server_lines = "    request_timeout: 1s\n";
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  RunbookClient client(exporter.port());
  const std::string vm = client.covered_vms().at(0);
  server.fault(export_fault(FaultKind::late_work, std::chrono::milliseconds(1800)));
  const auto answer = client.post("/api/v1/backups", backup_of(vm));
  const json operation = client.ended(answer.body.value("id", "none"));
  EXPECT_EQ(operation["outcome"], "succeeded") << operation;
  EXPECT_EQ(server.exports().size(), 1U);
}

TEST(Runbook, AServerThatDoesItTwiceIsFollowedAllTheSame) {
  Site site;
  site.server.fault(export_fault(FaultKind::twice));
  EXPECT_EQ(site.back_up(site.vm())["outcome"], "succeeded");
}

TEST(Runbook, WhereTasksTellNoWindowALostAnswerIsAskedOfAPerson) {
  Site site;
  site.server.fault({.kind = FaultKind::no_windows, .path = "/tasks"});
  site.server.fault(export_fault(FaultKind::lost));
  const json operation = site.back_up(site.vm());
  EXPECT_EQ(operation["outcome"], "unknown") << operation;
  EXPECT_EQ(site.exports_of(site.vm()), 1U);
}

TEST(Runbook, AServersRefusalEndsItWithTheServersWords) {
  Site site;
  auto fault = export_fault(FaultKind::status);
  fault.status = 400;
  site.server.fault(fault);
  const json operation = site.back_up(site.vm());
  EXPECT_EQ(operation["outcome"], "refused") << operation;
  EXPECT_EQ(operation["jobs"][0]["rule"], "server");
  EXPECT_EQ(site.exports_of(site.vm()), 0U);
}

TEST(Runbook, AFailedTaskIsAFailedOperation) {
  Site site;
  site.server.fail_next(site.vm(), 10);
  EXPECT_EQ(site.back_up(site.vm())["outcome"], "failed");
}

TEST(Runbook, ATaskThatTheServerTriesAgainIsFollowedToItsSuccess) {
  Site site;
  site.server.fail_next(site.vm(), 1);
  const json operation = site.back_up(site.vm());
  const auto& job = operation["jobs"][0];
  EXPECT_TRUE(operation["outcome"] == "succeeded" ? job.value("retries", 0) == 1
                                                  : operation["outcome"] == "failed")
      << operation;
}

TEST(Runbook, AWindowThatClosesIsSaidSo) {
  Site site;
  site.server.hold_tasks(true);
  json request = backup_of(site.vm());
  request["window"] = "2m";  // two seconds of ours
  const auto answer = site.client.post("/api/v1/backups", request);
  const json operation = site.client.ended(answer.body.value("id", "none"));
  EXPECT_EQ(operation["outcome"], "window_closed") << operation;
}

TEST(Runbook, AWipedTaskIsKnownByItsBackup) {
  Site site;
  const auto answer = site.client.post("/api/v1/backups", backup_of(site.vm()));
  const std::string id = answer.body.value("id", "none");
  std::string outcome;
  support::eventually([&] {
    site.server.wipe_tasks();
    outcome = site.client.get("/api/v1/operations/" + id).body.value("outcome", "");
    return !outcome.empty();
  });
  EXPECT_EQ(outcome, "succeeded");
}

TEST(Runbook, CancelsWhatRuns) {
  Site site;
  site.server.hold_tasks(true);
  const auto answer = site.client.post("/api/v1/backups", backup_of(site.vm()));
  const std::string path = "/api/v1/operations/" + answer.body.value("id", "none");
  EXPECT_EQ(site.client.remove(path).status, 202);
  EXPECT_EQ(site.client.ended(answer.body["id"])["outcome"], "cancelled");
  EXPECT_EQ(site.client.remove(path).status, 409);
}

TEST(Runbook, TheSameKeyIsTheSameOperation) {
  Site site;
  const auto first = site.client.post("/api/v1/backups", backup_of(site.vm()), "night-1");
  const auto again = site.client.post("/api/v1/backups", backup_of(site.vm()), "night-1");
  const auto other = site.client.post("/api/v1/backups", backup_of(site.vm(1)), "night-1");
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body["id"], first.body["id"]);
  EXPECT_EQ(again.body["duplicate"], true);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(site.server.exports().size(), 1U);
}

TEST(Runbook, TheKillSwitchHoldsEverythingBackAndIsKnownAfterARestart) {
  simulator::Simulator server(busy_demo());
  const support::TempDir folder;
  auto setup = integration::runbook_setup(server);
  setup.storage = integration::storage_in(folder);
  std::string vm;
  {
    RunningExporter exporter(setup);
    exporter.wait_until_ready();
    RunbookClient client(exporter.port());
    vm = client.covered_vms().at(0);
    EXPECT_EQ(client.post("/api/v1/killswitch", {{"on", true}, {"reason", "drill"}}).status, 200);
    EXPECT_EQ(client.post("/api/v1/killswitch", {{"on", false}}, "", integration::kFinanceRunner).status,
              403);
    exporter.process().stop();
  }
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  RunbookClient client(exporter.port());
  ASSERT_FALSE(client.covered_vms().empty());
  const auto refused = client.post("/api/v1/backups", backup_of(vm));
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.body["jobs"][0]["rule"], "kill_switch") << refused.body;
  EXPECT_TRUE(exporter.becomes("vprotect_runbook_kill_switch", "1"));
  EXPECT_EQ(client.post("/api/v1/killswitch", {{"on", false}}).status, 200);
  EXPECT_EQ(client.post("/api/v1/backups", backup_of(vm)).status, 202);
}

TEST(Runbook, AnotherTenantsVmIsAsUnknownAsNoVm) {
  Site site;
  const json vms = site.client.get("/api/v1/vms?limit=1000").body["items"];
  const auto foreign =
      std::find_if(vms.begin(), vms.end(), [](const json& vm) { return vm["tenant"] != "finance"; });
  ASSERT_NE(foreign, vms.end());
  const std::string guid = (*foreign)["guid"];
  const auto answer = site.client.post("/api/v1/backups", backup_of(guid), "", integration::kFinanceRunner);
  const auto nobody = site.client.post("/api/v1/backups", backup_of("00000000-0000-0000-0000-000000000000"),
                                       "", integration::kFinanceRunner);
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.body["jobs"][0]["rule"], "vm_unknown");
  EXPECT_EQ(nobody.body["jobs"][0]["rule"], "vm_unknown");
  const auto begun = site.client.post("/api/v1/backups", backup_of(guid));
  ASSERT_EQ(begun.status, 202);
  const std::string path = "/api/v1/operations/" + begun.body.value("id", "");
  EXPECT_EQ(site.client.get(path, integration::kFinanceRunner).status, 404);
  EXPECT_EQ(site.client.remove(path, integration::kFinanceRunner).status, 404);
  EXPECT_EQ(site.client.get("/api/v1/operations", integration::kFinanceRunner).body["items"], json::array());
}

TEST(Runbook, RestoresTheNewestBackupAndProvesIt) {
  Site site;
  const json vm = site.client.get("/api/v1/vms/" + site.vm()).body["vm"];
  json request{{"vm", {{"guid", site.vm()}}}, {"name", "a-copy"}};
  request["hypervisorManager"] = "c2f0e7d2-77a1-4e0c-9d3e-000000000001";
  const auto answer = site.client.post("/api/v1/restores", request, "restore-1");
  EXPECT_EQ(answer.status, 202) << answer.body;
  const json operation = site.client.ended(answer.body.value("id", "none"));
  EXPECT_EQ(operation["outcome"], "succeeded") << operation;
  ASSERT_EQ(site.server.restores().size(), 1U);
  EXPECT_TRUE(support::eventually(
      [&] { return !site.client.get("/api/v1/vms/" + site.vm()).body["vm"]["last_restore"].is_null(); }));
  const std::string metric = "vprotect_vm_last_restore_success_timestamp_seconds";
  EXPECT_TRUE(support::eventually([&] {
    const auto samples = site.exporter.scrape();
    return std::any_of(samples.begin(), samples.end(),
                       [&](const auto& s) { return s.first.starts_with(metric); });
  }));
}

json notification(const std::vector<std::pair<std::string, std::string>>& alerts,
                  const std::string& status = "firing") {
  json payload{{"version", "4"},   {"groupKey", "{}:{}"},    {"truncatedAlerts", 0},
               {"status", status}, {"receiver", "vprotect"}, {"alerts", json::array()}};
  for (const auto& [fingerprint, guid] : alerts)
    payload["alerts"].push_back({{"status", status},
                                 {"labels", {{"alertname", "VmOverdue"}, {"server", "prod"}, {"guid", guid}}},
                                 {"annotations", json::object()},
                                 {"startsAt", "2026-11-25T12:00:00.123Z"},
                                 {"endsAt", "0001-01-01T00:00:00Z"},
                                 {"generatorURL", "http://prometheus:9090/graph"},
                                 {"fingerprint", fingerprint}});
  return payload;
}

const std::string kAlertsStartBackups =
    std::string(integration::kHastyRunbooks) +
    "  alerts:\n    - {match: ['alertname=\"VmOverdue\"'], action: backup}\n";

TEST(Alertmanager, AnAlertStartsOneBackupHoweverOftenItIsSent) {
  Site site(busy_demo(), kAlertsStartBackups);
  const json payload = notification({{"f1", site.vm()}});
  const auto first = site.client.post("/api/v1/alertmanager", payload);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body["accepted"], 1) << first.body;
  EXPECT_EQ(site.client.post("/api/v1/alertmanager", payload).body["duplicate"], 1);
  EXPECT_EQ(
      site.client.post("/api/v1/alertmanager", notification({{"f1", site.vm()}}, "resolved")).body["skipped"],
      1);
  EXPECT_EQ(site.client.ended(first.body["verdicts"][0]["operation"])["outcome"], "succeeded");
  EXPECT_EQ(site.server.exports().size(), 1U);
}

TEST(Alertmanager, FortyVmsAtOnceAreAFaultOfTheInfrastructure) {
  Site site(busy_demo(), kAlertsStartBackups);
  std::vector<std::pair<std::string, std::string>> alerts;
  for (std::size_t i = 0; i < std::min<std::size_t>(40, site.vms.size()); ++i)
    alerts.emplace_back("f" + std::to_string(i), site.vm(i));
  ASSERT_GT(alerts.size(), 10U);
  const auto answer = site.client.post("/api/v1/alertmanager", notification(alerts));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["accepted"], 0) << answer.body;
  EXPECT_EQ(answer.body["verdicts"][0]["rule"], "mass_alert");
  EXPECT_TRUE(site.server.exports().empty());
}

TEST(RunbookAudit, HasEveryDecisionAndCanBeVerified) {
  simulator::Simulator server(busy_demo());
  const support::TempDir folder;
  auto setup = integration::runbook_setup(server);
  setup.storage = integration::storage_in(folder);
  {
    RunningExporter exporter(setup);
    exporter.wait_until_ready();
    RunbookClient client(exporter.port());
    const auto vms = client.covered_vms();
    const auto answer = client.post("/api/v1/backups", backup_of(vms.at(0)));
    const std::string id = answer.body.value("id", "none");
    EXPECT_EQ(client.ended(id)["outcome"], "succeeded");
    std::set<std::string> decisions;
    const json trail = client.get("/api/v1/audit?operation=" + id).body;
    for (const json& row : trail["items"]) decisions.insert(row["decision"]);
    EXPECT_EQ(decisions, (std::set<std::string>{"accepted", "asked", "task_known", "succeeded"}));
    exporter.process().stop();
  }
  support::Process good(
      {.argv = {EXPORTER, "--audit.verify", "--storage=" + setup.storage}, .environment = {}});
  EXPECT_EQ(good.wait(), 0) << good.output();
  support::Process tampering(
      {.argv = {"/usr/bin/python3", "-c",
                "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); "
                "d.execute(\"UPDATE audit_trail SET actor='somebody' WHERE number=2\"); d.commit()",
                (folder / "exporter.db").string()},
       .environment = {}});
  ASSERT_EQ(tampering.wait(), 0) << tampering.output();
  support::Process bad(
      {.argv = {EXPORTER, "--audit.verify", "--storage=" + setup.storage}, .environment = {}});
  EXPECT_EQ(bad.wait(), 1);
  EXPECT_NE(bad.output().find("row 2"), std::string::npos) << bad.output();
}

TEST(SharedRunbook, AnExporterGoesOnWithWhatOneThatDiedHadBegun) {
  if (!support::PrivatePostgres::is_available()) GTEST_SKIP() << "VPROTECT_POSTGRES_BIN is not set";
  support::PrivatePostgres postgres;
  simulator::Simulator server(busy_demo());
  auto setup = integration::runbook_setup(server);
  setup.server_lines = "    request_timeout: 1s\n";  // a lease is eight of them at least
  setup.storage = postgres.url();
  RunningExporter one(setup);
  RunningExporter two(setup);
  one.wait_until_ready();
  two.wait_until_ready();
  RunbookClient first(one.port());
  RunbookClient second(two.port());
  const std::string vm = first.covered_vms().at(0);
  server.hold_tasks(true);
  const auto begun = first.post("/api/v1/backups", backup_of(vm));
  ASSERT_EQ(begun.status, 202) << begun.body;
  one.process().signal(SIGKILL);
  server.hold_tasks(false);
  EXPECT_EQ(second.ended(begun.body.value("id", ""))["outcome"], "succeeded");
  EXPECT_EQ(server.exports().size(), 1U);
}

TEST(SharedRunbook, TwoExportersThatGetTheSameAlertStartOneBackup) {
  if (!support::PrivatePostgres::is_available()) GTEST_SKIP() << "VPROTECT_POSTGRES_BIN is not set";
  support::PrivatePostgres postgres;
  simulator::Simulator server(busy_demo());
  auto setup = integration::runbook_setup(server, kAlertsStartBackups);
  setup.storage = postgres.url();
  RunningExporter one(setup);
  RunningExporter two(setup);
  one.wait_until_ready();
  two.wait_until_ready();
  RunbookClient first(one.port());
  RunbookClient second(two.port());
  const auto vms = first.covered_vms();
  ASSERT_FALSE(second.covered_vms().empty());
  for (std::size_t round = 0; round < 5; ++round) {
    const json payload = notification({{"f" + std::to_string(round), vms.at(round)}});
    RunbookClient::Answer a;
    RunbookClient::Answer b;
    std::jthread other([&] { b = second.post("/api/v1/alertmanager", payload); });
    a = first.post("/api/v1/alertmanager", payload);
    other.join();
    EXPECT_EQ(a.body["accepted"].get<int>() + b.body["accepted"].get<int>(), 1) << a.body << b.body;
    EXPECT_EQ(a.body["duplicate"].get<int>() + b.body["duplicate"].get<int>(), 1);
    EXPECT_EQ(first.ended(a.body["verdicts"][0]["operation"])["outcome"], "succeeded");
  }
  EXPECT_EQ(server.exports().size(), 5U);
}

TEST(RunbookCallback, IsPostedWithASignatureOnceItHasEnded) {
  httplib::Server listener;
  std::mutex mutex;
  std::string body;
  std::string signature;
  listener.Post("/hook", [&](const httplib::Request& request, httplib::Response&) {
    const std::lock_guard lock(mutex);
    body = request.body;
    signature = request.get_header_value("X-Signature");
  });
  const int port = listener.bind_to_any_port("127.0.0.1");
  std::jthread serving([&] { listener.listen_after_bind(); });
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/hook";
  Site site(busy_demo(), std::string(integration::kHastyRunbooks) + "  callbacks:\n    - {url: \"" + url +
                             "\", key: k}\n");
  json request = backup_of(site.vm());
  request["callback"] = url;
  EXPECT_EQ(site.client.post("/api/v1/backups", request).status, 202);
  EXPECT_TRUE(support::eventually([&] {
    const std::lock_guard lock(mutex);
    return !body.empty();
  }));
  listener.stop();
  const std::lock_guard lock(mutex);
  EXPECT_EQ(json::parse(body)["outcome"], "succeeded");
  EXPECT_EQ(signature.size(), std::string("sha256=").size() + 64);
  request["callback"] = "http://127.0.0.1:1/elsewhere";
  EXPECT_EQ(site.client.post("/api/v1/backups", request).status, 400);
}

class RunbookPlans : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(, RunbookPlans, testing::Values("3.9", "5.1", "7.4"), [](const auto& tested) {
  std::string name = tested.param;
  std::erase(name, '.');
  return "Profile" + name;
});

// A tenant makes a schedule and a policy with it, sees them, and takes them back.
TEST_P(RunbookPlans, AreMadeSeenAndTakenBack) {
  auto options = busy_demo();
  options.profile = GetParam();
  Site site(options);
  // 3.9 lists no projects, so there everything is the site's.
  const bool has_tenants = GetParam() != std::string("3.9");
  const char* const token = has_tenants ? integration::kFinanceRunner : integration::kRunner;
  const auto schedule = site.client.post(
      "/api/v1/schedules", {{"name", "Weekly"}, {"type", "FULL"}, {"at", "02:00Z"}, {"days", {"sunday"}}}, "",
      token);
  ASSERT_EQ(schedule.status, 201) << schedule.body;
  EXPECT_EQ(schedule.body["next_runs"].size(), 5U);
  const std::string schedule_guid = schedule.body["guid"];
  const auto is_shown = [&](const std::string& path) {
    return support::eventually([&] { return site.client.get(path, token).status == 200; });
  };
  ASSERT_TRUE(is_shown("/api/v1/schedules/" + schedule_guid));
  const std::string vm = site.client.covered_vms(has_tenants ? "finance" : "").at(0);
  const json wish{{"name", "Monthly"},
                  {"schedules", {schedule_guid}},
                  {"vms", {{{"guid", vm}}}},
                  {"destination", "xfs-main"}};
  const auto policy = site.client.post("/api/v1/policies", wish, "p1", token);
  ASSERT_EQ(policy.status, 201) << policy.body;
  const std::string path = "/api/v1/policies/" + policy.body.value("guid", "");
  ASSERT_TRUE(is_shown(path));
  const json shown = site.client.get(path, token).body["policy"];
  EXPECT_EQ(shown["name"], "Monthly");
  if (has_tenants) {
    EXPECT_EQ(shown["tenant"], "finance");
    EXPECT_TRUE(shown["vendor_name"].get<std::string>().starts_with("uuid_"));
  }
  EXPECT_EQ(site.client.post("/api/v1/policies", wish, "p1", token).body["guid"], policy.body["guid"]);
  EXPECT_EQ(site.client.post("/api/v1/policies", wish, "p2", token).body["jobs"][0]["rule"], "name_taken");
  EXPECT_EQ(site.client.remove(path, token).status, 409);
  EXPECT_EQ(site.client.remove(path + "?force=true", token).status, 200);
  EXPECT_EQ(site.client.remove("/api/v1/schedules/" + schedule_guid, token).status, 200);
}

TEST(RunbookPlansOfOthers, AreNotThere) {
  Site site;
  const json policies = site.client.get("/api/v1/policies?limit=100").body;
  for (const json& policy : policies["items"]) {
    const auto removed = site.client.remove("/api/v1/policies/" + policy["guid"].get<std::string>(),
                                            integration::kFinanceRunner);
    EXPECT_TRUE(removed.status == 404 || removed.status == 409) << removed.body;
  }
  EXPECT_TRUE(site.server.writes().empty());
}

}  // namespace
