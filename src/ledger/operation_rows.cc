#include "ledger/operation_rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "ledger/stored.h"

namespace ledger {
namespace {

std::optional<std::string> text_of(std::optional<double> number) {
  if (!number) return std::nullopt;
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), *number).ptr;
  return std::string(digits.begin(), end);
}

std::optional<double> number_of(const Value& value) {
  double number = 0;
  if (value.is_null()) return std::nullopt;
  const std::string& text = value.text();
  const auto fault = std::from_chars(text.data(), text.data() + text.size(), number).ec;
  return fault == std::errc() ? std::optional(number) : std::nullopt;
}

template <class Enum>
Enum known(const std::optional<Enum>& value, const Value& text) {
  if (!value) throw soci::soci_error("an operation cannot be read: what is \"" + text.text() + "\"?");
  return *value;
}

template <class Id>
void store(Id& id) {
  id = Id(stored_text(id.text()));
}

// The columns of a row in their order.
class Columns {
 public:
  explicit Columns(const Row& row) : at_(row.begin()) {}

  const Value& next() { return *at_++; }
  std::string text() { return next().text(); }
  std::uint32_t count() { return static_cast<std::uint32_t>(next().number()); }
  std::optional<base::TimePoint> time() { return next().optional_time(); }

 private:
  Row::const_iterator at_;
};

domain::JobState state_of(const Value& text) { return known(domain::job_state_named(text.text()), text); }
domain::JobOutcome outcome_of(const Value& text) {
  return known(domain::job_outcome_named(text.text()), text);
}
domain::OperationKind kind_of(const Value& text) {
  return known(domain::operation_kind_named(text.text()), text);
}

Value count(std::uint32_t number) { return static_cast<long long>(number); }
Value name(auto value) { return std::string(domain::name_of(value)); }

}  // namespace

const Row kOperationResults{kText, kText, kText, kText, kText, kText, kText, kText, kText, kText, kNumber};
const Row kJobResults{kText, kNumber, kText,   kText,   kText,   kText,   kText,  kText, kText,
                      kText, kNumber, kText,   kNumber, kNumber, kText,   kText,  kText, kText,
                      kText, kNumber, kNumber, kNumber, kNumber, kNumber, kNumber};

domain::Job stored(domain::Job job) {
  for (std::string* text : {&job.server, &job.tenant, &job.name, &job.rule, &job.made})
    *text = stored_text(*text);
  job.ask = stored_whole_text(job.ask);
  job.detail = stored_long_text(job.detail);
  store(job.vm);
  store(job.task);
  store(job.second_task);
  store(job.backup);
  return job;
}

domain::Operation stored(domain::Operation operation) {
  domain::Operation& o = operation;
  for (std::string* text : {&o.id, &o.key, &o.digest, &o.origin, &o.caller, &o.source})
    *text = stored_text(*text);
  for (std::string* text : {&o.reason, &o.request, &o.callback}) *text = stored_long_text(*text);
  for (domain::Job& job : o.jobs) job = stored(std::move(job));
  std::sort(o.jobs.begin(), o.jobs.end(),
            [](const domain::Job& a, const domain::Job& b) { return a.number < b.number; });
  return operation;
}

Row row_of(const domain::Operation& o) {
  return {o.id,     o.key,    o.digest,  name(o.kind), o.origin, o.caller,
          o.source, o.reason, o.request, o.callback,   o.created};
}

domain::Operation operation_of(const Row& row) {
  Columns columns(row);
  return {.id = columns.text(),
          .key = columns.text(),
          .digest = columns.text(),
          .kind = kind_of(columns.next()),
          .origin = columns.text(),
          .caller = columns.text(),
          .source = columns.text(),
          .reason = columns.text(),
          .request = columns.text(),
          .callback = columns.text(),
          .created = columns.next().time(),
          .jobs = {}};
}

Row row_of(const std::string& operation, const domain::Job& job) {
  return {operation,
          count(job.number),
          job.server,
          job.tenant,
          job.vm.text(),
          job.name,
          job.ask,
          name(job.state),
          name(job.outcome),
          job.rule,
          job.passes_at,
          job.detail,
          job.window_start,
          job.window_end,
          job.task.text(),
          job.second_task.text(),
          job.backup.text(),
          job.made,
          text_of(job.progress),
          count(job.attempts),
          count(job.retries),
          count(job.cancel_asked ? 1 : 0),
          job.sent,
          job.changed,
          job.ended};
}

std::string operation_id_of(const Row& job) { return job.front().text(); }

domain::Job job_of(const Row& row) {
  Columns columns(row);
  columns.next();  // its operation
  return {.number = columns.count(),
          .server = columns.text(),
          .tenant = columns.text(),
          .vm = domain::VmId(columns.text()),
          .name = columns.text(),
          .ask = columns.text(),
          .state = state_of(columns.next()),
          .outcome = outcome_of(columns.next()),
          .rule = columns.text(),
          .passes_at = columns.time(),
          .detail = columns.text(),
          .window_start = columns.time(),
          .window_end = columns.time(),
          .task = domain::TaskId(columns.text()),
          .second_task = domain::TaskId(columns.text()),
          .backup = domain::BackupId(columns.text()),
          .made = columns.text(),
          .progress = number_of(columns.next()),
          .attempts = columns.count(),
          .retries = columns.count(),
          .cancel_asked = columns.count() != 0,
          .sent = columns.time(),
          .changed = columns.time(),
          .ended = columns.time()};
}

}  // namespace ledger
