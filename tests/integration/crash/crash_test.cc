// The exporter is killed without warning, at moments that chance picks, while things happen and histories are
// wiped. It still counts each thing once, and takes nothing back that it has shown.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

#include "account.h"
#include "site.h"
#include "support/private_postgres.h"

namespace {

using crash::Account;
using crash::Dice;
using crash::Site;
using integration::Samples;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The program, which may be dead at the moment.
class Victim {
 public:
  Victim(const Site& site, const std::string& storage)
      : config_(
            folder_.write("config.yaml", integration::config_text(integration::setup_for(site.server())))),
        storage_(storage.empty() ? integration::storage_in(folder_) : storage) {}

  bool is_alive() const { return process_ != nullptr; }

  void start() {
    process_ = std::make_unique<support::Process>(
        support::ProcessOptions{.argv = {EXPORTER, "--config.file=" + config_.string(),
                                         "--web.listen-address=127.0.0.1:0", "--storage=" + storage_},
                                .environment = {}});
  }

  // False when it had ended by itself, which it never should.
  [[nodiscard]] bool kill() {
    process_->signal(SIGKILL);
    const bool was_killed = process_->wait() == 128 + SIGKILL;
    if (!was_killed) std::cerr << process_->output();
    client_.reset();
    process_.reset();
    return was_killed;
  }

  // Nothing while it cannot be scraped.
  Samples scrape() {
    if (!client_ && !connect()) return {};
    const auto answer = client_->Get("/metrics");
    return answer && answer->status == 200 ? integration::samples_of(answer->body) : Samples{};
  }

  std::string output() const { return process_ ? process_->output() : ""; }

 private:
  bool connect() {
    constexpr std::string_view kBefore = " port=";
    const std::string log = process_->output();
    const auto at = log.find(kBefore);
    if (at == std::string::npos || log.find('\n', at) == std::string::npos) return false;
    client_ = std::make_unique<httplib::Client>("127.0.0.1", std::atoi(log.c_str() + at + kBefore.size()));
    client_->set_keep_alive(true);
    client_->set_tcp_nodelay(true);
    return true;
  }

  const support::TempDir folder_;
  const std::filesystem::path config_;
  const std::string storage_;
  std::unique_ptr<support::Process> process_;  // null: dead
  std::unique_ptr<httplib::Client> client_;
};

// Holds each scrape against all that came before.
class Watcher {
 public:
  explicit Watcher(Victim& victim) : victim_(victim) {}

  Account look() {
    Account now = crash::shown(victim_.scrape());
    if (now.empty()) return now;  // not ready, or the ledger is not read yet
    ++scrapes_;
    for (const auto& [name, count] : now) {
      double& most = most_[name];
      EXPECT_GE(count, most) << name << " fell";
      most = std::max(most, count);
    }
    return now;
  }

  int scrapes() const { return scrapes_; }

 private:
  Victim& victim_;
  Account most_;
  int scrapes_ = 0;
};

// One life of the site, with a victim that has many.
class Ordeal {
 public:
  Ordeal(std::uint64_t seed, const std::string& storage)
      : dice_(seed), site_(dice_), victim_(site_, storage), watcher_(victim_) {}

  void go_on_until(int kills) {
    const auto begun = steady_clock::now();
    while (kills_ < kills && !testing::Test::HasFailure()) play_round();
    const auto taken = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - begun);
    std::cout << kills_ << " kills in " << rounds_ << " rounds, " << wipes_ << " of them with a wipe; "
              << watcher_.scrapes() << " scrapes; " << tasks() << " tasks; " << taken.count() << " s\n";
  }

 private:
  void play_round() {
    SCOPED_TRACE("round " + std::to_string(++rounds_));
    site_.let_something_happen();
    if (!victim_.is_alive()) victim_.start();
    for (int deaths = dice_.up_to(3); deaths > 0; --deaths) die_somehow();
    EXPECT_EQ(what_is_wrong_at_last(), "") << victim_.output();
    if (dice_.one_in(2)) wipe();
    if (!dice_.one_in(4)) kill();  // else it lives on
  }

  void die_somehow() {
    switch (dice_.up_to(3)) {
      case 0:
        watch_for(milliseconds(dice_.up_to(300)));  // of its start, mostly
        break;
      case 1:
        site_.let_something_happen();
        watch_for(milliseconds(dice_.up_to(1200)));  // polls are a second apart
        break;
      case 2:
        wait_for_a_request("/tasks");
        break;
      default:
        site_.let_something_happen();
        wait_for_a_request("/backups");
        break;
    }
    kill();
    if (dice_.one_in(2)) site_.let_something_happen();
    victim_.start();
  }

  // A clock decides when it is killed: the moment is what is tried here.
  void watch_for(milliseconds time) {
    for (const auto end = steady_clock::now() + time; steady_clock::now() < end;) {
      watcher_.look();
      std::this_thread::sleep_until(std::min(end, steady_clock::now() + milliseconds(5)));
    }
  }

  // It decodes the answer and writes what is new within a few milliseconds of this.
  void wait_for_a_request(const std::string& path) {
    const auto asked = [&] { return site_.server().requests_by_path()["/api" + path]; };
    const auto before = asked();
    EXPECT_TRUE(support::eventually([&] { return asked() > before; })) << path;
    std::this_thread::sleep_for(std::chrono::microseconds(dice_.up_to(40'000)));
  }

  // Empty once the scrapes show exactly what happened.
  std::string what_is_wrong_at_last() {
    const Account account = site_.account();
    std::string difference;
    support::eventually([&] { return (difference = crash::difference(account, watcher_.look())).empty(); });
    return difference;
  }

  void wipe() {
    site_.wipe();
    ++wipes_;
  }

  void kill() {
    EXPECT_TRUE(victim_.kill());
    ++kills_;
  }

  std::uint64_t tasks() const {
    double sum = 0;
    for (const auto& [name, count] : site_.account()) {
      if (name.starts_with(std::string(crash::kFinished) + " tenant=")) sum += count;
    }
    return static_cast<std::uint64_t>(sum);
  }

  Dice dice_;
  Site site_;
  Victim victim_;
  Watcher watcher_;
  int kills_ = 0;
  int rounds_ = 0;
  int wipes_ = 0;
};

class Crash : public testing::Test {
 protected:
  static void suffer(const std::string& storage) {
    const char* seed_text = std::getenv("VPROTECT_SEED");
    const std::uint64_t seed =
        seed_text == nullptr ? std::random_device()() : std::strtoull(seed_text, nullptr, 10);
    std::cout << "VPROTECT_SEED=" << seed << '\n';
    Ordeal(seed, storage).go_on_until(std::getenv("VPROTECT_LONG") == nullptr ? 12 : 200);
  }
};

TEST_F(Crash, EverythingIsCountedOnceWithSqlite) { suffer(""); }

TEST_F(Crash, EverythingIsCountedOnceWithPostgresql) {
  if (!support::PrivatePostgres::is_available()) GTEST_SKIP() << "VPROTECT_POSTGRES_BIN names no PostgreSQL";
  const support::PrivatePostgres postgres;
  suffer(postgres.url());
}

}  // namespace
