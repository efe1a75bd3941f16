#include <gtest/gtest.h>

#include <set>

#include "test_client.h"

namespace simulator {
namespace {

std::set<std::string> task_types(TestClient& client) {
  std::set<std::string> types;
  for (const auto& task : client.json("/tasks")) types.insert(task["type"]["name"]);
  return types;
}

TEST(Profile39, KnowsNoPages) {
  const Simulator simulator(golden("3.9"));
  TestClient client(simulator);
  client.log_in();
  const auto result = client.get("/virtual-machines?page=1&size=5");
  EXPECT_EQ(nlohmann::json::parse(result->body).size(), 14U);
  EXPECT_FALSE(result->has_header("X-Total-Count"));
}

TEST(Profile39, IgnoresTimesOfBackups) {
  const Simulator simulator(golden("3.9"));
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.guids("/backups?from=99999999999999").size(), 22U);
}

TEST(Profile39, SpeaksTheOldNames) {
  const Simulator simulator(golden("3.9"));
  TestClient client(simulator);
  EXPECT_EQ(client.log_in(), 200);
  EXPECT_EQ(client.jar().count("JSESSIONID"), 1U);
  EXPECT_EQ(task_types(client), (std::set<std::string>{"EXPORT", "INDEX", "STORE"}));
  EXPECT_EQ(client.guids("/backups?status=PARTIAL_SUCCESS").size(), 0U);
  const auto backup = client.json("/backups")[0];
  EXPECT_TRUE(backup.contains("backupDestination"));
  EXPECT_FALSE(backup.contains("backupLocations"));
  EXPECT_TRUE(client.json("/rules/vm-backup")[0].contains("backupDestinations"));
  EXPECT_EQ(client.json("/virtual-machines")[2]["lastSuccessfulBackupSize"], 0);
}

TEST(Profile39, FiltersTenantsByItsOwnSpellings) {
  const Simulator simulator(golden("3.9"));
  TestClient client(simulator);
  client.log_in();
  const std::string project = guid(Kind::project_uuid, 1);
  EXPECT_FALSE(client.json("/virtual-machines")[0].contains("project"));
  EXPECT_EQ(client.guids("/virtual-machines?tenantid=" + project).size(), 4U);
  EXPECT_EQ(client.guids("/schedules?tenant-id=" + project).size(), 2U);
  EXPECT_EQ(client.guids("/virtual-machines?project-uuid=" + project).size(), 14U);
}

TEST(Profile51, WritesNullsAndLooseEnums) {
  const Simulator simulator(golden("5.1"));
  TestClient client(simulator);
  client.log_in();
  EXPECT_TRUE(client.json("/virtual-machines")[2]["lastSuccessfulBackupSize"].is_null());
  EXPECT_EQ(client.json("/policies/vm-backup")[0]["autoAssignMode"], "DISABLED");
  EXPECT_EQ(client.json("/backups")[3]["backupLocations"][0]["status"], "PRESENT");
  EXPECT_EQ(client.get("/virtual-machines?page=0&size=5")->get_header_value("X-Total-Count"), "14");
}

TEST(Profile74, SpeaksTheNewNames) {
  const Simulator simulator(golden("7.4"));
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(task_types(client), (std::set<std::string>{"EXPORT", "INVENTORY_SYNC", "STORE"}));
  EXPECT_EQ(client.guids("/virtual-machines?project-uuid=" + guid(Kind::project_uuid, 1)).size(), 4U);
  EXPECT_EQ(client.guids("/virtual-machines?tenantid=" + guid(Kind::project_uuid, 1)).size(), 14U);
  EXPECT_EQ(client.json("/backups")[3]["backupLocations"][0]["status"]["name"], "PRESENT");
  EXPECT_EQ(client.json("/nodes")[0]["version"], "7.4.0-27");
}

TEST(Profile, HasToBeKnown) { EXPECT_THROW(Simulator(golden("6.0")), std::invalid_argument); }

}  // namespace
}  // namespace simulator
