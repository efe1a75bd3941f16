#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace vprotect {

// The cookies of one session with one host. The session cookie's name is not documented (API page, 1), so all
// are kept by name whatever their Path, Domain or Secure say, and all are sent back to that one host.
class CookieJar {
 public:
  // The value of one Set-Cookie header. What is not a cookie, or one too many, is ignored.
  void accept(std::string_view set_cookie, base::TimePoint now);
  // The value of the Cookie header; empty when there is none.
  std::string header() const;

 private:
  std::map<std::string, std::string, std::less<>> cookies_;
};

}  // namespace vprotect
