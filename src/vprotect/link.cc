#include "vprotect/link.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "vprotect/page_reader.h"

namespace vprotect {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kLogoutTime{3};

}  // namespace

Link::Link(const ServerOptions& options, const Observer& observer, const base::Clock& clock)
    : options_(options),
      transport_(options, observer, clock),
      session_(transport_, options, observer, clock) {
  if (options.tls.insecure_skip_verify)
    base::log::warn("the server's certificate is not verified", {{"server", options.name}});
}

Link::~Link() { session_.log_out({.deadline = steady_clock::now() + kLogoutTime, .stop = {}}); }

Bounds Link::bounds() const {
  return {.deadline = steady_clock::now() + options_.call_timeout, .stop = stop_.get_token()};
}

base::Result<std::string> Link::object(const Call& call, std::size_t most, const Bounds& bounds) {
  BodyText body(most);
  const Answer answer = session_.send(call, body.sink(), bounds);
  if (answer.fault) return *answer.fault;
  if (auto problem = body.problem(call, answer)) return std::move(*problem);
  return body.take();
}

BodySink BodyText::sink() {
  return [this](std::string_view bytes) {
    too_large_ = bytes.size() > most_ - text_.size();
    if (!too_large_) text_ += bytes;
    return !too_large_;
  };
}

std::optional<base::Error> BodyText::problem(const Call& call, const Answer& answer) const {
  if (too_large_)
    return base::Error{base::ErrorKind::too_large, name_of(call) + ": a record beyond the limit of its size"};
  if (is_html(answer) || text_.starts_with('<'))
    return base::Error{base::ErrorKind::malformed,
                       name_of(call) + ": HTML, perhaps a login page, not a JSON object"};
  return std::nullopt;
}

}  // namespace vprotect
