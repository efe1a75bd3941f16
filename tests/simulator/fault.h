#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http.h"
#include "model.h"
#include "style.h"

namespace simulator {

enum class FaultKind : std::uint8_t {
  // Instead of the answer.
  status,      // `status` with a body of `shape`, and Retry-After: `retry_after` when set
  login_page,  // 200 and an HTML page
  empty_body,  // 200 and nothing
  deep_json,   // 200 and `amount` opening brackets
  reset,       // no answer, TCP reset
  close,       // no answer, connection closed
  // What becomes of the work.
  lost,            // it is done, then the connection closes without an answer
  status_after,    // it is done, then the answer is as that of `status`
  late_work,       // it is done after `delay`, whether the client still waits or not
  twice,           // it is done twice, and answered once
  expire_session,  // the session ends just before this request, so 401
  // On the way.
  latency,   // `delay` before the answer
  drip,      // `delay` before each byte of the body
  cut_body,  // the connection ends after `amount` bytes of the body (0: half), whose full length was promised
  lying_length,  // Content-Length is `amount` more than the body, and nothing follows
  huge_body,     // `amount` blanks follow the JSON; 0: they never end
  long_reason,   // a reason phrase of `amount` bytes
  header_flood,  // `amount` header fields more
  date_skew,     // the Date header is `delay` ahead
  // In the body.
  truncated_json,  // the first half, with the right length
  invalid_utf8,    // the first name has bytes that are no UTF-8
  bad_record,      // the first row of each page is `text`: missing_guid, wrong_types, null_row or text_row
  numbers_as_strings,
  numbers_as_floats,
  enums_as_strings,
  references_as_strings,
  nulls,  // what is usually left out is null
  unknown_fields,
  unknown_enums,
  // In the list.
  page_cap,       // never more than `amount` rows a page
  ignore_paging,  // the whole list, however it is asked for, and no total
  no_total,       // no X-Total-Count
  wrong_total,    // X-Total-Count is `amount` too high; negative: too low
  rows_vanish,    // by the second page, `amount` rows of the first are gone
  rows_appear,    // by the second page, `amount` rows have come before the first
  ignore_tenant_filter,
  no_windows,    // lists of tasks do not tell windowStart and windowEnd
  always_async,  // what a write started is not told
};

// What is to go wrong, and when: of the requests whose path begins with `path` and that
// have the `method`, `skip` are answered well,
// the next `times` are hit.
struct Fault {
  FaultKind kind = FaultKind::status;
  std::string path;    // below /api, as "/virtual-machines"; empty: everything but /session
  std::string method;  // empty: any
  int skip = 0;
  std::optional<int> times;  // absent: for ever
  int status = 500;
  std::string shape = "message";  // message, error.message, html, empty, or text, which is `text`
  std::string retry_after;
  std::int64_t amount = 0;
  Millis delay{};
  std::string text;
};

std::string_view name_of(FaultKind kind);
std::optional<FaultKind> fault_kind(std::string_view name);

// The faults that are set. Not for several threads at once.
class FaultPlan {
 public:
  struct Entry {
    int number = 0;
    Fault fault;
    int seen = 0, hit = 0;
  };

  // Returns the number under which it can be removed.
  int add(Fault fault);
  bool remove(int number);
  void clear() { entries_.clear(); }
  // The faults that hit this request, in the order in which they were set; counts it.
  // `page` is the page it asks for.
  std::vector<Fault> hitting(std::string_view method, std::string_view path, std::int64_t page);
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  int next_ = 1;
};

// How the faults change what is encoded, listed and sent.
struct Twist {
  Style style;
  std::optional<std::int64_t> page_cap;
  bool ignore_paging = false, no_total = false, ignore_tenant_filter = false;
  bool twice = false, always_async = false;
  std::int64_t total_error = 0, shift = 0;  // shift: rows gone (positive) or come (negative)
  bool expire_session = false;
  Millis date_skew{};
};

Twist twist_of(const std::vector<Fault>& faults);
// The answer that comes instead of the route's, if any.
std::optional<Response> answer_of(const std::vector<Fault>& faults);
// Damages an answer that was otherwise good.
void damage(Response& response, const std::vector<Fault>& faults);
Response error_answer(int status, std::string_view message, std::string_view shape);

}  // namespace simulator
