#pragma once

#include <memory>
#include <vector>

#include "domain/scope.h"
#include "domain/snapshot.h"
#include "exposition/server_text.h"

namespace exposition {

struct ServerView {
  const domain::ServerState& state;
  const ServerText& text;
  std::vector<TenantRange> vms;  // those to be shown
};

// What one body shows of a snapshot: all of it, or some tenants. What it refers to outlives it.
struct View {
  // One ServerText for each of the snapshot's servers.
  View(const domain::Snapshot& the_snapshot, const std::vector<std::shared_ptr<const ServerText>>& texts,
       const domain::Scope& the_scope);

  const domain::Snapshot& snapshot;
  const domain::Scope& scope;
  std::vector<ServerView> servers;
};

}  // namespace exposition
