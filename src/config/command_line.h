#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "base/log.h"
#include "domain/shard.h"
#include "ledger/location.h"
#include "web/options.h"

namespace config {

// What the program was asked to do.
enum class Action { serve, check_config, check_health, verify_audit, print_token, print_version, print_help };

struct Arguments {
  Action action = Action::serve;
  std::string config_file;      // empty when only the version or the help is asked for
  std::string web_config_file;  // empty: plain HTTP without users
  ledger::Location storage;     // of the ledger; set when the program is to serve
  domain::Shard shard;          // of the tenants of every server
  web::Options web;             // with host and port as asked for
  base::log::Level log_level = base::log::Level::info;
  base::log::Format log_format = base::log::Format::logfmt;

  bool operator==(const Arguments&) const = default;
};

// Arguments nobody can follow; one line that says which.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// `arguments` without the program's name. --help and --version end the reading, whatever follows them.
Arguments parse_command_line(const std::vector<std::string>& arguments);

// What --help prints.
std::string usage();

}  // namespace config
