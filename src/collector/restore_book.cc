#include "collector/restore_book.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace collector {

RestoreBook::RestoreBook(ledger::Ledger& ledger, std::string server)
    : ledger_(ledger), server_(std::move(server)) {}

base::Shared<domain::LastRestores> RestoreBook::note(const std::vector<domain::Task>& listed) {
  if (!loaded_ && !load()) return nullptr;
  const domain::LastRestores newer = newer_ones(listed);
  if (!newer.empty() && ledger_.note_restores(server_, newer)) {
    for (const auto& [vm, at] : newer) known_[vm] = at;
    published_ = nullptr;
  }
  if (!published_) published_ = std::make_shared<const domain::LastRestores>(known_);
  return published_;
}

bool RestoreBook::load() {
  auto known = ledger_.last_restores(server_);
  if (!known) return false;
  known_ = std::move(*known);
  return loaded_ = true;
}

domain::LastRestores RestoreBook::newer_ones(const std::vector<domain::Task>& listed) const {
  domain::LastRestores newer;
  for (const domain::Task& task : listed) {
    if (task.type != "IMPORT" || task.state != "FINISHED" || !task.finished || task.entity.empty()) continue;
    const auto known = known_.find(task.entity);
    if (known != known_.end() && known->second >= *task.finished) continue;
    base::TimePoint& at = newer.try_emplace(task.entity, *task.finished).first->second;
    at = std::max(at, *task.finished);
  }
  return newer;
}

}  // namespace collector
