#include "web/answers.h"

#include <functional>
#include <utility>

#include "base/digest.h"
#include "base/text.h"
#include "exposition/deflater.h"
#include "web/negotiation.h"

namespace web {
namespace {

constexpr std::size_t kWorthCompressing = 1024;

constexpr std::size_t kNonceBytes = 16;

// Weak: the same answer may be compressed or not.
std::string tag_of(const Asked& asked, const domain::Snapshot& snapshot) {
  std::string what =
      std::to_string(snapshot.taken_at.time_since_epoch().count()) + " " + asked.request.target;
  if (asked.caller.scope.tenants) {
    for (const std::string& tenant : *asked.caller.scope.tenants) what += "\n" + tenant;
  }
  return "W/\"" + std::to_string(std::hash<std::string>()(what)) + "\"";
}

// If-None-Match is a list of tags, or a star.
bool names_tag(std::string_view list, std::string_view tag) {
  const std::string_view opaque = tag.substr(2);  // weak comparison
  return base::trimmed(list) == "*" || list.find(opaque) != std::string_view::npos;
}

std::string gzipped(std::string_view text) {
  exposition::Deflater deflater;
  deflater.write(text);
  const exposition::Deflated deflated = deflater.finish(exposition::Deflater::End::whole);
  std::string result = exposition::gzip_header();
  for (const std::string& block : deflated.blocks) result += block;
  return result + exposition::gzip_trailer({}, deflated);
}

std::string policy_for(const std::string& nonce, PageScript script) {
  const std::string marked = "'nonce-" + nonce + "'";
  const std::string lively =
      script == PageScript::own ? "; script-src " + marked + "; connect-src 'self'" : "";
  return "default-src 'none'; style-src " + marked + lively +
         "; img-src data:" + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace

void answer_page(const std::function<std::string(std::string_view nonce)>& page, httplib::Response& response,
                 PageScript script) {
  const std::string nonce = base::to_base64url(base::random_bytes(kNonceBytes));
  response.set_header("Content-Security-Policy", policy_for(nonce, script));
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cache-Control", "no-store");
  response.set_content(page(nonce), "text/html; charset=utf-8");
}

void answer_problem(const Problem& problem, httplib::Response& response) {
  response.status = problem.status;
  for (const auto& [name, value] : problem.headers) response.set_header(name, value);
  if (!problem.allow.empty()) response.set_header("Allow", problem.allow);
  response.set_content(to_json(problem), std::string(kProblemType));
}

Problem not_yet() { return {.status = 503, .detail = kNothingRead}; }

void answer_not_yet(const std::string& why, httplib::Response& response) {
  response.status = 503;
  response.set_header("Retry-After", "5");
  response.set_content(why + "\n", "text/plain; charset=utf-8");
}

bool is_known_to_client(const Asked& asked, const domain::Snapshot& snapshot, httplib::Response& response) {
  const std::string tag = tag_of(asked, snapshot);
  response.set_header("ETag", tag);
  response.set_header("Cache-Control", "private, no-cache");
  response.set_header("Vary", "Accept-Encoding, Authorization");
  if (!names_tag(asked.request.get_header_value("If-None-Match"), tag)) return false;
  response.status = 304;
  return true;
}

void answer_body(const Asked& asked, std::string body, const std::string& type, httplib::Response& response) {
  const bool welcome =
      encoding_for(asked.request.get_header_value("Accept-Encoding")) == exposition::Encoding::gzip;
  if (welcome && body.size() > kWorthCompressing) {
    body = gzipped(body);
    response.set_header("Content-Encoding", "gzip");
  }
  response.body = std::move(body);
  response.set_header("Content-Type", type);
}

void answer_pieces(NextPiece next, const std::string& type, httplib::Response& response) {
  response.set_chunked_content_provider(type, [next = std::move(next)](std::size_t, httplib::DataSink& sink) {
    std::string piece;
    if (next(piece)) return sink.write(piece.data(), piece.size());
    sink.done();
    return true;
  });
}

}  // namespace web
