#include "ledger/sql_journal.h"

#include <functional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "ledger/audit.h"
#include "ledger/facts.h"
#include "ledger/kill_switch.h"
#include "ledger/lock.h"
#include "ledger/operations.h"
#include "ledger/stored.h"

namespace ledger {
namespace {

Entered enter_new(soci::session& session, const std::string& key, const FactsQuestion& question,
                  const Decide& decide) {
  if (question.by_alert) facts::note_alerted(session, question);
  Decision decision = decide(facts::read(session, question));
  decision.operation.key = key;
  if (domain::is_open(decision.operation))
    decision.operation = operations::insert(session, decision.operation);
  audit::append(session, decision.audit);
  return {std::move(decision.operation), false};
}

class SqlJournal final : public Journal {
 public:
  explicit SqlJournal(Transactions& transactions) : transactions_(transactions) {}

  base::Result<Entered> enter(const std::string& key, const FactsQuestion& question,
                              const Decide& decide) override {
    return alone<Entered>("enter_operation", [&](soci::session& session) {
      if (auto known = operations::with_key(session, key)) return Entered{*std::move(known), true};
      return enter_new(session, key, question, decide);
    });
  }

  base::Result<Facts> facts(const FactsQuestion& question) override {
    return transactions_.perform<Facts>("read_facts",
                                        [&](auto& session) { return facts::read(session, question); });
  }

  base::Result<std::optional<domain::Operation>> operation(const std::string& id,
                                                           const domain::Scope& scope) override {
    return transactions_.perform<std::optional<domain::Operation>>(
        "read_operation", [&](auto& session) { return operations::find(session, id, scope); });
  }

  base::Result<std::vector<domain::Operation>> operations(const OperationFilter& filter) override {
    return transactions_.perform<std::vector<domain::Operation>>(
        "read_operations", [&](auto& session) { return operations::list(session, filter); });
  }

  base::Result<std::vector<OpenJob>> claim(const std::string& server, const std::string& owner,
                                           base::TimePoint now, std::chrono::milliseconds lease,
                                           const domain::Shard& shard) override {
    return transactions_.perform<std::vector<OpenJob>>("claim_jobs", [&](auto& session) {
      return operations::claim(session, server, owner, {now, now + lease}, shard);
    });
  }

  base::Result<bool> save(const std::string& operation, const domain::Job& job, const std::string& owner,
                          base::TimePoint now, const std::vector<AuditEntry>& audit) override {
    return alone<bool>("save_job", [&](soci::session& session) {
      const bool is_saved = operations::save(session, operation, job, owner, now);
      if (is_saved) audit::append(session, audit);
      return is_saved;
    });
  }

  base::Result<std::size_t> ask_cancel(const std::string& operation, const domain::Scope& scope,
                                       const std::vector<AuditEntry>& audit) override {
    return alone<std::size_t>("cancel_jobs", [&](soci::session& session) {
      const std::size_t count = operations::ask_cancel(session, operation, scope);
      if (count > 0) audit::append(session, audit);
      return count;
    });
  }

  base::Result<base::Done> forget_operations_before(base::TimePoint limit) override {
    return write_alone("forget_operations", [&](soci::session& session) {
      operations::forget_before(session, limit);
      facts::forget_alerted_before(session, limit);
    });
  }

  base::Result<std::map<std::pair<std::string, domain::OperationKind>, std::uint64_t>> open_jobs() override {
    return transactions_.perform<std::map<std::pair<std::string, domain::OperationKind>, std::uint64_t>>(
        "count_open_jobs", [&](auto& session) { return operations::open_jobs(session); });
  }

  base::Result<KillSwitch> kill_switch() override {
    return transactions_.perform<KillSwitch>("read_kill_switch",
                                             [&](auto& session) { return kill_switch::read(session); });
  }

  base::Result<base::Done> set_kill_switch(const KillSwitch& value, const AuditEntry& audit) override {
    return write_alone("set_kill_switch", [&](soci::session& session) {
      kill_switch::set(session, value);
      audit::append(session, {audit});
    });
  }

  base::Result<base::Done> append(const std::vector<AuditEntry>& audit) override {
    return write_alone("append_audit", [&](soci::session& session) { audit::append(session, audit); });
  }

  base::Result<std::vector<AuditRow>> audit(const AuditFilter& filter) override {
    return transactions_.perform<std::vector<AuditRow>>(
        "read_audit", [&](auto& session) { return audit::read(session, filter); });
  }

  // Others get in between two steps.
  base::Result<AuditCheck> verify_audit() override {
    audit::Verified verified;
    while (!verified.is_done) {
      auto more = alone<audit::Verified>(
          "verify_audit", [&](soci::session& session) { return audit::verify_more(session, verified); });
      if (!more) return more.error();
      verified = *std::move(more);
    }
    return std::move(verified.check);
  }

 private:
  // With all other writers of the journal kept out.
  template <class T>
  base::Result<T> alone(std::string_view operation, const std::function<T(soci::session&)>& work) {
    return transactions_.perform<T>(operation, [&](soci::session& session) {
      keep_others_out(session, Lock::journal);
      return work(session);
    });
  }

  base::Result<base::Done> write_alone(std::string_view operation, const Connections::Work& work) {
    return alone<base::Done>(operation, [&](soci::session& session) {
      work(session);
      return base::Done();
    });
  }

  Transactions& transactions_;
};

// Nobody else has the file: whoever had jobs of it is gone.
void take_from_the_dead(Connections& connections) {
  if (connections.location().database != Database::sqlite) return;
  const auto error = connections.transact(operations::release_all);
  if (error) throw std::runtime_error(error->message);
}

}  // namespace

std::unique_ptr<Journal> make_journal(Transactions& transactions) {
  take_from_the_dead(transactions.connections());
  return std::make_unique<SqlJournal>(transactions);
}

}  // namespace ledger
