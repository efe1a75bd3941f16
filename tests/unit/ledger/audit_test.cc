#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "unit/ledger/operations.h"
#include "unit/ledger/rig.h"

// The audit trail: what is read of it, and what somebody who writes into the database cannot hide.
namespace {

using namespace std::chrono_literals;
using domain::Scope;
using ledger::AuditFilter;
using ledger::Database;
using ledger_test::entries;
using ledger_test::entry;
using support::kNoon;
using Entries = std::vector<ledger::AuditEntry>;

class AuditTest : public ledger_test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (!IsSkipped()) journal_ = ledger_test::open_journal(url());
  }

  ledger::Journal& journal() { return *journal_; }
  Entries read(const AuditFilter& filter) { return entries(*journal_->audit(filter)); }

 private:
  std::shared_ptr<ledger::Journal> journal_;
};

INSTANTIATE_TEST_SUITE_P(, AuditTest, testing::Values(Database::sqlite, Database::postgresql),
                         ledger_test::name_of);

TEST_P(AuditTest, KeepsAllOfAnEntryAndGivesItANumberAndAHash) {
  ledger::AuditEntry all = entry("accepted");
  all.source = "192.0.2.1";
  all.object = "web (a)";
  all.rule = "rule";
  all.operation = "op_1";
  all.detail = std::string(16384, 'd');
  ASSERT_TRUE(journal().append({all}));
  ASSERT_TRUE(journal().append({entry("asked"), entry("failed")}));

  const auto rows = *journal().audit({});

  ASSERT_EQ(rows.size(), 3);
  EXPECT_EQ(entries(rows), (Entries{entry("failed"), entry("asked"), all}));
  EXPECT_EQ((std::vector{rows[0].number, rows[1].number, rows[2].number}),
            (std::vector<std::uint64_t>{3, 2, 1}));
  for (const auto& row : rows) EXPECT_EQ(row.hash.size(), 64);
}

// Trails that were written must be verified by every later version.
TEST_P(AuditTest, TheHashOfARowStaysWhatItIs) {
  ASSERT_TRUE(journal().append({entry("accepted"), entry("asked")}));
  const auto rows = *journal().audit({});
  EXPECT_EQ(rows[1].hash, "9d18c9e4707bffa2c13ed5f31b26bd1107192cf77da4f0712df84af041eb0f05");
  EXPECT_EQ(rows[0].hash, "a67c3ba9e673a9aeec1dd741879023396b078af8ec0dbe349ab0d8cc00154661");
}

TEST_P(AuditTest, ReadsFromTheNewestBack) {
  ASSERT_TRUE(journal().append({entry("1"), entry("2"), entry("3")}));
  EXPECT_EQ(read({.limit = 2}), (Entries{entry("3"), entry("2")}));
  EXPECT_EQ(read({.before = 2}), Entries{entry("1")});
  EXPECT_EQ(read({.before = 1}), Entries{});
}

TEST_P(AuditTest, ReadsWhatTheFilterWants) {
  ledger::AuditEntry other = entry("refused", "hr");
  other.at = kNoon + 1h;
  other.actor = "alerts";
  other.action = "restore";
  other.server = "lab";
  other.operation = "op_2";
  ASSERT_TRUE(journal().append({entry("accepted"), other}));
  const Entries only_other{other};
  EXPECT_EQ(read({.from = kNoon + 1h}), only_other);
  EXPECT_EQ(read({.to = kNoon + 1h}), Entries{entry("accepted")});
  EXPECT_EQ(read({.actor = "alerts"}), only_other);
  EXPECT_EQ(read({.action = "restore"}), only_other);
  EXPECT_EQ(read({.server = "lab"}), only_other);
  EXPECT_EQ(read({.tenant = "hr"}), only_other);
  EXPECT_EQ(read({.decision = "refused"}), only_other);
  EXPECT_EQ(read({.operation = "op_2"}), only_other);
  EXPECT_EQ(read({.tenant = "hr", .decision = "accepted"}), Entries{});
}

TEST_P(AuditTest, WhatIsToldOfTheSiteIsShownToWhoSeesEverything) {
  ASSERT_TRUE(journal().append({entry("1", "finance"), entry("2", "hr"), entry("3", "")}));
  const auto shown_to = [&](std::vector<std::string> tenants) { return read({.scope = Scope{tenants}}); };
  EXPECT_EQ(read({}).size(), 3);
  EXPECT_EQ(shown_to({"finance"}), Entries{entry("1", "finance")});
  EXPECT_EQ(shown_to({"finance", ""}), Entries{entry("1", "finance")});
  EXPECT_EQ(shown_to({""}), Entries{});
  EXPECT_EQ(shown_to({}), Entries{});
}

TEST_P(AuditTest, ATrailOfManyPagesIsVerified) {
  for (const std::uint64_t rows : {2000U, 2500U}) {
    ASSERT_TRUE(journal().append(Entries(rows - journal().verify_audit()->rows, entry("accepted"))));
    const auto check = journal().verify_audit();
    EXPECT_EQ(check->rows, rows);
    EXPECT_EQ(check->broken, std::nullopt) << check->fault;
    EXPECT_EQ(check->head, journal().audit({.limit = 1})->front().hash);
  }
}

TEST_P(AuditTest, EntriesThatAreCutAreVerified) {
  ledger::AuditEntry longest = entry(std::string(3000, 'x'));
  longest.detail = std::string(20000, 'x') + "\xFF";
  ASSERT_TRUE(journal().append({longest}));
  EXPECT_EQ(journal().verify_audit()->broken, std::nullopt);
}

TEST_P(AuditTest, ManyThreadsLeaveNoGap) {
  ledger_test::at_once(4, [&](int) {
    for (int round = 0; round < 20; ++round) EXPECT_TRUE(journal().append({entry("1"), entry("2")}));
  });
  const auto check = journal().verify_audit();
  EXPECT_EQ(check->rows, 160);
  EXPECT_EQ(check->broken, std::nullopt) << check->fault;
}

// A trail of four rows in a file, into which somebody writes while nobody has it.
class TamperedTrail : public testing::Test {
 protected:
  TamperedTrail() {
    ledger::AuditEntry second = entry("asked", "hr");
    second.rule = "ab";
    second.operation = "c";
    EXPECT_TRUE(ledger_test::open_journal(url(original_))
                    ->append({entry("accepted"), second, entry("succeeded"), entry("failed")}));
  }

  // What verification finds after the statements.
  ledger::AuditCheck check_after(const std::vector<std::string>& statements) {
    begin(statements);
    return *ledger_test::open_journal(url(file_))->verify_audit();
  }

  // And when the exporter wrote on.
  ledger::AuditCheck check_later(const std::vector<std::string>& statements) {
    begin(statements);
    const auto journal = ledger_test::open_journal(url(file_));
    EXPECT_TRUE(journal->append({entry("accepted"), entry("asked")}));
    return *journal->verify_audit();
  }

  static std::string url(const std::filesystem::path& file) { return "sqlite://" + file.string(); }

 private:
  void begin(const std::vector<std::string>& statements) {
    std::filesystem::copy_file(original_, file_, std::filesystem::copy_options::overwrite_existing);
    for (const std::string& statement : statements) ledger_test::execute(url(file_), statement);
  }

  const support::TempDir folder_;
  const std::filesystem::path original_ = folder_ / "original.db";
  const std::filesystem::path file_ = folder_ / "ledger.db";
};

TEST_F(TamperedTrail, IsGoodWhenNobodyWroteIntoIt) {
  EXPECT_EQ(check_after({}).broken, std::nullopt);
  EXPECT_EQ(check_after({}).rows, 4);
  EXPECT_EQ(check_later({}).broken, std::nullopt);
  EXPECT_EQ(check_later({}).rows, 6);
}

TEST_F(TamperedTrail, AChangeOfAnyColumnOfAnyRowIsFound) {
  const std::vector<std::string> numbers{"number = number + 100", "happened = happened + 1"};
  const std::vector<std::string> texts{"actor",    "source", "action",    "server", "tenant", "object",
                                       "decision", "rule",   "operation", "detail", "hash"};
  std::vector<std::string> changes = numbers;
  for (const std::string& column : texts) {
    std::string change = column;
    changes.push_back(change.append(" = ").append(column).append(" || 'x'"));
  }
  for (std::uint64_t row = 1; row <= 4; ++row) {
    for (const std::string& change : changes) {
      const std::string statement =
          "UPDATE audit_trail SET " + change + " WHERE number = " + std::to_string(row);
      EXPECT_EQ(check_after({statement}).broken, row) << statement;
      EXPECT_EQ(check_later({statement}).broken, row) << statement;
    }
  }
}

TEST_F(TamperedTrail, ACharacterThatMovedToTheNextColumnIsFound) {
  EXPECT_EQ(check_after({"UPDATE audit_trail SET rule = 'a', operation = 'bc' WHERE number = 2"}).broken, 2);
}

TEST_F(TamperedTrail, AMissingRowIsFound) {
  for (std::uint64_t row = 1; row <= 4; ++row) {
    const std::string statement = "DELETE FROM audit_trail WHERE number = " + std::to_string(row);
    EXPECT_EQ(check_after({statement}).broken, row);
    EXPECT_EQ(check_later({statement}).broken, row);
  }
}

TEST_F(TamperedTrail, ARowThatIsMissingAndHiddenByItsFollowersNumbersIsFound) {
  EXPECT_EQ(
      check_after({"DELETE FROM audit_trail WHERE number = 2",
                   "UPDATE audit_trail SET number = 2 WHERE number = 3",
                   "UPDATE audit_trail SET number = 3 WHERE number = 4", "UPDATE audit_head SET number = 3"})
          .broken,
      2);
}

TEST_F(TamperedTrail, ATailThatWasCutOffIsFound) {
  const std::vector<std::string> cut{"DELETE FROM audit_trail WHERE number > 2"};
  EXPECT_EQ(check_after(cut).broken, 3);
  EXPECT_EQ(check_later(cut).broken, 3);
  EXPECT_EQ(check_after({"DELETE FROM audit_trail"}).broken, 1);
}

TEST_F(TamperedTrail, SwappedRowsAreFound) {
  const std::vector<std::string> swap{"UPDATE audit_trail SET number = 99 WHERE number = 2",
                                      "UPDATE audit_trail SET number = 2 WHERE number = 3",
                                      "UPDATE audit_trail SET number = 3 WHERE number = 99"};
  EXPECT_EQ(check_after(swap).broken, 2);
}

TEST_F(TamperedTrail, ARowThatWasAddedIsFound) {
  const std::string add =
      "INSERT INTO audit_trail SELECT 5, happened, actor, source, action, server, tenant, object, decision,"
      " rule, operation, detail, hash FROM audit_trail WHERE number = 4";
  EXPECT_EQ(check_after({add}).broken, 5);
  EXPECT_EQ(check_later({add}).broken, 5);
}

TEST_F(TamperedTrail, AChangedHeadIsFound) {
  EXPECT_EQ(check_after({"UPDATE audit_head SET hash = 'x'"}).broken, 4);
  EXPECT_EQ(check_later({"UPDATE audit_head SET hash = 'x'"}).broken, 5);
  EXPECT_EQ(check_after({"UPDATE audit_head SET number = 3"}).broken, 4);
  EXPECT_EQ(check_after({"UPDATE audit_head SET number = 5"}).broken, 5);
  EXPECT_EQ(check_after({"DELETE FROM audit_head"}).broken, 4);
  EXPECT_EQ(check_later({"DELETE FROM audit_head"}).broken, 5);
}

}  // namespace
