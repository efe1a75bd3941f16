#include "ledger/failure.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

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

bool is_writable(const std::filesystem::path& path) { return access(path.c_str(), W_OK) == 0; }

// Empty when nothing keeps us from the file.
std::string obstacle(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto folder = std::filesystem::absolute(file, ignored).parent_path();
  if (std::filesystem::is_directory(file, ignored)) return "it is a folder";
  const bool exists = std::filesystem::exists(file, ignored);
  if (!exists && std::filesystem::is_symlink(file, ignored)) return "it is a link to nothing";
  if (exists && !std::filesystem::is_regular_file(file, ignored)) return "it is not a regular file";
  if (!std::filesystem::exists(folder, ignored)) return "the folder " + folder.string() + " does not exist";
  if (exists && !is_writable(file)) return "it may not be written";
  if (!is_writable(folder)) return "no file may be made in the folder " + folder.string();
  return "";
}

// What SQLite's codes mean to whoever runs the exporter; empty where SQLite's own text says it all.
std::string meaning(int sqlite_result, const std::filesystem::path& file) {
  switch (sqlite_result) {
    case SQLITE_BUSY:
      return "it is in use by another process";
    case SQLITE_NOTADB:
      return "it is not a SQLite database";
    case SQLITE_CORRUPT:
      return "it is damaged";
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_CANTOPEN:
      return obstacle(file).empty() ? "it can be neither opened nor made" : obstacle(file);
    case SQLITE_READONLY:
      return obstacle(file);
    // Also of a file that may only be read, which cannot be locked.
    case SQLITE_IOERR:
      return obstacle(file).empty() ? "the disk is full or failing" : obstacle(file);
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
  return state == "40001" || state == "40P01";  // serialization failure, deadlock
}

base::Error to_error(const Location& location, const soci::soci_error& error) {
  const auto result = sqlite_result(error);
  std::string reason = result ? meaning(*result, location.address.reveal()) : "";
  // Not what(): it goes on with the statement and all of its values.
  if (reason.empty()) reason = base::excerpt(base::trimmed(error.get_error_message()), kMostText);
  return {kind_of(error), location.text + ": " + reason};
}

}  // namespace ledger
