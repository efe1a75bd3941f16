// The exporter and its ledger: one that cannot be had, one that breaks while it is in use, one that is
// shared.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>

#include "scenario.h"
#include "support/private_postgres.h"

namespace {

using integration::becomes;
using integration::RunningExporter;
using integration::RunningScenario;
using integration::scrape;
using integration::vm_guid;
using Argv = std::vector<std::string>;

constexpr const char* kTaskFailures = R"(vprotect_task_failures_total{tenant="finance",task_type="EXPORT"})";
constexpr const char* kBackupFailures = R"(vprotect_vm_backup_failures_total{vm="erp-01"})";
constexpr const char* kLedgerUp = "vprotect_exporter_ledger_up";

// How an exporter ends that cannot have its ledger, and all that it says.
struct End {
  int code = -1;
  std::string output;

  bool operator==(const End&) const = default;
};

void PrintTo(const End& end, std::ostream* out) { *out << end.code << ": " << end.output; }

End end_with(const std::string& storage, Argv launcher = {}) {
  const support::TempDir folder;
  const auto config = folder.write("config.yaml", integration::config_text({.url = "http://127.0.0.1:1"}));
  Argv& argv = launcher;
  argv.insert(argv.end(), {EXPORTER, "--config.file=" + config.string(), "--web.listen-address=127.0.0.1:0",
                           "--storage=" + storage});
  support::Process process({.argv = argv, .environment = {}});
  const int code = process.wait().value_or(-1);
  return {code, process.output()};
}

End refusal(const std::string& storage, const std::string& reason) {
  return {1, "vprotect_exporter: cannot open the ledger " + storage + ": " + reason + "\n"};
}

class LedgerFile : public testing::Test {
 protected:
  // Runs an exporter that makes the file.
  void make() { RunningExporter({.url = "http://127.0.0.1:1", .storage = storage_}).process().stop(); }

  void run_sql(const std::string& statement) {
    constexpr const char* kProgram = R"(
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as file: file.execute(sys.argv[2])
)";
    support::Process python(
        {.argv = {"python3", "-c", kProgram, file_.string(), statement}, .environment = {}});
    ASSERT_EQ(python.wait(), 0) << python.output();
  }

  const support::TempDir folder_;
  const std::filesystem::path file_ = folder_ / "exporter.db";
  const std::string storage_ = integration::storage_in(folder_);
};

TEST_F(LedgerFile, ThatMayNotGrowIsOneLineAndExit1) {
  EXPECT_EQ(end_with(storage_, {"sh", "-c", R"(ulimit -f 8; exec "$0" "$@")"}),
            refusal(storage_, "the disk is full or failing"));
}

TEST_F(LedgerFile, ThatAnotherExporterHasIsOneLineAndExit1) {
  RunningExporter first({.url = "http://127.0.0.1:1", .storage = storage_});
  EXPECT_EQ(end_with(storage_), refusal(storage_, "it is in use by another process"));
  EXPECT_TRUE(first.process().is_running());
}

TEST_F(LedgerFile, ThatIsNoDatabaseIsOneLineAndExit1) {
  folder_.write("exporter.db", std::string(5000, 'x'));
  EXPECT_EQ(end_with(storage_), refusal(storage_, "it is not a SQLite database"));
}

TEST_F(LedgerFile, ThatIsCutIsOneLineAndExit1) {
  make();
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
  EXPECT_EQ(end_with(storage_), refusal(storage_, "it is damaged"));
}

TEST_F(LedgerFile, OfANewerVersionIsOneLineAndExit1) {
  make();
  run_sql("INSERT INTO ledger_migrations VALUES (7)");
  EXPECT_EQ(end_with(storage_),
            refusal(storage_, "it was written by a newer version: schema 7, this program knows 3"));
}

TEST_F(LedgerFile, InAMissingFolderIsOneLineAndExit1) {
  const std::string folder = (folder_ / "missing").string();
  const std::string storage = "sqlite://" + folder + "/exporter.db";
  EXPECT_EQ(end_with(storage), refusal(storage, "the folder " + folder + " does not exist"));
}

// Root may write everything unless it does without that capability.
Argv without_privilege() {
  if (geteuid() != 0) return {};
  return {"setpriv", "--bounding-set=-dac_override,-dac_read_search"};
}

TEST_F(LedgerFile, ThatCannotBeWrittenIsOneLineAndExit1) {
  make();
  ASSERT_EQ(chmod(file_.c_str(), 0444), 0);
  EXPECT_EQ(end_with(storage_, without_privilege()), refusal(storage_, "it may not be written"));
}

TEST_F(LedgerFile, InAFolderThatCannotBeWrittenIsOneLineAndExit1) {
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  const End end = end_with(storage_, without_privilege());
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
  EXPECT_EQ(end, refusal(storage_, "no file may be made in the folder " + folder_.path().string()));
}

TEST(LedgerUrl, ThatIsNoneIsExit1AndTellsNoPassword) {
  const End end = end_with("postgresql://me:hunter2@127.0.0.1:1/exporter");
  EXPECT_EQ(end.code, 1);
  EXPECT_EQ(std::count(end.output.begin(), end.output.end(), '\n'), 1) << end.output;
  EXPECT_EQ(end.output.find("hunter2"), std::string::npos) << end.output;
}

// No file of the process may become longer: as if the disk were full.
void limit_files(pid_t process, rlim_t bytes) {
  const rlimit limit{.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(prlimit(process, RLIMIT_FSIZE, &limit, nullptr), 0) << strerror(errno);
}

int lines_with(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

void fail_once_more(simulator::Simulator& site) {
  site.add_tasks(vm_guid(1), simulator::TaskType::export_, simulator::TaskState::failed);
  site.add_backup(vm_guid(1), {.status = simulator::BackupStatus::failed});
}

// While the ledger does not take what is counted, and after that.
void check_outage(RunningScenario& scenario, RunningExporter& exporter, const std::function<void()>& repair) {
  fail_once_more(scenario.site());
  EXPECT_TRUE(becomes(exporter, kLedgerUp, 0)) << exporter.process().output();
  EXPECT_TRUE(scenario.is_read_again("/tasks"));
  EXPECT_EQ(exporter.get("/metrics")->status, 200);
  EXPECT_TRUE(scrape(exporter).has(kTaskFailures, 2)) << "what was counted stays";
  EXPECT_TRUE(scrape(exporter).has("vprotect_up", 1));
  repair();
  EXPECT_TRUE(becomes(exporter, kTaskFailures, 3)) << exporter.process().output();
  EXPECT_TRUE(becomes(exporter, kBackupFailures, 3));
  EXPECT_TRUE(becomes(exporter, kLedgerUp, 1));
  EXPECT_EQ(lines_with(exporter.process().output(), "msg=\"the ledger fails\""), 1);
  EXPECT_EQ(lines_with(exporter.process().output(), "msg=\"the ledger works again\""), 1);
}

TEST(LedgerOutage, OfAFullDiskIsShownAndCountsOnOnceThereIsSpace) {
  RunningScenario scenario("meaning_counters_never_fall");
  auto setup = scenario.setup();
  setup.launcher = {"env", "--ignore-signal=XFSZ"};
  RunningExporter exporter(setup);
  ASSERT_EQ(scenario.faults(exporter), "");
  limit_files(exporter.process().pid(), 8192);
  check_outage(scenario, exporter, [&] { limit_files(exporter.process().pid(), RLIM_INFINITY); });
}

class SharedLedger : public testing::Test {
 protected:
  void SetUp() override {
    if (!support::PrivatePostgres::is_available())
      GTEST_SKIP() << "VPROTECT_POSTGRES_BIN names no PostgreSQL";
    postgres_.emplace();
    setup_.storage = postgres_->url();
  }

  RunningScenario scenario_{"meaning_counters_never_fall"};
  integration::Setup setup_ = scenario_.setup();
  std::optional<support::PrivatePostgres> postgres_;
};

TEST_F(SharedLedger, ThatIsGoneForAWhileIsShownAndCountsOnOnceItIsBack) {
  RunningExporter exporter(setup_);
  ASSERT_EQ(scenario_.faults(exporter), "");
  postgres_->stop();
  check_outage(scenario_, exporter, [&] { postgres_->start(); });
}

TEST_F(SharedLedger, OfTwoExportersCountsEachThingOnceAndBothSayTheSame) {
  constexpr int kRounds = 5;
  RunningExporter first(setup_);
  RunningExporter second(setup_);
  EXPECT_EQ(scenario_.faults(first), "");
  EXPECT_EQ(scenario_.faults(second), "");
  for (int round = 1; round <= kRounds; ++round) {
    scenario_.site().add_tasks(vm_guid(1), simulator::TaskType::export_, simulator::TaskState::failed, 10);
    scenario_.site().add_backup(vm_guid(1), {.status = simulator::BackupStatus::failed});
    for (RunningExporter* exporter : {&first, &second}) {
      EXPECT_TRUE(becomes(*exporter, kTaskFailures, 2 + 10 * round));
      EXPECT_TRUE(becomes(*exporter, kBackupFailures, 2 + round));
    }
  }
  const auto truth = nlohmann::json::parse(scenario_.site().truth())["events"];
  EXPECT_EQ(truth["tasks"]["EXPORT"]["failed"], 2 + 10 * kRounds);
  EXPECT_EQ(truth["failed_backups"][vm_guid(1)], 2 + kRounds);
  ASSERT_TRUE(scenario_.is_read_again("/tasks", 6)) << "by both";
  for (RunningExporter* exporter : {&first, &second}) {
    EXPECT_TRUE(scrape(*exporter).has(kTaskFailures, 2 + 10 * kRounds));
    EXPECT_TRUE(scrape(*exporter).has(kBackupFailures, 2 + kRounds));
  }
}

}  // namespace
