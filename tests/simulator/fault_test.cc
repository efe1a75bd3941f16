#include <gtest/gtest.h>

#include "support/wait.h"
#include "test_client.h"

namespace simulator {
namespace {

class Faults : public testing::Test {
 protected:
  Faults() { client.log_in(); }

  void set(Fault fault) { simulator.fault(std::move(fault)); }
  nlohmann::json first_vm() { return client.json("/virtual-machines")[0]; }

  Simulator simulator{golden()};
  TestClient client{simulator};
};

TEST_F(Faults, HitTheirPathAfterSkippingAndUntilTheyAreUsedUp) {
  set({.kind = FaultKind::status, .path = "/tasks", .skip = 1, .times = 2, .status = 503});
  EXPECT_EQ(client.status("/nodes"), 200);
  EXPECT_EQ(client.status("/tasks"), 200);
  EXPECT_EQ(client.status("/tasks"), 503);
  EXPECT_EQ(client.status("/tasks"), 503);
  EXPECT_EQ(client.status("/tasks"), 200);
}

TEST_F(Faults, LeaveTheSessionAloneUnlessNamed) {
  set({.kind = FaultKind::status});
  EXPECT_EQ(client.log_in(), 201);
  set({.kind = FaultKind::status, .path = "/session/login", .status = 401});
  EXPECT_EQ(client.log_in(), 401);
}

TEST_F(Faults, AreRemovedOneByOneOrTogether) {
  const int number = simulator.fault({.kind = FaultKind::status});
  EXPECT_TRUE(simulator.remove_fault(number));
  EXPECT_FALSE(simulator.remove_fault(number));
  EXPECT_EQ(client.status("/nodes"), 200);
}

TEST_F(Faults, StatusHasABodyOfAnyShape) {
  set({.kind = FaultKind::status, .times = 1, .status = 429, .shape = "error.message", .retry_after = "7"});
  const auto refused = client.get("/nodes");
  EXPECT_EQ(refused->body, R"({"error":{"message":"Something went wrong"}})");
  EXPECT_EQ(refused->get_header_value("Retry-After"), "7");
  set({.kind = FaultKind::status, .times = 1, .status = 200, .shape = "text", .text = "{}"});
  EXPECT_EQ(client.get("/nodes")->body, "{}");
}

TEST_F(Faults, LoginPage) {
  set({.kind = FaultKind::login_page});
  EXPECT_EQ(client.get("/nodes")->get_header_value("Content-Type"), "text/html");
}

TEST_F(Faults, EmptyBody) {
  set({.kind = FaultKind::empty_body});
  EXPECT_EQ(client.get("/nodes")->body, "");
}

TEST_F(Faults, DeepJson) {
  set({.kind = FaultKind::deep_json, .amount = 100'000});
  EXPECT_EQ(client.get("/nodes")->body, std::string(100'000, '['));
}

TEST_F(Faults, ResetAndClose) {
  set({.kind = FaultKind::reset, .path = "/nodes"});
  set({.kind = FaultKind::close, .path = "/tasks"});
  EXPECT_FALSE(client.get("/nodes"));
  EXPECT_FALSE(client.get("/tasks"));
  EXPECT_EQ(simulator.requests().back().status, 0);
}

TEST_F(Faults, Latency) {
  set({.kind = FaultKind::latency, .delay = Millis(120)});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(client.status("/nodes"), 200);
  EXPECT_GE(std::chrono::steady_clock::now() - start, Millis(120));
}

TEST_F(Faults, Drip) {
  set({.kind = FaultKind::drip, .delay = Millis(1)});
  const auto start = std::chrono::steady_clock::now();
  const std::size_t size =
      client.get("/session/user")->body.size() + client.get("/dashboard/protection")->body.size();
  EXPECT_GE(std::chrono::steady_clock::now() - start, Millis(100));
  EXPECT_GT(size, 100U);
}

TEST_F(Faults, CutBody) {
  set({.kind = FaultKind::cut_body});
  EXPECT_FALSE(client.get("/nodes"));
}

TEST_F(Faults, LyingLength) {
  set({.kind = FaultKind::lying_length, .amount = 10});
  EXPECT_FALSE(client.get("/nodes"));
}

TEST_F(Faults, HugeBody) {
  set({.kind = FaultKind::huge_body, .path = "/nodes", .amount = 1 << 20});
  EXPECT_GT(client.get("/nodes")->body.size(), std::size_t{1} << 20U);
  EXPECT_EQ(client.json("/nodes").size(), 3U);
}

TEST_F(Faults, EndlessBody) {
  set({.kind = FaultKind::huge_body, .path = "/nodes"});
  std::size_t read = 0;
  const auto result =
      client.http().Get("/api/nodes", {{"Cookie", "sbr-session=" + client.jar().at("sbr-session")}},
                        [&](const char*, std::size_t count) { return (read += count) < 8U << 20U; });
  EXPECT_FALSE(result);
  EXPECT_GE(read, 8U << 20U);
}

// 32,000 bytes would do; this client's regular expression overflows its stack on them.
TEST_F(Faults, LongReason) {
  set({.kind = FaultKind::long_reason, .amount = 200});
  EXPECT_EQ(client.get("/nodes")->reason, std::string(200, 'x'));
}

TEST_F(Faults, HeaderFlood) {
  set({.kind = FaultKind::header_flood, .amount = 50});
  EXPECT_TRUE(client.get("/nodes")->has_header("X-Flood-49"));
}

TEST_F(Faults, DateSkew) {
  set({.kind = FaultKind::date_skew, .delay = std::chrono::minutes(5)});
  EXPECT_EQ(client.get("/nodes")->get_header_value("Date"), "Thu, 01 Jan 2026 12:05:00 GMT");
}

TEST_F(Faults, TruncatedJson) {
  set({.kind = FaultKind::truncated_json});
  EXPECT_TRUE(client.json("/nodes").is_discarded());
}

TEST_F(Faults, InvalidUtf8) {
  set({.kind = FaultKind::invalid_utf8});
  EXPECT_NE(client.get("/nodes")->body.find("\"name\":\"\xC3\x28\xFF\xFE"), std::string::npos);
}

TEST_F(Faults, BadRecords) {
  const std::vector<std::pair<std::string, std::string>> cases{{"null_row", "null"},
                                                               {"text_row", "\"not a record\""}};
  for (const auto& [name, row] : cases) {
    set({.kind = FaultKind::bad_record, .times = 1, .text = name});
    EXPECT_EQ(first_vm().dump(), row);
  }
  set({.kind = FaultKind::bad_record, .times = 1, .text = "missing_guid"});
  EXPECT_FALSE(first_vm().contains("guid"));
  set({.kind = FaultKind::bad_record, .times = 1, .text = "wrong_types"});
  EXPECT_TRUE(first_vm()["name"].is_object());
  set({.kind = FaultKind::bad_record, .times = 1});
  EXPECT_EQ(client.json("/virtual-machines")[1]["guid"], vm_guid(2));
}

TEST_F(Faults, Spellings) {
  set({.kind = FaultKind::numbers_as_strings, .times = 1});
  EXPECT_EQ(first_vm()["lastBackup"], "1767229205000");
  set({.kind = FaultKind::numbers_as_floats, .times = 1});
  EXPECT_TRUE(first_vm()["lastBackup"].is_number_float());
  set({.kind = FaultKind::enums_as_strings, .times = 1});
  EXPECT_EQ(first_vm()["type"], "VM");
  set({.kind = FaultKind::references_as_strings, .times = 1});
  EXPECT_TRUE(first_vm()["project"].is_string());
  set({.kind = FaultKind::nulls, .times = 1});
  EXPECT_TRUE(first_vm().at("averageProgress").is_null());
  set({.kind = FaultKind::unknown_fields, .times = 1});
  EXPECT_TRUE(first_vm().contains("fieldOfTheFuture"));
  set({.kind = FaultKind::unknown_enums, .times = 1});
  EXPECT_EQ(first_vm()["type"]["name"], "NOT_YET_INVENTED");
}

TEST_F(Faults, PageCap) {
  set({.kind = FaultKind::page_cap, .amount = 3});
  EXPECT_EQ(client.guids("/virtual-machines?page=1&size=10"),
            (std::vector<std::string>{vm_guid(4), vm_guid(5), vm_guid(6)}));
}

TEST_F(Faults, IgnoredPaging) {
  set({.kind = FaultKind::ignore_paging});
  const auto result = client.get("/virtual-machines?page=1&size=5");
  EXPECT_EQ(nlohmann::json::parse(result->body).size(), 14U);
  EXPECT_FALSE(result->has_header("X-Total-Count"));
}

TEST_F(Faults, MissingAndWrongTotals) {
  set({.kind = FaultKind::no_total, .times = 1});
  EXPECT_FALSE(client.get("/virtual-machines?page=0&size=5")->has_header("X-Total-Count"));
  set({.kind = FaultKind::wrong_total, .amount = 2});
  EXPECT_EQ(client.get("/virtual-machines?page=0&size=5")->get_header_value("X-Total-Count"), "16");
}

TEST_F(Faults, RowsMoveBetweenPages) {
  set({.kind = FaultKind::rows_vanish, .times = 1, .amount = 1});
  EXPECT_EQ(client.guids("/virtual-machines?page=0&size=5").back(), vm_guid(5));
  const auto result = client.get("/virtual-machines?page=1&size=5");
  EXPECT_EQ(nlohmann::json::parse(result->body)[0]["guid"], vm_guid(7));
  EXPECT_EQ(result->get_header_value("X-Total-Count"), "13");
  set({.kind = FaultKind::rows_appear, .times = 1, .amount = 2});
  EXPECT_EQ(client.guids("/virtual-machines?page=1&size=5").front(), vm_guid(4));
}

TEST_F(Faults, IgnoredTenantFilter) {
  set({.kind = FaultKind::ignore_tenant_filter});
  EXPECT_EQ(client.guids("/virtual-machines?project-uuid=" + guid(Kind::project_uuid, 1)).size(), 14U);
}

TEST_F(Faults, RefusedConnections) {
  simulator.refuse_connections();
  EXPECT_FALSE(client.get("/nodes"));
  simulator.accept_connections();
  EXPECT_EQ(client.status("/nodes"), 200);
}

TEST_F(Faults, VmsAreRenamedAndDisappear) {
  EXPECT_TRUE(simulator.rename_vm(vm_guid(1), "new name"));
  EXPECT_TRUE(simulator.set_present(vm_guid(1), false));
  EXPECT_EQ(first_vm()["name"], "new name");
  EXPECT_EQ(first_vm()["present"], false);
  EXPECT_TRUE(simulator.remove_vm(vm_guid(1)));
  EXPECT_EQ(first_vm()["guid"], vm_guid(2));
  EXPECT_EQ(client.status("/virtual-machines/" + vm_guid(1)), 404);
  EXPECT_FALSE(simulator.rename_vm("no guid", "x"));
}

TEST_F(Faults, EndedTasksAreWiped) {
  simulator.wipe_tasks();
  EXPECT_EQ(client.guids("/tasks").size(), 2U);
}

TEST_F(Faults, SuccessIsRemovedAndComesBack) {
  EXPECT_EQ(simulator.mark_removed(true, vm_guid(1)), 2);
  EXPECT_EQ(client.json("/backups?protected-entity=" + vm_guid(1))[0]["status"]["name"], "SUCCESS_REMOVED");
  EXPECT_EQ(simulator.mark_removed(false, vm_guid(1)), 2);
  EXPECT_EQ(client.json("/backups?protected-entity=" + vm_guid(1))[0]["status"]["name"], "SUCCESS");
}

TEST_F(Faults, AreGoneAfterReset) {
  set({.kind = FaultKind::status});
  simulator.remove_vm(vm_guid(1));
  simulator.reset();
  EXPECT_EQ(client.status("/nodes"), 401);
  client.log_in();
  EXPECT_EQ(first_vm()["guid"], vm_guid(1));
}

// Faults of requests that change something.
class WriteFaults : public Faults {
 protected:
  httplib::Result export_vm() {
    return client.post("/tasks/export", R"({"backupType":"FULL","protectedEntityType":"VM",
      "protectedEntities":[{"guid":")" + vm_guid(1) +
                                            R"("}],"rules":[{"guid":")" + guid(Kind::rule, 1) + R"("}]})");
  }
  std::size_t exports() { return simulator.exports().size(); }
};

TEST_F(WriteFaults, HitOneMethodOnly) {
  set({.kind = FaultKind::status, .path = "/tasks", .method = "POST", .status = 503});
  EXPECT_EQ(client.status("/tasks"), 200);
  EXPECT_EQ(export_vm()->status, 503);
  EXPECT_EQ(exports(), 0U);
}

TEST_F(WriteFaults, LostAnswerOfWorkThatWasDone) {
  set({.kind = FaultKind::lost, .path = "/tasks/export", .times = 1});
  EXPECT_FALSE(export_vm());
  EXPECT_EQ(exports(), 1U);
  EXPECT_EQ(simulator.writes().back().status, 0);
  EXPECT_EQ(export_vm()->status, 201);
}

TEST_F(WriteFaults, ClosedConnectionBeforeTheWork) {
  set({.kind = FaultKind::close, .path = "/tasks/export", .times = 1});
  EXPECT_FALSE(export_vm());
  EXPECT_EQ(exports(), 0U);
}

TEST_F(WriteFaults, ErrorAfterTheWork) {
  set({.kind = FaultKind::status_after, .path = "/tasks/export", .shape = "html"});
  const auto answer = export_vm();
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(answer->get_header_value("Content-Type"), "text/html");
  EXPECT_TRUE(answer->has_header("Date"));
  EXPECT_EQ(exports(), 1U);
}

TEST_F(WriteFaults, LateAnswerOfWorkThatWasDone) {
  set({.kind = FaultKind::latency, .path = "/tasks/export", .delay = Millis(5000)});
  client.http().set_read_timeout(0, 50'000);
  EXPECT_FALSE(export_vm());
  EXPECT_EQ(exports(), 1U);
}

TEST_F(WriteFaults, LateWorkIsDoneThoughTheClientHasGone) {
  set({.kind = FaultKind::late_work, .path = "/tasks/export", .delay = Millis(300)});
  client.http().set_read_timeout(0, 20'000);
  EXPECT_FALSE(export_vm());
  EXPECT_EQ(exports(), 0U);
  EXPECT_TRUE(support::eventually([&] { return exports() == 1; }));
}

TEST_F(WriteFaults, LateWorkIsAnsweredToAPatientClient) {
  set({.kind = FaultKind::late_work, .path = "/tasks/export", .delay = Millis(100)});
  EXPECT_EQ(export_vm()->status, 201);
  EXPECT_EQ(exports(), 1U);
}

TEST_F(WriteFaults, WorkDoneTwiceIsAnsweredOnce) {
  set({.kind = FaultKind::twice, .path = "/tasks/export"});
  const auto answer = export_vm();
  EXPECT_EQ(nlohmann::json::parse(answer->body)["tasks"].size(), 1U);
  EXPECT_EQ(exports(), 2U);
  EXPECT_EQ(simulator.writes().size(), 1U);
}

TEST_F(WriteFaults, WindowsMissFromTheListAndNotFromTheDetail) {
  set({.kind = FaultKind::no_windows, .path = "/tasks"});
  export_vm();
  const nlohmann::json listed = client.json("/tasks").back();
  EXPECT_FALSE(listed.contains("windowStart") || listed.contains("windowEnd"));
  EXPECT_TRUE(client.json("/tasks/" + listed["guid"].get<std::string>()).contains("windowEnd"));
}

TEST_F(WriteFaults, AlwaysAsyncTellsNoTasks) {
  set({.kind = FaultKind::always_async});
  EXPECT_EQ(nlohmann::json::parse(export_vm()->body)["tasks"], nlohmann::json::array());
  EXPECT_EQ(exports(), 1U);
}

}  // namespace
}  // namespace simulator
