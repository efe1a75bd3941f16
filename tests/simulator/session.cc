#include "session.h"

#include <random>
#include <utility>

#include "ids.h"

namespace simulator {
namespace {

constexpr std::string_view kRoute = "route";
constexpr std::string_view kOld = "login-hint";

std::string cookie_value(const Request& request, std::string_view name) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return std::string(pair.substr(name.size() + 1));
  }
  return {};
}

}  // namespace

Sessions::Sessions(std::string cookie, bool secure, Millis lifetime)
    : cookie_(std::move(cookie)), secure_(secure), lifetime_(lifetime) {}

std::string Sessions::id_in(const Request& request) const { return cookie_value(request, name()); }

// Unguessable enough, and never in a log: /log tells only whether there was a cookie.
std::string Sessions::new_id() {
  std::random_device random;
  std::string id = std::to_string(++made_);
  for (int i = 0; i < 4; ++i) append_guid(id, Kind::vm, random());
  std::erase(id, '-');
  return id;
}

void Sessions::set_cookie(Response& response, const std::string& name, const std::string& value) const {
  std::string text = name + "=" + value + "; Path=" + mode_.path + "; HttpOnly";
  if (secure_) text += "; Secure; SameSite=None";
  response.headers.emplace_back("Set-Cookie", text);
}

void Sessions::delete_cookie(Response& response, const std::string& name) const {
  response.headers.emplace_back(
      "Set-Cookie", name + "=; Path=" + mode_.path + "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
}

void Sessions::open(const Request& request, Response& response, TimePoint now) {
  expire(request);
  const std::string id = new_id();
  open_[id].used = now;
  set_cookie(response, name(), id);
  if (mode_.several) set_cookie(response, std::string(kRoute), "node1");
  if (mode_.deletion) set_cookie(response, std::string(kOld), "1");
}

bool Sessions::admits(const Request& request, TimePoint now) {
  const auto session = open_.find(id_in(request));
  if (session == open_.end()) return false;
  if (mode_.several && cookie_value(request, kRoute) != "node1") return false;
  if (lifetime_ > Millis::zero() && session->second.used + lifetime_ < now) {
    open_.erase(session);
    return false;
  }
  session->second.used = now;
  const std::string before = std::exchange(session->second.before, {});
  if (!before.empty()) open_.erase(before);
  return true;
}

void Sessions::renew(const Request& request, Response& response, TimePoint now) {
  const auto session = open_.find(id_in(request));
  if (session == open_.end()) return;
  if (mode_.deletion) {
    if (session->second.told_to_delete && !cookie_value(request, kOld).empty()) ++deleted_sent_;
    if (!std::exchange(session->second.told_to_delete, true)) delete_cookie(response, std::string(kOld));
  }
  if (!mode_.rotate) return;
  const std::string id = new_id();
  open_[id] = {.used = now, .before = session->first, .told_to_delete = session->second.told_to_delete};
  set_cookie(response, name(), id);
}

void Sessions::close(const Request& request, Response& response) {
  expire(request);
  delete_cookie(response, name());
}

void Sessions::restart(Millis lifetime) {
  open_.clear();
  mode_ = {};
  lifetime_ = lifetime;
  deleted_sent_ = 0;
}

void Sessions::expire(const Request& request) { open_.erase(id_in(request)); }

std::size_t Sessions::count(TimePoint now) const {
  std::size_t valid = 0;
  for (const auto& [id, session] : open_) {
    const bool in_use = session.before.empty();
    if (in_use && (lifetime_ <= Millis::zero() || session.used + lifetime_ >= now)) ++valid;
  }
  return valid;
}

}  // namespace simulator
