#include "runbook/targets.h"

#include <gtest/gtest.h>

namespace {

std::string refusal(const domain::Shard& shard) {
  domain::ServerState server{.name = "prod"};
  server.vms = std::make_shared<const std::vector<domain::Vm>>();
  domain::Snapshot snapshot{.shard = shard};
  snapshot.servers = {server};
  runbook::VmSelector selector;
  selector.name = "web";
  return std::get<runbook::Refusal>(runbook::find_vm(snapshot, {}, "", selector)).detail;
}

TEST(Targets, AVmThatIsNotHereMayBeInAnotherShard) {
  EXPECT_EQ(refusal({}), "There is no VM with name web.");
  EXPECT_EQ(refusal({.index = 1, .count = 3}), "There is no VM with name web in this shard, 1/3.");
}

}  // namespace
