// GET /metrics: what Prometheus reads.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "web/answers.h"
#include "web/negotiation.h"
#include "web/query.h"
#include "web/routes.h"

namespace web {
namespace {

using exposition::Body;
using exposition::Encoding;
using exposition::Format;

std::string content_type_of(Format format) {
  return format == Format::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                       : "text/plain; version=0.0.4; charset=utf-8";
}

// A header may come in several lines, which mean the same as one line with commas.
std::string header_of(const httplib::Request& request, const std::string& name) {
  std::string joined;
  const auto [begin, end] = request.headers.equal_range(name);
  for (auto at = begin; at != end; ++at) joined += (joined.empty() ? "" : ",") + at->second;
  return joined;
}

// What the caller may see, narrowed to the tenants it asks for.
domain::Scope scope_of(const Asked& asked) {
  auto tenants = values_of(asked.request.params, "tenant");
  if (tenants.empty()) return asked.caller.scope;
  return common(asked.caller.scope, {.tenants = std::move(tenants)});
}

const std::vector<Parameter>& parameters() {
  using report::Kind;
  static const std::vector<Parameter> kParameters{
      {.name = "tenant",
       .kind = Kind::text,
       .about = "Only the samples of this tenant.",
       .words = {},
       .repeats = true},
      {.name = "server",
       .kind = Kind::text,
       .about = "Only the samples of this server; those of the exporter itself come with each.",
       .words = {},
       .repeats = true},
      {.name = "collect[]",
       .kind = Kind::text,
       .about = "Only this part of the metrics.",
       .words = exposition::collector_names(),
       .repeats = true},
      {.name = "name[]",
       .kind = Kind::text,
       .about = "Only the family of this name.",
       .words = {},
       .repeats = true},
      {.name = "labels",
       .kind = Kind::text,
       .about = "With slim the samples of VMs have the labels server and guid alone, and vprotect_vm_info "
                "the others.",
       .words = {"full", "slim"}}};
  return kParameters;
}

// Whatever else a scraper sends along is ignored.
httplib::Params known_of(httplib::Params given) {
  std::erase_if(given, [](const auto& one) {
    return std::none_of(parameters().begin(), parameters().end(),
                        [&](const Parameter& known) { return known.name == one.first; });
  });
  return given;
}

exposition::Cut cut_of(Query& query, const std::vector<std::string>& servers) {
  exposition::Cut cut;
  if (query.one("labels") == "slim") cut.labels = exposition::Labels::slim;
  for (const std::string& name : query.all("collect[]")) {
    if (const auto collector = exposition::collector_named(name)) cut.collectors.insert(*collector);
  }
  for (std::string& name : query.all("server")) {
    if (std::find(servers.begin(), servers.end(), name) == servers.end())
      query.fault("server", "is not the name of a configured server");
    cut.servers.insert(std::move(name));
  }
  return cut;
}

// The library asks for the whole at once, and again for what it did not get: a body that is shorter or longer
// than announced ends the connection instead.
httplib::ContentProvider provider_of(Body body) {
  return [body = std::move(body)](std::size_t offset, std::size_t, httplib::DataSink& sink) {
    if (offset != 0) return false;
    std::size_t written = 0;
    const bool whole = body.write([&](std::string_view piece) {
      written += piece.size();
      return written <= body.length && sink.write(piece.data(), piece.size());
    });
    return whole && written == body.length;
  };
}

void answer(const exposition::Publisher& publisher, const Asked& asked, httplib::Response& response) {
  const httplib::Request& request = asked.request;
  const Format format = format_for(header_of(request, "Accept"));
  const Encoding encoding = encoding_for(header_of(request, "Accept-Encoding"));
  response.set_header("Vary", "Accept, Accept-Encoding");
  response.set_header("Cache-Control", "no-store");
  const auto servers = publisher.servers();
  if (servers.empty()) return answer_not_yet(kNothingRead, response);
  const httplib::Params given = known_of(request.params);
  Query query(given, parameters());
  const exposition::Filter filter{
      .scope = scope_of(asked), .names = query.all("name[]"), .cut = cut_of(query, servers)};
  if (const auto problem = query.problem()) return answer_problem(*problem, response);
  auto body = publisher.body(format, encoding, filter);
  if (!body) return answer_not_yet(kNothingRead, response);
  if (body->length == 0) {  // a filter that nothing passes
    response.set_header("Content-Type", content_type_of(format));
    return;
  }
  if (encoding == Encoding::gzip) response.set_header("Content-Encoding", "gzip");
  const std::size_t length = body->length;
  response.set_content_provider(length, content_type_of(format), provider_of(std::move(*body)));
}

}  // namespace

Route metrics_route(const exposition::Publisher& publisher) {
  return {
      "GET",
      "/metrics",
      Rule::needs(Verb::metrics),
      [&publisher](const Asked& asked, httplib::Response& response) { answer(publisher, asked, response); },
      {.about = "The metrics, for Prometheus: text 0.0.4 or OpenMetrics 1.0.0, by the header Accept.",
       .parameters = parameters(),
       .outcomes = {text_outcome("An exposition.")}}};
}

}  // namespace web
