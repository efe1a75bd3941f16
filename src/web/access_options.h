#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "domain/scope.h"
#include "web/access.h"
#include "web/alt_name.h"

namespace web {

// What who holds a credential may do.
struct Grant {
  std::string name;  // fit for a log
  Verbs verbs;
  domain::Scope scope;
  std::optional<base::TimePoint> expires;

  bool operator==(const Grant&) const = default;
};

struct TokenGrant {
  Grant grant;
  base::Sha256 sha256{};  // of the token; the token itself is nowhere

  bool operator==(const TokenGrant&) const = default;
};

struct CertificateGrant {
  Grant grant;
  AltName san;

  bool operator==(const CertificateGrant&) const = default;
};

// Whom the configuration lets in.
struct AccessOptions {
  std::vector<TokenGrant> tokens;
  std::vector<Grant>
      users;  // of --web.config.file's basic_auth_users; one that is not here may read everything
  std::vector<CertificateGrant> certificates;
  std::optional<Grant> anonymous;  // who shows no credential; reading verbs only

  bool operator==(const AccessOptions&) const = default;
};

}  // namespace web
