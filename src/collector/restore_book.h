#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "domain/memory.h"
#include "domain/task.h"
#include "ledger/ledger.h"

namespace collector {

// When a restore of each VM of a server was last proven: its import ended well, whoever asked for it. The
// server lists tasks for a while only; the ledger keeps what was seen. One thread.
class RestoreBook {
 public:
  RestoreBook(ledger::Ledger& ledger, std::string server);

  // Of a whole list of tasks. What it returns is in the ledger; null while that cannot be read.
  base::Shared<domain::LastRestores> note(const std::vector<domain::Task>& listed);

 private:
  bool load();
  domain::LastRestores newer_ones(const std::vector<domain::Task>& listed) const;

  ledger::Ledger& ledger_;
  const std::string server_;
  bool loaded_ = false;
  domain::LastRestores known_;
  base::Shared<domain::LastRestores> published_;
};

}  // namespace collector
