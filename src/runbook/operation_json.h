#pragma once

#include <string>

#include "domain/operation.h"

namespace runbook {

// An operation as the API shows it: {"id":..,"kind":..,"state":"open"|"ended","outcome":..,...,"jobs":[..]}.
// Times are RFC 3339; what is unknown is left out.
std::string to_json(const domain::Operation& operation);

}  // namespace runbook
