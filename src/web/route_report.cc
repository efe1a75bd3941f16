// GET /api/v1/report: the report as JSON, CSV or Markdown.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "report/fields.h"
#include "report/report.h"
#include "report/writers.h"
#include "web/read_api.h"

namespace web {
namespace {

using report::Kind;

struct Format {
  std::string_view name;
  const char* type;
};
constexpr Format kJsonFormat{"json", kJson};
constexpr Format kCsv{"csv", "text/csv; charset=utf-8; header=present"};
constexpr Format kMarkdown{"md", "text/markdown; charset=utf-8"};

std::vector<Parameter> parameters_of_report() {
  std::vector<Parameter> parameters{
      {.name = "format",
       .kind = Kind::text,
       .about = "What it is written as. Default: json.",
       .words = {kJsonFormat.name, kCsv.name, kMarkdown.name}},
      {.name = "detail",
       .kind = Kind::text,
       .about = "Of JSON: all of it, or lists of at most 50 without that of every VM. Default: full.",
       .words = {"full", "summary"}}};
  for (auto more : {period_parameters(), filter_parameters(about_vms())})
    parameters.insert(parameters.end(), more.begin(), more.end());
  return parameters;
}

std::optional<std::vector<std::string>> chosen(const Query& query, std::string_view name) {
  auto values = query.all(name);
  return values.empty() ? std::nullopt : std::optional(std::move(values));
}

report::Question question_of(Query& query, const Caller& caller) {
  return {.scope = common(caller.scope, {.tenants = chosen(query, "tenant")}),
          .servers = chosen(query, "server"),
          .vms = selection_of(query, about_vms()),
          .lists_whole = query.one("detail") != "summary"};
}

// Reports that are being made or taken, so that scrapes always find a worker: those are 32.
constexpr int kMostReports = 8;

using Count = std::shared_ptr<std::atomic<int>>;

class Seat {
 public:
  explicit Seat(Count taken) : taken_(std::move(taken)) {}
  ~Seat() { --*taken_; }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

 private:
  const Count taken_;
};

// Null: none is free.
std::shared_ptr<const Seat> take_seat(const Count& taken) {
  if (++*taken <= kMostReports) return std::make_shared<const Seat>(taken);
  --*taken;
  return nullptr;
}

Problem too_many() {
  return {.status = 503,
          .detail = "Too many reports are being made at once; ask again in some seconds.",
          .allow = {},
          .faults = {},
          .headers = {{"Retry-After", "5"}}};
}

// A report with all that it is made from, for as long as it is written.
struct Made {
  Made(std::shared_ptr<const Seat> its_seat, base::Shared<domain::Snapshot> the_snapshot,
       const report::Period& period, report::SizesOf sizes_of, const report::Question& question)
      : seat(std::move(its_seat)),
        snapshot(std::move(the_snapshot)),
        view(*snapshot, period, std::move(sizes_of)),
        report(report_on(view, question)) {}

  const std::shared_ptr<const Seat> seat;
  const base::Shared<domain::Snapshot> snapshot;
  report::View view;
  const report::Report report;
};

void offer_as_file(const report::Report& report, const Format& format, httplib::Response& response) {
  const std::string day = base::to_rfc3339_date(report.period.to);
  response.set_header("Content-Disposition", "attachment; filename=\"vprotect-report-" + day + "." +
                                                 std::string(format.name) + "\"");
}

void write(const Asked& asked, const std::shared_ptr<const Made>& made, const std::string& format,
           httplib::Response& response) {
  const std::shared_ptr<const report::Report> report(made, &made->report);
  if (format == kMarkdown.name) return answer_body(asked, markdown_of(*report), kMarkdown.type, response);
  if (format != kCsv.name) return answer_pieces(json_of(report), kJsonFormat.type, response);
  offer_as_file(*report, kCsv, response);
  answer_pieces(csv_of(report), kCsv.type, response);
}

void answer(const LatestSnapshot& latest, const Asked& asked, const std::vector<Parameter>& parameters,
            const report::SizesOf& sizes_of, const Count& taken, httplib::Response& response) {
  auto snapshot = latest.get();
  if (!snapshot) return answer_problem(not_yet(), response);
  Query query(asked.request.params, parameters);
  const report::Question question = question_of(query, asked.caller);
  const report::Period period = query.period(snapshot->taken_at);
  if (const auto problem = query.problem()) return answer_problem(*problem, response);
  if (is_known_to_client(asked, *snapshot, response)) return;
  auto seat = take_seat(taken);
  if (!seat) return answer_problem(too_many(), response);
  const auto made =
      std::make_shared<const Made>(std::move(seat), std::move(snapshot), period, sizes_of, question);
  write(asked, made, query.one("format").value_or("json"), response);
}

}  // namespace

Route report_route(const LatestSnapshot& latest, report::SizesOf sizes_of) {
  const auto parameters = parameters_of_report();
  return {"GET",
          "/api/v1/report",
          Rule::needs(Verb::report),
          [&latest, parameters, sizes_of = std::move(sizes_of),
           taken = std::make_shared<std::atomic<int>>(0)](const Asked& asked, httplib::Response& response) {
            answer(latest, asked, parameters, sizes_of, taken, response);
          },
          {.about = "The report on a period: how the VMs are protected, and what has changed.",
           .parameters = parameters,
           .outcomes = {json_outcome("The report; as CSV and Markdown too, by \"format\".", "Report")}}};
}

}  // namespace web
