// 300 clients that do their worst leave a scrape prompt and memory bounded.
#include <gtest/gtest.h>

#include <vector>

#include "running_exporter.h"
#include "support/raw_client.h"

namespace {

using namespace std::chrono_literals;
using integration::RunningExporter;
using integration::setup_for;
using support::RawClient;

constexpr int kClients = 300;
constexpr int kSmallBuffer = 4096;  // of a client that does not read: the server's answer is stuck at once
constexpr auto kPrompt = 20s;       // generous: the machines that run this are busy

class HostileClients : public testing::Test {
 protected:
  void SetUp() override {
    support::raise_file_limit();
    exporter_.wait_until_ready();
    ASSERT_EQ(exporter_.get("/metrics")->status, 200);
  }

  std::vector<RawClient> clients(std::string_view say) {
    std::vector<RawClient> all;
    for (int i = 0; i < kClients; ++i) {
      all.emplace_back(exporter_.port(), kSmallBuffer);
      all.back().send(say);
    }
    return all;
  }

  void expect_a_prompt_scrape() {
    httplib::Client scraper("127.0.0.1", exporter_.port());
    scraper.set_read_timeout(support::kPatience);
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = scraper.Get("/metrics");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, kPrompt);
    if (!std::string_view(SANITIZE).empty()) return;
    const auto samples = integration::samples_of(answer->body);
    EXPECT_LT(std::stod(samples.at("process_resident_memory_bytes")), 150e6);
  }

  simulator::Simulator server_{{.scenario = "bulk", .bulk = {.vms = 2000, .history_days = 1}, .speed = 0}};
  RunningExporter exporter_{setup_for(server_)};
};

TEST_F(HostileClients, ThatIdle) {
  const auto idle = clients("");
  expect_a_prompt_scrape();
}

TEST_F(HostileClients, ThatDripAHeader) {
  const auto dripping = clients("GET /metrics HTTP/1.1\r\nHost: x\r\nX-Sl");
  for (const RawClient& client : dripping) client.send("o");
  expect_a_prompt_scrape();
}

TEST_F(HostileClients, ThatNeverRead) {
  const auto stuck = clients("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  expect_a_prompt_scrape();
}

TEST_F(HostileClients, ThatPostWithoutEnd) {
  const std::string piece(1 << 20, 'x');
  auto posting = clients("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 314572800\r\n\r\n");
  for (const RawClient& client : posting) client.send_unless_answered(piece);
  expect_a_prompt_scrape();
  EXPECT_EQ(posting.front().receive().status, 413);
}

TEST_F(HostileClients, DoNotDelayTheEnd) {
  const auto idle = clients("");
  const auto stuck = clients("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  exporter_.process().signal(SIGTERM);
  EXPECT_EQ(exporter_.process().wait(20s), 0);
}

}  // namespace
