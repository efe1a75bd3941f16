#pragma once

#include <string>
#include <vector>

#include "base/latest.h"
#include "base/result.h"
#include "web/access_options.h"
#include "web/front_options.h"

namespace web {

class TlsContext;

// What guards the server, ready for use; a reload replaces it as a whole.
struct Protection {
  AccessOptions access;
  FrontOptions front;
  base::Shared<TlsContext> tls;  // null: plain HTTP
};

bool has_credentials(const Protection& protection);

// What access names and the front never lets in: a sentence each.
std::vector<std::string> warnings_of(const Protection& protection);

// An error when what the options hold of certificates and keys cannot be used.
base::Result<Protection> prepare(AccessOptions access, FrontOptions front);

}  // namespace web
