#include <gtest/gtest.h>

#include <algorithm>

#include "test_client.h"

namespace simulator {
namespace {

using Guids = std::vector<std::string>;

std::vector<std::string> names(const nlohmann::json& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row["name"]);
  return names;
}

TEST(Paging, IsZeroBasedAndTellsTheTotal) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.guids("/virtual-machines?page=1&size=5"),
            (Guids{vm_guid(6), vm_guid(7), vm_guid(8), vm_guid(9), vm_guid(10)}));
  EXPECT_EQ(client.get("/virtual-machines?page=1&size=5")->get_header_value("X-Total-Count"), "14");
}

TEST(Paging, EndsWithAShortPageAndThenEmptyOnes) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.guids("/virtual-machines?page=1&size=10").size(), 4U);
  EXPECT_EQ(client.guids("/virtual-machines?page=2&size=10").size(), 0U);
  EXPECT_EQ(client.guids("/virtual-machines?page=9000000000000&size=9000000000").size(), 0U);
}

TEST(Paging, IsNotDoneUnasked) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  const auto result = client.get("/virtual-machines/?orderBy=&filter=&unknown=1");
  EXPECT_EQ(nlohmann::json::parse(result->body).size(), 14U);
  EXPECT_FALSE(result->has_header("X-Total-Count"));
}

TEST(Paging, RefusesNonsense) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.status("/virtual-machines?page=-1&size=5"), 400);
  EXPECT_EQ(client.status("/virtual-machines?page=0&size=0"), 400);
}

TEST(Lists, AreSortedWhenAsked) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  const auto rows = names(client.json("/virtual-machines?orderBy=name&direction=desc"));
  EXPECT_TRUE(std::is_sorted(rows.rbegin(), rows.rend()));
}

TEST(Filters, TakeSeveralValues) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.guids("/tasks?states=RUNNING&states=QUEUED").size(), 2U);
  EXPECT_EQ(client.guids("/backups?status=FAILED&status=PARTIAL_SUCCESS").size(), 4U);
}

TEST(Filters, SelectBackupsByTimeWithoutTheQueuedOnes) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  const std::string ten = std::to_string((kGoldenNow - std::chrono::hours(2)).time_since_epoch().count());
  EXPECT_EQ(client.guids("/backups?from=" + ten).size(), 5U);
  EXPECT_EQ(client.guids("/backups?to=" + ten).size(), 16U);
  EXPECT_EQ(client.guids("/backups").size(), 22U);
}

TEST(Filters, KnowTheBackupsOfOneVm) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.guids("/backups/?protected-entity=" + vm_guid(2)).size(), 3U);
  EXPECT_EQ(client.guids("/backups?protected-entity=no-guid").size(), 0U);
  EXPECT_EQ(client.guids("/backups?protected-entity-type=APP").size(), 0U);
}

TEST(Details, SayMoreThanTheList) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  const auto detail = client.json("/virtual-machines/" + vm_guid(1));
  EXPECT_EQ(detail["name"], "erp-db-01");
  EXPECT_EQ(detail["backupCount"], 2);
  EXPECT_EQ(detail["rules"].size(), 2U);
}

TEST(Errors, HaveTheServersShape) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.get("/backups/" + vm_guid(1))->body,
            R"({"message":"Object with given GUID does not exist"})");
  EXPECT_EQ(client.status("/backups/" + vm_guid(1)), 404);
  EXPECT_EQ(client.status("/nothing"), 404);
  EXPECT_EQ(client.post("/virtual-machines")->status, 405);
  EXPECT_EQ(client.http().Get("/virtual-machines")->status, 404);
}

TEST(Log, TellsWhatWasAsked) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  client.get("/nodes?page=0&size=9");
  const LoggedRequest last = simulator.requests().back();
  EXPECT_EQ(last.method + " " + last.path + " " + last.query, "GET /api/nodes page=0&size=9");
  EXPECT_EQ(last.status, 200);
  EXPECT_TRUE(last.cookie);
}

TEST(Golden, IsStable) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  std::string text;
  for (const auto& vm : client.json("/virtual-machines")) {
    const auto field = [&](const char* key) { return vm.contains(key) ? vm[key].dump() : "-"; };
    text += field("name") + " " + field("present") + " " + field("backupUpToDate") + " " +
            field("lastBackup") + " " + field("lastSuccessfulBackupSize") + "\n";
  }
  EXPECT_EQ(text, R"("erp-db-01" true true 1767229205000 7516192768
"web-01" true false 1766883605000 53687091200
"never-backed-up" true false - -
"scratch-7" true - - -
"retired-01" false false 1761958805000 21474836480
"paused-01" true - 1764640805000 32212254720
"idle-01" true - 1764468005000 42949672960
"quo\"ted\nsecond line \\ tab\t zażółć 試験 🚀" true true 1767261605000 1073741824
"twin" true true 1767261605000 1073741825
"twin" true true 1767261605000 1073741826
"partial-01" true true 1767229205000 3221225472
"running-01" true true 1767261605000 1073741827
"queued-01" true true 1767052805000 15032385536
"renamed-01" true true 1767052805000 16106127360
)");
}

TEST(Bulk, HasOneBackupPerVmAndDay) {
  Options options;
  options.scenario = "bulk";
  options.bulk = {.vms = 200, .history_days = 3};
  options.speed = 0;
  const Simulator simulator(options);
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.guids("/virtual-machines").size(), 200U);
  EXPECT_EQ(client.guids("/backups?protected-entity=" + vm_guid(1)).size(), 3U);
  const nlohmann::json vm = client.json("/virtual-machines?page=0&size=1")[0];
  EXPECT_GT(vm.dump().size(), 1100U);
  EXPECT_LT(vm.dump().size(), 1700U);
}

}  // namespace
}  // namespace simulator
