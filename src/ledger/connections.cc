#include "ledger/connections.h"

#include <fcntl.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include "ledger/failure.h"
#include "ledger/query.h"

namespace ledger {
namespace {

constexpr std::size_t kPostgresqlConnections = 4;
constexpr std::chrono::milliseconds kWaitForConnection{10000};
constexpr int kAttempts = 8;
constexpr const char* kApplicationId = "1984975969";  // "vPxa"

// SQLite has one writer, and in exclusive mode one connection.
std::size_t connections_of(Database database) {
  return database == Database::sqlite ? 1 : kPostgresqlConnections;
}

// A connection of the pool that nobody else uses meanwhile.
class Lease {
 public:
  explicit Lease(soci::connection_pool& pool)
      : pool_(pool), is_given_(pool.try_lease(at_, static_cast<int>(kWaitForConnection.count()))) {}
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (is_given_) pool_.give_back(at_);
  }

  soci::session* session() { return is_given_ ? &pool_.at(at_) : nullptr; }

 private:
  soci::connection_pool& pool_;
  std::size_t at_ = 0;
  const bool is_given_;  // last: it sets at_
};

std::string text_of(soci::session& session, const std::string& sql) {
  std::string text;
  run(session, sql, {}, {kText}, [&](const Row& row) { text = row[0].text(); });
  return text;
}

void check_intact(soci::session& session) {
  const std::string verdict = text_of(session, "PRAGMA quick_check(1)");
  if (verdict != "ok") throw soci::sqlite3_soci_error(verdict, SQLITE_CORRUPT);
}

// A file that holds tables and was not made by us is somebody else's.
void check_ours(soci::session& session) {
  if (text_of(session, "SELECT CAST(COUNT(*) AS text) FROM sqlite_master") == "0") return;
  const std::string owner =
      text_of(session, "SELECT CAST(application_id AS text) FROM pragma_application_id");
  if (owner != kApplicationId) throw soci::soci_error("it is the database of another program");
}

// A new file is for us alone: it names what every tenant has. SQLite gives what it keeps beside it the same
// mode. A file that is there is not opened: closing it would release the locks that this process has on it.
void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) ::close(file);  // where there is none, SQLite says why
}

void open_sqlite(soci::session& session, const std::string& path) {
  create_private(path);
  session.open(soci::sqlite3, "dbname=\"" + path + "\" timeout=2");  // seconds that a lock is waited for
  run(session, "PRAGMA locking_mode = EXCLUSIVE");                   // no second process may count besides
  if (text_of(session, "PRAGMA journal_mode = WAL") != "wal")
    throw soci::soci_error("SQLite cannot keep a write-ahead log there");
  run(session, "PRAGMA synchronous = FULL");  // what is committed outlives a power loss
  run(session, "PRAGMA journal_size_limit = 67108864");
  check_intact(session);
  check_ours(session);
  // It also shows that the file can be written.
  run(session, std::string("PRAGMA application_id = ") + kApplicationId);
}

// A limit of the user's own, in the URL or of the role, stays.
constexpr std::array kSettings{
    "SET client_min_messages = error",
    "SET client_encoding = 'UTF8'",
    "SET idle_in_transaction_session_timeout = 60000",
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SELECT set_config('statement_timeout', '30000', false) WHERE current_setting('statement_timeout') = '0'",
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = "
    "'off'",
};

void open_postgresql(soci::session& session, const std::string& url) {
  session.open(soci::postgresql, url);
  for (const char* setting : kSettings) run(session, setting);
  const std::string encoding = text_of(session, "SHOW server_encoding");
  if (encoding != "UTF8") throw soci::soci_error("the database's encoding is " + encoding + ", not UTF8");
}

void open_session(soci::session& session, const Location& location) {
  session.close();  // what is left of a lost connection
  try {
    const auto open = location.database == Database::sqlite ? open_sqlite : open_postgresql;
    open(session, location.address.reveal());
  } catch (const soci::soci_error&) {
    session.close();  // opened, but not set up
    throw;
  }
}

}  // namespace

Connections::Connections(const Location& location)
    : location_(location), pool_(connections_of(location.database)) {}

// Which file the path names now; absent when there is none.
std::optional<Connections::FileId> Connections::file_at(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileId{found.st_dev, found.st_ino};
}

std::optional<base::Error> Connections::transact(const Work& work) {
  Lease lease(pool_);
  if (lease.session() == nullptr)
    return base::Error{base::ErrorKind::timeout, location_.text + ": all its connections are in use"};
  for (int attempt = 1;; ++attempt) {
    try {
      try_once(*lease.session(), work);
      return std::nullopt;
    } catch (const soci::soci_error& error) {
      if (attempt < kAttempts && is_conflict(error)) continue;
      return failed(*lease.session(), error);
    }
  }
}

base::Error Connections::failed(soci::session& session, const soci::soci_error& reason) const {
  base::Error error = to_error(location_, reason);
  if (error.kind == base::ErrorKind::malformed) session.close();  // SQLite would keep the bad pages in memory
  return error;
}

void Connections::try_once(soci::session& session, const Work& work) {
  if (!session.is_connected()) {
    open_session(session, location_);
    if (location_.database == Database::sqlite) file_ = file_at(location_.address.reveal());
  }
  check_file();
  soci::transaction transaction(session);
  work(session);
  transaction.commit();
}

// SQLite goes on in a file that has no name any more, and what it writes there is lost.
void Connections::check_file() const {
  if (location_.database == Database::sqlite && file_at(location_.address.reveal()) != file_)
    throw soci::soci_error("the file was removed or replaced");
}

}  // namespace ledger
