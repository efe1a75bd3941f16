// What a server may send, and what becomes of it: a clean error, in bounded time and memory.
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "unit/vprotect/rig.h"

namespace {

using namespace rig;
using base::Error;
using base::ErrorKind;
using Then = RawReply::Then;

using Change = std::function<void(vprotect::ServerOptions&)>;

Error error_for(
    const RawReply& reply, const Change& change = [](auto&) {}) {
  Rig rig(always(reply), change);
  return error_of(rig.client->tasks());
}

Change request_timeout(std::chrono::milliseconds timeout) {
  return [timeout](auto& options) { options.request_timeout = timeout; };
}

RawReply chunked(const std::string& chunks) {
  return {.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks};
}

TEST(Http, ConnectionsAreKeptAndUsedAgain) {
  Rig rig(always(http_reply(200, "[]")));

  for (int i = 0; i < 5; ++i) ASSERT_TRUE(rig.client->tasks());

  EXPECT_EQ(rig.server.connections(), 1U);
}

TEST(Http, AConnectionThatTheServerClosedIsReplaced) {
  RawReply reply = http_reply(200, "[]");
  reply.then = Then::close;
  Rig rig(always(reply));

  EXPECT_TRUE(rig.client->tasks());
  EXPECT_TRUE(rig.client->tasks());
}

TEST(Http, RequestsSayWhatTheySendAndAccept) {
  Rig rig(always(http_reply(200, "[]")));

  ASSERT_TRUE(rig.client->tasks());

  const RawRequest request = rig.server.requests().at(1);
  EXPECT_EQ(request.target, "/api/tasks?page=0&size=1000");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.header("Accept"), "application/json");
  EXPECT_EQ(request.header("User-Agent"), "vprotect_exporter");
  EXPECT_EQ(request.header("Accept-Encoding"), "");
}

TEST(Http, TheApiPathIsAddedOnceOnly) {
  for (const std::string tail : {"", "/", "/api", "/api/"}) {
    support::RawServer server(always(http_reply(200, "[]")));
    const support::ManualClock clock(support::kNoon);
    vprotect::RestClient client(options_for(server.url() + tail), {}, clock);
    EXPECT_TRUE(client.tasks());
    EXPECT_EQ(server.requests().at(1).path(), "/api/tasks") << tail;
  }
}

TEST(Http, AUrlThatCannotBeUsedIsRefusedAtOnce) {
  const support::ManualClock clock(support::kNoon);
  for (const std::string url :
       {"", "ftp://host", "file:///etc/passwd", "http://user:password@host", "http://host/?a=b"})
    EXPECT_THROW(vprotect::RestClient(options_for(url), {}, clock), std::invalid_argument) << url;
}

TEST(Http, ProxiesOfTheEnvironmentAreNotUsed) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  Rig rig(always(http_reply(200, "[]")));

  EXPECT_TRUE(rig.client->tasks());

  ::unsetenv("http_proxy");
}

TEST(Http, ARedirectIsNotFollowed) {
  support::RawServer other(always(http_reply(200, "[]")));
  EXPECT_EQ(error_for(http_reply(302, "", "Location: " + other.url() + "/api/tasks\r\n")),
            (Error{ErrorKind::rejected, "GET /tasks: 302"}));
  EXPECT_EQ(other.connections(), 0U);
}

TEST(Http, AStatusTellsTheKindOfError) {
  EXPECT_EQ(error_for(http_reply(403, "")), (Error{ErrorKind::forbidden, "GET /tasks: 403"}));
  EXPECT_EQ(error_for(http_reply(404, "")), (Error{ErrorKind::not_found, "GET /tasks: 404"}));
  EXPECT_EQ(error_for(http_reply(500, "")), (Error{ErrorKind::rejected, "GET /tasks: 500"}));
}

TEST(Http, TheServersMessageIsFoundInEitherShape) {
  EXPECT_EQ(error_for(http_reply(400, R"({"message":"flat"})")).message, "GET /tasks: 400 \"flat\"");
  EXPECT_EQ(error_for(http_reply(400, R"({"error":{"message":"nested"},"message":"flat"})")).message,
            "GET /tasks: 400 \"nested\"");
  EXPECT_EQ(error_for(http_reply(502, " Bad\r\nGateway ")).message, "GET /tasks: 502 \"Bad  Gateway\"");
}

TEST(Http, AnExcerptOfTheServersMessageIsShort) {
  const std::string message =
      error_for(http_reply(400, R"({"message":")" + std::string(3000, 'x') + "\"}")).message;
  EXPECT_EQ(message, "GET /tasks: 400 \"" + std::string(200, 'x') + "...\"");
}

TEST(Http, AnEndlessErrorPageIsAnErrorSoon) {
  EXPECT_EQ(error_for({.bytes = "HTTP/1.1 500 Oops\r\n\r\n" + std::string(1000, 'x'), .endless = true}).kind,
            ErrorKind::rejected);
}

TEST(Http, AnEmptyBodyIsNoEmptyList) {
  const Error expected{ErrorKind::malformed, "GET /tasks: an empty body, not a JSON array"};
  EXPECT_EQ(error_for(http_reply(200, "")), expected);
  EXPECT_EQ(error_for({.bytes = "HTTP/1.1 204 No Content\r\n\r\n"}), expected);
}

TEST(Http, HtmlIsNoListAndCostsNoLogin) {
  const Error expected{ErrorKind::malformed, "GET /tasks: HTML, perhaps a login page, not a JSON array"};
  Rig rig(always(http_reply(200, "\n<!DOCTYPE html><html>log in</html>")));
  EXPECT_EQ(error_of(rig.client->tasks()), expected);
  EXPECT_EQ(rig.server.count("/api/session/login"), 1U);
  EXPECT_EQ(error_for(http_reply(200, "[]", "Content-Type: text/html; charset=utf-8\r\n")), expected);
}

TEST(Http, WhatIsNotExactlyAnArrayIsMalformed) {
  EXPECT_EQ(error_for(http_reply(200, R"({"message":"x"})")).message, "GET /tasks: not a JSON array");
  EXPECT_EQ(error_for(http_reply(200, R"([{"guid":"a"})")).message,
            "GET /tasks: a JSON array that is cut off");
  EXPECT_EQ(error_for(http_reply(200, R"([{"guid":"a"}]x)")).message,
            "GET /tasks: a JSON array with something behind it");
  EXPECT_EQ(error_for(http_reply(200, R"([{"guid":"a"},{"guid":}])")).message,
            "GET /tasks: a record that is not valid JSON in UTF-8");
  EXPECT_EQ(error_for(http_reply(200, "[{\"guid\":\"a\",\"x\":\"\xFF\"}]")),
            (Error{ErrorKind::malformed, "GET /tasks: a record that is not valid JSON in UTF-8"}));
}

TEST(Http, ABodyThatEndsTooEarlyIsMalformed) {
  EXPECT_EQ(
      error_for({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]", .then = Then::close}).kind,
      ErrorKind::malformed);
  RawReply cut = chunked("2\r\n[]\r\n5\r\n");
  cut.then = Then::close;
  EXPECT_EQ(error_for(cut).kind, ErrorKind::malformed);
}

TEST(Http, ChunksAreReadAcrossRecords) {
  Rig rig(always(chunked("9\r\n[{\"guid\":\r\n7\r\n\"a\"},{\"\r\nb\r\nguid\":\"b\"}]\r\n0\r\n\r\n")));

  const auto tasks = rig.client->tasks();

  ASSERT_TRUE(tasks) << error_of(tasks).message;
  EXPECT_EQ(tasks->rows.size(), 2U);
}

TEST(Http, NonsenseIsAnErrorAndNoCrash) {
  for (const std::string bytes :
       {"garbage\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n[]", "HTTP/1.1 99999 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n[]", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n[]\r\n"}) {
    const Error error = error_for({.bytes = bytes, .then = Then::close}, request_timeout(2s));
    EXPECT_NE(error.message, "no error") << bytes;
  }
}

TEST(Http, ALongReasonPhraseDoesNoHarm) {
  Rig rig(always({.bytes = "HTTP/1.1 200 " + std::string(32'000, 'x') + "\r\nContent-Length: 2\r\n\r\n[]"}));

  EXPECT_TRUE(rig.client->tasks());
}

TEST(Http, AFloodOfHeadersIsCutOff) {
  std::string headers;
  for (int i = 0; i < 4000; ++i) headers += "X-Header-" + std::to_string(i) + ": value\r\n";

  EXPECT_EQ(error_for(http_reply(200, "[]", headers)),
            (Error{ErrorKind::too_large, "GET /tasks: more than 64 KiB of headers"}));
}

TEST(Http, AFloodOfInterimAnswersIsCutOff) {
  std::string bytes;
  for (int i = 0; i < 4000; ++i) bytes += "HTTP/1.1 102 Processing\r\nX-A: b\r\n\r\n";

  EXPECT_EQ(error_for({.bytes = bytes}).kind, ErrorKind::too_large);
}

TEST(Http, AnEndlessBodyIsCutOff) {
  EXPECT_EQ(error_for({.bytes = "HTTP/1.1 200 OK\r\n\r\n[" + std::string(1000, ' '), .endless = true},
                      [](auto& options) { options.most_body = 100'000; }),
            (Error{ErrorKind::too_large, "GET /tasks: a body of more than 100000 bytes"}));
}

TEST(Http, AnEndlessRecordIsCutOff) {
  EXPECT_EQ(error_for({.bytes = "HTTP/1.1 200 OK\r\n\r\n[\"" + std::string(1000, 'x'), .endless = true},
                      [](auto& options) { options.most_record = 100'000; }),
            (Error{ErrorKind::too_large, "GET /tasks: a record beyond the limit of its size"}));
}

TEST(Http, TooManyRowsAreRefused) {
  EXPECT_EQ(error_for(http_reply(200, records(0, 11)), [](auto& options) { options.most_rows = 10; }),
            (Error{ErrorKind::too_large, "GET /tasks: more rows than the limit"}));
}

TEST(Http, ADrippingServerHoldsNobodyLongerThanTheTimeout) {
  RawReply reply = http_reply(200, records(0, 1000));
  reply.drip = 20ms;
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_EQ(error_for(reply, request_timeout(300ms)).kind, ErrorKind::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST(Http, ASilentServerIsATimeout) {
  EXPECT_EQ(error_for({.bytes = "", .then = Then::hang}, request_timeout(200ms)).kind, ErrorKind::timeout);
}

TEST(Http, AListTakesNoLongerThanItsOwnTimeout) {
  Rig rig(with_login([](const RawRequest& request) {
            return RawReply{.bytes = http_reply(200, records(std::stoi(request.parameter("page")), 1)).bytes};
          }),
          [](auto& options) {
            options.page_size = 1;
            options.call_timeout = 300ms;
          });

  EXPECT_EQ(error_of(rig.client->tasks()).kind, ErrorKind::timeout);
}

// Whatever it was doing when its time was over: here it connects as often as it waits.
TEST(Http, AListThatRanOutOfTimeWhileItConnectedIsATimeout) {
  Rig rig(with_login([](const RawRequest& request) {
            return RawReply{.bytes = http_reply(200, records(std::stoi(request.parameter("page")), 1),
                                                "Connection: close\r\n")
                                         .bytes,
                            .then = Then::close};
          }),
          [](auto& options) {
            options.page_size = 1;
            options.call_timeout = 10ms;
          });

  for (int i = 0; i < 50; ++i) ASSERT_EQ(error_of(rig.client->tasks()).kind, ErrorKind::timeout) << i;
}

TEST(Http, NobodyListeningIsUnreachable) {
  std::uint16_t port = 0;
  {
    const support::RawServer gone(always({}));
    port = gone.port();
  }
  const support::ManualClock clock(support::kNoon);
  vprotect::RestClient client(options_for("http://127.0.0.1:" + std::to_string(port)), {}, clock);

  const Error error = error_of(client.tasks());

  EXPECT_EQ(error.kind, ErrorKind::unreachable);
  EXPECT_EQ(error.message.substr(0, 45), "GET /tasks: no session: POST /session/login: ");
}

TEST(Http, CancelEndsACallThatWaitsForTheServer) {
  std::latch asked(1);
  Rig rig(with_login([&](const RawRequest&) {
    asked.count_down();
    return RawReply{.bytes = "HTTP/1.1 200 OK\r\n\r\n[", .then = Then::hang};
  }));
  const std::jthread canceller([&] {
    asked.wait();
    rig.client->cancel();
  });
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_EQ(error_of(rig.client->tasks()), (Error{ErrorKind::cancelled, "GET /tasks: cancelled"}));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Http, CancelEndsACallThatWaitsForItsNextTry) {
  std::latch asked(1);
  Rig rig(with_login([&](const RawRequest&) {
            asked.count_down();
            return http_reply(503, "", "Retry-After: 60\r\n");
          }),
          [](auto& options) { options.most_retry_wait = 60s; });
  const std::jthread canceller([&] {
    asked.wait();
    rig.client->cancel();
  });

  EXPECT_EQ(error_of(rig.client->tasks()).kind, ErrorKind::cancelled);
}

TEST(Http, AfterCancelCallsEndAtOnce) {
  Rig rig(always(http_reply(200, "[]")));
  rig.client->cancel();

  EXPECT_EQ(error_of(rig.client->tasks()).kind, ErrorKind::cancelled);
  EXPECT_EQ(rig.server.requests().size(), 0U);
}

TEST(Http, TheClockSkewIsThatOfTheDateHeader) {
  const auto skew = [](const std::string& date) {
    Rig rig(always(http_reply(200, "[]", date)));
    return rig.client->tasks().value().clock_skew;
  };
  EXPECT_EQ(skew("Date: Thu, 01 Jan 2026 12:00:00 GMT\r\n"), 0ms);
  EXPECT_EQ(skew("date: Thu, 01 Jan 2026 12:01:05 GMT\r\n"), 65s);
  EXPECT_EQ(skew("Date: Thu, 01 Jan 2026 11:59:58 GMT\r\n"), -2s);
  EXPECT_EQ(skew(""), std::nullopt);
  EXPECT_EQ(skew("Date: yesterday\r\n"), std::nullopt);
}

}  // namespace
