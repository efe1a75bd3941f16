#pragma once

#include <openssl/bio.h>

#include "web/socket.h"

namespace web {

// What OpenSSL reads from and writes to: the socket, never blocking, and without SIGPIPE, which OpenSSL's own
// would raise. Null when there is no memory. The socket outlives it.
BIO* bio_of(const Fd& socket);

}  // namespace web
