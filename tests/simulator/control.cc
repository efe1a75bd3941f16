#include "control.h"

#include <httplib.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "fault.h"
#include "simulator.h"
#include "times.h"

namespace simulator {
namespace {

using nlohmann::json;

// A request that cannot be done; the client gets 400 and the text.
struct BadCommand : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr int kMostAdded = 100'000;

std::int64_t millis(TimePoint time) { return time.time_since_epoch().count(); }

// A time is milliseconds since 1970 or "2026-01-01T12:00:00Z".
TimePoint time_in(const json& value) {
  if (value.is_number_integer()) return TimePoint(Millis(value.get<std::int64_t>()));
  const OptionalTime time = instant_in(value.get<std::string>());
  if (!time) throw BadCommand("a time is milliseconds or 2026-01-01T12:00:00Z");
  return *time;
}

// One of the values that `parse` knows by name.
template <class Parse>
auto choice_in(const json& body, const char* key, Parse parse) {
  const auto choice = parse(body.at(key).get<std::string>());
  if (!choice) throw BadCommand(std::string("unknown ") + key);
  return *choice;
}

// A text that may be missing or null.
std::optional<std::string> text_in(const json& body, const char* key) {
  if (!body.contains(key) || body[key].is_null()) return std::nullopt;
  return body[key].get<std::string>();
}

void refuse_unknown(const json& body, const std::vector<std::string_view>& known) {
  if (!body.is_object()) throw BadCommand("a JSON object is expected");
  for (const auto& [key, value] : body.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) throw BadCommand("unknown key " + key);
  }
}

Fault fault_in(const json& body) {
  refuse_unknown(body, {"kind", "path", "method", "skip", "times", "status", "shape", "retry_after", "amount",
                        "delay_ms", "text"});
  const auto kind = fault_kind(body.value("kind", ""));
  if (!kind) throw BadCommand("unknown kind of fault");
  Fault fault{.kind = *kind};
  fault.path = body.value("path", fault.path);
  fault.method = body.value("method", fault.method);
  fault.skip = body.value("skip", fault.skip);
  if (body.contains("times")) fault.times = body["times"].get<int>();
  fault.status = body.value("status", fault.status);
  fault.shape = body.value("shape", fault.shape);
  fault.retry_after = body.value("retry_after", fault.retry_after);
  fault.amount = body.value("amount", fault.amount);
  fault.delay = Millis(body.value("delay_ms", std::int64_t{0}));
  fault.text = body.value("text", fault.text);
  if (fault.amount < 0 && *kind != FaultKind::wrong_total) throw BadCommand("amount must not be negative");
  return fault;
}

json fault_list(const Simulator& simulator) {
  json list = json::array();
  for (const auto& entry : simulator.faults()) {
    list.push_back({{"number", entry.number},
                    {"kind", name_of(entry.fault.kind)},
                    {"path", entry.fault.path},
                    {"method", entry.fault.method},
                    {"seen", entry.seen},
                    {"hit", entry.hit}});
  }
  return list;
}

json clock_of(const Simulator& simulator) { return {{"now_ms", millis(simulator.now())}}; }

void move_clock(Simulator& simulator, const json& body) {
  refuse_unknown(body, {"set", "advance_ms", "speed"});
  if (body.contains("speed")) simulator.set_speed(body["speed"].get<double>());
  if (body.contains("set")) simulator.set_time(time_in(body["set"]));
  if (body.contains("advance_ms")) simulator.advance(Millis(body["advance_ms"].get<std::int64_t>()));
}

void change_sessions(Simulator& simulator, const json& body) {
  refuse_unknown(body, {"expire", "lifetime_ms", "cookies"});
  if (body.value("expire", false)) simulator.expire_sessions();
  if (body.contains("lifetime_ms"))
    simulator.set_session_lifetime(Millis(body["lifetime_ms"].get<std::int64_t>()));
  if (!body.contains("cookies")) return;
  const json& cookies = body["cookies"];
  refuse_unknown(cookies, {"name", "path", "rotate", "several", "deletion"});
  simulator.set_cookies({.name = cookies.value("name", ""),
                         .path = cookies.value("path", "/"),
                         .rotate = cookies.value("rotate", false),
                         .several = cookies.value("several", false),
                         .deletion = cookies.value("deletion", false)});
}

void change_vm(Simulator& simulator, const std::string& guid, const json& body) {
  refuse_unknown(body, {"name", "present", "frozen", "gone", "policy", "fail_next"});
  bool known = true;
  if (body.contains("name")) known = simulator.rename_vm(guid, body["name"].get<std::string>());
  if (body.contains("present")) known = simulator.set_present(guid, body["present"].get<bool>());
  if (body.contains("frozen")) known = simulator.set_frozen(guid, body["frozen"].get<bool>());
  if (body.contains("policy")) known = simulator.assign_policy(guid, text_in(body, "policy"));
  if (body.contains("fail_next")) known = simulator.fail_next(guid, body["fail_next"].get<int>());
  if (body.value("gone", false)) known = simulator.remove_vm(guid);
  if (!known) throw BadCommand("no VM " + guid);
}

json add_vm(Simulator& simulator, const json& body) {
  refuse_unknown(body, {"name", "project", "policy"});
  return {{"guid", simulator.add_vm(body.at("name").get<std::string>(), text_in(body, "project"),
                                    text_in(body, "policy"))}};
}

json add_backup(Simulator& simulator, const std::string& vm, const json& body) {
  refuse_unknown(body, {"status", "type", "size", "at"});
  EndedBackup backup;
  if (body.contains("status")) backup.status = choice_in(body, "status", backup_status_named);
  if (!has_ended(backup.status)) throw BadCommand("only a backup that ended can be added");
  if (body.contains("type")) backup.type = choice_in(body, "type", backup_type_named);
  backup.size = body.value("size", backup.size);
  if (body.contains("at")) backup.at = time_in(body["at"]);
  const auto guid = simulator.add_backup(vm, backup);
  if (!guid) throw BadCommand("no VM " + vm);
  return {{"guid", *guid}};
}

json add_tasks(Simulator& simulator, const json& body) {
  refuse_unknown(body, {"vm", "type", "state", "count"});
  const TaskType type = choice_in(body, "type", task_type_named);
  const TaskState state = choice_in(body, "state", task_state_named);
  if (!has_ended(state)) throw BadCommand("only tasks that ended can be added");
  const int count = body.value("count", 1);
  if (count < 0 || count > kMostAdded) throw BadCommand("no such count");
  const std::string vm = text_in(body, "vm").value_or("");
  auto guids = simulator.add_tasks(vm, type, state, count);
  if (!guids) throw BadCommand("no VM " + vm);
  return {{"guids", std::move(*guids)}};
}

// `change` switches what has the guid on or off, and tells whether there is such.
template <class Change>
json switched(const std::string& guid, const json& body, Change change) {
  refuse_unknown(body, {"active"});
  if (!change(guid, body.at("active").get<bool>())) throw BadCommand("nothing has the guid " + guid);
  return {{"done", true}};
}

void change_watch(Simulator& simulator, const json& body) {
  refuse_unknown(body, {"since", "grace_ms"});
  const Millis grace(body.value("grace_ms", Millis(std::chrono::hours(1)).count()));
  simulator.watch(time_in(body.at("since")), grace);
}

json mark_backups(Simulator& simulator, const json& body) {
  refuse_unknown(body, {"removed", "vm"});
  return {{"changed", simulator.mark_removed(body.value("removed", true), body.value("vm", ""))}};
}

void change_tasks(Simulator& simulator, const json& body) {
  refuse_unknown(body, {"held"});
  simulator.hold_tasks(body.at("held").get<bool>());
}

void change_listening(Simulator& simulator, const json& body) {
  refuse_unknown(body, {"open"});
  body.value("open", true) ? simulator.accept_connections() : simulator.refuse_connections();
}

json log_of(const Simulator& simulator) {
  json log = json::array();
  for (const LoggedRequest& each : simulator.requests()) {
    log.push_back({{"at_ms", millis(each.at)},
                   {"method", each.method},
                   {"path", each.path},
                   {"query", each.query},
                   {"status", each.status},
                   {"cookie", each.cookie}});
  }
  return log;
}

json optional_millis(const OptionalTime& time) { return time ? json(millis(*time)) : json(); }

json exports_of(const Simulator& simulator) {
  json calls = json::array();
  for (const ExportCall& each : simulator.exports()) {
    calls.push_back({{"at_ms", millis(each.at)},
                     {"vm", each.vm},
                     {"backup_type", each.backup_type},
                     {"window_start_ms", optional_millis(each.window_start)},
                     {"window_end_ms", optional_millis(each.window_end)},
                     {"priority", each.priority},
                     {"rules", each.rules},
                     {"destination", each.destination},
                     {"task", each.task}});
  }
  return calls;
}

json restores_of(const Simulator& simulator) {
  json calls = json::array();
  for (const RestoreCall& each : simulator.restores()) {
    calls.push_back({{"at_ms", millis(each.at)},
                     {"backup", each.backup},
                     {"vm", each.vm},
                     {"name", each.name},
                     {"hypervisor", each.hypervisor},
                     {"manager", each.manager},
                     {"overwrite", each.overwrite},
                     {"task", each.task}});
  }
  return calls;
}

json writes_of(const Simulator& simulator) {
  json calls = json::array();
  for (const WriteCall& each : simulator.writes()) {
    calls.push_back({{"at_ms", millis(each.at)},
                     {"method", each.method},
                     {"path", each.path},
                     {"body", each.body},
                     {"status", each.status}});
  }
  return calls;
}

json counts_of(const Simulator& simulator) {
  const Counts counts = simulator.counts();
  return {{"requests", counts.requests},
          {"logins", counts.logins},
          {"refused_logins", counts.refused_logins},
          {"logouts", counts.logouts},
          {"open_sessions", counts.open_sessions},
          {"deleted_cookies_sent", counts.deleted_cookies_sent},
          {"by_path", simulator.requests_by_path()}};
}

void send(httplib::Response& response, const json& body) {
  response.set_content(body.dump(-1, ' ', false, json::error_handler_t::replace), "application/json");
}

using Command = std::function<json(const httplib::Request&, const json&)>;

// A command gets its body as JSON, an empty one as {}.
httplib::Server::Handler handler(Command command) {
  return [command = std::move(command)](const httplib::Request& request, httplib::Response& response) {
    try {
      send(response, command(request, request.body.empty() ? json::object() : json::parse(request.body)));
    } catch (const BadCommand& error) {
      response.status = 400;
      send(response, {{"error", error.what()}});
    } catch (const std::invalid_argument& error) {  // a name that is not there
      response.status = 400;
      send(response, {{"error", error.what()}});
    } catch (const json::exception& error) {
      response.status = 400;
      send(response, {{"error", error.what()}});
    }
  };
}

const json kDone = {{"done", true}};

void add_fault_routes(httplib::Server& server, Simulator& simulator) {
  server.Post("/faults", handler([&](const auto&, const json& body) -> json {
                return {{"number", simulator.fault(fault_in(body))}};
              }));
  server.Get("/faults", handler([&](const auto&, const json&) { return fault_list(simulator); }));
  server.Delete("/faults",
                handler([&](const auto&, const json&) { return simulator.clear_faults(), kDone; }));
  server.Delete(R"(/faults/(\d{1,9}))", handler([&](const httplib::Request& request, const json&) {
                  const bool known = simulator.remove_fault(std::stoi(request.matches[1]));
                  return known ? kDone : throw BadCommand("no such fault");
                }));
}

void add_change_routes(httplib::Server& server, Simulator& simulator) {
  server.Post("/clock", handler([&](const auto&, const json& body) {
                move_clock(simulator, body);
                return clock_of(simulator);
              }));
  server.Post("/sessions", handler([&](const auto&, const json& body) {
                return change_sessions(simulator, body), kDone;
              }));
  server.Post(R"(/vms/([0-9a-fA-F-]{36}))", handler([&](const httplib::Request& request, const json& body) {
                return change_vm(simulator, request.matches[1], body), kDone;
              }));
  server.Post("/backups",
              handler([&](const auto&, const json& body) { return mark_backups(simulator, body); }));
  server.Post("/tasks/wipe",
              handler([&](const auto&, const json&) { return simulator.wipe_tasks(), kDone; }));
  server.Post("/tasks/hold",
              handler([&](const auto&, const json& body) { return change_tasks(simulator, body), kDone; }));
  server.Post("/listen", handler([&](const auto&, const json& body) {
                return change_listening(simulator, body), kDone;
              }));
  server.Post("/reset", handler([&](const auto&, const json&) { return simulator.reset(), kDone; }));
}

void add_site_routes(httplib::Server& server, Simulator& simulator) {
  server.Post("/vms", handler([&](const auto&, const json& body) { return add_vm(simulator, body); }));
  server.Post(R"(/vms/([0-9a-fA-F-]{36})/backups)",
              handler([&](const httplib::Request& request, const json& body) {
                return add_backup(simulator, request.matches[1], body);
              }));
  server.Post("/backups/wipe",
              handler([&](const auto&, const json&) { return simulator.wipe_backups(), kDone; }));
  server.Post("/tasks", handler([&](const auto&, const json& body) { return add_tasks(simulator, body); }));
  server.Post("/watch",
              handler([&](const auto&, const json& body) { return change_watch(simulator, body), kDone; }));
}

void add_switch_routes(httplib::Server& server, Simulator& simulator) {
  const auto add = [&](const std::string& path, bool (Simulator::*change)(std::string_view, bool)) {
    server.Post(path + "/([0-9a-fA-F-]{36})",
                handler([&simulator, change](const httplib::Request& request, const json& body) {
                  return switched(request.matches[1], body, [&](const std::string& guid, bool active) {
                    return (simulator.*change)(guid, active);
                  });
                }));
  };
  add("/policies", &Simulator::set_policy_active);
  add("/schedules", &Simulator::set_schedule_active);
  add("/rules", &Simulator::set_rule_active);
}

void add_question_routes(httplib::Server& server, Simulator& simulator) {
  server.Get("/clock", handler([&](const auto&, const json&) { return clock_of(simulator); }));
  server.Get("/log", handler([&](const auto&, const json&) { return log_of(simulator); }));
  server.Get("/exports", handler([&](const auto&, const json&) { return exports_of(simulator); }));
  server.Get("/restores", handler([&](const auto&, const json&) { return restores_of(simulator); }));
  server.Get("/writes", handler([&](const auto&, const json&) { return writes_of(simulator); }));
  server.Get("/counts", handler([&](const auto&, const json&) { return counts_of(simulator); }));
  server.Get("/truth", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(simulator.truth(), "application/json");
  });
}

}  // namespace

class Control::Server {
 public:
  Server(const std::string& host, int port, Simulator& simulator) {
    add_fault_routes(server_, simulator);
    add_change_routes(server_, simulator);
    add_site_routes(server_, simulator);
    add_switch_routes(server_, simulator);
    add_question_routes(server_, simulator);
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_max_count(1'000'000);
    server_.set_keep_alive_timeout(1);  // seconds that a stop may wait for an idle client
    port_ = port == 0 ? server_.bind_to_any_port(host) : server_.bind_to_port(host, port) ? port : -1;
    if (port_ <= 0)
      throw std::runtime_error("control port: cannot listen on " + host + ":" + std::to_string(port));
  }

  ~Server() {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void start() {
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // A stop() that comes before the server runs would be lost.
    while (!server_.is_running()) std::this_thread::yield();
  }

  int port() const { return port_; }

 private:
  httplib::Server server_;
  int port_ = -1;
  std::thread thread_;
};

Control::Control(const std::string& host, int port, Simulator& simulator)
    : server_(std::make_unique<Server>(host, port, simulator)) {}
Control::~Control() = default;
void Control::start() { server_->start(); }
int Control::port() const { return server_->port(); }

}  // namespace simulator
