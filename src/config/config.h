#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "collector/options.h"
#include "config/error.h"
#include "exposition/options.h"
#include "runbook/options.h"
#include "vprotect/options.h"
#include "web/options.h"

// The configuration file: what a user writes, as the options of the modules. docs/configuration.md lists
// the keys; a file with any other is refused.
namespace config {

struct ServerConfig {
  vprotect::ServerOptions connection;
  collector::TenantOptions tenants;
  // The account that changes things, where it is another than the one that reads.
  struct Account {
    std::string username;
    base::Secret password;

    bool operator==(const Account&) const = default;
  };
  std::optional<Account> runbook_account;

  bool operator==(const ServerConfig&) const = default;
};

struct Config {
  collector::Options collection;
  collector::FleetOptions fleet;
  std::vector<ServerConfig> servers;  // at least one, each with a name of its own
  exposition::Options metrics;
  web::AccessOptions access;
  runbook::Options runbooks;
  std::vector<std::string> warnings;  // "FILE:LINE: KEY: ...", for the log; no part of the value

  bool operator==(const Config& other) const {
    return collection == other.collection && fleet == other.fleet && metrics == other.metrics &&
           access == other.access && runbooks == other.runbooks && servers == other.servers;
  }
};

// The value of an environment variable; absent when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Reads the file and every password file it names, anew at each call. Relative paths in it are relative to
// its own folder. Throws ConfigError.
Config load(const std::string& path, const Environment& environment);

// A warning for each credential that lets nobody in any more.
std::vector<std::string> expired_by(base::TimePoint now, const Config& config);

// Every key a file may have, such as "servers[].tls_config.ca_file".
std::vector<std::string> known_keys();

}  // namespace config
