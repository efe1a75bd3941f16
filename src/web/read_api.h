#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/history.h"
#include "domain/id.h"
#include "report/table.h"
#include "web/answers.h"
#include "web/list.h"
#include "web/routes.h"

// What the routes of the read API share.
namespace web {

// Answers from the latest snapshot: `members` makes the members of a JSON object, between its braces, or says
// why there are none.
using Members = std::function<std::variant<std::string, Problem>(const domain::Snapshot&)>;
void answer_object(const LatestSnapshot& latest, const Asked& asked, httplib::Response& response,
                   const Members& members);

// `"complete":..,"warnings":[..],`: what of these lists is stale or missing, at the servers that are asked
// about.
std::string knowledge_members(const domain::Snapshot& snapshot,
                              const std::vector<domain::Resource>& resources, const Asked& asked);

// A list of what `table` makes of the snapshot for the caller.
using MakeTable = std::function<report::Table(const domain::Snapshot&, const Asked&)>;
struct ListRoute {
  std::string path;
  ListAbout about;
  std::string schema;
  std::string summary;
  std::vector<domain::Resource> made_of;
  MakeTable table;
};
Route list_route(const LatestSnapshot& latest, ListRoute list);

// The VMs as a list; the report's lists are filtered in the same way.
const ListAbout& about_vms();

Outcome json_outcome(std::string about, std::string schema);

// `"snapshot_time":"...",`
std::string snapshot_member(const domain::Snapshot& snapshot);

inline constexpr const char* kJson = "application/json";

}  // namespace web
