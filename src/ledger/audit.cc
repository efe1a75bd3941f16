#include "ledger/audit.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "ledger/query.h"
#include "ledger/stored.h"
#include "ledger/where.h"

namespace ledger::audit {
namespace {

constexpr std::size_t kRowsAtOnce = 1000;  // of a verification
constexpr std::string_view kColumns =
    "number, happened, actor, source, action, server, tenant, object, decision, rule, operation, detail, "
    "hash";
const Row kResults{kNumber, kNumber, kText, kText, kText, kText, kText,
                   kText,   kText,   kText, kText, kText, kText};

AuditEntry stored(AuditEntry e) {
  for (std::string* text :
       {&e.actor, &e.source, &e.action, &e.server, &e.tenant, &e.object, &e.decision, &e.rule, &e.operation})
    *text = stored_text(*text);
  e.detail = stored_long_text(e.detail);
  return e;
}

// With its length: two rows that differ are two texts.
void add_field(std::string& text, std::string_view field) {
  text.append(std::to_string(field.size())).append(":").append(field);
}

// Never to be changed: it would break every trail there is.
std::string hash_of(const std::string& previous, std::uint64_t number, const AuditEntry& e) {
  std::string text;
  add_field(text, previous);
  add_field(text, std::to_string(number));
  add_field(text, std::to_string(e.at.time_since_epoch().count()));
  for (const std::string* field : {&e.actor, &e.source, &e.action, &e.server, &e.tenant, &e.object,
                                   &e.decision, &e.rule, &e.operation, &e.detail})
    add_field(text, *field);
  return base::to_hex(base::sha256_of(text));
}

Row row_of(const AuditRow& row) {
  const AuditEntry& e = row.entry;
  return {static_cast<long long>(row.number),
          e.at,
          e.actor,
          e.source,
          e.action,
          e.server,
          e.tenant,
          e.object,
          e.decision,
          e.rule,
          e.operation,
          e.detail,
          row.hash};
}

AuditRow audit_row_of(const Row& row) {
  return {static_cast<std::uint64_t>(row[0].number()),
          {.at = row[1].time(),
           .actor = row[2].text(),
           .source = row[3].text(),
           .action = row[4].text(),
           .server = row[5].text(),
           .tenant = row[6].text(),
           .object = row[7].text(),
           .decision = row[8].text(),
           .rule = row[9].text(),
           .operation = row[10].text(),
           .detail = row[11].text()},
          row[12].text()};
}

// The newest row, as it was when it was written.
struct Head {
  std::uint64_t number = 0;
  std::string hash;
};

std::optional<Head> head(soci::session& session) {
  std::optional<Head> head;
  run(session, "SELECT number, hash FROM audit_head WHERE id = 1", {}, {kNumber, kText}, [&](const Row& row) {
    head = {static_cast<std::uint64_t>(row[0].number()), row[1].text()};
  });
  return head;
}

void set_head(soci::session& session, const AuditRow& newest) {
  run(session,
      "INSERT INTO audit_head (id, number, hash) VALUES (1, :number, :hash)"
      " ON CONFLICT (id) DO UPDATE SET number = excluded.number, hash = excluded.hash",
      {static_cast<long long>(newest.number), newest.hash});
}

std::uint64_t last_number(soci::session& session) {
  std::uint64_t number = 0;
  run(session, "SELECT COALESCE(MAX(number), 0) FROM audit_trail", {}, {kNumber},
      [&](const Row& row) { number = static_cast<std::uint64_t>(row[0].number()); });
  return number;
}

// Where somebody has changed the trail it goes on all the same, and stays broken where it is.
Head where_to_go_on(soci::session& session) {
  Head last = head(session).value_or(Head{});
  last.number = std::max(last.number, last_number(session));
  return last;
}

// The rows that follow `last`, which becomes the last of them.
std::vector<AuditRow> chained(const std::vector<AuditEntry>& entries, Head last) {
  std::vector<AuditRow> rows;
  rows.reserve(entries.size());
  for (const AuditEntry& entry : entries) {
    AuditRow& row = rows.emplace_back(AuditRow{last.number + 1, stored(entry), ""});
    row.hash = hash_of(last.hash, row.number, row.entry);
    last = {row.number, row.hash};
  }
  return rows;
}

std::vector<AuditRow> select(soci::session& session, const Where& where, std::string_view after) {
  std::vector<AuditRow> rows;
  const std::string sql =
      "SELECT " + std::string(kColumns) + " FROM audit_trail" + where.text() + std::string(after);
  run(session, sql, where.parameters(), kResults, [&](const Row& row) { rows.push_back(audit_row_of(row)); });
  return rows;
}

std::string limit(std::size_t rows) { return " LIMIT " + std::to_string(rows); }

// Nobody's tenant is the empty one: what is told of the whole site.
domain::Scope of_tenants(domain::Scope scope) {
  if (scope.tenants) std::erase(*scope.tenants, "");
  return scope;
}

void add_conditions(Where& where, const AuditFilter& filter) {
  if (filter.before) where.add("number < ", static_cast<long long>(*filter.before));
  where.add_time("happened >= ", filter.from);
  where.add_time("happened < ", filter.to);
  const std::array<std::pair<std::string_view, const std::string*>, 6> texts{
      {{"actor = ", &filter.actor},
       {"action = ", &filter.action},
       {"server = ", &filter.server},
       {"tenant = ", &filter.tenant},
       {"decision = ", &filter.decision},
       {"operation = ", &filter.operation}}};
  for (const auto& [condition, text] : texts) where.add_text(condition, *text);
}

void find_fault(AuditCheck& check, std::uint64_t number, std::string fault) {
  check.broken = number;
  check.fault = std::move(fault);
}

// Adds the row to what is good, or says why it is not.
void verify(AuditCheck& check, const AuditRow& row) {
  const std::uint64_t expected = check.rows + 1;
  if (row.number != expected)
    find_fault(check, std::min(expected, row.number), "the row is missing, or has another number");
  else if (row.hash != hash_of(check.head, row.number, row.entry))
    find_fault(check, expected, "the row, or the hash of the one before it, is not what was written");
  else
    check = {row.number, row.hash, std::nullopt, ""};
}

// All rows are good: are they all, and no more?
void verify_end(AuditCheck& check, const std::optional<Head>& head) {
  if (!head && check.rows == 0) return;
  if (!head)
    find_fault(check, check.rows, "whether it is the newest row cannot be told: the head is missing");
  else if (head->number > check.rows)
    find_fault(check, check.rows + 1, "the newest rows are missing");
  else if (head->number < check.rows)
    find_fault(check, head->number + 1, "the row is newer than the newest that was written");
  else if (head->hash != check.head)
    find_fault(check, check.rows, "the newest row is not the one that was written");
}

}  // namespace

void append(soci::session& session, const std::vector<AuditEntry>& entries) {
  if (entries.empty()) return;
  const auto rows = chained(entries, where_to_go_on(session));
  const std::string before = "INSERT INTO audit_trail (" + std::string(kColumns) + ") VALUES ";
  run_over_rows(session, {before, ""}, rows.size(), [&](std::size_t at) { return row_of(rows[at]); });
  set_head(session, rows.back());
}

std::vector<AuditRow> read(soci::session& session, const AuditFilter& filter) {
  Where where("a");
  add_conditions(where, filter);
  if (!where.add_scope("tenant", of_tenants(filter.scope))) return {};
  return select(session, where, " ORDER BY number DESC" + limit(filter.limit));
}

Verified verify_more(soci::session& session, const Verified& before) {
  AuditCheck check = before.check;
  Where where("v");
  if (check.rows > 0) where.add("number > ", static_cast<long long>(check.rows));
  const auto rows = select(session, where, " ORDER BY number" + limit(kRowsAtOnce));
  for (auto row = rows.begin(); row != rows.end() && !check.broken; ++row) verify(check, *row);
  const bool is_end = rows.size() < kRowsAtOnce;
  if (is_end && !check.broken) verify_end(check, head(session));
  return {check, is_end || check.broken};
}

}  // namespace ledger::audit
