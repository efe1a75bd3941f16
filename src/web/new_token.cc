#include "web/new_token.h"

#include "base/digest.h"

namespace web {
namespace {

constexpr std::size_t kBytes = 32;

}  // namespace

std::string new_token() {
  const std::string token = "vpx_" + base::to_base64url(base::random_bytes(kBytes));
  return token +
         "\n\n"
         "access:\n"
         "  tokens:\n"
         "    - name: CHANGE-ME\n"
         "      sha256: \"" +
         base::to_hex(base::sha256_of(token)) +
         "\"\n"
         "      verbs: [metrics, report]\n"
         "      tenants: [\"*\"]\n";
}

}  // namespace web
