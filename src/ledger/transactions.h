#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/connections.h"

namespace ledger {

// Called after each operation with its name ("count_tasks") and whether it succeeded, by the thread that
// called the ledger.
using Observer = std::function<void(std::string_view operation, bool succeeded)>;

// Named work on one database. Tells the log when it begins to fail and when it works again, and the observer
// everything. Any thread.
class Transactions {
 public:
  Transactions(const Location& location, Observer observer);

  Connections& connections() { return connections_; }

  // Does the work in a transaction, perhaps more than once. What it returned, or what was tried and why that
  // failed.
  template <class T>
  base::Result<T> perform(std::string_view operation, const std::function<T(soci::session&)>& work) {
    T value{};
    auto error = transact(operation, [&](soci::session& session) { value = work(session); });
    if (error) return *std::move(error);
    return value;
  }

  base::Result<base::Done> write(std::string_view operation, const Connections::Work& work);

 private:
  std::optional<base::Error> transact(std::string_view operation, const Connections::Work& work);
  void report(std::string_view operation, const std::optional<base::Error>& error);
  bool has_changed(bool fails);

  // Constant after construction.
  const Observer observer_;

  Connections connections_;
  std::mutex mutex_;
  bool fails_ = false;  // guarded by mutex_
};

}  // namespace ledger
