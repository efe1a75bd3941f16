#include "ledger/transactions.h"

#include <utility>

#include "base/log.h"

namespace ledger {

Transactions::Transactions(const Location& location, Observer observer)
    : observer_(std::move(observer)), connections_(location) {}

base::Result<base::Done> Transactions::write(std::string_view operation, const Connections::Work& work) {
  if (auto error = transact(operation, work)) return *std::move(error);
  return base::Done();
}

std::optional<base::Error> Transactions::transact(std::string_view operation, const Connections::Work& work) {
  auto error = connections_.transact(work);
  report(operation, error);
  if (error) error->message.insert(0, std::string(operation) + " in ");
  return error;
}

void Transactions::report(std::string_view operation, const std::optional<base::Error>& error) {
  if (observer_) observer_(operation, !error);
  if (!has_changed(error.has_value())) return;
  const std::string& place = connections_.location().text;
  if (error)
    base::log::error("the ledger fails", {{"ledger", place}, {"error", error->message}});
  else
    base::log::info("the ledger works again", {{"ledger", place}});
}

bool Transactions::has_changed(bool fails) {
  const std::lock_guard lock(mutex_);
  return std::exchange(fails_, fails) != fails;
}

}  // namespace ledger
