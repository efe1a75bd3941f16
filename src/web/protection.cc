#include "web/protection.h"

#include <utility>

namespace web {

base::Result<Protection> prepare(AccessOptions access, FrontOptions front) {
  return Protection{std::move(access), std::move(front), nullptr};
}

}  // namespace web
