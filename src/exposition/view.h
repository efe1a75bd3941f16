#pragma once

#include <memory>
#include <vector>

#include "domain/snapshot.h"
#include "exposition/body.h"
#include "exposition/server_text.h"

namespace exposition {

struct ServerView {
  const domain::ServerState& state;
  const ServerText& text;
  std::vector<TenantRange> vms;  // those to be shown
};

// What one body shows of a snapshot. What it refers to outlives it.
struct View {
  // One ServerText for each of the snapshot's servers.
  View(const domain::Snapshot& the_snapshot, const std::vector<std::shared_ptr<const ServerText>>& texts,
       const Filter& filter);

  // Only the servers of which what is no tenant's is shown here, and not in another shard.
  View of_sites() const;

  const domain::Snapshot& snapshot;
  const domain::Scope& scope;
  const Labels labels;
  std::vector<ServerView> servers;

 private:
  View(const domain::Snapshot& the_snapshot, const domain::Scope& the_scope, Labels the_labels)
      : snapshot(the_snapshot), scope(the_scope), labels(the_labels) {}  // of no server
};

}  // namespace exposition
