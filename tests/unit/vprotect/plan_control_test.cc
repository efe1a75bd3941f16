// Policies, rules and schedules: read, made, changed and removed.
#include <gtest/gtest.h>

#include "unit/vprotect/control_rig.h"

namespace {

using namespace rig;
using base::Done;
using base::Error;
using base::ErrorKind;
using domain::PolicyId;
using domain::RuleId;
using domain::ScheduleId;
using domain::VmId;
using vprotect::Changed;
using vprotect::Failure;
using vprotect::PolicyDetail;
using vprotect::PolicyDraft;
using vprotect::RuleDraft;
using vprotect::ScheduleDraft;

const std::string kGold =
    R"({"guid":"p","name":"Gold","active":true,"priority":70,"autoRemoveNonPresent":false,)"
    R"("autoAssignSettings":{"mode":{"name":"ASSIGN_ONLY","description":"d"},"includeTags":["a"]},)"
    R"("vms":[{"guid":"vm-1","name":"one","hypervisor":{"guid":"h","name":"n"},"tags":[["x"]]},)"
    R"({"guid":"vm-2","name":"two"}],)"
    R"("rules":[{"guid":"r","name":"Default","schedules":[{"guid":"s"}]}],"tenantId":"acme"})";

template <class Draft>
std::string created(const Draft& draft) {
  ControlRig rig(always(http_reply(201, R"({"guid":"new"})")));
  static_cast<void>(rig.client->create(draft));
  return calls(rig.server).at(0);
}

// What goes back of a record when it is changed so.
template <class Id, class Draft>
std::string updated(const Id& id, const std::string& record, const Draft& draft) {
  ControlRig rig(holding(record));
  EXPECT_EQ(rig.client->update(id, draft), Changed<Done>(Done{}));
  const auto all = calls(rig.server);
  return all.size() == 2 ? all.at(1) : "no two calls";
}

template <class Id, class Draft>
Failure not_updated(const Id& id, const std::string& record, const Draft& draft) {
  ControlRig rig(holding(record));
  Failure failure = failure_of(rig.client->update(id, draft));
  EXPECT_EQ(calls(rig.server).size(), 1U) << record;
  return failure;
}

Failure malformed(const std::string& message) { return {{ErrorKind::malformed, message}, false}; }

TEST(PlanControl, APolicyIsReadFromItsOwnRecord) {
  ControlRig rig(always(http_reply(200, kGold)));

  const auto policy = rig.client->policy(PolicyId("p"));

  ASSERT_TRUE(policy) << error_of(policy).message;
  EXPECT_EQ(*policy,
            (PolicyDetail{.name = "Gold",
                          .active = true,
                          .priority = 70,
                          .auto_remove_non_present = false,
                          .auto_assign_mode = "ASSIGN_ONLY",
                          .vms = {VmId("vm-1"), VmId("vm-2")},
                          .rules = {{.guid = base::SharedText("r"), .name = base::SharedText("Default")}},
                          .tenant_id = "acme"}));
  EXPECT_EQ(calls(rig.server), (std::vector<std::string>{"GET /api/policies/vm-backup/p"}));
  EXPECT_EQ(rig.requests.at(1), "prod /policies/vm-backup/{guid} 200");
}

TEST(PlanControl, WhatAPolicyDoesNotTellIsAbsent) {
  ControlRig rig(
      always(http_reply(200, R"({"guid":"p","vms":null,"autoAssignSettings":null,"priority":700})")));

  const auto policy = rig.client->policy(PolicyId("p"));

  ASSERT_TRUE(policy);
  EXPECT_EQ(*policy, PolicyDetail{});
}

TEST(PlanControl, APolicyWithAVmThatCannotBeNamedIsAnError) {
  ControlRig rig(always(http_reply(200, R"({"guid":"p","vms":[{"name":"one"}]})")));

  EXPECT_EQ(error_of(rig.client->policy(PolicyId("p"))),
            (Error{ErrorKind::malformed, "GET /policies/vm-backup/p: a record that cannot be read"}));
}

TEST(PlanControl, WhatIsNoPolicyIsAnError) {
  const Error expected{ErrorKind::malformed, "GET /policies/vm-backup/p: not a JSON object that can be read"};
  for (const std::string answer :
       {"", "[]", "null", R"({"name":"\ud800"})", "{\"name\":\"\xff\"}", R"({"a":1e999})"}) {
    ControlRig rig(always(http_reply(200, answer)));
    EXPECT_EQ(error_of(rig.client->policy(PolicyId("p"))), expected) << answer;
  }
}

TEST(PlanControl, AScheduleIsRead) {
  ControlRig rig(
      always(http_reply(200, R"({"guid":"s","name":"Nightly","type":{"name":"VM_BACKUP"},"hour":3600000})")));

  const auto schedule = rig.client->schedule(ScheduleId("s"));

  ASSERT_TRUE(schedule) << error_of(schedule).message;
  EXPECT_EQ(*schedule, (domain::Schedule{.id = ScheduleId("s"),
                                         .name = "Nightly",
                                         .type = base::SharedText("VM_BACKUP"),
                                         .execution = domain::Execution::time,
                                         .hour = 1h}));
}

TEST(PlanControl, AScheduleOfSomethingElseIsAnError) {
  ControlRig rig(always(http_reply(200, R"({"guid":"s","type":"APP_BACKUP"})")));

  EXPECT_EQ(error_of(rig.client->schedule(ScheduleId("s"))),
            (Error{ErrorKind::malformed, "GET /schedules/s: not of VM backups"}));
}

TEST(PlanControl, AReadOfWhatIsGoneIsNotFound) {
  ControlRig rig(always(http_reply(404, R"({"message":"gone"})")));

  EXPECT_EQ(error_of(rig.client->policy(PolicyId("p"))),
            (Error{ErrorKind::not_found, "GET /policies/vm-backup/p: 404 \"gone\""}));
}

TEST(PlanControl, ANewPolicyAssignsNothingByItself) {
  EXPECT_EQ(
      created(PolicyDraft{.name = "Gold"}),
      R"(POST /api/policies/vm-backup {"active":true,"autoAssignSettings":{"mode":{"name":"DISABLED"}},)"
      R"("autoRemoveNonPresent":false,"name":"Gold","priority":50,"vms":[]})");
}

TEST(PlanControl, ANewPolicyIsAsItIsDrafted) {
  EXPECT_EQ(
      created(PolicyDraft{.name = "G",
                          .active = false,
                          .priority = 5,
                          .auto_remove_non_present = true,
                          .vms = std::vector{VmId("a"), VmId("b")},
                          .tenant_id = "acme"}),
      R"(POST /api/policies/vm-backup {"active":false,"autoAssignSettings":{"mode":{"name":"DISABLED"}},)"
      R"("autoRemoveNonPresent":true,"name":"G","priority":5,"tenantId":"acme",)"
      R"("vms":[{"guid":"a"},{"guid":"b"}]})");
}

TEST(PlanControl, ANewRuleHasDestinationsByTheirRole) {
  EXPECT_EQ(
      created(RuleDraft{.name = "R",
                        .policy = PolicyId("p"),
                        .schedules = std::vector{ScheduleId("s")},
                        .primary = domain::DestinationId("d1"),
                        .secondary = domain::DestinationId("d2")}),
      R"(POST /api/rules/vm-backup {"active":true,"name":"R","policy":{"guid":"p"},"ruleBackupDestinations":)"
      R"({"primaryBackupDestination":{"active":true,"backupDestination":{"guid":"d1"},"roleType":{"name":"PRIMARY"}},)"
      R"("secondaryBackupDestination":{"active":true,"backupDestination":{"guid":"d2"},)"
      R"("roleType":{"name":"SECONDARY"}}},"schedules":[{"guid":"s"}]})");
}

TEST(PlanControl, AnOldServersNewRuleListsItsDestinations) {
  EXPECT_EQ(created(RuleDraft{.name = "R",
                              .policy = PolicyId("p"),
                              .primary = domain::DestinationId("d1"),
                              .lists_destinations = true}),
            R"(POST /api/rules/vm-backup {"active":true,"backupDestinations":[{"guid":"d1"}],"name":"R",)"
            R"("policy":{"guid":"p"},"schedules":[]})");
}

TEST(PlanControl, ANewScheduleOfATime) {
  EXPECT_EQ(
      created(ScheduleDraft{.name = "S",
                            .backup_type = domain::BackupType::incremental,
                            .hour = 1h,
                            .start_window = 6h,
                            .days = std::vector{std::chrono::Sunday, std::chrono::Monday},
                            .months = std::vector{std::chrono::March},
                            .occurrences = std::vector{domain::Occurrence::last},
                            .rules = std::vector{RuleId("r")},
                            .tenant_id = "acme"}),
      R"(POST /api/schedules {"active":true,"backupType":{"name":"INCREMENTAL"},)"
      R"("dayOfWeekOccurrences":[{"name":"LAST_IN_MONTH"}],)"
      R"("daysOfWeek":[{"name":"MONDAY"},{"name":"SUNDAY"}],"executionType":{"name":"TIME"},"hour":3600000,)"
      R"("months":[{"name":"MARCH"}],"name":"S","rules":[{"guid":"r"}],"startWindowLength":21600000,)"
      R"("tenantId":"acme","type":{"name":"VM_BACKUP"}})");
}

TEST(PlanControl, ANewScheduleOfAnInterval) {
  EXPECT_EQ(created(ScheduleDraft{.name = "S", .interval = domain::Interval{.end = 22h, .frequency = 2h}}),
            R"(POST /api/schedules {"active":true,"backupType":{"name":"FULL"},"dayOfWeekOccurrences":[],)"
            R"("daysOfWeek":[],"executionType":{"name":"INTERVAL"},)"
            R"("interval":{"endHour":79200000,"frequency":7200000,"startHour":0},"months":[],"name":"S",)"
            R"("rules":[],"type":{"name":"VM_BACKUP"}})");
}

TEST(PlanControl, WhatIsNewHasAGuid) {
  ControlRig rig(always(http_reply(201, R"({"name":"n","guid":"new"})")));

  EXPECT_EQ(rig.client->create(PolicyDraft{}), Changed<PolicyId>(PolicyId("new")));
  EXPECT_EQ(rig.client->create(RuleDraft{}), Changed<RuleId>(RuleId("new")));
  EXPECT_EQ(rig.client->create(ScheduleDraft{}), Changed<ScheduleId>(ScheduleId("new")));
  EXPECT_EQ(rig.requests, (std::vector<std::string>{"prod /session/login 201", "prod /policies/vm-backup 201",
                                                    "prod /rules/vm-backup 201", "prod /schedules 201"}));
}

TEST(PlanControl, ACreationThatDoesNotTellTheGuidMayHaveHappened) {
  for (const std::string answer : {"", "{}", "[]", "{\"guid\":null}", "{\"guid\""}) {
    ControlRig rig(always(http_reply(201, answer)));
    EXPECT_EQ(
        failure_of(rig.client->create(ScheduleDraft{})),
        (Failure{{ErrorKind::malformed, "POST /schedules: the answer does not tell the new guid"}, true}))
        << answer;
  }
}

TEST(PlanControl, ARefusedCreationDidNothing) {
  ControlRig rig(always(http_reply(409, R"({"message":"name is taken"})")));

  EXPECT_EQ(failure_of(rig.client->create(PolicyDraft{})),
            (Failure{{ErrorKind::rejected, "POST /policies/vm-backup: 409 \"name is taken\""}, false}));
}

TEST(PlanControl, APolicyGoesBackWithItsVmsAndRulesAsGuids) {
  EXPECT_EQ(updated(PolicyId("p"), kGold, PolicyDraft{.name = "Silver"}),
            R"(PUT /api/policies/vm-backup/p {"active":true,"autoAssignSettings":{"includeTags":["a"],)"
            R"("mode":{"description":"d","name":"ASSIGN_ONLY"}},"autoRemoveNonPresent":false,"guid":"p",)"
            R"("name":"Silver","priority":70,"rules":[{"guid":"r"}],"tenantId":"acme",)"
            R"("vms":[{"guid":"vm-1"},{"guid":"vm-2"}]})");
}

TEST(PlanControl, APolicysVmsAreReplaced) {
  EXPECT_EQ(
      updated(
          PolicyId("p"), R"({"guid":"p","vms":[{"name":"no guid"}],"rules":null})",
          PolicyDraft{.active = false, .priority = 1, .vms = std::vector{VmId("vm-9")}, .tenant_id = "acme"}),
      R"(PUT /api/policies/vm-backup/p {"active":false,"guid":"p","priority":1,"rules":null,)"
      R"("vms":[{"guid":"vm-9"}]})");
}

TEST(PlanControl, AReferenceMayBeATextThatIsAGuid) {
  EXPECT_EQ(updated(PolicyId("p"), R"({"vms":["C0FFEE00-0000-0000-0000-000000000001"]})", PolicyDraft{}),
            R"(PUT /api/policies/vm-backup/p {"vms":[{"guid":"C0FFEE00-0000-0000-0000-000000000001"}]})");
}

TEST(PlanControl, APolicyThatWouldLoseAVmDoesNotGoBack) {
  for (const std::string vm :
       {R"({"name":"one"})", R"({"guid":null})", R"({"guid":""})", R"("one")", "7", "null"})
    EXPECT_EQ(
        not_updated(PolicyId("p"), R"({"guid":"p","vms":[)" + vm + "]}", PolicyDraft{.name = "n"}),
        malformed("GET /policies/vm-backup/p: a policy with a VM or rule without a guid cannot be sent back"))
        << vm;
}

TEST(PlanControl, FieldsThatAreNotKnownKeepTheirValues) {
  const std::string kept =
      R"("big":9223372036854775807,"bigger":18446744073709551615,"deep":[[{"a":[null,true,"\u00fc\n\u0000"]}]],)"
      R"("half":0.1,"least":5e-324,"long":0.30000000000000004)";
  EXPECT_EQ(updated(ScheduleId("s"), R"({"name":"old",)" + kept + "}", ScheduleDraft{.name = "new"}),
            "PUT /api/schedules/s {" + kept + R"(,"name":"new"})");
}

TEST(PlanControl, AVmsFieldOfAnotherRecordIsKeptWhole) {
  EXPECT_EQ(updated(ScheduleId("s"), R"({"vms":[{"guid":"a","x":1}]})", ScheduleDraft{}),
            R"(PUT /api/schedules/s {"vms":[{"guid":"a","x":1}]})");
}

TEST(PlanControl, ADeepRecordDoesNotGoBack) {
  const std::string deep = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(not_updated(ScheduleId("s"), deep, ScheduleDraft{}),
            malformed("GET /schedules/s: not a JSON object that can be read"));
}

TEST(PlanControl, WhatIsNoObjectDoesNotGoBack) {
  for (const std::string record : {"", "[]", "7", R"({"name":"\ud800"})", R"({"a":1e999})"})
    EXPECT_EQ(not_updated(RuleId("r"), record, RuleDraft{}),
              malformed("GET /rules/vm-backup/r: not a JSON object that can be read"))
        << record;
}

const std::string kTwoRoles =
    R"({"guid":"r","name":"R","policy":{"guid":"p","name":"Gold"},"position":3,"ruleBackupDestinations":[)"
    R"({"guid":"e2","roleType":{"name":"SECONDARY","description":"S"},"active":false,"backupDestination":{"guid":"d2"}},)"
    R"({"guid":"e1","roleType":"PRIMARY","backupDestination":{"guid":"d1","type":{"name":"S3"}},)"
    R"("backupRetentionSettings":{"retentionKeepLastNFull":4}}]})";

TEST(PlanControl, ARulesRolesGoBackAsAnObjectWithAllTheirFields) {
  EXPECT_EQ(
      updated(RuleId("r"), kTwoRoles, RuleDraft{.active = false}),
      R"(PUT /api/rules/vm-backup/r {"active":false,"guid":"r","name":"R","policy":{"guid":"p","name":"Gold"},)"
      R"("position":3,"ruleBackupDestinations":{"primaryBackupDestination":{"backupDestination":{"guid":"d1",)"
      R"("type":{"name":"S3"}},"backupRetentionSettings":{"retentionKeepLastNFull":4},"guid":"e1",)"
      R"("roleType":"PRIMARY"},"secondaryBackupDestination":{"active":false,"backupDestination":{"guid":"d2"},)"
      R"("guid":"e2","roleType":{"description":"S","name":"SECONDARY"}}}})");
}

TEST(PlanControl, ARulesDestinationIsReplacedWithinItsRole) {
  EXPECT_EQ(
      updated(
          RuleId("r"),
          R"({"ruleBackupDestinations":[{"roleType":{"name":"PRIMARY"},"backupDestination":{"guid":"d1"},)"
          R"("daysToKeepRetentionLock":7}]})",
          RuleDraft{.schedules = std::vector{ScheduleId("s")}, .primary = domain::DestinationId("d9")}),
      R"(PUT /api/rules/vm-backup/r {"ruleBackupDestinations":{"primaryBackupDestination":)"
      R"({"backupDestination":{"guid":"d9"},"daysToKeepRetentionLock":7,"roleType":{"name":"PRIMARY"}}},)"
      R"("schedules":[{"guid":"s"}]})");
}

TEST(PlanControl, ARulesInactiveDestinationsAreAskedForToo) {
  ControlRig rig(holding(kTwoRoles));

  ASSERT_EQ(rig.client->update(RuleId("r"), {}), Changed<Done>(Done{}));

  EXPECT_EQ(calls(rig.server).at(0), "GET /api/rules/vm-backup/r?only-active-destinations=false");
}

TEST(PlanControl, ARuleWithMoreThanTwoRolesDoesNotGoBack) {
  const std::string neither =
      "GET /rules/vm-backup/r: a rule with a destination that is neither primary nor secondary cannot be "
      "sent back";
  for (const std::string entry : {R"({"roleType":{"name":"ARCHIVE"}})", "{}", "7", "null", R"("PRIMARY")"})
    EXPECT_EQ(not_updated(RuleId("r"), R"({"ruleBackupDestinations":[)" + entry + "]}", RuleDraft{}),
              malformed(neither))
        << entry;
  EXPECT_EQ(
      not_updated(RuleId("r"),
                  R"({"ruleBackupDestinations":[{"roleType":"PRIMARY"},{"roleType":"PRIMARY"}]})",
                  RuleDraft{}),
      malformed("GET /rules/vm-backup/r: a rule with two destinations of one role cannot be sent back"));
}

TEST(PlanControl, AnOldServersListOfDestinationsStaysAList) {
  const std::string record =
      R"({"backupDestinations":[{"guid":"d1","name":"one"},{"guid":"d2","name":"two"}]})";
  EXPECT_EQ(
      updated(RuleId("r"), record, RuleDraft{}),
      R"(PUT /api/rules/vm-backup/r {"backupDestinations":[{"guid":"d1","name":"one"},{"guid":"d2","name":"two"}]})");
  EXPECT_EQ(
      updated(RuleId("r"), record, RuleDraft{.primary = domain::DestinationId("d9")}),
      R"(PUT /api/rules/vm-backup/r {"backupDestinations":[{"guid":"d9"},{"guid":"d2","name":"two"}]})");
}

TEST(PlanControl, AScheduleOfAnIntervalBecomesOneOfATime) {
  EXPECT_EQ(
      updated(
          ScheduleId("s"),
          R"({"executionType":{"name":"INTERVAL","description":"I"},"hour":0,"interval":{"startHour":0}})",
          ScheduleDraft{.hour = 2h}),
      R"(PUT /api/schedules/s {"executionType":{"name":"TIME"},"hour":7200000})");
}

TEST(PlanControl, AnIntervalKeepsFieldsThatAreNotKnown) {
  EXPECT_EQ(updated(ScheduleId("s"), R"({"interval":{"startHour":0,"x":1}})",
                    ScheduleDraft{.interval = domain::Interval{.start = 1h, .end = 2h, .frequency = 30min}}),
            R"(PUT /api/schedules/s {"executionType":{"name":"INTERVAL"},)"
            R"("interval":{"endHour":7200000,"frequency":1800000,"startHour":3600000,"x":1}})");
}

TEST(PlanControl, AnUpdateOfWhatIsGoneDidNothing) {
  ControlRig rig(always(http_reply(404, "")));

  EXPECT_EQ(failure_of(rig.client->update(RuleId("r"), {})),
            (Failure{{ErrorKind::not_found, "GET /rules/vm-backup/r: 404"}, false}));
}

TEST(PlanControl, AnUpdateThatCannotBeReadFirstDidNothing) {
  ControlRig rig(always(http_reply(500, "")));

  EXPECT_EQ(failure_of(rig.client->update(RuleId("r"), {})),
            (Failure{{ErrorKind::rejected, "GET /rules/vm-backup/r: 500"}, false}));
}

TEST(PlanControl, AnUpdateThatIsAnsweredWithAFaultMayHaveHappened) {
  ControlRig rig(holding("{}", http_reply(500, R"({"message":"oops"})")));

  EXPECT_EQ(failure_of(rig.client->update(RuleId("r"), {})),
            (Failure{{ErrorKind::rejected, "PUT /rules/vm-backup/r: 500 \"oops\""}, true}));
}

TEST(PlanControl, ThingsAreRemoved) {
  ControlRig rig(always(http_reply(204, "")));

  EXPECT_EQ(rig.client->remove(PolicyId("p")), Changed<Done>(Done{}));
  EXPECT_EQ(rig.client->remove(RuleId("r/1")), Changed<Done>(Done{}));
  EXPECT_EQ(rig.client->remove(ScheduleId("s")), Changed<Done>(Done{}));
  EXPECT_EQ(calls(rig.server),
            (std::vector<std::string>{"DELETE /api/policies/vm-backup/p", "DELETE /api/rules/vm-backup/r%2F1",
                                      "DELETE /api/schedules/s"}));
  EXPECT_EQ(rig.requests.at(2), "prod /rules/vm-backup/{guid} 204");
}

TEST(PlanControl, NothingWithoutAGuidIsRemovedOrChanged) {
  ControlRig rig(always(http_reply(204, "")));

  EXPECT_EQ(failure_of(rig.client->remove(PolicyId())),
            malformed("/policies/vm-backup/{guid}: not a guid that can be asked for"));
  EXPECT_EQ(failure_of(rig.client->update(ScheduleId(".."), {})),
            malformed("/schedules/{guid}: not a guid that can be asked for"));
  EXPECT_EQ(error_of(rig.client->policy(PolicyId(""))).kind, ErrorKind::malformed);
  EXPECT_EQ(error_of(rig.client->schedule(ScheduleId("."))).kind, ErrorKind::malformed);
  EXPECT_EQ(rig.server.requests().size(), 0U);
}

// A policy with as many whole VMs in it.
std::string huge_policy(int vms) {
  const std::string padding(1500, 'x');
  std::string text = R"({"guid":"p","name":"Gold","vms":[)";
  for (int i = 0; i < vms; ++i)
    text += (i == 0 ? "" : ",") + std::string(R"({"guid":"vm-)") + std::to_string(i) +
            R"(","hypervisor":{"guid":"h","tags":["a",{"b":1}]},"notes":")" + padding + "\"}";
  return text + "]}";
}

TEST(PlanControl, APolicyOfTenThousandVmsIsReadAndSentBack) {
  ControlRig rig(holding(huge_policy(10'000)));

  const auto policy = rig.client->policy(PolicyId("p"));
  ASSERT_TRUE(policy) << error_of(policy).message;
  EXPECT_EQ(policy->vms.size(), 10'000U);
  EXPECT_EQ(policy->vms.back(), VmId("vm-9999"));

  ASSERT_EQ(rig.client->update(PolicyId("p"), {.name = "Silver"}), Changed<Done>(Done{}));
  const std::string body = rig.server.requests().at(3).body;
  EXPECT_TRUE(body.starts_with(R"({"guid":"p","name":"Silver","vms":[{"guid":"vm-0"},{"guid":"vm-1"},)"));
  EXPECT_TRUE(body.ends_with(R"({"guid":"vm-9999"}]})"));
}

TEST(PlanControl, APolicyBeyondAllMeasureIsAnError) {
  ControlRig rig(holding(huge_policy(50'000)));

  EXPECT_EQ(
      error_of(rig.client->policy(PolicyId("p"))),
      (Error{ErrorKind::too_large, "GET /policies/vm-backup/p: a record beyond the limit of its size"}));
}

}  // namespace
