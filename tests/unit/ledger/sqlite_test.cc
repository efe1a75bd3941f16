#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "base/log.h"
#include "ledger/query.h"
#include "unit/ledger/operations.h"
#include "unit/ledger/rig.h"

// What only a file can suffer.
namespace {

using ledger_test::task;
using ledger_test::vm;
using support::kNoon;
using Seen = std::pair<domain::VmId, domain::Sighting>;

class SqliteFile : public testing::Test {
 protected:
  const support::TempDir folder_;
  const std::filesystem::path file_ = folder_ / "ledger.db";
  const std::string url_ = "sqlite://" + file_.string();
};

std::string beginning(const std::string& url) { return "cannot open the ledger " + url + ": "; }

std::vector<Seen> vms(int count) {
  std::vector<Seen> all;
  all.reserve(static_cast<std::size_t>(count));
  for (int number = 0; number < count; ++number) {
    all.push_back({vm("a VM of a long name, number " + std::to_string(number)), {kNoon, std::nullopt}});
  }
  return all;
}

// What `work` returns in a process of its own, whose restrictions end with it.
std::string in_child(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string text = work();
    const auto written = write(ends[1], text.data(), text.size());
    _exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text(4096, '\0');
  const auto length = read(ends[0], text.data(), text.size());
  close(ends[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "the child must return, not crash";
  return text.substr(0, static_cast<std::size_t>(length));
}

// Root may write everything; tests are run by root too.
void become_nobody() {
  if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(2);
}

// No file may become longer: as if the disk were full.
void limit_files(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

TEST_F(SqliteFile, IsForItsOwnerAlone) {
  const mode_t before = umask(022);
  const auto ledger = ledger_test::open(url_);
  umask(before);

  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "")) {
    EXPECT_EQ(entry.status().permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 2) << "the ledger and its write-ahead log";
}

TEST_F(SqliteFile, KeepsTheModeThatItsOwnerGaveIt) {
  ledger_test::open(url_);
  const auto shared = std::filesystem::perms{0640};
  std::filesystem::permissions(file_, shared);

  ledger_test::open(url_);

  EXPECT_EQ(std::filesystem::status(file_).permissions(), shared);
}

TEST_F(SqliteFile, IsRefusedWhileAnotherHasIt) {
  const auto first = ledger_test::open(url_);
  const std::string expected = beginning(url_) + "it is in use by another process";
  EXPECT_EQ(ledger_test::refusal(url_), expected);
  EXPECT_EQ(in_child([&] { return ledger_test::refusal(url_); }), expected);
}

TEST_F(SqliteFile, IsFreeOnceItsProcessIsKilledAndHasWhatWasWritten) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto ledger = ledger_test::open(url_);
    const bool counted = ledger->count("prod", std::vector{task("1")}, kNoon).has_value();
    [[maybe_unused]] const auto written = write(ends[1], counted ? "y" : "n", 1);
    pause();
  }
  char counted = 'n';
  ASSERT_EQ(read(ends[0], &counted, 1), 1);
  EXPECT_EQ(counted, 'y');
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(ledger_test::open(url_)->tasks("prod")->counted.size(), 1);
}

TEST_F(SqliteFile, HasNobodysJobsOnceItsProcessIsGone) {
  const domain::Operation operation = ledger_test::operation("op_1", {ledger_test::job("a")});
  const auto claim = [](ledger::Journal& journal, const std::string& owner) {
    return journal.claim("prod", owner, kNoon, std::chrono::hours(1), {})->size();
  };
  {
    const auto journal = ledger_test::open_journal(url_);
    ASSERT_TRUE(journal->enter("key", ledger_test::question(), ledger_test::always(operation)));
    EXPECT_EQ(claim(*journal, "the one before"), 1);
    EXPECT_EQ(claim(*journal, "another"), 0);
  }
  EXPECT_EQ(claim(*ledger_test::open_journal(url_), "another"), 1);
}

TEST_F(SqliteFile, InAMissingFolderIsRefused) {
  const std::string url = "sqlite://" + (folder_ / "missing" / "ledger.db").string();
  EXPECT_EQ(ledger_test::refusal(url),
            beginning(url) + "the folder " + (folder_ / "missing").string() + " does not exist");
}

TEST_F(SqliteFile, ThatIsAFolderIsRefused) {
  const std::string url = "sqlite://" + folder_.path().string();
  EXPECT_EQ(ledger_test::refusal(url), beginning(url) + "it is a folder");
}

TEST_F(SqliteFile, ThatIsNoRegularFileIsRefused) {
  EXPECT_EQ(ledger_test::refusal("sqlite:///dev/null"),
            beginning("sqlite:///dev/null") + "it is not a regular file");
  std::filesystem::create_symlink(folder_.path() / "nowhere" / "x.db", file_);
  EXPECT_EQ(ledger_test::refusal(url_), beginning(url_) + "it is a link to nothing");
}

TEST_F(SqliteFile, OfAnotherProgramIsRefused) {
  {
    soci::session other(*soci::factory_sqlite3(), file_.string());
    ledger::run(other, "CREATE TABLE counters (a integer)");
  }
  EXPECT_EQ(ledger_test::refusal(url_), beginning(url_) + "it is the database of another program");
}

TEST_F(SqliteFile, ThatIsRemovedIsWrittenToNoMoreUntilItIsBack) {
  const auto ledger = ledger_test::open(url_);
  ASSERT_TRUE(ledger->count("prod", std::vector{task("1")}, kNoon));
  std::filesystem::rename(file_, folder_.path() / "elsewhere");
  const auto counted = ledger->count("prod", std::vector{task("2")}, kNoon);
  ASSERT_FALSE(counted);
  EXPECT_EQ(counted.error().message, "count_tasks in " + url_ + ": the file was removed or replaced");
  std::filesystem::rename(folder_.path() / "elsewhere", file_);
  EXPECT_TRUE(ledger->count("prod", std::vector{task("2")}, kNoon));
}

TEST_F(SqliteFile, ThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const std::string text(5000, 'x');
  folder_.write("ledger.db", text);
  EXPECT_EQ(ledger_test::refusal(url_), beginning(url_) + "it is not a SQLite database");
  EXPECT_EQ(support::read_file(file_), text);
}

void overwrite(const std::filesystem::path& file, std::streamoff at, const std::string& text) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(at);
  ASSERT_TRUE(stream << text << std::flush);
}

TEST_F(SqliteFile, ThatIsDamagedIsRefused) {
  ASSERT_TRUE(ledger_test::open(url_)->note("prod", vms(2000)));
  overwrite(file_, 8 * 4096, std::string(4 * 4096, '\xAA'));
  EXPECT_EQ(ledger_test::refusal(url_), beginning(url_) + "it is damaged");
}

TEST_F(SqliteFile, ThatIsCutIsRefused) {
  ASSERT_TRUE(ledger_test::open(url_)->note("prod", vms(2000)));
  std::filesystem::resize_file(file_, 8 * 4096);
  EXPECT_EQ(ledger_test::refusal(url_), beginning(url_) + "it is damaged");
}

TEST_F(SqliteFile, ThatCannotBeWrittenIsRefused) {
  ledger_test::open(url_).reset();
  ASSERT_EQ(chmod(folder_.path().c_str(), 0777), 0);
  ASSERT_EQ(chmod(file_.c_str(), 0444), 0);
  const std::string refusal = in_child([&] {
    become_nobody();
    return ledger_test::refusal(url_);
  });
  EXPECT_EQ(refusal, beginning(url_) + "it may not be written");
}

TEST_F(SqliteFile, InAFolderThatCannotBeWrittenIsRefused) {
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  const auto refusal = [&] {
    return in_child([&] {
      become_nobody();
      return ledger_test::refusal(url_);
    });
  };
  const std::string expected =
      beginning(url_) + "no file may be made in the folder " + folder_.path().string();
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
  ledger_test::open(url_).reset();
  ASSERT_EQ(chmod(file_.c_str(), 0666), 0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  EXPECT_EQ(refusal(), expected) << "no write-ahead log can be made beside the file";
}

TEST_F(SqliteFile, OnAFullDiskIsRefused) {
  const std::string refusal = in_child([&] {
    limit_files(0);
    return ledger_test::refusal(url_);
  });
  EXPECT_EQ(refusal, beginning(url_) + "the disk is full or failing");
}

TEST_F(SqliteFile, ThatWasThereIsRefusedOnAFullDisk) {
  ledger_test::open(url_).reset();
  const std::string refusal = in_child([&] {
    limit_files(0);
    return ledger_test::refusal(url_);
  });
  EXPECT_EQ(refusal, beginning(url_) + "the disk is full or failing");
}

TEST_F(SqliteFile, ThatFillsUpGivesErrorsAndWorksAgainWhenThereIsSpace) {
  const std::string said = in_child([&] {
    const auto ledger = ledger_test::open(url_);
    const auto count = [&](std::string_view id) {
      return ledger->count("prod", std::vector{task(id)}, kNoon);
    };
    const bool before = count("1").has_value();
    limit_files(16384);
    const auto full = ledger->note("prod", vms(5000));
    limit_files(RLIM_INFINITY);
    const bool after = ledger->note("prod", vms(1)).has_value() && count("2").has_value();
    return std::string(before && after ? "" : "counts nothing; ") +
           (full ? "no error" : full.error().message);
  });
  EXPECT_EQ(said, "note_vms in " + url_ + ": the disk is full or failing");
  const auto ledger = ledger_test::open(url_);
  EXPECT_EQ(ledger->sightings("prod")->size(), 1);
  EXPECT_EQ(ledger->tasks("prod")->counted.size(), 2);
}

TEST_F(SqliteFile, ThatBreaksGivesErrorsAndWorksAgainWhenItIsMended) {
  ASSERT_TRUE(ledger_test::open(url_)->note("prod", vms(50000)));  // more than SQLite keeps in memory
  const auto ledger = ledger_test::open(url_);
  const std::string whole = support::read_file(file_);
  overwrite(file_, 8 * 4096, std::string(whole.size() - 8 * 4096, '\xAA'));
  const auto sightings = ledger->sightings("prod");
  ASSERT_FALSE(sightings);
  EXPECT_EQ(sightings.error().kind, base::ErrorKind::malformed);
  overwrite(file_, 0, whole);
  EXPECT_EQ(ledger->sightings("prod")->size(), 50000);
  EXPECT_TRUE(ledger->count("prod", std::vector{task("1")}, kNoon));
}

TEST_F(SqliteFile, TheObserverIsToldOfEachOperation) {
  std::vector<std::string> seen;
  const auto observe = [&](std::string_view operation, bool succeeded) {
    seen.push_back(std::string(operation) + (succeeded ? " succeeded" : " failed"));
  };
  ledger_test::open(url_).reset();
  ledger_test::execute(url_, "DROP TABLE ledger_days");
  const auto store = ledger::open(ledger_test::location(url_), observe);
  EXPECT_TRUE(store->ledger().sightings("prod"));
  EXPECT_FALSE(store->ledger().days("prod"));
  EXPECT_EQ(seen, (std::vector<std::string>{"read_vms succeeded", "read_days failed"}));
}

TEST_F(SqliteFile, TheLogIsToldOnceThatItFailsAndOnceThatItWorksAgain) {
  ledger_test::open(url_).reset();
  ledger_test::execute(url_, "DROP TABLE ledger_days");
  const auto ledger = ledger_test::open(url_);
  base::log::configure(base::log::Level::info, base::log::Format::logfmt);
  testing::internal::CaptureStderr();
  EXPECT_FALSE(ledger->days("prod"));
  EXPECT_FALSE(ledger->days("prod"));
  EXPECT_TRUE(ledger->sightings("prod"));
  EXPECT_TRUE(ledger->sightings("prod"));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(std::regex_match(log, std::regex(".*msg=\"the ledger fails\" .*no such table: ledger_days.*\n"
                                               ".*msg=\"the ledger works again\".*\n")))
      << log;
}

}  // namespace
