#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "unit/vprotect/rig.h"

namespace {

using namespace rig;
using base::Error;
using base::ErrorKind;

TEST(Session, LogsInAtTheFirstCallAndSendsTheCookieBack) {
  Rig rig(always(http_reply(200, R"([{"guid":"a","name":"node-1"}])")));

  const auto nodes = rig.client->nodes();

  ASSERT_TRUE(nodes) << error_of(nodes).message;
  EXPECT_EQ(nodes->rows, (std::vector{domain::Node{.id = domain::NodeId("a"), .name = "node-1"}}));
  const auto requests = rig.server.requests();
  EXPECT_EQ(requests.at(0).body, R"({"login":"monitoring","password":"top-secret"})");
  EXPECT_EQ(requests.at(1).header("Cookie"), "JSESSIONID=one");
}

}  // namespace
