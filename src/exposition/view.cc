#include "exposition/view.h"

#include <algorithm>

namespace exposition {

View::View(const domain::Snapshot& the_snapshot, const std::vector<std::shared_ptr<const ServerText>>& texts,
           const std::vector<std::string>& the_tenants)
    : snapshot(the_snapshot), tenants(the_tenants) {
  for (std::size_t i = 0; i < snapshot.servers.size(); ++i) {
    ServerView server{.state = snapshot.servers[i], .text = *texts[i], .vms = {}};
    for (const TenantRange& range : texts[i]->tenants()) {
      if (shows(range.tenant.view())) server.vms.push_back(range);
    }
    servers.push_back(std::move(server));
  }
}

bool View::shows(std::string_view tenant) const {
  return tenants.empty() || std::find(tenants.begin(), tenants.end(), tenant) != tenants.end();
}

}  // namespace exposition
