#include <gtest/gtest.h>

#include "test_client.h"

namespace simulator {
namespace {

TEST(Session, EveryResourceNeedsACookie) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  for (const std::string path :
       {"/session", "/session/user", "/virtual-machines", "/tasks", "/no-such-thing"}) {
    EXPECT_EQ(client.status(path), 401) << path;
  }
}

TEST(Session, OpensWithTheRightPassword) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  EXPECT_EQ(client.log_in(), 201);
  EXPECT_EQ(client.status("/session"), 204);
}

TEST(Session, LoginTakesExactlyItsTwoFields) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  EXPECT_EQ(client.log_in(R"({"login":"monitoring","password":"wrong"})"), 401);
  EXPECT_EQ(client.log_in(R"({"username":"monitoring","password":"secret"})"), 400);
  EXPECT_EQ(client.log_in(R"({"login":"monitoring","password":"secret","remember":true})"), 400);
  EXPECT_EQ(client.log_in("login=monitoring"), 400);
  EXPECT_EQ(simulator.counts().refused_logins, 1U);
}

TEST(Session, EndsAtLogout) {
  const Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.post("/session/logout")->status, 204);
  EXPECT_EQ(client.status("/session"), 401);
  EXPECT_EQ(simulator.counts().open_sessions, 0U);
}

TEST(Session, EndsWhenIdleForTooLong) {
  Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  simulator.advance(std::chrono::minutes(29));
  EXPECT_EQ(client.status("/session"), 204);
  simulator.advance(std::chrono::minutes(31));
  EXPECT_EQ(client.status("/session"), 401);
}

TEST(Session, EndsWhenToldTo) {
  Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  simulator.expire_sessions();
  EXPECT_EQ(client.status("/session"), 401);
}

TEST(Session, EndsInTheMiddleOfAScrape) {
  Simulator simulator(golden());
  TestClient client(simulator);
  client.log_in();
  simulator.fault({.kind = FaultKind::expire_session, .skip = 1, .times = 1});
  EXPECT_EQ(client.status("/nodes"), 200);
  EXPECT_EQ(client.status("/tasks"), 401);
}

TEST(Cookies, MayHaveAnotherNameAndPath) {
  Simulator simulator(golden());
  simulator.set_cookies({.name = "other", .path = "/api"});
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.jar().count("other"), 1U);
  EXPECT_EQ(client.status("/session"), 204);
}

TEST(Cookies, MayBeReplacedByEveryAnswer) {
  Simulator simulator(golden());
  simulator.set_cookies({.rotate = true});
  TestClient client(simulator);
  client.log_in();
  const std::map<std::string, std::string> first = client.jar();
  EXPECT_EQ(client.status("/nodes"), 200);
  EXPECT_EQ(client.status("/nodes"), 200);
  EXPECT_NE(client.jar(), first);
  const httplib::Headers outdated{{"Cookie", first.begin()->first + "=" + first.begin()->second}};
  EXPECT_EQ(client.http().Get("/api/nodes", outdated)->status, 401);
}

TEST(Cookies, MayBeSeveral) {
  Simulator simulator(golden());
  simulator.set_cookies({.several = true});
  TestClient client(simulator);
  client.log_in();
  const std::string session = "sbr-session=" + client.jar().at("sbr-session");
  EXPECT_EQ(client.http().Get("/api/session", {{"Cookie", session}})->status, 401);
  EXPECT_EQ(client.status("/session"), 204);
}

TEST(Cookies, MayBeDeleted) {
  Simulator simulator(golden());
  simulator.set_cookies({.deletion = true});
  TestClient client(simulator);
  client.log_in();
  EXPECT_EQ(client.jar().count("login-hint"), 1U);
  EXPECT_EQ(client.status("/session"), 204);
  EXPECT_EQ(client.jar().count("login-hint"), 0U);
  EXPECT_EQ(simulator.counts().deleted_cookies_sent, 0);
}

}  // namespace
}  // namespace simulator
