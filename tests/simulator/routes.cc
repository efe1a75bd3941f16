#include <algorithm>
#include <array>
#include <utility>

#include "exchange.h"

namespace simulator {
namespace {

struct Part {
  std::size_t first = 0, end = 0;
  bool paged = false;
  bool bad = false;
};

// The rows that a list request gets. `page` is zero-based; without `size` it gets all of them.
Part part_of(const Exchange& exchange, std::size_t total) {
  const bool asked = exchange.query.value("size").has_value();
  if (!exchange.world.profile.paging || exchange.twist.ignore_paging || !asked) return {0, total};
  const std::int64_t page = exchange.query.value("page") ? exchange.query.number("page").value_or(-1) : 0;
  std::int64_t size = exchange.query.number("size").value_or(-1);
  if (page < 0 || size <= 0) return {.bad = true};
  if (exchange.twist.page_cap) size = std::min(size, *exchange.twist.page_cap);
  const std::int64_t rows = static_cast<std::int64_t>(total);
  const std::int64_t wanted = page > rows / size ? rows : page * size;
  const std::int64_t first = std::clamp<std::int64_t>(wanted + exchange.twist.shift, 0, rows);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(std::min(first + size, rows)), true};
}

template <class Rows, class Encode>
std::string encoded_rows(const Exchange& exchange, const Rows& rows, const Part& part, Encode encode) {
  std::string body;
  body.reserve((part.end - part.first) * 1700 + 16);
  Style style = exchange.twist.style;
  JsonWriter json(body, style);
  json.open_array();
  for (std::size_t i = part.first; i < part.end; ++i) {
    if (style.damage == Damage::null_row || style.damage == Damage::text_row) {
      json.raw({}, style.damage == Damage::null_row ? "null" : "\"not a record\"");
    } else {
      encode(json, rows[i]);
    }
    style.damage = Damage::none;
  }
  json.close_array();
  return body;
}

template <class Rows, class Encode>
Response list(const Exchange& exchange, const Rows& rows, Encode encode) {
  const Part part = part_of(exchange, rows.size());
  if (part.bad) return error(exchange.world.profile, 400, "page must not be negative, size must be positive");
  Response response = json_answer(encoded_rows(exchange, rows, part, encode));
  if (part.paged && !exchange.twist.no_total) {
    const auto total =
        static_cast<std::int64_t>(rows.size()) - exchange.twist.shift + exchange.twist.total_error;
    response.headers.emplace_back("X-Total-Count", std::to_string(total));
  }
  return response;
}

template <class Encode>
Response one(const Exchange& exchange, bool known, Encode encode) {
  if (!known) return error(exchange.world.profile, 404, "Object with given GUID does not exist");
  std::string body;
  JsonWriter json(body, exchange.twist.style);
  encode(json);
  return json_answer(std::move(body));
}

using Handler = Response (*)(const Exchange&);
using DetailHandler = Response (*)(const Exchange&, std::string_view guid);

Response list_vms(const Exchange& exchange) {
  return list(exchange, vms_asked_for(exchange.question()), [&](JsonWriter& json, Id id) {
    encode_vm(json, exchange.encoder(), at(exchange.world.model.vms, id), Depth::list);
  });
}

Response one_vm(const Exchange& exchange, std::string_view guid) {
  const Id id = id_of(Kind::vm, guid).value_or(0);
  const auto& vms = exchange.world.model.vms;
  return one(exchange, has(vms, id),
             [&](JsonWriter& json) { encode_vm(json, exchange.encoder(), at(vms, id), Depth::detail); });
}

Response list_backups(const Exchange& exchange) {
  return list(exchange, backups_asked_for(exchange.question()), [&](JsonWriter& json, const Backup* backup) {
    encode_backup(json, exchange.encoder(), *backup, Depth::list);
  });
}

Response one_backup(const Exchange& exchange, std::string_view guid) {
  const Backup* backup = exchange.world.model.backup(id_of(Kind::backup, guid).value_or(0));
  return one(exchange, backup != nullptr,
             [&](JsonWriter& json) { encode_backup(json, exchange.encoder(), *backup, Depth::detail); });
}

Response list_tasks(const Exchange& exchange) {
  return list(exchange, tasks_asked_for(exchange.question()), [&](JsonWriter& json, const Task* task) {
    encode_task(json, exchange.encoder(), *task, Depth::list);
  });
}

Response one_task(const Exchange& exchange, std::string_view guid) {
  const Task* task = exchange.world.model.task(id_of(Kind::task, guid).value_or(0));
  return one(exchange, task != nullptr,
             [&](JsonWriter& json) { encode_task(json, exchange.encoder(), *task, Depth::detail); });
}

Response list_restore_jobs(const Exchange& exchange) {
  return list(
      exchange, restore_jobs_asked_for(exchange.question()),
      [&](JsonWriter& json, const RestoreJob* job) { encode_restore_job(json, exchange.encoder(), *job); });
}

Response list_schedules(const Exchange& exchange) {
  return list(exchange, schedules_asked_for(exchange.question()),
              [&](JsonWriter& json, Id id) { encode_schedule(json, exchange.encoder(), id); });
}

Response one_schedule(const Exchange& exchange, std::string_view guid) {
  const Id id = id_of(Kind::schedule, guid).value_or(0);
  return one(exchange, has(exchange.world.model.schedules, id),
             [&](JsonWriter& json) { encode_schedule(json, exchange.encoder(), id); });
}

Response list_policies(const Exchange& exchange) {
  const bool extended = exchange.query.value("extended") == "true";
  return list(exchange, policies_asked_for(exchange.question()), [&](JsonWriter& json, Id id) {
    encode_policy(json, exchange.encoder(), id, Depth::list, extended);
  });
}

Response one_policy(const Exchange& exchange, std::string_view guid) {
  const Id id = id_of(Kind::policy, guid).value_or(0);
  return one(exchange, has(exchange.world.model.policies, id),
             [&](JsonWriter& json) { encode_policy(json, exchange.encoder(), id, Depth::detail, true); });
}

Response list_rules(const Exchange& exchange) {
  return list(exchange, rules_asked_for(exchange.question()),
              [&](JsonWriter& json, Id id) { encode_rule(json, exchange.encoder(), id); });
}

Response one_rule(const Exchange& exchange, std::string_view guid) {
  const Id id = id_of(Kind::rule, guid).value_or(0);
  return one(exchange, has(exchange.world.model.rules, id),
             [&](JsonWriter& json) { encode_rule(json, exchange.encoder(), id); });
}

Response list_nodes(const Exchange& exchange) {
  return list(exchange, named_rows(exchange.world.model.nodes.size()),
              [&](JsonWriter& json, Id id) { encode_node(json, exchange.encoder(), id); });
}

Response list_destinations(const Exchange& exchange) {
  return list(exchange, named_rows(exchange.world.model.destinations.size()),
              [&](JsonWriter& json, Id id) { encode_destination(json, exchange.encoder(), id); });
}

Response list_projects(const Exchange& exchange) {
  return list(exchange, named_rows(exchange.world.model.projects.size()),
              [&](JsonWriter& json, Id id) { encode_project(json, exchange.encoder(), id); });
}

Response protection(const Exchange& exchange) {
  return one(exchange, true, [&](JsonWriter& json) { encode_protection(json, exchange.encoder()); });
}

Response ping(const Exchange&) { return {.status = 204}; }
Response who_am_i(const Exchange& exchange) { return session_info(exchange, 200); }

struct Route {
  std::string_view path;
  Handler list;
  DetailHandler detail = nullptr;
};

constexpr std::array kRoutes{
    Route{"/session", ping},
    Route{"/session/user", who_am_i},
    Route{"/virtual-machines", list_vms, one_vm},
    Route{"/backups", list_backups, one_backup},
    Route{"/tasks", list_tasks, one_task},
    Route{"/restore-jobs", list_restore_jobs},
    Route{"/schedules", list_schedules, one_schedule},
    Route{"/policies/vm-backup", list_policies, one_policy},
    Route{"/rules/vm-backup", list_rules, one_rule},
    Route{"/nodes", list_nodes},
    Route{"/backup-destinations", list_destinations},
    Route{"/projects", list_projects},
    Route{"/dashboard/protection", protection},
};

}  // namespace

Response json_answer(std::string body, int status) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

Response error(const Profile& profile, int status, std::string_view message) {
  return error_answer(status, message, profile.loose_enums ? "error.message" : "message");
}

Response session_info(const Exchange& exchange, int status) {
  std::string body;
  JsonWriter json(body, exchange.twist.style);
  json.open_object();
  json.number("lastSuccessfulLogin", exchange.now.time_since_epoch().count());
  json.text("uiTimeZone", "UTC");
  json.open_array("privileges");
  json.choice({}, {"NODE_READ", "Read nodes"});
  json.choice({}, {"VE_BACKUP_SLA_READ", "Read backup SLAs"});
  json.close_array();
  json.close_object();
  return json_answer(std::move(body), status);
}

Response read(const Exchange& exchange) {
  const Profile& profile = exchange.world.profile;
  for (const Route& route : kRoutes) {
    const std::string_view path = exchange.path;
    if (path == "/projects" && profile.modern) break;  // gone since 6.1
    const bool is_list = path == route.path;
    const bool is_detail = route.detail != nullptr && path.starts_with(route.path) &&
                           path.substr(route.path.size()).starts_with('/');
    if (!is_list && !is_detail) continue;
    if (exchange.request.method != "GET") return error(profile, 405, "Method Not Allowed");
    return is_list ? route.list(exchange) : route.detail(exchange, path.substr(route.path.size() + 1));
  }
  return error(profile, 404, "HTTP 404 Not Found");
}

}  // namespace simulator
