#pragma once

#include <string>
#include <utility>

namespace base {

// Text that is never printed. It has no stream operator and no formatter on purpose; whoever needs the
// text itself says so by name.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

}  // namespace base
