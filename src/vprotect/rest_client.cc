#include "vprotect/rest_client.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/shared_text.h"
#include "vprotect/decoding.h"
#include "vprotect/link.h"
#include "vprotect/page_reader.h"
#include "vprotect/paging.h"
#include "vprotect/query.h"
#include "vprotect/rows.h"
#include "vprotect/session.h"
#include "vprotect/transport.h"

namespace vprotect {
namespace {

constexpr std::size_t kMostReserved = 262'144;  // rows, on the word of the server alone

bool lies_in(const BackupRange& range, const std::optional<base::TimePoint>& time) {
  return time && *time >= range.from && (!range.to || *time < *range.to);
}

// A row without any time has not begun: it is told whatever the range.
bool lies_in(const BackupRange& range, const domain::Backup& row) {
  if (!row.backup_time && !row.snapshot_time) return true;
  return lies_in(range, row.backup_time) || lies_in(range, row.snapshot_time);
}

std::string range_query(const BackupRange& range) {
  std::string query;
  add_parameter(query, "from", std::to_string(range.from.time_since_epoch().count()));
  if (range.to) add_parameter(query, "to", std::to_string(range.to->time_since_epoch().count()));
  add_parameter(query, "protected-entity-type", "VM");
  return query;
}

template <class Row>
bool want_all(const Row& /*row*/) {
  return true;
}

// One list while it is read.
template <class Row>
class ListReader {
 public:
  using Filter = std::function<bool(const Row&)>;

  ListReader(Session& session, const ServerOptions& options, const Bounds& bounds, Filter filter)
      : session_(session),
        options_(options),
        bounds_(bounds),
        filter_(std::move(filter)),
        paging_(options.page_size, options.most_rows) {}

  base::Result<Listing<Row>> read(std::string_view endpoint, const std::string& query) {
    for (;;) {
      PageFacts facts;
      if (auto error = read_page(endpoint, query, facts)) return std::move(*error);
      switch (paging_.after(facts)) {
        case Paging::Next::page:
          break;
        case Paging::Next::restart:
          rows_.clear();
          listing_.out_of_range = 0;
          break;
        case Paging::Next::whole:
          listing_.rows = rows_.take();
          listing_.skipped = paging_.skipped();
          return std::move(listing_);
        case Paging::Next::broken:
          return base::Error{base::ErrorKind::incomplete, request_name(endpoint) + ": " + paging_.problem()};
      }
    }
  }

 private:
  static std::string request_name(std::string_view endpoint) { return "GET " + std::string(endpoint); }

  std::optional<base::Error> read_page(std::string_view endpoint, std::string query, PageFacts& facts) {
    add_parameter(query, "page", std::to_string(paging_.page()));
    add_parameter(query, "size", std::to_string(paging_.size()));
    PageReader reader(record_, options_.most_record, [this](const Value& value) { return take(value); });
    const Answer answer = session_.get(endpoint, query, reader.sink(), bounds_);
    if (auto error = reader.finish(request_name(endpoint), answer)) return error;
    ++listing_.pages;
    if (answer.clock_skew) listing_.clock_skew = answer.clock_skew;
    facts = {.received = reader.received(),
             .skipped = reader.skipped(),
             .fresh = reader.fresh(),
             .total = answer.head.total_count};
    listing_.reported_rows = facts.total;
    if (facts.total && facts.received == paging_.size())
      rows_.reserve(std::min<std::size_t>(*facts.total, kMostReserved));
    return std::nullopt;
  }

  Taken take(const Value& value) {
    Row row;
    const Verdict verdict = decode(value, texts_, row);
    if (verdict == Verdict::unreadable) return Taken::unreadable;
    const bool wanted = verdict == Verdict::wanted && filter_(row);
    const bool fresh = wanted ? rows_.add(std::move(row)) : rows_.add_unwanted(row.id.guid);
    if (fresh && verdict == Verdict::wanted && !wanted) ++listing_.out_of_range;
    if (rows_.distinct() > options_.most_rows) return Taken::too_many;
    return fresh ? Taken::fresh : Taken::known;
  }

  Session& session_;
  const ServerOptions& options_;
  const Bounds bounds_;
  const Filter filter_;
  Paging paging_;
  Record record_;
  base::TextPool texts_;
  Rows<Row> rows_;
  Listing<Row> listing_;
};

}  // namespace

class RestClient::Impl {
 public:
  Impl(const ServerOptions& options, const Observer& observer, const base::Clock& clock)
      : options_(options), link_(options, observer, clock) {}

  template <class Row>
  base::Result<Listing<Row>> list(std::string_view endpoint, const std::string& query = {},
                                  std::function<bool(const Row&)> filter = want_all<Row>) {
    return ListReader<Row>(link_.session(), options_, link_.bounds(), std::move(filter))
        .read(endpoint, query);
  }

  base::Result<std::string> object(std::string_view endpoint) {
    return link_.object({.method = Method::get, .endpoint = endpoint}, options_.most_record, link_.bounds());
  }

  void cancel() { link_.cancel(); }

 private:
  // Constant after construction.
  const ServerOptions options_;

  Link link_;
};

RestClient::RestClient(const ServerOptions& options, const Observer& observer, const base::Clock& clock)
    : impl_(std::make_unique<Impl>(options, observer, clock)) {}

RestClient::~RestClient() = default;

base::Result<Listing<domain::Vm>> RestClient::virtual_machines() {
  return impl_->list<domain::Vm>("/virtual-machines");
}

base::Result<Listing<domain::Vm>> RestClient::virtual_machines(const TenantFilter& filter) {
  std::string query;
  add_parameter(query, filter.parameter, filter.project);
  return impl_->list<domain::Vm>("/virtual-machines", query);
}

base::Result<Listing<domain::Backup>> RestClient::backups(const BackupRange& range) {
  return impl_->list<domain::Backup>("/backups", range_query(range),
                                     [&](const domain::Backup& row) { return lies_in(range, row); });
}

base::Result<Listing<domain::Task>> RestClient::tasks() { return impl_->list<domain::Task>("/tasks"); }

base::Result<Listing<domain::Schedule>> RestClient::schedules() {
  return impl_->list<domain::Schedule>("/schedules");
}

base::Result<Listing<domain::Policy>> RestClient::policies() {
  return impl_->list<domain::Policy>("/policies/vm-backup");
}

base::Result<Listing<domain::Rule>> RestClient::rules() {
  return impl_->list<domain::Rule>("/rules/vm-backup");
}

base::Result<Listing<domain::Node>> RestClient::nodes() { return impl_->list<domain::Node>("/nodes"); }

base::Result<Listing<domain::Destination>> RestClient::destinations() {
  return impl_->list<domain::Destination>("/backup-destinations");
}

base::Result<domain::ProtectionTotals> RestClient::protection() {
  const auto body = impl_->object("/dashboard/protection");
  if (!body) return body.error();
  Record record;
  if (record.parse(*body) != Record::Outcome::parsed || !record.root().is_object())
    return base::Error{base::ErrorKind::malformed, "GET /dashboard/protection: not a JSON object"};
  return decode_protection(record.root());
}

void RestClient::cancel() { impl_->cancel(); }

}  // namespace vprotect
