#include "api.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "exchange.h"

namespace simulator {
namespace {

std::string http_date(TimePoint time) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %d %02d:%02d:%02d GMT",
                kDays.at(std::chrono::weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
                kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

Response unauthorized(const Profile& profile) {
  const std::string_view shape = profile.old_names ? "html" : profile.loose_enums ? "error.message" : "empty";
  return error_answer(401, "Unauthorized", shape);
}

// Exactly {"login": ..., "password": ...}, and nothing else.
enum class Credentials { right, wrong, malformed };
Credentials credentials_in(const Request& request, const Options& options) {
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  if (!body.is_object() || body.size() != 2 || !body.contains("login") || !body.contains("password")) {
    return Credentials::malformed;
  }
  if (!body["login"].is_string() || !body["password"].is_string()) return Credentials::malformed;
  return body["login"] == options.username && body["password"] == options.password ? Credentials::right
                                                                                   : Credentials::wrong;
}

Response log_in(const Exchange& exchange) {
  World& world = exchange.world;
  if (!exchange.request.header("content-type").starts_with("application/json")) {
    return error(world.profile, 415, "Content type must be application/json");
  }
  const Credentials credentials = credentials_in(exchange.request, world.options);
  if (credentials == Credentials::malformed)
    return error(world.profile, 400, "login and password are expected");
  if (credentials == Credentials::wrong) {
    ++world.counts.refused_logins;
    return error(world.profile, 401, "Incorrect login or password");
  }
  ++world.counts.logins;
  Response response = session_info(exchange, world.profile.login_status);
  world.sessions.open(exchange.request, response, exchange.now);
  return response;
}

Response log_out(const Exchange& exchange) {
  ++exchange.world.counts.logouts;
  Response response{.status = 204};
  exchange.world.sessions.close(exchange.request, response);
  return response;
}

Response carried_out(const Exchange& exchange) {
  if (exchange.request.method == "GET") return read(exchange);
  Response response = write(exchange);
  if (exchange.twist.twice) write(exchange);
  return response;
}

Response routed(const Exchange& exchange) {
  World& world = exchange.world;
  const bool posted = exchange.request.method == "POST";
  if (exchange.path == "/session/login")
    return posted ? log_in(exchange) : error(world.profile, 405, "Method Not Allowed");
  if (exchange.twist.expire_session) world.sessions.expire(exchange.request);
  if (!world.sessions.admits(exchange.request, exchange.now)) return unauthorized(world.profile);
  if (exchange.path == "/session/logout")
    return posted ? log_out(exchange) : error(world.profile, 405, "Method Not Allowed");
  Response response = carried_out(exchange);
  world.sessions.renew(exchange.request, response, exchange.now);
  return response;
}

// "/virtual-machines" of "/api/virtual-machines/"; absent for what is not below /api.
std::optional<std::string> below_api(std::string_view path) {
  constexpr std::string_view kBase = "/api";
  if (!path.starts_with(kBase) || !path.substr(kBase.size()).starts_with('/')) return std::nullopt;
  path.remove_prefix(kBase.size());
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

std::vector<Fault> faults_of(World& world, const Request& request) {
  const auto path = below_api(request.path);
  if (!path) return {};
  const std::lock_guard lock(world.mutex);
  return world.faults.hitting(request.method, *path, Query(request.query).number("page").value_or(0));
}

Response made(World& world, const Request& request, const std::vector<Fault>& faults, TimePoint now) {
  const auto path = below_api(request.path);
  if (!path) return error_answer(404, "Not Found", "html");
  const Exchange exchange{world, request, Query(request.query), *path, twist_of(faults), now};
  const auto faulty = answer_of(faults);
  Response response = faulty ? *faulty : routed(exchange);
  damage(response, faults);
  response.headers.emplace_back("Date", http_date(now + exchange.twist.date_skew));
  return response;
}

void note(World& world, const Request& request, const Response& response, TimePoint now) {
  const bool silent = response.delivery.reset || response.delivery.close;
  const int status = silent ? 0 : response.status;
  world.log({now, request.method, request.path, request.query, status, !request.header("cookie").empty()});
  const std::string path = below_api(request.path).value_or("/session");
  if (request.method == "GET" || path.starts_with("/session")) return;
  remember(world.calls.writes, {now, request.method, path, request.body, status});
}

Response answered(World& world, const Request& request, const std::vector<Fault>& faults) {
  const std::lock_guard lock(world.mutex);
  world.live();
  const TimePoint now = world.clock.now();
  Response response = made(world, request, faults, now);
  note(world, request, response, now);
  return response;
}

}  // namespace

Response answer(World& world, const Request& request) {
  std::vector<Fault> faults = faults_of(world, request);
  const auto late = std::find_if(faults.begin(), faults.end(),
                                 [](const Fault& fault) { return fault.kind == FaultKind::late_work; });
  if (late == faults.end()) return answered(world, request, faults);
  const Millis delay = late->delay;
  faults.erase(late);
  return {.delivery = {.delay = delay},
          .later = [&world, request, faults] { return answered(world, request, faults); }};
}

}  // namespace simulator
