// GET /api/v1/vms, /api/v1/vms/{guid}, /api/v1/vms/{guid}/backups: the VMs, and what backups each has.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/fields.h"
#include "report/sources.h"
#include "web/read_api.h"

namespace web {
namespace {

using domain::Snapshot;
using report::VmRow;

const std::vector<domain::Resource> kMadeOf = {domain::Resource::virtual_machines, domain::Resource::backups,
                                               domain::Resource::policies, domain::Resource::rules,
                                               domain::Resource::schedules};

const ListAbout& about_backups() {
  static const ListAbout about = about_list(report::backup_fields(), {}, "-time");
  return about;
}

Parameter server_parameter() {
  return {.name = "server",
          .kind = report::Kind::text,
          .about = "The server whose VM is meant, where several have one of this guid.",
          .words = {}};
}

template <class Parameters>
std::vector<Parameter> with(std::vector<Parameter> parameters, const Parameters& more) {
  parameters.insert(parameters.end(), more.begin(), more.end());
  return parameters;
}

std::string period_member(const report::Period& period) {
  return "\"period\":{\"from\":\"" + base::to_rfc3339_date(period.from) + "\",\"to\":\"" +
         base::to_rfc3339_date(period.to) + "\"},";
}

// Not there, unless it may be at a server whose VMs are not known.
Problem absent(const Snapshot& snapshot, const std::optional<std::string>& server_name) {
  const auto& servers = snapshot.servers;
  const bool may_be_there =
      std::any_of(servers.begin(), servers.end(), [&](const domain::ServerState& server) {
        return (!server_name || *server_name == server.name) && !report::vms_known(server);
      });
  if (!may_be_there) return {.status = 404, .detail = "There is no VM of this guid."};
  return {.status = 503,
          .detail = "The VMs of a server are not known at the moment, and this one is at no other."};
}

// The VM that is asked for. One that the caller may not see is not there.
std::variant<VmRow, Problem> vm_of(const Asked& asked, Query& query, report::View& view) {
  const auto server = query.one("server");
  const domain::VmId wanted(asked.parts.front());
  std::optional<VmRow> found;
  for (const VmRow& row : report::vm_rows(asked.caller.scope, view)) {
    if (row.vm->id != wanted || (server && *server != row.server->name)) continue;
    if (found)
      return Problem{.status = 409,
                     .detail = "Several servers have a VM of this guid: name one with \"server\"."};
    found = row;
  }
  if (!found) return absent(view.snapshot(), server);
  return *found;
}

std::variant<std::string, Problem> vms(const Snapshot& snapshot, const Asked& asked,
                                       const std::vector<Parameter>& parameters,
                                       const report::SizesOf& sizes) {
  Query query(asked.request.params, parameters);
  const ListQuestion question = list_question(query, about_vms());
  report::View view(snapshot, query.period(snapshot.taken_at), sizes);
  if (auto problem = query.problem()) return std::move(*problem);
  const report::Table table(report::vm_fields(), report::vm_rows(asked.caller.scope, view));
  return knowledge_members(snapshot, kMadeOf, asked) + period_member(view.period()) +
         list_members(table, question);
}

std::variant<std::string, Problem> one_vm(const Snapshot& snapshot, const Asked& asked,
                                          const std::vector<Parameter>& parameters,
                                          const report::SizesOf& sizes) {
  Query query(asked.request.params, parameters);
  report::View view(snapshot, query.period(snapshot.taken_at), sizes);
  if (auto problem = query.problem()) return std::move(*problem);
  const auto vm = vm_of(asked, query, view);
  if (const auto* problem = std::get_if<Problem>(&vm)) return *problem;
  const report::Table table(report::vm_fields(), std::vector<VmRow>{std::get<VmRow>(vm)});
  std::string json = knowledge_members(snapshot, kMadeOf, asked) + period_member(view.period()) + "\"vm\":";
  append_json(json, table, 0, all_places(table));
  return json;
}

std::variant<std::string, Problem> backups(const Snapshot& snapshot, const Asked& asked,
                                           const std::vector<Parameter>& parameters,
                                           const BackupsOf& backups_of) {
  Query query(asked.request.params, parameters);
  const ListQuestion question = list_question(query, about_backups());
  report::View view(snapshot, report::last_week(snapshot.taken_at), {});
  if (auto problem = query.problem()) return std::move(*problem);
  const auto vm = vm_of(asked, query, view);
  if (const auto* problem = std::get_if<Problem>(&vm)) return *problem;
  const auto& [server, its_vm, state, _] = std::get<VmRow>(vm);
  auto runs = state->history ? backups_of(server->name, its_vm->id) : std::nullopt;
  if (!runs)
    return Problem{.status = 503, .detail = "The server's backup history is not known at the moment."};
  return knowledge_members(snapshot, {domain::Resource::backups}, asked) +
         list_members(report::Table(report::backup_fields(), std::move(*runs)), question);
}

Handler handler(const LatestSnapshot& latest,
                std::function<std::variant<std::string, Problem>(const Snapshot&, const Asked&)> members) {
  return [&latest, members = std::move(members)](const Asked& asked, httplib::Response& response) {
    answer_object(latest, asked, response,
                  [&](const Snapshot& snapshot) { return members(snapshot, asked); });
  };
}

std::vector<Outcome> outcomes_of_one(std::string about, std::string schema) {
  return {json_outcome(std::move(about), std::move(schema)),
          problem_outcome(404, "There is no such VM, or it is another tenant's."),
          problem_outcome(409, "Several servers have a VM of this guid.")};
}

}  // namespace

const ListAbout& about_vms() {
  static const ListAbout about =
      about_list(report::vm_fields(), {"name", "guid", "uuid", "policy", "tenant", "hypervisor"}, "name");
  return about;
}

Route vms_route(const LatestSnapshot& latest, report::SizesOf sizes_of) {
  const auto parameters = with(list_parameters(about_vms()), period_parameters());
  return {"GET",
          "/api/v1/vms",
          Rule::needs(Verb::report),
          handler(latest,
                  [parameters, sizes_of = std::move(sizes_of)](const Snapshot& snapshot, const Asked& asked) {
                    return vms(snapshot, asked, parameters, sizes_of);
                  }),
          {.about = "The VMs, also those that no longer exist on their platform.",
           .parameters = parameters,
           .outcomes = {json_outcome("One page of the list.", "Vms")}}};
}

Route vm_route(const LatestSnapshot& latest, report::SizesOf sizes_of) {
  const auto parameters = with(period_parameters(), std::vector{server_parameter()});
  return {"GET",
          "/api/v1/vms/{guid}",
          Rule::needs(Verb::report),
          handler(latest,
                  [parameters, sizes_of = std::move(sizes_of)](const Snapshot& snapshot, const Asked& asked) {
                    return one_vm(snapshot, asked, parameters, sizes_of);
                  }),
          {.about = "One VM.", .parameters = parameters, .outcomes = outcomes_of_one("The VM.", "VmAnswer")}};
}

Route backups_route(const LatestSnapshot& latest, BackupsOf backups_of) {
  const auto parameters = with(list_parameters(about_backups()), std::vector{server_parameter()});
  return {
      "GET",
      "/api/v1/vms/{guid}/backups",
      Rule::needs(Verb::report),
      handler(latest,
              [parameters, backups_of = std::move(backups_of)](const Snapshot& snapshot, const Asked& asked) {
                return backups(snapshot, asked, parameters, backups_of);
              }),
      {.about = "The backups of one VM that the server lists, as far back as its history is read.",
       .parameters = parameters,
       .outcomes = outcomes_of_one("One page of the list.", "Backups")}};
}

}  // namespace web
