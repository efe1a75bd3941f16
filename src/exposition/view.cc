#include "exposition/view.h"

#include <algorithm>
#include <iterator>

namespace exposition {

View::View(const domain::Snapshot& the_snapshot, const std::vector<std::shared_ptr<const ServerText>>& texts,
           const Filter& filter)
    : snapshot(the_snapshot), scope(filter.scope), labels(filter.cut.labels) {
  for (std::size_t i = 0; i < snapshot.servers.size(); ++i) {
    if (!filter.cut.shows(snapshot.servers[i].name)) continue;
    ServerView server{.state = snapshot.servers[i], .text = *texts[i], .vms = {}};
    for (const TenantRange& range : texts[i]->tenants()) {
      if (scope.shows(range.tenant.view())) server.vms.push_back(range);
    }
    servers.push_back(std::move(server));
  }
}

View View::of_sites() const {
  View result(snapshot, scope, labels);
  std::copy_if(servers.begin(), servers.end(), std::back_inserter(result.servers),
               [&](const ServerView& s) { return domain::owns_site(snapshot.shard, s.state.name); });
  return result;
}

}  // namespace exposition
