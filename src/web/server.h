#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/result.h"
#include "domain/snapshot.h"
#include "exposition/publisher.h"
#include "ledger/journal.h"
#include "report/view.h"
#include "runbook/runbook.h"
#include "web/gate.h"
#include "web/options.h"
#include "web/router.h"

namespace web {

// The backups of a VM that its server lists, the newest first; absent when they are not known. Any thread.
using BackupsOf = std::function<std::optional<std::vector<domain::BackupRun>>(std::string_view server,
                                                                              const domain::VmId& vm)>;

// What the routes are answered from. References outlive the server.
struct Sources {
  const base::Latest<domain::Snapshot>& latest;
  const exposition::Publisher& publisher;
  const base::Clock& clock;
  std::string version;
  report::SizesOf sizes_of;
  BackupsOf backups_of;
  // Null: there are no routes that change anything, nor of what was changed.
  runbook::Runbook* runbook = nullptr;
  ledger::Journal* journal = nullptr;
  std::function<base::Result<base::Done>()> reload;  // POST /-/reload; called from a serving thread
  Gate::OnFailure access_refused = {};
};

// The exporter's HTTP server: listens from construction to destruction.
class Server {
 public:
  // Throws std::runtime_error with one clear line when the address cannot be had.
  Server(const Options& options, Sources sources, Protection protection = {});
  // Stops accepting, finishes what is under way within stop_timeout, then closes.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;  // the one that was really bound
  const std::vector<Route>& routes() const;
  // From the next request, and the next connection, on. Any thread.
  void protect(Protection protection);
  base::Shared<Protection> protection() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace web
