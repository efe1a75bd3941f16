// Clients that would take the server from the others, if it let them.

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "support/raw_client.h"
#include "unit/web/open_gate.h"
#include "web/guarded_server.h"

namespace web {
namespace {

using std::chrono::milliseconds;
using support::Answer;
using support::RawClient;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kPrompt{5000};
constexpr std::size_t kMebi = 1024UL * 1024;
constexpr std::size_t kLargeBody = 32 * kMebi;  // more than the kernel buffers for one connection
constexpr const char* kHost = " HTTP/1.1\r\nHost: exporter\r\n";

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMostGrowth = 1024 * kMebi;  // their shadow memory is not ours to judge
#else
constexpr std::size_t kMostGrowth = 64 * kMebi;
#endif

Options strict() {
  Options options;
  options.host = "127.0.0.1";
  options.port = 0;
  options.threads = 4;
  return options;
}

// The same bytes again and again: nothing that a slow client could make the server hold.
void answer_large(const Asked&, httplib::Response& response) {
  response.set_content_provider(kLargeBody, "text/plain",
                                [](std::size_t, std::size_t length, httplib::DataSink& sink) {
                                  static const std::string piece(64 * 1024, 'x');
                                  return sink.write(piece.data(), std::min(length, piece.size()));
                                });
}

std::vector<Route> site() {
  return {{"GET", "/metrics", Rule::open(),
           [](const Asked&, httplib::Response& response) { response.set_content("up 1\n", "text/plain"); }},
          {"GET", "/large", Rule::open(), answer_large},
          {"POST", "/-/reload", Rule::open(), [](const Asked& asked, httplib::Response& response) {
             response.set_content(std::to_string(asked.request.body.size()), "text/plain");
           }}};
}

struct HostileClients : testing::Test {
  HostileClients() { support::raise_file_limit(); }

  void expect_a_prompt_scrape(const GuardedServer& server) {
    const auto begin = Clock::now();
    EXPECT_EQ(RawClient(server.port()).get("/metrics").body, "up 1\n");
    EXPECT_LT(Clock::now() - begin, kPrompt);
  }

  void expect_a_prompt_stop(GuardedServer& server) {
    const auto begin = Clock::now();
    server.stop();
    EXPECT_LT(Clock::now() - begin, milliseconds{2000});
  }

  // Of this process, which is the server and its clients.
  void expect_bounded_memory() { EXPECT_LT(support::resident_bytes(), resident_before + kMostGrowth); }

  std::size_t resident_before = support::resident_bytes();
};

std::deque<RawClient> clients_that_send(const GuardedServer& server, int count, const std::string& bytes,
                                        int receive_buffer = 0) {
  std::deque<RawClient> clients;
  for (int i = 0; i < count; ++i) clients.emplace_back(server.port(), receive_buffer).send(bytes);
  return clients;
}

TEST_F(HostileClients, IdleOnesCostNoWorker) {
  const GuardedServer server(strict(), site(), open_gate());
  const auto idle = clients_that_send(server, 300, "");

  expect_a_prompt_scrape(server);
  expect_bounded_memory();
}

TEST_F(HostileClients, SlowHeadsCostNoWorker) {
  const GuardedServer server(strict(), site(), open_gate());
  auto slow = clients_that_send(server, 300, std::string("GET /metrics") + kHost);
  for (int round = 0; round < 20; ++round) {
    for (RawClient& client : slow) client.send("X-Drip: y\r\n");
  }

  expect_a_prompt_scrape(server);
  expect_bounded_memory();
}

TEST_F(HostileClients, SlowBodiesCostNoWorker) {
  const GuardedServer server(strict(), site(), open_gate());
  const auto slow = clients_that_send(
      server, 100, std::string("POST /-/reload") + kHost + "Content-Length: 500000\r\n\r\nabc");

  expect_a_prompt_scrape(server);
  expect_bounded_memory();
}

TEST_F(HostileClients, ADripDoesNotExtendTheTimeOfAHead) {
  Options options = strict();
  options.head_timeout = milliseconds{300};
  const GuardedServer server(options, site(), open_gate());
  RawClient client(server.port());
  const auto begin = Clock::now();

  client.send(std::string("GET /metrics") + kHost);
  while (client.send_unless_answered("X: y\r\n", milliseconds{10}) && Clock::now() - begin < kPrompt) {
  }

  EXPECT_EQ(client.receive().status, 408);
}

TEST_F(HostileClients, TooManyGiveWayToTheNewest) {
  Options options = strict();
  options.most_connections = 50;
  const GuardedServer server(options, site(), open_gate());
  auto idle = clients_that_send(server, 200, "");

  expect_a_prompt_scrape(server);
  EXPECT_TRUE(idle.front().is_closed());
  EXPECT_EQ(idle.back().get("/metrics").body, "up 1\n");
}

TEST_F(HostileClients, IncompleteBodiesTogetherHoldLittle) {
  const GuardedServer server(strict(), site(), open_gate());
  const std::string body(1'000'000, 'x');
  std::deque<RawClient> clients;
  for (int i = 0; i < 200; ++i) {
    clients.emplace_back(server.port())
        .send(std::string("POST /-/reload") + kHost + "Content-Length: 1000001\r\n\r\n");
    clients.back().send(body);
  }

  expect_a_prompt_scrape(server);
  expect_bounded_memory();
}

TEST_F(HostileClients, ThoseThatNeverReadGiveTheirWorkersBack) {
  const GuardedServer server(strict(), site(), open_gate());
  const auto deaf = clients_that_send(server, 40, std::string("GET /large") + kHost + "\r\n", 4096);

  expect_a_prompt_scrape(server);
  expect_bounded_memory();
}

TEST_F(HostileClients, OneThatNeverReadsIsCutAfterTheTimeForAnAnswer) {
  Options options = strict();
  options.write_timeout = milliseconds{200};
  const GuardedServer server(options, site(), open_gate());
  RawClient deaf(server.port(), 4096);
  const auto begin = Clock::now();

  deaf.send(std::string("GET /large") + kHost + "\r\n");

  EXPECT_TRUE(deaf.is_cut());
  EXPECT_LT(Clock::now() - begin, kPrompt);
}

TEST_F(HostileClients, OneThatReadsSlowlyIsServedWhenNobodyWaits) {
  const GuardedServer server(strict(), site(), open_gate());
  RawClient slow(server.port(), 4096);

  slow.send(std::string("GET /large") + kHost + "\r\n");

  EXPECT_EQ(slow.receive().body.size(), kLargeBody);
}

// Sends a body of 300 MiB in chunks of 1 MiB, as far as the server lets it, and reads what it says.
Answer post_300_mebi(RawClient& client, const std::string& head, const std::string& before_each,
                     const std::string& after_each) {
  const std::string piece = before_each + std::string(kMebi, 'x') + after_each;
  client.send(head);
  for (int i = 0; i < 300; ++i) {
    if (!client.send_unless_answered(piece)) break;
  }
  return client.receive();
}

TEST_F(HostileClients, LargeBodiesAreNotRead) {
  const GuardedServer server(strict(), site(), open_gate());
  const struct {
    std::string head, before_each, after_each;
    int status;
  } posts[] = {
      {std::string("POST /nothing") + kHost + "Content-Length: 314572800\r\n\r\n", "", "", 404},
      {std::string("POST /metrics") + kHost + "Content-Length: 314572800\r\n\r\n", "", "", 405},
      {std::string("POST /-/reload") + kHost + "Content-Length: 314572800\r\n\r\n", "", "", 413},
      {std::string("POST /-/reload") + kHost + "Transfer-Encoding: chunked\r\n\r\n", "100000\r\n", "\r\n",
       413},
      {std::string("POST /nothing") + kHost + "Transfer-Encoding: chunked\r\n\r\n", "100000\r\n", "\r\n",
       404},
  };
  for (const auto& post : posts) {
    RawClient client(server.port());
    const auto begin = Clock::now();
    EXPECT_EQ(post_300_mebi(client, post.head, post.before_each, post.after_each).status, post.status)
        << post.head;
    EXPECT_LT(Clock::now() - begin, kPrompt);
  }

  expect_a_prompt_scrape(server);
  expect_bounded_memory();
}

TEST_F(HostileClients, EndlessHeadsAreCut) {
  const GuardedServer server(strict(), site(), open_gate());
  const std::string letters(kMebi, 'x');
  std::string headers;
  for (int i = 0; i < 10'000; ++i) headers += "X: y\r\n";

  RawClient line(server.port());
  line.send("GET /");
  for (int i = 0; i < 64 && line.send_unless_answered(letters); ++i) {
  }
  EXPECT_EQ(line.receive().status, 414);
  RawClient value(server.port());
  value.send(std::string("GET /metrics") + kHost + "X: ");
  for (int i = 0; i < 64 && value.send_unless_answered(letters); ++i) {
  }
  EXPECT_EQ(value.receive().status, 431);
  RawClient many(server.port());
  many.send(std::string("GET /metrics") + kHost);
  for (int i = 0; i < 50 && many.send_unless_answered(headers); ++i) {  // 500,000 in all
  }
  EXPECT_EQ(many.receive().status, 431);

  expect_a_prompt_scrape(server);
  expect_bounded_memory();
}

TEST_F(HostileClients, NoneDelaysAStop) {
  GuardedServer server(strict(), site(), open_gate());
  RawClient idle(server.port());
  idle.get("/metrics");
  RawClient dripping(server.port());
  dripping.send("GET /metr");
  RawClient deaf(server.port(), 4096);
  deaf.send(std::string("GET /large") + kHost + "\r\n");
  RawClient refused(server.port());
  refused.send("nonsense\r\n\r\n");
  expect_a_prompt_scrape(server);  // by now the others are known to the server

  expect_a_prompt_stop(server);
}

}  // namespace
}  // namespace web
