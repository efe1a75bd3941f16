#include <gtest/gtest.h>

#include "test_client.h"

namespace simulator {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

// Of the golden scenario.
constexpr Id kGold = 1, kNightly = 1, kErp = 1, kUnassigned = 4;
constexpr std::int64_t kHour = 3'600'000;

json reference(Kind kind, Id id) { return {{"guid", guid(kind, id)}}; }
json references(Kind kind, const std::vector<Id>& ids) {
  json list = json::array();
  for (const Id id : ids) list.push_back(reference(kind, id));
  return list;
}

class Plans {
 public:
  explicit Plans(const std::string& profile = "7.4") : simulator(golden(profile)), client(simulator) {
    simulator.set_session_lifetime(Millis(0));
    client.log_in();
  }

  json add(const std::string& path, const json& body) {
    return json::parse(client.post(path, body.dump())->body);
  }
  int status_of_adding(const std::string& path, const json& body) {
    return client.post(path, body.dump())->status;
  }
  int change(const std::string& path, const json& body) { return client.put(path, body.dump())->status; }

  Simulator simulator;
  TestClient client;
};

const std::string kPolicies = "/policies/vm-backup", kRules = "/rules/vm-backup", kSchedules = "/schedules";

std::string at_guid(const std::string& path, const json& record) {
  return path + "/" + record["guid"].get<std::string>();
}

json wanted_policy() {
  return {{"name", "Bronze"},
          {"priority", 20},
          {"backupRetryCount", 2},
          {"autoAssignSettings", {{"mode", "ASSIGN_ONLY"}, {"includeTags", {"prod"}}}},
          {"vms", references(Kind::vm, {kUnassigned})},
          {"mailingList", {{"guid", "a-list"}, {"name", "ops"}}},
          {"quiesceBeforeSnapshot", true},
          {"dailyReportEnabled", true},
          {"autoRemoveNonPresent", true},
          {"failRemainingBackupTasksExportThreshold", 30}};
}

json wanted_rule() {
  return {{"name", "Daily"},
          {"policy", reference(Kind::policy, kGold)},
          {"schedules", references(Kind::schedule, {kNightly})},
          {"ruleBackupDestinations",
           {{"primaryBackupDestination",
             {{"backupDestination", reference(Kind::destination, 2)},
              {"backupRetentionSettings", {{"retentionKeepLastNFull", 9}}}}}}}};
}

json wanted_schedule() {
  return {{"name", "At two"},
          {"type", {{"name", "VM_BACKUP"}}},
          {"backupType", "FULL"},
          {"executionType", {{"name", "TIME"}}},
          {"hour", 14 * kHour},
          {"startWindowLength", 2 * kHour},
          {"daysOfWeek", {{{"name", "THURSDAY"}}, "FRIDAY"}},
          {"months", {"JANUARY"}},
          {"dayOfWeekOccurrences", {"FIRST_IN_MONTH"}},
          {"rules", references(Kind::rule, {2})},
          {"note", "made by hand"}};
}

TEST(Policies, AreAddedWithAllTheirFields) {
  Plans plans;
  const auto answer = plans.client.post(kPolicies, wanted_policy().dump());
  EXPECT_EQ(answer->status, 201);
  const json policy = json::parse(answer->body);
  EXPECT_EQ(policy, plans.client.json(at_guid(kPolicies, policy)));
  EXPECT_EQ(policy["name"], "Bronze");
  EXPECT_EQ(policy["active"], true);
  EXPECT_EQ(policy["priority"], 20);
  EXPECT_EQ(policy["backupRetryCount"], 2);
  EXPECT_EQ(policy["autoAssignSettings"]["mode"]["name"], "ASSIGN_ONLY");
  EXPECT_EQ(policy["autoAssignSettings"]["includeTags"], json({"prod"}));
  EXPECT_EQ(policy["vms"][0]["guid"], vm_guid(kUnassigned));
  for (const char* key : {"mailingList", "quiesceBeforeSnapshot", "dailyReportEnabled",
                          "autoRemoveNonPresent", "failRemainingBackupTasksExportThreshold"})
    EXPECT_EQ(policy[key], wanted_policy()[key]) << key;
}

TEST(Policies, LoseWhatAChangeDoesNotRepeat) {
  Plans plans;
  const std::string path = at_guid(kPolicies, plans.add(kPolicies, wanted_policy()));
  EXPECT_EQ(plans.change(path, {{"name", "Bronze"}, {"autoAssignSettings", {{"mode", "DISABLED"}}}}), 204);
  const json policy = plans.client.json(path);
  EXPECT_EQ(policy["priority"], 50);
  EXPECT_EQ(policy["backupRetryCount"], 0);
  EXPECT_EQ(policy["autoAssignSettings"].size(), 1U);
  EXPECT_EQ(policy["vms"], json::array());
  EXPECT_EQ(policy["quiesceBeforeSnapshot"], false);
  EXPECT_FALSE(policy.contains("mailingList"));
  EXPECT_FALSE(policy.contains("failRemainingBackupTasksExportThreshold"));
}

TEST(Policies, StayAsTheyAreWhenTheWholeDetailIsSentBack) {
  for (const char* profile : {"3.9", "5.1", "7.4"}) {
    Plans plans(profile);
    json body = wanted_policy();
    body["tenantId"] = guid(Kind::project_uuid, 2);
    const json policy = plans.add(kPolicies, body);
    const std::string path = at_guid(kPolicies, policy);
    EXPECT_EQ(plans.change(path, policy), 204) << profile;
    EXPECT_EQ(plans.client.json(path), policy) << profile;
  }
}

TEST(Policies, AreRefused) {
  Plans plans;
  const auto status = [&](const char* key, const json& value) {
    json body = wanted_policy();
    body[key] = value;
    return plans.status_of_adding(kPolicies, body);
  };
  EXPECT_EQ(status("name", nullptr), 400);
  EXPECT_EQ(status("name", "Gold"), 400);
  EXPECT_EQ(status("priority", 101), 400);
  EXPECT_EQ(status("active", "yes"), 400);
  EXPECT_EQ(status("autoAssignSettings", nullptr), 400);
  EXPECT_EQ(status("autoAssignSettings", json::object()), 400);
  EXPECT_EQ(status("autoAssignSettings", {{"mode", "SOMETIMES"}}), 400);
  EXPECT_EQ(status("vms", references(Kind::vm, {99})), 404);
  EXPECT_EQ(plans.change(kPolicies + "/" + vm_guid(1), wanted_policy()), 404);
  EXPECT_EQ(plans.client.json(kPolicies).size(), 4U);
}

TEST(Policies, TakeTheirRulesWithThemAndLetTheirVmsGo) {
  Plans plans;
  const std::string path = kPolicies + "/" + guid(Kind::policy, kGold);
  EXPECT_EQ(plans.client.remove(path)->status, 204);
  EXPECT_EQ(plans.client.status(path), 404);
  EXPECT_EQ(plans.client.remove(path)->status, 404);
  EXPECT_EQ(plans.client.json(kPolicies).size(), 3U);
  EXPECT_EQ(plans.client.json(kRules).size(), 3U);
  const json vm = plans.client.json("/virtual-machines/" + vm_guid(kErp));
  EXPECT_FALSE(vm.contains("vmBackupPolicy"));
  EXPECT_FALSE(vm.contains("backupUpToDate"));
  EXPECT_EQ(plans.client.json(kSchedules)[0]["rules"], json::array());
  plans.simulator.advance(hours(48));
  EXPECT_EQ(plans.client.json("/backups?protected-entity=" + vm_guid(kErp)).size(), 2U);
}

TEST(Names, AreFreeAgainWhenTheirOwnerIsGone) {
  Plans plans;
  plans.client.remove(kPolicies + "/" + guid(Kind::policy, kGold));
  json body = wanted_policy();
  body["name"] = "Gold";
  EXPECT_EQ(plans.status_of_adding(kPolicies, body), 201);
}

TEST(Tenants, AreShownByOldServersOnly) {
  Plans old("3.9"), modern;
  json body = wanted_policy();
  body["tenantId"] = "a-tenant";
  EXPECT_EQ(old.add(kPolicies, body)["tenantId"], "a-tenant");
  EXPECT_EQ(old.client.json(kPolicies + "?tenant-id=a-tenant").size(), 1U);
  EXPECT_FALSE(modern.add(kPolicies, body).contains("tenantId"));
}

TEST(Tenants, AreTakenFromTheNameByModernServers) {
  Plans plans;
  json body = wanted_schedule();
  const std::string tenant = guid(Kind::project_uuid, 2);
  body["name"] = "uuid_" + tenant + "_Mine";
  plans.add(kSchedules, body);
  const json mine = plans.client.json(kSchedules + "?project-uuid=" + tenant);
  ASSERT_EQ(mine.size(), 1U);
  EXPECT_EQ(mine[0]["name"], body["name"]);
}

TEST(Rules, AreWrittenAsAnObjectAndReadAsAnArray) {
  Plans plans;
  const json rule = plans.add(kRules, wanted_rule());
  EXPECT_EQ(rule, plans.client.json(at_guid(kRules, rule)));
  EXPECT_EQ(rule["policy"]["name"], "Gold");
  EXPECT_EQ(rule["schedules"][0]["name"], "Nightly inc");
  ASSERT_EQ(rule["ruleBackupDestinations"].size(), 1U);
  const json& role = rule["ruleBackupDestinations"][0];
  EXPECT_EQ(role["roleType"]["name"], "PRIMARY");
  EXPECT_EQ(role["backupDestination"]["guid"], guid(Kind::destination, 2));
  EXPECT_EQ(role["backupRetentionSettings"], json({{"retentionKeepLastNFull", 9}}));
}

TEST(Rules, AreReplacedByAChange) {
  Plans plans;
  const std::string path = at_guid(kRules, plans.add(kRules, wanted_rule()));
  json body = wanted_rule();
  body.erase("schedules");
  body["active"] = false;
  body["ruleBackupDestinations"]["secondaryBackupDestination"] = {
      {"backupDestination", reference(Kind::destination, 1)}};
  EXPECT_EQ(plans.change(path, body), 204);
  const json rule = plans.client.json(path);
  EXPECT_EQ(rule["active"], false);
  EXPECT_EQ(rule["schedules"], json::array());
  EXPECT_EQ(rule["ruleBackupDestinations"][1]["roleType"]["name"], "SECONDARY");
}

TEST(Rules, AreRefused) {
  Plans plans;
  const auto status = [&](const char* key, const json& value) {
    json body = wanted_rule();
    body[key] = value;
    return plans.status_of_adding(kRules, body);
  };
  EXPECT_EQ(status("name", "Default"), 400);
  EXPECT_EQ(status("policy", nullptr), 400);
  EXPECT_EQ(status("policy", reference(Kind::policy, 99)), 404);
  EXPECT_EQ(status("schedules", references(Kind::schedule, {99})), 404);
  EXPECT_EQ(status("ruleBackupDestinations", nullptr), 400);
  EXPECT_EQ(status("ruleBackupDestinations", json::array()), 400);
  EXPECT_EQ(status("ruleBackupDestinations", json::object()), 400);
  EXPECT_EQ(plans.client.json(kRules).size(), 5U);
}

TEST(Rules, AreUntiedWhenTheyGo) {
  Plans plans;
  EXPECT_EQ(plans.client.remove(kRules + "/" + guid(Kind::rule, 1))->status, 204);
  EXPECT_EQ(plans.client.status(kRules + "/" + guid(Kind::rule, 1)), 404);
  EXPECT_EQ(plans.client.json(kSchedules)[0]["rules"], json::array());
  const json policy = plans.client.json(kPolicies + "/" + guid(Kind::policy, kGold));
  EXPECT_EQ(policy["rules"].size(), 1U);
}

TEST(OldRules, HaveDestinationsInAnArrayAndAreOneForEachPolicy) {
  Plans plans("3.9");
  const json policy = plans.add(kPolicies, wanted_policy());
  const json body{{"name", "Only"},
                  {"policy", {{"guid", policy["guid"]}}},
                  {"backupDestinations", references(Kind::destination, {2})}};
  EXPECT_EQ(plans.add(kRules, body)["backupDestinations"][0]["name"], "s3-archive");
  json second = body;
  second["name"] = "Second";
  EXPECT_EQ(plans.status_of_adding(kRules, second), 400);
}

TEST(Schedules, AreAddedWithAllTheirFields) {
  Plans plans;
  const json schedule = plans.add(kSchedules, wanted_schedule());
  const auto names = [&](const char* key) {
    std::vector<std::string> found;
    for (const json& each : schedule[key]) found.push_back(each["name"]);
    return found;
  };
  EXPECT_EQ(schedule, plans.client.json(at_guid(kSchedules, schedule)));
  EXPECT_EQ(schedule["backupType"]["name"], "FULL");
  EXPECT_EQ(schedule["executionType"]["name"], "TIME");
  EXPECT_EQ(schedule["hour"], 14 * kHour);
  EXPECT_EQ(schedule["startWindowLength"], 2 * kHour);
  EXPECT_EQ(names("daysOfWeek"), (std::vector<std::string>{"THURSDAY", "FRIDAY"}));
  EXPECT_EQ(names("months"), (std::vector<std::string>{"JANUARY"}));
  EXPECT_EQ(names("dayOfWeekOccurrences"), (std::vector<std::string>{"FIRST_IN_MONTH"}));
  EXPECT_EQ(schedule["rules"][0]["guid"], guid(Kind::rule, 2));
  EXPECT_EQ(schedule["note"], "made by hand");
  EXPECT_FALSE(schedule.contains("lastRun"));
}

TEST(Schedules, FireWhenTheyAreNew) {
  Plans plans;
  const std::string path = at_guid(kSchedules, plans.add(kSchedules, wanted_schedule()));
  plans.simulator.advance(hours(2) - minutes(1));
  EXPECT_FALSE(plans.client.json(path).contains("lastRun"));
  plans.simulator.advance(minutes(1));
  EXPECT_EQ(plans.client.json(path)["lastRun"], (kGoldenNow + hours(2)).time_since_epoch().count());
}

TEST(Schedules, FireAtTheirNewTimeOnlyWhenChanged) {
  Plans plans;
  const std::string path = at_guid(kSchedules, plans.add(kSchedules, wanted_schedule()));
  json body = wanted_schedule();
  body["hour"] = 15 * kHour;
  EXPECT_EQ(plans.change(path, body), 204);
  plans.simulator.advance(hours(2) + minutes(30));
  EXPECT_FALSE(plans.client.json(path).contains("lastRun"));
  plans.simulator.advance(hours(1));
  EXPECT_EQ(plans.client.json(path)["lastRun"], (kGoldenNow + hours(3)).time_since_epoch().count());
}

TEST(Schedules, MayRepeatAtIntervals) {
  Plans plans;
  json body = wanted_schedule();
  body.erase("hour");
  body["executionType"] = "INTERVAL";
  EXPECT_EQ(plans.status_of_adding(kSchedules, body), 400);
  const json interval{{"startHour", kHour}, {"endHour", 20 * kHour}, {"frequency", 2 * kHour}};
  body["interval"] = interval;
  const json schedule = plans.add(kSchedules, body);
  EXPECT_EQ(schedule["interval"], interval);
  EXPECT_FALSE(schedule.contains("hour"));
}

TEST(Schedules, AreRefused) {
  Plans plans;
  const auto status = [&](const char* key, const json& value) {
    json body = wanted_schedule();
    body[key] = value;
    return plans.status_of_adding(kSchedules, body);
  };
  EXPECT_EQ(status("name", "Nightly inc"), 400);
  EXPECT_EQ(status("type", "VM_SNAPSHOT"), 400);
  EXPECT_EQ(status("type", nullptr), 400);
  EXPECT_EQ(status("backupType", nullptr), 400);
  EXPECT_EQ(status("executionType", "DAILY"), 400);
  EXPECT_EQ(status("hour", nullptr), 400);
  EXPECT_EQ(status("hour", 24 * kHour), 400);
  EXPECT_EQ(status("startWindowLength", 0), 400);
  EXPECT_EQ(status("daysOfWeek", json::array({"CATURDAY"})), 400);
  EXPECT_EQ(status("rules", references(Kind::rule, {99})), 404);
  EXPECT_EQ(plans.client.json(kSchedules).size(), 6U);
}

TEST(Schedules, StopAndAreUntiedWhenTheyGo) {
  Plans plans;
  const std::string path = kSchedules + "/" + guid(Kind::schedule, kNightly);
  EXPECT_EQ(plans.client.remove(path)->status, 204);
  EXPECT_EQ(plans.client.status(path), 404);
  EXPECT_EQ(plans.client.json(kSchedules).size(), 5U);
  const json rule = plans.client.json(kRules + "/" + guid(Kind::rule, 1));
  EXPECT_EQ(rule["schedules"].size(), 2U);
  plans.simulator.advance(hours(14));
  EXPECT_EQ(plans.client.json("/backups?protected-entity=" + vm_guid(kErp)).size(), 2U);
}

TEST(NewPlan, BacksUpItsVms) {
  Plans plans;
  const json policy = plans.add(kPolicies, wanted_policy());
  json rule = wanted_rule();
  rule["policy"] = {{"guid", policy["guid"]}};
  rule.erase("schedules");
  json schedule = wanted_schedule();
  schedule["rules"] = json::array({{{"guid", plans.add(kRules, rule)["guid"]}}});
  plans.add(kSchedules, schedule);
  EXPECT_EQ(plans.client.json("/virtual-machines/" + vm_guid(kUnassigned))["backupUpToDate"], false);
  plans.simulator.advance(hours(3));
  EXPECT_EQ(plans.client.json("/virtual-machines/" + vm_guid(kUnassigned))["backupUpToDate"], true);
}

}  // namespace
}  // namespace simulator
