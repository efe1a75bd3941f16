#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  // One ServerText for each of the snapshot's servers; no tenants means all of them.
  View(const domain::Snapshot& the_snapshot, const std::vector<std::shared_ptr<const ServerText>>& texts,
       const std::vector<std::string>& the_tenants);

  bool shows(std::string_view tenant) const;

  const domain::Snapshot& snapshot;
  const std::vector<std::string>& tenants;
  std::vector<ServerView> servers;
};

}  // namespace exposition
