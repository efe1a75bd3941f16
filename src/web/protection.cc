#include "web/protection.h"

#include <utility>

#include "web/tls.h"

namespace web {

bool has_credentials(const Protection& protection) {
  const AccessOptions& access = protection.access;
  return !access.tokens.empty() || !access.certificates.empty() || !protection.front.passwords.empty();
}

std::vector<std::string> warnings_of(const Protection& protection) {
  std::vector<std::string> warnings;
  for (const Grant& user : protection.access.users) {
    if (!protection.front.passwords.contains(user.name))
      warnings.push_back("access.users: no user of --web.config.file has the name \"" + user.name + "\"");
  }
  const bool verifies = protection.tls && protection.tls->verifies_clients();
  if (!protection.access.certificates.empty() && !verifies)
    warnings.emplace_back(
        "access.client_certificates: no certificate is ever verified; --web.config.file needs "
        "client_auth_type "
        "VerifyClientCertIfGiven or RequireAndVerifyClientCert");
  return warnings;
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
