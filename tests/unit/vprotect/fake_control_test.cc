// The twin of a server that the runbook's tests change.
#include <gtest/gtest.h>

#include "support/fake_control.h"
#include "unit/vprotect/control_rig.h"

namespace {

using base::Done;
using support::FakeControl;
using vprotect::Begun;
using vprotect::Changed;
using vprotect::Failure;

TEST(FakeControl, SaysYesAsLongAsItIsToldNothing) {
  FakeControl control;

  EXPECT_EQ(control.export_vm({}), Changed<Begun>(Begun{}));
  EXPECT_EQ(control.cancel(domain::TaskId("t"), "why"), Changed<Done>(Done{}));
  EXPECT_EQ(control.create(vprotect::RuleDraft{}), Changed<domain::RuleId>(domain::RuleId("new-rule")));
  EXPECT_TRUE(control.policy(domain::PolicyId("p")));
}

TEST(FakeControl, GivesItsOutcomesInOrderThenTheLastingOne) {
  const Failure lost{{base::ErrorKind::timeout, "late"}, true};
  const Begun task{.tasks = {domain::TaskId("t")}};
  FakeControl control;
  control.edit([&](auto& script) {
    script.exported.next = {lost, task};
    script.exported.otherwise = Begun{.refused = true};
  });

  EXPECT_EQ(control.export_vm({}), Changed<Begun>(lost));
  EXPECT_EQ(control.export_vm({}), Changed<Begun>(task));
  EXPECT_EQ(control.export_vm({}), Changed<Begun>(Begun{.refused = true}));
  EXPECT_EQ(control.export_vm({}), Changed<Begun>(Begun{.refused = true}));
}

TEST(FakeControl, KeepsWhatItWasAsked) {
  FakeControl control;
  const vprotect::ScheduleDraft draft{.name = "nightly"};
  static_cast<void>(control.export_vm(rig::export_ask()));
  static_cast<void>(control.cancel(domain::TaskId("t"), "why"));
  static_cast<void>(control.update(domain::ScheduleId("s"), draft));
  static_cast<void>(control.remove(domain::PolicyId("p")));

  const FakeControl::Script script = control.script();

  EXPECT_EQ(script.calls, (std::vector<std::string>{"export", "cancel", "update schedule", "remove policy"}));
  EXPECT_EQ(script.exports, std::vector{rig::export_ask()});
  EXPECT_EQ(script.cancels, (std::vector{std::pair(domain::TaskId("t"), std::string("why"))}));
  EXPECT_EQ(script.schedule_updates, (std::vector{std::pair(domain::ScheduleId("s"), draft)}));
  EXPECT_EQ(script.removed_policies, std::vector{domain::PolicyId("p")});
}

TEST(FakeControl, TellsTheMomentWhenItIsAsked) {
  FakeControl control;
  std::size_t asked_before = 99;
  control.edit(
      [&](auto& script) { script.meanwhile = [&] { asked_before = control.script().calls.size(); }; });

  static_cast<void>(control.export_vm({}));

  EXPECT_EQ(asked_before, 0U);
}

TEST(FakeControl, CancelledItIsAskedNothing) {
  FakeControl control;
  control.cancel_calls();

  EXPECT_EQ(control.export_vm({}),
            Changed<Begun>(Failure{{base::ErrorKind::cancelled, "export: cancelled"}, false}));
  EXPECT_EQ(rig::error_of(control.schedule(domain::ScheduleId("s"))).kind, base::ErrorKind::cancelled);
  EXPECT_EQ(control.script().calls, std::vector<std::string>());
}

}  // namespace
