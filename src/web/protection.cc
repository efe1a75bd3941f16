#include "web/protection.h"

#include <utility>

#include "web/tls.h"

namespace web {

bool has_credentials(const Protection& protection) {
  const AccessOptions& access = protection.access;
  return !access.tokens.empty() || !access.certificates.empty() || !protection.front.passwords.empty();
}

base::Result<Protection> prepare(AccessOptions access, FrontOptions front) {
  base::Shared<TlsContext> tls;
  if (front.tls) {
    auto made = TlsContext::make(*front.tls);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  return Protection{std::move(access), std::move(front), std::move(tls)};
}

}  // namespace web
