#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "vprotect/options.h"
#include "vprotect/session.h"
#include "vprotect/transport.h"

namespace vprotect {

// The way to one server: what carries the calls, the login they share, and one switch that ends them all. The
// clock outlives it. Any thread.
class Link {
 public:
  // Asks nothing of the server yet. Throws std::invalid_argument for a URL that cannot be used.
  Link(const ServerOptions& options, const Observer& observer, const base::Clock& clock);
  // Logs out, in a few seconds at most; no call may be under way.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  Session& session() { return session_; }
  // Of a call that begins now.
  Bounds bounds() const;
  // The text of one object, which is not HTML and has at most `most` bytes.
  base::Result<std::string> object(const Call& call, std::size_t most, const Bounds& bounds);
  void cancel() { stop_.request_stop(); }

 private:
  // Constant after construction.
  const ServerOptions options_;

  std::stop_source stop_;
  Transport transport_;
  Session session_;
};

// A body that is kept up to a limit of its size.
class BodyText {
 public:
  explicit BodyText(std::size_t most) : most_(most) {}

  BodySink sink();
  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }
  // What is wrong with what came: more than may be kept, or HTML, perhaps of a login page.
  std::optional<base::Error> problem(const Call& call, const Answer& answer) const;

 private:
  const std::size_t most_;
  std::string text_;
  bool too_large_ = false;
};

}  // namespace vprotect
