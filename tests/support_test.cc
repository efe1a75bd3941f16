// The helpers that start the real programs, tried on a shell.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/loopback.h"
#include "support/process.h"
#include "support/temp_dir.h"
#include "support/wait.h"

namespace {

using namespace std::chrono_literals;
using support::Process;

support::ProcessOptions shell(const std::string& script) { return {.argv = {"sh", "-c", script}}; }

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

bool exists(pid_t pid) { return kill(pid, 0) == 0; }

TEST(Process, TellsTheExitCodeAndKeepsWhatWasSaid) {
  Process process(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(process.wait(), 3);
  EXPECT_EQ(process.output(), "out\nerr\n");
}

TEST(Process, AddsToTheEnvironment) {
  setenv("SUPPORT_TEST", "ours", 1);
  Process process({.argv = {"sh", "-c", "echo $SUPPORT_TEST $HOME"},
                   .environment = {{"SUPPORT_TEST", "theirs"}, {"HOME", "/nowhere"}}});
  process.wait();
  EXPECT_EQ(process.output(), "theirs /nowhere\n");
}

TEST(Process, SaysThatItCannotBeStarted) {
  EXPECT_EQ(message_of([] { Process({.argv = {"/no/such/program"}}); }),
            "start /no/such/program: No such file or directory");
}

TEST(Process, WaitsNoLongerThanAllowed) {
  Process process(shell("exec sleep 60"));
  EXPECT_EQ(process.wait(10ms), std::nullopt);
  EXPECT_TRUE(process.is_running());
}

TEST(Process, IsAskedToStop) {
  Process process(shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done"));
  process.wait_for_output("ready\n");
  EXPECT_EQ(process.stop(), 5);
  EXPECT_EQ(process.stop(), 5);
}

TEST(Process, IsKilledWhenItDoesNotStop) {
  Process process(shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"));
  process.wait_for_output("ready\n");
  EXPECT_EQ(process.stop(20ms), 128 + SIGKILL);
}

TEST(Process, IsGoneAtTheEndOfItsLife) {
  pid_t pid = 0;
  {
    const Process process(shell("exec sleep 60"));
    pid = process.pid();
  }
  EXPECT_FALSE(exists(pid));
}

TEST(Process, DiesWithATestThatCrashes) {
  const support::TempDir folder;
  const pid_t test = fork();
  if (test == 0) {
    const Process process(shell("exec sleep 60"));
    folder.write("pid", std::to_string(process.pid()));
    raise(SIGKILL);
  }
  waitpid(test, nullptr, 0);
  const pid_t orphan = std::stoi(support::read_file(folder / "pid"));
  // Nobody here can reap it: where init does not either, it stays as a zombie.
  const auto is_dead = [&] {
    const std::string stat = support::read_file("/proc/" + std::to_string(orphan) + "/stat");
    return stat.empty() || stat.find(") Z ") != stat.npos;
  };
  EXPECT_TRUE(support::eventually(is_dead, 10s));
}

TEST(Process, WaitsForWholeLinesOfPorts) {
  const support::TempDir folder;
  Process process(shell("printf 'api=81 control=127.0.0.1:82\\n83' >'" + (folder / "ports").string() +
                        "'; sleep 0.05; echo >>'" + (folder / "ports").string() + "'; exec sleep 60"));
  EXPECT_EQ(process.wait_for_ports(folder / "ports", 3), (std::vector<std::uint16_t>{81, 82, 83}));
}

TEST(Process, StopsWaitingForOneThatEnded) {
  Process process(shell("echo port taken; exit 1"));
  EXPECT_EQ(message_of([&] { process.wait_for_output("ready"); }),
            "sh ended before \"ready\"; it said:\nport taken\n");
}

TEST(Process, StopsWaitingWhenTimeRunsOut) {
  Process process(shell("exec sleep 60"));
  EXPECT_EQ(message_of([&] { process.wait_for_http(support::free_port(), "/-/ready", 200, 20ms); }),
            "sh ran out of time before 200 of /-/ready; it said:\n");
}

TEST(Process, SeesWhatWasSaidAtTheVeryEnd) {
  Process process(shell("echo done"));
  process.wait();
  EXPECT_NO_THROW(process.wait_for_output("done\n"));
}

// Answers one request with these bytes and closes the connection.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : answer_(std::move(answer)) {
    EXPECT_TRUE(listener_.bind(0));
    listen(listener_.fd(), 1);
    thread_ = std::jthread([this] { give(); });
  }
  std::uint16_t port() const { return listener_.port(); }

 private:
  void give() const {
    const int connection = accept(listener_.fd(), nullptr, nullptr);
    std::string request(512, '\0');
    recv(connection, request.data(), request.size(), 0);  // unread, it would make close() a reset
    send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    close(connection);
  }

  const std::string answer_;
  const support::LoopbackSocket listener_;
  std::jthread thread_;
};

TEST(HttpStatus, IsTheNumberInTheStatusLine) {
  OneAnswer server("HTTP/1.1 503 Service Unavailable\r\n\r\n");
  EXPECT_EQ(support::http_status(server.port(), "/"), 503);
}

TEST(HttpStatus, IsAbsentWhenTheAnswerIsNotHttp) {
  OneAnswer server("SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_EQ(support::http_status(server.port(), "/"), std::nullopt);
}

TEST(HttpStatus, IsAbsentWhenNobodyListens) {
  EXPECT_EQ(support::http_status(support::free_port(), "/"), std::nullopt);
}

TEST(TempDir, IsGoneWithWhatIsInIt) {
  std::filesystem::path file;
  {
    const support::TempDir folder;
    file = folder.write("name", "text");
    EXPECT_EQ(support::read_file(file), "text");
  }
  EXPECT_FALSE(std::filesystem::exists(file.parent_path()));
}

TEST(Eventually, AsksAtLeastOnceAndNoLongerThanAllowed) {
  int asked = 0;
  EXPECT_TRUE(support::eventually([&] { return ++asked == 1; }, 0ms));
  EXPECT_FALSE(support::eventually([] { return false; }, 1ms));
}

}  // namespace
