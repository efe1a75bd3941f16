#include "web/json_body.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/text.h"

namespace web {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t kMostFaults = 20;

// Why a body is not taken although it is JSON, found while it is read.
struct Objection {
  std::string detail;
};

// Watches the parser: it must not build what nobody could have meant.
class Watch {
 public:
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    if (depth > static_cast<int>(kMostDepth))
      throw Objection{"is nested more than " + std::to_string(kMostDepth) + " levels deep"};
    if (event == json::parse_event_t::object_start) keys_.emplace_back();
    if (event == json::parse_event_t::object_end) keys_.pop_back();
    if (event == json::parse_event_t::key && !keys_.back().insert(parsed.get<std::string>()).second)
      throw Objection{"has \"" + base::excerpt(parsed.get<std::string>(), 100) + "\" twice in one object"};
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;  // of the objects that are open
};

bool is_json(const httplib::Request& request) {
  const std::string type = request.get_header_value("Content-Type");
  return base::equal_ignoring_case(base::trimmed(type.substr(0, type.find(';'))), "application/json");
}

Problem bad_body(const std::string& why) { return {.status = 400, .detail = "The body " + why + "."}; }

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::variant<json, Problem> json_body(const httplib::Request& request) {
  if (!is_json(request))
    return Problem{.status = 415, .detail = "The body has to be of Content-Type application/json."};
  try {
    json parsed = json::parse(request.body, Watch());
    if (parsed.is_object()) return parsed;
    return bad_body("has to be a JSON object");
  } catch (const Objection& objection) {
    return bad_body(objection.detail);
  } catch (const json::parse_error& error) {
    return bad_body("is not JSON: at byte " + std::to_string(error.byte));
  } catch (const json::exception&) {
    return bad_body("has a number that cannot be represented");
  }
}

Object::Object(const json& object, std::string place, std::vector<Fault>& faults,
               std::vector<std::string_view> known, Unknown unknown)
    : object_(object), place_(std::move(place)), faults_(faults) {
  for (const auto& [name, _] : object_.items()) {
    if (unknown == Unknown::are_faults && std::find(known.begin(), known.end(), name) == known.end())
      fault(base::excerpt(name, 100), "is not known here");
  }
}

std::string Object::place_of(std::string_view name) const {
  return (place_.empty() ? "" : place_ + ".") + std::string(name);
}

void Object::fault(std::string_view name, std::string detail) const {
  if (faults_.size() < kMostFaults)
    faults_.push_back({.parameter = place_of(name), .detail = std::move(detail)});
}

const json* Object::value(std::string_view name) const {
  const auto found = object_.find(std::string(name));
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool Object::has(std::string_view name) const { return value(name) != nullptr; }

void Object::require(std::string_view name) const {
  if (!has(name)) fault(name, "is missing");
}

std::string Object::text(std::string_view name) const {
  const json* found = value(name);
  if (found == nullptr) return {};
  const auto* text = found->get_ptr<const json::string_t*>();
  if (text == nullptr || text->size() > kMostText || !is_printable(*text)) {
    fault(name,
          "has to be text of at most " + std::to_string(kMostText) + " bytes without control characters");
    return {};
  }
  return *text;
}

std::string Object::word(std::string_view name, const std::vector<std::string_view>& words) const {
  const std::string given = text(name);
  if (given.empty() || std::find(words.begin(), words.end(), given) != words.end()) return given;
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  fault(name, "has to be one of " + all);
  return {};
}

bool Object::flag(std::string_view name, bool otherwise) const {
  const json* found = value(name);
  if (found == nullptr) return otherwise;
  if (!found->is_boolean()) fault(name, "has to be true or false");
  return found->is_boolean() ? found->get<bool>() : otherwise;
}

std::optional<int> Object::whole(std::string_view name, int least, int most) const {
  const json* found = value(name);
  if (found == nullptr) return std::nullopt;
  const bool is_in_range = found->is_number_integer() && *found >= least && *found <= most;
  if (is_in_range) return found->get<int>();
  fault(name, "has to be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<milliseconds> Object::duration(std::string_view name, milliseconds least,
                                             milliseconds most) const {
  const json* found = value(name);
  if (found == nullptr) return std::nullopt;
  std::optional<milliseconds> given;
  if (const auto* text = found->get_ptr<const json::string_t*>()) given = base::parse_duration(*text);
  if (found->is_number() && std::abs(found->get<double>()) < 1e9)
    given = milliseconds(static_cast<std::int64_t>(found->get<double>() * 1000));
  if (given && *given >= least && *given <= most) return given;
  fault(name, "has to be a duration such as \"6h\", or seconds, from " + base::to_text(least) + " to " +
                  base::to_text(most));
  return std::nullopt;
}

std::optional<base::TimePoint> Object::time(std::string_view name) const {
  if (!has(name)) return std::nullopt;
  const auto moment = base::parse_rfc3339(text(name));
  if (!moment) fault(name, "has to be a moment in UTC such as 2026-12-31T18:00:00Z");
  return moment;
}

std::vector<const json*> Object::objects(std::string_view name, std::size_t least, std::size_t most) const {
  const json* found = value(name);
  std::vector<const json*> all;
  if (found != nullptr && found->is_array()) {
    for (const json& item : *found) {
      if (item.is_object()) all.push_back(&item);
    }
  }
  const std::size_t given = found != nullptr && found->is_array() ? found->size() : 0;
  const bool is_good =
      (found == nullptr && least == 0) ||
      (found != nullptr && found->is_array() && all.size() == given && given >= least && given <= most);
  if (is_good) return all;
  fault(name, "has to be a list of " + std::to_string(least) + " to " + std::to_string(most) + " objects");
  return {};
}

std::vector<std::string> Object::texts(std::string_view name, std::size_t most) const {
  const json* found = value(name);
  if (found == nullptr) return {};
  std::vector<std::string> all;
  bool is_good = found->is_array() && found->size() <= most;
  for (const json& item : is_good ? *found : json::array()) {
    const auto* text = item.get_ptr<const json::string_t*>();
    is_good = is_good && text != nullptr && text->size() <= kMostText && is_printable(*text);
    if (is_good) all.push_back(*text);
  }
  if (is_good) return all;
  fault(name, "has to be a list of at most " + std::to_string(most) + " texts");
  return {};
}

const json* Object::object(std::string_view name) const {
  const json* found = value(name);
  if (found == nullptr || found->is_object()) return found;
  fault(name, "has to be an object");
  return nullptr;
}

std::optional<Problem> problem_of(std::vector<Fault> faults) {
  if (faults.empty()) return std::nullopt;
  const std::string detail = "\"" + faults.front().parameter + "\" " + faults.front().detail + ".";
  return Problem{.status = 400, .detail = detail, .allow = {}, .faults = std::move(faults)};
}

}  // namespace web
