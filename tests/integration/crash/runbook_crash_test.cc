// The exporter is killed without warning while it is asked for backups, and asked again with the same keys by
// whoever got no answer. For each key the server is asked once, and no operation is lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <thread>

#include "runbook_site.h"

namespace {

using integration::backup_of;
using integration::json;
using integration::RunbookClient;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The program, which may be dead at the moment.
class Victim {
 public:
  explicit Victim(const simulator::Simulator& server)
      : config_(folder_.write("config.yaml", integration::config_text(integration::runbook_setup(server)))) {}

  void start() {
    process_ = std::make_unique<support::Process>(support::ProcessOptions{
        .argv = {EXPORTER, "--config.file=" + config_.string(), "--web.listen-address=127.0.0.1:0",
                 "--storage=" + integration::storage_in(folder_)},
        .environment = {}});
  }

  // 0 until it listens.
  int port() const {
    constexpr std::string_view kBefore = " port=";
    const std::string log = process_->output();
    const auto at = log.find(kBefore);
    if (at == std::string::npos || log.find('\n', at) == std::string::npos) return 0;
    return std::atoi(log.c_str() + at + kBefore.size());
  }

  void kill() {
    process_->signal(SIGKILL);
    EXPECT_EQ(process_->wait(), 128 + SIGKILL) << process_->output();
  }

 private:
  const support::TempDir folder_;
  const std::filesystem::path config_;
  std::unique_ptr<support::Process> process_;
};

// Asks for VMs, each under its own key, until it has an answer for each; from several threads at once.
class Asker {
 public:
  explicit Asker(std::vector<std::string> vms) : waiting_(std::move(vms)) {}

  // Goes on until the port answers no more.
  void ask_at(int port, std::size_t most) {
    RunbookClient client(port);
    for (std::size_t asked = 0; asked < most; ++asked) {
      const std::string vm = next();
      if (vm.empty()) return;
      const auto answer = client.post("/api/v1/backups?wait=0s", backup_of(vm), "key-" + vm);
      const bool is_answered = answer.status == 202 || answer.status == 200;
      put_back_or_keep(vm, is_answered ? answer.body.value("id", "") : "");
      if (answer.status == 0) return;
    }
  }

  std::map<std::string, std::string> operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
  }
  std::size_t left() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  std::string next() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return {};
    std::string vm = waiting_.back();
    waiting_.pop_back();
    return vm;
  }

  void put_back_or_keep(const std::string& vm, const std::string& operation) {
    const std::lock_guard lock(mutex_);
    if (operation.empty())
      waiting_.push_back(vm);
    else
      operations_[vm] = operation;
  }

  mutable std::mutex mutex_;
  std::vector<std::string> waiting_;               // guarded by mutex_
  std::map<std::string, std::string> operations_;  // guarded by mutex_, by VM
};

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

simulator::Options site() {
  simulator::Options options{.scenario = "bulk", .speed = 30};
  options.bulk.vms = 1500;
  return options;
}

// Nothing but what is asked for is backed up.
void stop_schedules(simulator::Simulator& server, RunbookClient& client) {
  const json schedules = client.get("/api/v1/schedules?limit=1000").body;
  for (const json& schedule : schedules["items"])
    server.set_schedule_active(schedule["guid"].get<std::string>(), false);
}

TEST(RunbookCrash, EachKeyIsOneExportAndNoneIsLost) {
  const bool is_long = std::getenv("VPROTECT_LONG") != nullptr;
  const int kills = is_long ? 300 : 12;
  const auto seed = static_cast<unsigned>(number_from("VPROTECT_SEED", 1));
  std::mt19937 dice(seed);
  simulator::Simulator server(site());
  Victim victim(server);
  victim.start();
  EXPECT_TRUE(support::eventually([&] { return victim.port() != 0; }));
  std::vector<std::string> vms;
  {
    RunbookClient client(victim.port());
    vms = client.covered_vms();
    stop_schedules(server, client);
  }
  const auto keys = 3 * static_cast<std::size_t>(kills);
  ASSERT_GE(vms.size(), keys);
  vms.resize(keys);
  Asker asker(vms);
  for (int kill = 0; kill < kills; ++kill) {
    EXPECT_TRUE(support::eventually([&] { return victim.port() != 0; }));
    const int port = victim.port();
    std::jthread one([&] { asker.ask_at(port, 3); });
    std::jthread other([&] { asker.ask_at(port, 3); });
    // A clock decides when it is killed: the moment is what is tried here.
    const int moment = std::uniform_int_distribution<int>(0, 700'000)(dice);
    std::this_thread::sleep_for(std::chrono::microseconds(moment));
    victim.kill();
    victim.start();
  }
  EXPECT_TRUE(support::eventually([&] { return victim.port() != 0; }));
  EXPECT_TRUE(support::eventually([&] {
    asker.ask_at(victim.port(), keys);
    return asker.left() == 0;
  }));
  RunbookClient client(victim.port());
  std::map<std::string, int> outcomes;
  for (const auto& [vm, operation] : asker.operations())
    ++outcomes[client.ended(operation).value("outcome", "open")];
  std::map<std::string, int> exports;
  for (const auto& call : server.exports()) ++exports[call.vm];
  for (const std::string& vm : vms) EXPECT_EQ(exports[vm], 1) << vm << ", seed " << seed;
  // Some VMs of the site fail now and then; of none is it unknown.
  EXPECT_EQ(outcomes["succeeded"] + outcomes["failed"], static_cast<int>(vms.size())) << json(outcomes);
  std::cout << kills << " kills, " << vms.size() << " keys, " << server.exports().size() << " exports, "
            << json(outcomes) << "\n";
}

}  // namespace
