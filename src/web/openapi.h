#pragma once

#include <string>
#include <vector>

#include "web/router.h"

namespace web {

// The OpenAPI 3.1 description of these routes, as JSON.
std::string openapi(const std::vector<Route>& routes, const std::string& version);

}  // namespace web
