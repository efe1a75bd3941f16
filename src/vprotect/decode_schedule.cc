// Schedules: the only record with a calendar in it (API page, 3.5 and 5.1).
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "vprotect/decoding.h"
#include "vprotect/fields.h"
#include "vprotect/words.h"

namespace vprotect {
namespace {

constexpr std::size_t kMostTerms = 32;  // of one kind; a week has 7, a year 12
constexpr std::size_t kMostTermLength = 64;

std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

template <class Term, std::size_t N>
const Term* find(const Words<Term, N>& words, std::string_view name) {
  for (const auto& [word, term] : words) {
    if (word == name) return &term;
  }
  return nullptr;
}

// A list of enums. What is not known is told, since it changes when the schedule runs.
template <class Term, std::size_t N>
std::vector<Term> terms(const Value& list, const Words<Term, N>& words, std::vector<std::string>& unknown) {
  std::vector<Term> result;
  Value item = list.is_array() ? list.first() : list;
  for (std::size_t read = 0; item && read < kMostTerms; item = item.next(), ++read) {
    const std::string_view name = enum_name(item);
    if (const Term* term = find(words, without_suffix(name, kOccurrenceSuffix))) {
      result.push_back(*term);
    } else if (!item.is_null()) {
      unknown.push_back(base::excerpt(name, kMostTermLength));
    }
    if (!list.is_array()) break;
  }
  return result;
}

std::optional<domain::Interval> interval(const Value& value) {
  const auto start = duration(value["startHour"]);
  const auto end = duration(value["endHour"]);
  const auto frequency = duration(value["frequency"]);
  if (!start || !end || !frequency) return std::nullopt;
  return domain::Interval{.start = *start, .end = *end, .frequency = *frequency};
}

// A record that does not name its kind tells it by what it has.
domain::Execution execution(const Value& type, const domain::Schedule& row) {
  const std::string_view name = enum_name(type);
  if (name == "TIME") return domain::Execution::time;
  if (name == "INTERVAL") return domain::Execution::interval;
  if (!name.empty()) return domain::Execution::other;
  if (row.interval) return domain::Execution::interval;
  return row.hour ? domain::Execution::time : domain::Execution::other;
}

}  // namespace

Verdict decode(const Value& record, base::TextPool& pool, domain::Schedule& row) {
  row.id = domain::ScheduleId(own_guid(record));
  if (row.id.empty()) return Verdict::unreadable;
  row.type = enum_text(record["type"], pool);
  if (!row.type.empty() && row.type != "VM_BACKUP") return Verdict::unwanted;
  row.name = record["name"].text();
  row.active = flag(record["active"]);
  row.backup_type = enum_text(record["backupType"], pool);
  row.hour = duration(record["hour"]);
  row.interval = interval(record["interval"]);
  row.execution = execution(record["executionType"], row);
  row.start_window = duration(record["startWindowLength"]);
  row.days = terms(record["daysOfWeek"], kDays, row.unknown_terms);
  row.months = terms(record["months"], kMonths, row.unknown_terms);
  row.occurrences = terms(record["dayOfWeekOccurrences"], kOccurrences, row.unknown_terms);
  row.rules = references(record["rules"], pool);
  row.policies = references(record["policies"], pool);
  row.tenant_id = pool.share(record["tenantId"].text());
  row.last_run = time(record["lastRun"]);
  return Verdict::wanted;
}

}  // namespace vprotect
