// What is tried again, and how often.
#include <gtest/gtest.h>

#include <atomic>

#include "unit/vprotect/rig.h"

namespace {

using namespace rig;
using base::Error;
using base::ErrorKind;
using Then = RawReply::Then;

// The replies one after the other, then an empty list for ever.
support::RawServer::Handler script(std::vector<RawReply> replies) {
  const auto at = std::make_shared<std::atomic<std::size_t>>(0);
  return with_login([replies = std::move(replies), at](const RawRequest&) {
    const std::size_t turn = (*at)++;
    return turn < replies.size() ? replies[turn] : http_reply(200, "[]");
  });
}

TEST(Retry, ABusyServerIsAskedAgain) {
  Rig rig(script({http_reply(503, ""), http_reply(429, "")}));

  EXPECT_TRUE(rig.client->tasks());
  EXPECT_EQ(rig.requests, (std::vector<std::string>{"prod /session/login 201", "prod /tasks 503",
                                                    "prod /tasks 429", "prod /tasks 200"}));
}

TEST(Retry, ItEndsAfterTheConfiguredNumber) {
  Rig rig(always(http_reply(503, R"({"message":"starting"})")), [](auto& options) { options.retries = 3; });

  EXPECT_EQ(error_of(rig.client->tasks()), (Error{ErrorKind::rejected, "GET /tasks: 503 \"starting\""}));
  EXPECT_EQ(rig.server.count("/api/tasks"), 4U);
}

TEST(Retry, AConnectionLostBeforeTheAnswerIsTriedAgain) {
  Rig rig(script({{.bytes = "", .then = Then::close}}));

  EXPECT_TRUE(rig.client->tasks());
}

TEST(Retry, AnAnswerThatHasBegunIsNotAskedForAgain) {
  Rig rig(script({{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[", .then = Then::close}}));

  EXPECT_FALSE(rig.client->tasks());
  EXPECT_EQ(rig.server.count("/api/tasks"), 1U);
}

TEST(Retry, OtherErrorsAreNotTriedAgain) {
  for (const int status : {400, 403, 404, 500, 502, 504}) {
    Rig rig(always(http_reply(status, "")));
    EXPECT_FALSE(rig.client->tasks());
    EXPECT_EQ(rig.server.count("/api/tasks"), 1U) << status;
  }
}

TEST(Retry, ARequestThatTookTooLongIsNotTriedAgain) {
  Rig rig(always({.bytes = "", .then = Then::hang}), [](auto& options) { options.request_timeout = 100ms; });

  EXPECT_FALSE(rig.client->tasks());
  EXPECT_EQ(rig.server.count("/api/tasks"), 1U);
}

TEST(Retry, ALoginIsNeverAskedForTwice) {
  for (const RawReply& reply : {http_reply(503, ""), http_reply(429, ""), RawReply{.then = Then::close}}) {
    Rig rig([&](const RawRequest&) { return reply; });
    EXPECT_FALSE(rig.client->tasks());
    EXPECT_EQ(rig.server.count("/api/session/login"), 1U) << reply.bytes;
  }
}

TEST(Retry, WaitsAsLongAsTheServerSays) {
  Rig rig(script({http_reply(503, "", "Retry-After: 1\r\n")}),
          [](auto& options) { options.most_retry_wait = 5s; });
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_TRUE(rig.client->tasks());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
}

TEST(Retry, WaitsUntilTheDateTheServerSaysByTheServersClock) {
  Rig rig(
      script({http_reply(
          429, "", "Date: Mon, 05 Jan 2026 08:00:00 GMT\r\nRetry-After: Mon, 05 Jan 2026 08:00:01 GMT\r\n")}),
      [](auto& options) { options.most_retry_wait = 5s; });
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_TRUE(rig.client->tasks());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
}

TEST(Retry, WaitsNoLongerThanTheLimit) {
  Rig rig(script(
      {http_reply(503, "", "Retry-After: 86400\r\n"), http_reply(503, "", "Retry-After: 4294967295\r\n")}));
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_TRUE(rig.client->tasks());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

}  // namespace
