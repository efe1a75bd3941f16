// Beginning and cancelling tasks: what is sent, and what the answers are taken for.
#include <gtest/gtest.h>

#include "unit/vprotect/control_rig.h"

namespace {

using namespace rig;
using base::Error;
using base::ErrorKind;
using domain::TaskId;
using vprotect::Begun;
using vprotect::ExportAsk;
using vprotect::RestoreAsk;

std::string body_of(const ExportAsk& ask) {
  ControlRig rig(always(http_reply(201, "")));
  static_cast<void>(rig.client->export_vm(ask));
  return rig.server.requests().at(1).body;
}

std::string body_of(const RestoreAsk& ask) {
  ControlRig rig(always(http_reply(201, "")));
  static_cast<void>(rig.client->restore_and_import(ask));
  return rig.server.requests().at(1).body;
}

Begun begun_by(const std::string& answer) {
  ControlRig rig(always(http_reply(201, answer)));
  const auto begun = rig.client->export_vm(export_ask());
  EXPECT_TRUE(std::holds_alternative<Begun>(begun)) << failure_of(begun).error.message;
  return std::holds_alternative<Begun>(begun) ? std::get<Begun>(begun) : Begun{};
}

TEST(TaskControl, AnExportGoesToItsPlaceOnce) {
  ControlRig rig(always(http_reply(201, R"({"guid":"task-1"})")));

  EXPECT_EQ(rig.client->export_vm(export_ask()),
            vprotect::Changed<Begun>(Begun{.tasks = {TaskId("task-1")}}));
  EXPECT_EQ(calls(rig.server),
            (std::vector<std::string>{R"(POST /api/tasks/export {"backupType":{"name":"FULL"},"priority":50,)"
                                      R"("protectedEntities":[{"guid":"vm-1"}],"rules":[{"guid":"rule-1"}],)"
                                      R"("windowEnd":1767290400000,"windowStart":1767268800000})"}));
  EXPECT_EQ(rig.requests, (std::vector<std::string>{"prod /session/login 201", "prod /tasks/export 201"}));
}

TEST(TaskControl, AnOldServersExportTellsTheDestination) {
  ExportAsk ask = export_ask();
  ask.form = ExportAsk::Form::destination;
  ask.type = domain::BackupType::incremental;
  ask.priority = 70;
  ask.destination = domain::DestinationId("xfs");

  EXPECT_EQ(body_of(ask),
            R"({"backupDestination":{"guid":"xfs"},"backupType":{"name":"INCREMENTAL"},"priority":70,)"
            R"("protectedEntities":[{"guid":"vm-1"}],)"
            R"("windowEnd":1767290400000,"windowStart":1767268800000})");
}

TEST(TaskControl, ANewServersExportTellsTheKindOfEntity) {
  ExportAsk ask = export_ask();
  ask.form = ExportAsk::Form::typed_rules;

  EXPECT_EQ(body_of(ask),
            R"({"backupType":{"name":"FULL"},"priority":50,"protectedEntities":[{"guid":"vm-1"}],)"
            R"("protectedEntityType":"VM","rules":[{"guid":"rule-1"}],)"
            R"("windowEnd":1767290400000,"windowStart":1767268800000})");
}

TEST(TaskControl, ARestoreTellsWhatIsAskedForOnly) {
  EXPECT_EQ(body_of(RestoreAsk{.backup = domain::BackupId("b"), .hypervisor = "h"}),
            R"({"backup":{"guid":"b"},"hypervisor":{"guid":"h"},"overwrite":false})");
}

TEST(TaskControl, ARestoreTellsAllThatIsAskedFor) {
  EXPECT_EQ(body_of(RestoreAsk{.backup = domain::BackupId("b"),
                               .hypervisor_manager = "m",
                               .name = "erp-\"2\"",
                               .storage = "s",
                               .cluster = "c",
                               .project = "p",
                               .data_center = "d",
                               .overwrite = true,
                               .power_on = true}),
            R"({"backup":{"guid":"b"},"dataCenter":{"name":"d"},"hypervisorManager":{"guid":"m"},)"
            R"("overwrite":true,"powerOnAfterRestore":true,"restoreClusterId":"c",)"
            R"("restoreProject":{"guid":"p"},"restoreStorageId":"s","restoredPeName":"erp-\"2\""})");
}

TEST(TaskControl, AnOldServerTakesTheProjectAsText) {
  EXPECT_EQ(body_of(RestoreAsk{
                .backup = domain::BackupId("b"), .hypervisor = "h", .project = "p", .project_is_text = true}),
            R"({"backup":{"guid":"b"},"hypervisor":{"guid":"h"},"overwrite":false,"restoreProject":"p"})");
}

TEST(TaskControl, ARestoreTellsItsTask) {
  ControlRig rig(always(http_reply(200, R"({"guid":"task-1","statusInfo":"waits for a node"})")));

  EXPECT_EQ(rig.client->restore_and_import({.backup = domain::BackupId("b"), .hypervisor = "h"}),
            vprotect::Changed<Begun>(Begun{.tasks = {TaskId("task-1")}, .detail = "waits for a node"}));
  EXPECT_EQ(rig.requests.at(1), "prod /tasks/restore-and-import 200");
}

TEST(TaskControl, EveryDocumentedAnswerTellsItsTasks) {
  EXPECT_EQ(begun_by(R"({"guid":"a","state":{"name":"QUEUED"}})"), (Begun{.tasks = {TaskId("a")}}));
  EXPECT_EQ(begun_by(R"([{"guid":"a"},{"guid":"b"}])"), (Begun{.tasks = {TaskId("a"), TaskId("b")}}));
  EXPECT_EQ(
      begun_by(R"({"successful":[{"guid":"vm-1","name":"n"}],"unsuccessful":[],"tasks":[{"guid":"a"}]})"),
      (Begun{.tasks = {TaskId("a")}}));
  EXPECT_EQ(begun_by(R"(["C0FFEE00-0000-0000-0000-000000000001"])"),
            (Begun{.tasks = {TaskId("c0ffee00-0000-0000-0000-000000000001")}}));
}

TEST(TaskControl, AVmThatWasNotTakenIsRefused) {
  const Begun refused{.refused = true, .detail = "no node"};
  EXPECT_EQ(begun_by(R"({"successful":[],"unsuccessful":[{"guid":"vm-1"}],"tasks":[],"message":"no node"})"),
            refused);
  EXPECT_EQ(begun_by(R"({"unsuccessful":["erp-db-01"],"message":"no node"})"), refused);
  EXPECT_EQ(begun_by(R"({"unsuccessful":[{"guid":"another"}],"tasks":[{"guid":"a"}]})"),
            (Begun{.tasks = {TaskId("a")}}));
}

TEST(TaskControl, ASuccessThatTellsNothingIsASuccess) {
  for (const std::string answer : {"", "null", "{}", "[]", "17", "\"done\"", "{\"guid\":", "{\"tasks\":null}",
                                   "{\"guid\":null}", "{\"unsuccessful\":{}}", "\xff"})
    EXPECT_EQ(begun_by(answer), Begun{}) << answer;
}

TEST(TaskControl, ATaskIsCancelledWithAReason) {
  ControlRig rig(always(http_reply(204, "")));

  EXPECT_EQ(rig.client->cancel(TaskId("task-1"), "not needed \xc3\xbc"),
            vprotect::Changed<base::Done>(base::Done{}));
  EXPECT_EQ(
      calls(rig.server),
      (std::vector<std::string>{
          R"(PUT /api/tasks/task-1/state {"state":{"name":"CANCELLED"},"statusInfo":"not needed \u00fc"})"}));
  EXPECT_EQ(rig.requests.at(1), "prod /tasks/{guid}/state 204");
}

TEST(TaskControl, AnIdIsEncodedInAPath) {
  ControlRig rig(always(http_reply(204, "")));

  static_cast<void>(rig.client->cancel(TaskId("a/../b?c d%"), ""));

  EXPECT_EQ(rig.server.requests().at(1).target, "/api/tasks/a%2F..%2Fb%3Fc%20d%25/state");
}

TEST(TaskControl, AnIdThatWouldNameAnotherPlaceIsNotSent) {
  ControlRig rig(always(http_reply(204, "")));

  for (const std::string id : {"", ".", ".."})
    EXPECT_EQ(failure_of(rig.client->cancel(TaskId(id), "")),
              (vprotect::Failure{
                  {ErrorKind::malformed, "/tasks/{guid}/state: not a guid that can be asked for"}, false}));
  EXPECT_EQ(rig.server.requests().size(), 0U);
}

}  // namespace
