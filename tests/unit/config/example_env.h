#pragma once

#include <map>
#include <optional>
#include <string>

#include "config/config.h"

namespace config_test {

// An environment of these variables and no others.
inline config::Environment environment(std::map<std::string, std::string> variables = {}) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace config_test
