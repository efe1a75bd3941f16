#include "ledger/failure.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/text.h"

namespace ledger {
namespace {

constexpr std::size_t kMostText = 400;

std::string sql_state(const soci::soci_error& error) {
  const auto* failure = dynamic_cast<const soci::postgresql_soci_error*>(&error);
  return failure == nullptr ? "" : failure->sqlstate();
}

// SQLite's primary result code; absent for an error that is not SQLite's.
std::optional<int> sqlite_result(const soci::soci_error& error) {
  const auto* failure = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  if (failure == nullptr) return std::nullopt;
  return failure->result() & 0xFF;
}

std::string why_not_opened(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto folder = std::filesystem::absolute(file, ignored).parent_path();
  if (std::filesystem::is_directory(file, ignored)) return "it is a folder";
  if (!std::filesystem::exists(folder, ignored)) return "the folder " + folder.string() + " does not exist";
  return "it, or a new file in its folder, cannot be opened for writing";
}

// What SQLite's codes mean for whoever runs the exporter; empty where SQLite's own text says it all.
std::string meaning(int sqlite_result, const Location& location) {
  switch (sqlite_result) {
    case SQLITE_BUSY:
      return "it is in use by another process";
    case SQLITE_NOTADB:
      return "it is not a SQLite database";
    case SQLITE_CORRUPT:
      return "it is damaged";
    case SQLITE_READONLY:
      return "it cannot be written, only read";
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_IOERR:
      return "the disk is full or failing";
    case SQLITE_CANTOPEN:
      return why_not_opened(location.address.reveal());
    default:
      return "";
  }
}

base::ErrorKind kind_of(const soci::soci_error& error) {
  const std::string state = sql_state(error);
  if (state == "57014") return base::ErrorKind::timeout;  // statement_timeout
  if (sqlite_result(error) == SQLITE_CORRUPT) return base::ErrorKind::malformed;
  const bool is_answer = !state.empty() && !state.starts_with("08") && !state.starts_with("57");
  return is_answer ? base::ErrorKind::rejected : base::ErrorKind::unreachable;
}

}  // namespace

bool is_conflict(const soci::soci_error& error) {
  const std::string state = sql_state(error);
  const bool is_of_postgresql = state == "40001" || state == "40P01";  // serialization failure, deadlock
  return is_of_postgresql || dynamic_cast<const Conflict*>(&error) != nullptr;
}

base::Error to_error(const Location& location, const soci::soci_error& error) {
  const auto result = sqlite_result(error);
  const std::string meant = result ? meaning(*result, location) : "";
  // Not what(): it goes on with the statement and all of its values.
  const std::string text = base::excerpt(error.get_error_message(), kMostText);
  return {kind_of(error), location.text + ": " + (meant.empty() ? text : meant + " (" + text + ")")};
}

}  // namespace ledger
