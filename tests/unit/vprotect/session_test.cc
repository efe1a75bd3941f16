// Logging in, staying logged in, and not locking the account.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "unit/vprotect/rig.h"

namespace {

using namespace rig;
using base::Error;
using base::ErrorKind;

// Sessions one by one: each login gives "s1", "s2", ..., and only the newest is valid, until it is ended.
class Sessions {
 public:
  RawReply operator()(const RawRequest& request) {
    if (request.path() == "/api/session/login") {
      const int number = ++logins_;
      valid_ = number;
      return http_reply(200, "", "Set-Cookie: JSESSIONID=s" + std::to_string(number) + "; Path=/api\r\n");
    }
    if (request.header("Cookie") != "JSESSIONID=s" + std::to_string(valid_)) return http_reply(401, "");
    return http_reply(200, R"([{"guid":"a"}])");
  }
  void end() { valid_ = 0; }
  int logins() const { return logins_; }

 private:
  std::atomic<int> logins_ = 0;
  std::atomic<int> valid_ = 0;
};

// The outcomes of many threads that call at once.
std::vector<bool> call_from_threads(vprotect::Api& api, int threads) {
  std::vector<char> good(static_cast<std::size_t>(threads), 0);
  {
    std::vector<std::jthread> callers;
    callers.reserve(good.size());
    for (char& outcome : good) callers.emplace_back([&] { outcome = api.tasks().has_value() ? 1 : 0; });
  }
  return {good.begin(), good.end()};
}

TEST(Session, LogsInAtTheFirstCallAndSendsTheCookieBack) {
  Rig rig(always(http_reply(200, R"([{"guid":"a","name":"node-1"}])")));

  const auto nodes = rig.client->nodes();

  ASSERT_TRUE(nodes) << error_of(nodes).message;
  EXPECT_EQ(nodes->rows, (std::vector{domain::Node{.id = domain::NodeId("a"), .name = "node-1"}}));
  const auto requests = rig.server.requests();
  EXPECT_EQ(requests.at(0).body, R"({"login":"monitoring","password":"top-secret"})");
  EXPECT_EQ(requests.at(1).header("Cookie"), "JSESSIONID=one");
}

TEST(Session, AsksForNothingWhenItIsMade) {
  const Rig rig(always(http_reply(200, "[]")));

  EXPECT_EQ(rig.server.requests().size(), 0U);
}

TEST(Session, CredentialsSurviveQuotesAndOtherAlphabets) {
  Rig rig(always(http_reply(200, "[]")), [](auto& options) {
    options.username = "dom\\user";
    options.password = base::Secret("p\"\xC3\xA4\n");
  });

  ASSERT_TRUE(rig.client->nodes());

  EXPECT_EQ(rig.server.requests().at(0).body, R"({"login":"dom\\user","password":"p\"\u00e4\n"})");
}

TEST(Session, ALoginMayHaveAnySuccessfulStatusAndNoBody) {
  for (const int status : {200, 201, 204}) {
    Rig rig([&](const RawRequest& request) {
      return request.method == "POST" ? http_reply(status, "") : http_reply(200, "[]");
    });
    EXPECT_TRUE(rig.client->nodes()) << status;
  }
}

TEST(Session, FollowsCookiesThatRotate) {
  std::atomic<int> count = 0;
  Rig rig(with_login([&](const RawRequest&) {
    return http_reply(200, "[]",
                      "Set-Cookie: JSESSIONID=turn" + std::to_string(++count) + "\r\nSet-Cookie: node=2\r\n");
  }));

  ASSERT_TRUE(rig.client->nodes());
  ASSERT_TRUE(rig.client->nodes());

  EXPECT_EQ(rig.server.requests().at(2).header("Cookie"), "JSESSIONID=turn1; node=2");
}

TEST(Session, EightThreadsShareTheFirstLogin) {
  Sessions sessions;
  Rig rig([&](const RawRequest& request) { return sessions(request); });

  EXPECT_EQ(call_from_threads(*rig.client, 8), std::vector<bool>(8, true));
  EXPECT_EQ(sessions.logins(), 1);
}

TEST(Session, EightThreadsThatMeetAnEndedSessionShareTheNextLogin) {
  Sessions sessions;
  Rig rig([&](const RawRequest& request) { return sessions(request); });
  ASSERT_TRUE(rig.client->tasks());
  sessions.end();

  EXPECT_EQ(call_from_threads(*rig.client, 8), std::vector<bool>(8, true));
  EXPECT_EQ(sessions.logins(), 2);
}

TEST(Session, EightThreadsShareTheOutcomeOfARefusedLogin) {
  Rig rig([&](const RawRequest&) { return http_reply(401, ""); });

  EXPECT_EQ(call_from_threads(*rig.client, 8), std::vector<bool>(8, false));
  EXPECT_EQ(rig.server.count("/api/session/login"), 1U);
}

TEST(Session, ACallIsRepeatedOnceAfterANewLogin) {
  Rig rig(always(http_reply(401, "<html>log in</html>")));

  EXPECT_EQ(error_of(rig.client->tasks()),
            (Error{ErrorKind::unauthorized, "GET /tasks: 401 after re-login"}));
  EXPECT_EQ(rig.server.count("/api/session/login"), 2U);
  EXPECT_EQ(rig.server.count("/api/tasks"), 2U);
}

TEST(Session, AnEndpointThatAlwaysSaysUnauthorizedCostsNoLoginAtEachCallAndDisturbsNoOther) {
  Rig rig(with_login([](const RawRequest& request) {
    return request.path() == "/api/tasks" ? http_reply(401, "") : http_reply(200, "[]");
  }));
  ASSERT_FALSE(rig.client->tasks());

  EXPECT_EQ(error_of(rig.client->tasks()),
            (Error{ErrorKind::unauthorized,
                   "GET /tasks: no session: 401 after the last login as well; next login not before "
                   "2026-01-01T12:00:30Z"}));
  EXPECT_TRUE(rig.client->nodes());
  EXPECT_EQ(rig.server.count("/api/session/login"), 2U);

  rig.clock.advance(31s);
  EXPECT_FALSE(rig.client->tasks());
  EXPECT_EQ(rig.server.count("/api/session/login"), 3U);
}

TEST(Session, ARefusedLoginIsNotTriedAgainBeforeItsTime) {
  Rig rig([](const RawRequest&) { return http_reply(401, R"({"message":"Bad credentials"})"); });
  const Error expected{ErrorKind::unauthorized,
                       "GET /tasks: no session: POST /session/login: 401 \"Bad credentials\"; next login not "
                       "before 2026-01-01T12:00:30Z"};

  EXPECT_EQ(error_of(rig.client->tasks()), expected);
  EXPECT_EQ(error_of(rig.client->tasks()), expected);
  EXPECT_EQ(rig.server.requests().size(), 1U);
}

TEST(Session, TheWaitAfterARefusedLoginDoublesUpToItsLimit) {
  Rig rig([](const RawRequest&) { return http_reply(403, ""); },
          [](auto& options) { options.most_relogin_wait = 100s; });
  std::vector<std::string> told;
  for (int i = 0; i < 4; ++i) {
    const std::string message = error_of(rig.client->tasks()).message;
    told.push_back(message.substr(message.size() - 9, 8));
    rig.clock.advance(100s);
  }

  // 12:00:00 + 30 s, 12:01:40 + 60 s, 12:03:20 + 100 s, 12:05:00 + 100 s
  EXPECT_EQ(told, (std::vector<std::string>{"12:00:30", "12:02:40", "12:05:00", "12:06:40"}));
  EXPECT_EQ(rig.server.count("/api/session/login"), 4U);
}

TEST(Session, ALoginThatWorksEndsTheWait) {
  std::atomic<bool> good = false;
  Rig rig([&](const RawRequest&) { return good ? http_reply(200, "[]") : http_reply(401, ""); });
  ASSERT_FALSE(rig.client->tasks());
  good = true;
  rig.clock.advance(30s);

  EXPECT_TRUE(rig.client->tasks());
}

TEST(Session, LogsOutAtTheEnd) {
  Rig rig(always(http_reply(200, "[]")));
  ASSERT_TRUE(rig.client->tasks());

  rig.client.reset();

  EXPECT_EQ(rig.server.requests().back().target, "/api/session/logout");
  EXPECT_EQ(rig.server.requests().back().header("Cookie"), "JSESSIONID=one");
}

TEST(Session, LogsOutAlsoWhenItWasCancelled) {
  Rig rig(always(http_reply(200, "[]")));
  ASSERT_TRUE(rig.client->tasks());
  rig.client->cancel();

  rig.client.reset();

  EXPECT_EQ(rig.server.count("/api/session/logout"), 1U);
}

TEST(Session, LogsOutOfNothingWhenItNeverLoggedIn) {
  Rig rig(always(http_reply(200, "[]")));

  rig.client.reset();

  EXPECT_EQ(rig.server.requests().size(), 0U);
}

TEST(Session, AnObserverHearsOfRequestsAndLogins) {
  Rig rig(always(http_reply(403, "")));

  ASSERT_FALSE(rig.client->tasks());

  EXPECT_EQ(rig.requests, (std::vector<std::string>{"prod /session/login 201", "prod /tasks 403"}));
  EXPECT_EQ(rig.logins, (std::vector<bool>{true}));
}

TEST(Session, NoSecretIsInAnyError) {
  for (const int status : {302, 400, 401, 403, 500}) {
    Rig rig([&](const RawRequest& request) {
      if (request.method == "POST") return http_reply(200, "", "Set-Cookie: sid=hidden\r\n");
      return http_reply(status, R"({"message":"no"})", "Set-Cookie: sid=hidden2\r\n");
    });
    const std::string message = error_of(rig.client->tasks()).message;
    EXPECT_EQ(message.find("hidden"), std::string::npos) << message;
    EXPECT_EQ(message.find("top-secret"), std::string::npos) << message;
  }
}

}  // namespace
