#pragma once

#include <stdexcept>

namespace config {

// A configuration that cannot be used. One line, "FILE:LINE: KEY: what is wrong"; it quotes keys and
// nothing else of the file, so that a password in the wrong place is not printed either.
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace config
