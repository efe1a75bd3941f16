#pragma once

#include <soci/soci.h>

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "ledger/location.h"

namespace ledger {

// The connections to one database, made when they are needed and made anew when they were lost. Any thread.
class Connections {
 public:
  using Work = std::function<void(soci::session&)>;

  explicit Connections(const Location& location);

  // Does the work in a transaction, all of it or nothing. When another process gets in the way the work is
  // done again from its beginning, a bounded number of times.
  std::optional<base::Error> transact(const Work& work);

  const Location& location() const { return location_; }

 private:
  using FileId = std::pair<dev_t, ino_t>;

  static std::optional<FileId> file_at(const std::string& path);
  void try_once(soci::session& session, const Work& work);
  void check_file() const;
  base::Error failed(soci::session& session, const soci::soci_error& reason) const;

  // Constant after construction.
  const Location location_;

  soci::connection_pool pool_;
  std::optional<FileId> file_;  // SQLite's, since it was opened; of whoever has its only connection
};

}  // namespace ledger
