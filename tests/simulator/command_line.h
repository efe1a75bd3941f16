#pragma once

#include <stdexcept>
#include <string>

#include "simulator.h"

namespace simulator {

struct CommandLine {
  Options options;
  std::string port_file;  // empty: none
  bool help = false;
};

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws UsageError.
CommandLine parse_command_line(int argc, const char* const* argv);
extern const char* const kUsage;

}  // namespace simulator
