#include "web/guarded_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/raw_client.h"
#include "unit/web/open_gate.h"

namespace web {
namespace {

using std::chrono::milliseconds;
using support::Answer;
using support::RawClient;

constexpr const char* kHost = " HTTP/1.1\r\nHost: exporter\r\n";

Options loopback() {
  Options options;
  options.host = "127.0.0.1";
  options.port = 0;
  options.threads = 4;
  return options;
}

std::vector<Route> small_site() {
  const auto text = [](std::string body) {
    return [body = std::move(body)](const Asked&, httplib::Response& response) {
      response.set_content(body, "text/plain");
    };
  };
  return {{"GET", "/hello", Rule::open(), text("hello")},
          {"GET", "/long", Rule::open(), text(std::string(100'000, 'x'))},
          {"GET", "/empty", Rule::open(), [](const Asked&, httplib::Response&) {}},
          {"GET", "/fails", Rule::open(),
           [](const Asked&, httplib::Response& response) {
             response.set_content("half an answer", "text/plain");
             throw std::runtime_error("secret of the house");
           }},
          {"GET", "/who", Rule::open(),
           [](const Asked& asked, httplib::Response& response) {
             response.set_content(
                 asked.request.remote_addr + " " + asked.request.get_header_value("REMOTE_ADDR"),
                 "text/plain");
           }},
          {"GET", "/query", Rule::open(),
           [](const Asked& asked, httplib::Response& response) {
             std::string seen;
             for (const auto& [name, value] : asked.request.params)
               seen.append(name).append("=").append(value).append(";");
             response.set_content(seen, "text/plain");
           }},
          {"POST", "/echo", Rule::open(), [](const Asked& asked, httplib::Response& response) {
             response.set_content(asked.request.body + ".", "text/plain");
           }}};
}

struct GuardedServerTest : testing::Test {
  GuardedServer server{loopback(), small_site(), open_gate()};
  RawClient client{server.port()};
};

TEST_F(GuardedServerTest, AnswersAGet) {
  const Answer answer = client.get("/hello");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>{{"content-length", "5"},
                                                                {"content-type", "text/plain"},
                                                                {"x-content-type-options", "nosniff"}}));
}

TEST_F(GuardedServerTest, AnswersHeadWithTheHeadersOfGet) {
  const Answer answer = client.ask(std::string("HEAD /hello") + kHost + "\r\n", true);

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>{{"content-length", "5"},
                                                                {"content-type", "text/plain"},
                                                                {"x-content-type-options", "nosniff"}}));
  EXPECT_EQ(client.get("/hello").body, "hello");  // no stray byte is between the two answers
}

TEST_F(GuardedServerTest, AnswersWithoutABody) {
  const Answer answer = client.get("/empty");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-length"), "0");
}

TEST_F(GuardedServerTest, AnswersHttp10AndCloses) {
  const Answer answer = client.ask("GET /hello HTTP/1.0\r\n\r\n");

  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(GuardedServerTest, ClosesWhenAsked) {
  const Answer answer = client.get("/hello", "Connection: close\r\n");

  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(GuardedServerTest, AnswersAClientThatHasFinishedSending) {
  client.send(std::string("GET /hello") + kHost + "\r\n");
  client.end_of_sending();

  EXPECT_EQ(client.receive().body, "hello");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(GuardedServerTest, AnswersEveryRequestOfAPipelineInOrder) {
  const std::string tail = std::string(kHost) + "\r\n";
  client.send("GET /hello" + tail + "GET /nothing" + tail + "GET /long" + tail + "HEAD /hello" + tail);

  EXPECT_EQ(client.receive().body, "hello");
  EXPECT_EQ(client.receive().status, 404);
  EXPECT_EQ(client.receive().body.size(), 100'000U);
  EXPECT_EQ(client.receive(true).status, 200);
}

TEST_F(GuardedServerTest, KeepsAConnectionForAThousandRequests) {
  int good = 0;
  for (int i = 0; i < 1000; ++i) good += client.get("/hello").body == "hello" ? 1 : 0;

  EXPECT_EQ(good, 1000);
}

TEST_F(GuardedServerTest, RefusesAnUnknownPath) {
  const Answer answer = client.get("/nothing?x=y");

  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_EQ(answer.body,
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
            "\"detail\":\"Nothing is served at this path.\"}\n");
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST_F(GuardedServerTest, RefusesAnUnknownMethodAndTellsTheKnownOnes) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PRI", "BREW"}) {
    const Answer answer = client.ask(std::string(method) + " /hello" + kHost + "\r\n");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.header("allow"), "GET, HEAD") << method;
  }
  const Answer answer = client.get("/echo");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("allow"), "POST");
}

TEST_F(GuardedServerTest, RefusesMalformedRequestsAndCloses) {
  for (const char* request :
       {"nonsense\r\n\r\n", "GET /hello HTTP/1.1\n\n", "GET /hello HTTP/1.1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"}) {
    RawClient other(server.port());
    EXPECT_EQ(other.ask(request).status, 400) << request;
    EXPECT_TRUE(other.is_closed()) << request;
  }
}

TEST_F(GuardedServerTest, TakesABodyWithALengthOrInChunks) {
  EXPECT_EQ(client.ask(std::string("POST /echo") + kHost + "Content-Length: 3\r\n\r\nabc").body, "abc.");
  EXPECT_EQ(
      client.ask(std::string("POST /echo") + kHost + "Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n")
          .body,
      "de.");
  EXPECT_EQ(client.ask(std::string("POST /echo") + kHost + "\r\n").body, ".");
}

TEST_F(GuardedServerTest, TakesABodyAsItIs) {
  const std::string headers[] = {"Content-Type: multipart/form-data; boundary=x\r\n",
                                 "Content-Type: application/x-www-form-urlencoded\r\n",
                                 "Content-Encoding: gzip\r\n"};
  for (const std::string& header : headers) {
    EXPECT_EQ(client.ask("POST /echo" + (kHost + header) + "Content-Length: 3\r\n\r\na=b").body, "a=b.")
        << header;
  }
}

TEST_F(GuardedServerTest, AsksForABodyThatIsHeldBack) {
  client.send(std::string("POST /echo") + kHost + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");

  EXPECT_EQ(client.receive().status, 100);
  client.send("abc");
  EXPECT_EQ(client.receive().body, "abc.");
}

TEST_F(GuardedServerTest, NeverAsksForABodyThatIsTooLarge) {
  const Answer answer = client.ask(std::string("POST /echo") + kHost +
                                   "Content-Length: 314572800\r\nExpect: 100-continue\r\n\r\n");

  EXPECT_EQ(answer.status, 413);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(GuardedServerTest, IgnoresRanges) {
  for (const char* range :
       {"bytes=0-0", "bytes=4000000-4000099", "bytes=-1", "bytes=0-1,0-1,0-1", "nonsense"}) {
    const Answer answer = client.get("/hello", std::string("Range: ") + range + "\r\n");
    EXPECT_EQ(answer.status, 200) << range;
    EXPECT_EQ(answer.body, "hello") << range;
    EXPECT_EQ(answer.header("content-range"), "") << range;
  }
}

TEST_F(GuardedServerTest, NeverCompressesByItself) {
  for (const char* encoding : {"br", "gzip", "gzip, deflate, br"}) {
    const Answer answer = client.get("/long", std::string("Accept-Encoding: ") + encoding + "\r\n");
    EXPECT_EQ(answer.header("content-encoding"), "") << encoding;
    EXPECT_EQ(answer.body, std::string(100'000, 'x')) << encoding;
  }
}

TEST_F(GuardedServerTest, TellsNothingOfAnException) {
  const Answer answer = client.get("/fails");

  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.headers, (std::map<std::string, std::string>{{"content-length", "133"},
                                                                {"content-type", "application/problem+json"},
                                                                {"x-content-type-options", "nosniff"}}));
  EXPECT_EQ(answer.body,
            "{\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,"
            "\"detail\":\"The server failed at this request; its log says more.\"}\n");
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST_F(GuardedServerTest, TakesTheClientsAddressFromTheSocketOnly) {
  const Answer answer = client.get("/who", "X-Forwarded-For: 6.6.6.6\r\n");

  EXPECT_EQ(answer.body, "127.0.0.1 ");
}

TEST_F(GuardedServerTest, LeavesAForgedAddressInItsHeader) {
  const Answer answer = client.get("/who", "REMOTE_ADDR: 6.6.6.6\r\n");

  EXPECT_EQ(answer.body, "127.0.0.1 6.6.6.6");
}

TEST_F(GuardedServerTest, ReadsTheQuery) {
  EXPECT_EQ(client.get("/query?a=1&a=2&b=c+d%26&e=f?g").body, "a=1;a=2;b=c d&;e=f?g;");
}

TEST(GuardedServer, RefusesAPortThatIsTaken) {
  const GuardedServer first(loopback(), small_site(), open_gate());
  Options options = loopback();
  options.port = first.port();

  try {
    const GuardedServer second(options, small_site(), open_gate());
    FAIL() << "two servers share a port";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "cannot listen on 127.0.0.1:" + std::to_string(options.port) + ": Address already in use");
  }
}

TEST(GuardedServer, RefusesAHostThatIsNone) {
  Options options = loopback();
  options.host = "256.256.256.256";
  options.port = 9777;

  EXPECT_THROW(GuardedServer(options, small_site(), open_gate()), std::runtime_error);
}

TEST(GuardedServer, TakesThePortOfAServerThatIsGone) {
  Options options = loopback();
  {
    const GuardedServer first(options, small_site(), open_gate());
    options.port = first.port();
    RawClient(options.port).get("/hello", "Connection: close\r\n");
  }

  const GuardedServer second(options, small_site(), open_gate());

  EXPECT_EQ(RawClient(options.port).get("/hello").body, "hello");
}

TEST(GuardedServer, ListensOnEveryAddressWithoutAHost) {
  Options options = loopback();
  options.host = "";
  const GuardedServer server(options, small_site(), open_gate());

  EXPECT_EQ(RawClient(server.port()).get("/who").body, "127.0.0.1 ");
}

TEST(GuardedServer, ListensOnIpv6) {
  for (const char* host : {"::", "[::]", "0.0.0.0"}) {
    Options options = loopback();
    options.host = host;
    const GuardedServer server(options, small_site(), open_gate());

    EXPECT_EQ(RawClient(server.port()).get("/hello").body, "hello") << host;
  }
}

TEST(GuardedServer, ClosesAnIdleConnectionInTime) {
  Options options = loopback();
  options.idle_timeout = milliseconds{50};
  const GuardedServer server(options, small_site(), open_gate());
  RawClient client(server.port());

  EXPECT_EQ(client.get("/hello").body, "hello");
  EXPECT_TRUE(client.is_closed());
}

TEST(GuardedServer, AnswersAHeadThatComesTooSlowly) {
  Options options = loopback();
  options.head_timeout = milliseconds{50};
  const GuardedServer server(options, small_site(), open_gate());
  RawClient client(server.port());

  client.send("GET /hello HT");

  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.is_closed());
}

TEST(GuardedServer, AnswersABodyThatComesTooSlowly) {
  Options options = loopback();
  options.head_timeout = milliseconds{50};
  const GuardedServer server(options, small_site(), open_gate());
  RawClient client(server.port());

  client.send(std::string("POST /echo") + kHost + "Content-Length: 5\r\n\r\nabc");

  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.is_closed());
}

TEST(GuardedServer, EndsWhatItWasAskedBeforeItStops) {
  std::atomic<bool> asked{false};
  std::atomic<bool> go_on{false};
  auto server =
      std::make_unique<GuardedServer>(loopback(),
                                      std::vector<Route>{{"GET", "/slow", Rule::open(),
                                                          [&](const Asked&, httplib::Response& response) {
                                                            asked = true;
                                                            asked.notify_all();
                                                            go_on.wait(false);
                                                            response.set_content("done", "text/plain");
                                                          }}},
                                      open_gate());
  RawClient client(server->port());
  client.send(std::string("GET /slow") + kHost + "\r\n");
  asked.wait(false);

  std::thread stopping([&] { server->stop(); });
  while (RawClient(server->port()).connected()) std::this_thread::yield();  // it has begun to stop
  go_on = true;
  go_on.notify_all();
  const Answer answer = client.receive();
  stopping.join();

  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.header("connection"), "close");
}

TEST(GuardedServer, StopsWhereverItsStartIs) {
  for (int i = 0; i < 50; ++i) {
    GuardedServer server(loopback(), small_site(), open_gate());
    if (i % 2 == 1) RawClient(server.port()).send("GET /hello HTTP/1.1\r\n");
    std::thread other([&] { server.stop(); });
    server.stop();
    other.join();
  }
}

}  // namespace
}  // namespace web
