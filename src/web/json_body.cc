#include "web/json_body.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/suggestion.h"
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
    const bool opens =
        event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens && depth >= static_cast<int>(kMostDepth))
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

bool is_plain_text(const json& value) {
  const auto* text = value.get_ptr<const json::string_t*>();
  return text != nullptr && text->size() <= kMostText && is_printable(*text);
}

bool is_list_of_objects(const json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_object(); });
}

std::vector<const json*> pointers_to(const json& list) {
  std::vector<const json*> all;
  for (const json& item : list) all.push_back(&item);
  return all;
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
               const std::vector<std::string_view>& known, Unknown unknown)
    : object_(object), place_(std::move(place)), faults_(faults) {
  if (unknown == Unknown::are_ignored) return;
  for (const auto& [name, _] : object_.items()) {
    if (faults_.size() >= kMostFaults) return;
    if (std::find(known.begin(), known.end(), name) == known.end())
      fault(base::excerpt(name, 100), "is not known here" + base::did_you_mean(name, known));
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
  if (is_plain_text(*found)) return found->get<std::string>();
  fault(name, "has to be text of at most " + std::to_string(kMostText) + " bytes without control characters");
  return {};
}

std::string Object::word(std::string_view name, const std::vector<std::string_view>& words) const {
  const json* found = value(name);
  if (found == nullptr) return {};
  const auto* given = found->get_ptr<const json::string_t*>();
  if (given != nullptr && std::find(words.begin(), words.end(), *given) != words.end()) return *given;
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
  const json* found = value(name);
  if (found == nullptr) return std::nullopt;
  const auto* given = found->get_ptr<const json::string_t*>();
  const auto moment = given == nullptr ? std::nullopt : base::parse_rfc3339(*given);
  if (!moment) fault(name, "has to be a moment in UTC such as 2026-12-31T18:00:00Z");
  return moment;
}

std::vector<const json*> Object::objects(std::string_view name, std::size_t least, std::size_t most) const {
  const json* found = value(name);
  if (found == nullptr && least == 0) return {};
  if (found != nullptr && is_list_of_objects(*found) && found->size() >= least && found->size() <= most)
    return pointers_to(*found);
  fault(name, "has to be a list of " + std::to_string(least) + " to " + std::to_string(most) + " objects");
  return {};
}

std::vector<std::string> Object::texts(std::string_view name, std::size_t most) const {
  const json* found = value(name);
  if (found == nullptr) return {};
  if (found->is_array() && found->size() <= most && std::all_of(found->begin(), found->end(), is_plain_text))
    return found->get<std::vector<std::string>>();
  fault(name, "has to be a list of at most " + std::to_string(most) + " texts");
  return {};
}

const json* Object::object(std::string_view name) const {
  const json* found = value(name);
  if (found == nullptr || found->is_object()) return found;
  fault(name, "has to be an object");
  return nullptr;
}

}  // namespace web
