#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace ledger {

enum class Database { sqlite, postgresql };

// Where a ledger is.
struct Location {
  Database database = Database::sqlite;
  base::Secret address;  // the file's path, or PostgreSQL's URL, which may hold a password
  std::string text;      // for people: without password

  bool operator==(const Location&) const = default;
};

// sqlite:///var/lib/exporter.db  a file by its absolute path: three slashes
// sqlite://exporter.db           a file by its path from the working folder
// postgresql://user@host/name    and postgres://: whatever libpq takes, its query parameters among it
// The path is taken as it is, without %-escapes. The error quotes nothing of the URL.
base::Result<Location> parse_location(std::string_view url);

}  // namespace ledger
