#pragma once

#include <string>

#include "config/value.h"

namespace config {

// The address of a vProtect server: http or https, a host, perhaps a port and a path.
std::string server_url(const Value& value);

// A host's name without a port; empty for an empty text.
std::string host_name(const Value& value);

}  // namespace config
