#pragma once

#include <vector>

#include "base/clock.h"
#include "web/alt_name.h"

namespace web {

// What counts of a client's certificate that TLS has verified.
struct ShownCertificate {
  std::vector<AltName> names;                        // none: there is no such certificate
  base::TimePoint expires = base::TimePoint::max();  // the first of it and of those up to its authority
};

}  // namespace web
