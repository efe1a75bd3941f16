// runbooks: what may be started, when and how much of it, and what alerts start.
#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "config/keys.h"
#include "config/sections.h"

namespace config {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr DurationLimits kWindow{minutes(1), days(7)};
constexpr DurationLimits kKeep{days(1), days(3650)};
constexpr DurationLimits kPause{{}, days(30)};
constexpr DurationLimits kPeriod{minutes(1), days(7)};
constexpr DurationLimits kBlackout{minutes(1), days(7)};
constexpr DurationLimits kLook{milliseconds(100), minutes(5)};
constexpr DurationLimits kWait{milliseconds(100), days(1)};
constexpr DurationLimits kFollow{minutes(1), days(30)};
constexpr DurationLimits kLease{seconds(10), days(1)};
constexpr CountLimits kBudget{0, 1'000'000};
constexpr CountLimits kRate{1, 1000};
constexpr CountLimits kPriority{0, 100};
constexpr std::size_t kMostEntries = 1000;

constexpr std::array<std::string_view, 7> kWeekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

std::chrono::weekday weekday(const Value& value) {
  const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), base::to_lower(value.text()));
  if (found == kWeekdays.end()) value.fail("must be monday, tuesday, ... or sunday");
  return std::chrono::weekday(static_cast<unsigned>(found - kWeekdays.begin()));
}

// "HH:MM", of the UTC day.
milliseconds time_of_day(const Value& value) {
  const std::string text = value.text();
  const bool is_time =
      text.size() == 5 && text[2] == ':' &&
      std::all_of(text.begin(), text.end(), [](char c) { return c == ':' || (c >= '0' && c <= '9'); }) &&
      text.find(':', 3) == text.npos && text.find(':') == 2;
  const int hour = is_time ? (text[0] - '0') * 10 + (text[1] - '0') : 24;
  const int minute = is_time ? (text[3] - '0') * 10 + (text[4] - '0') : 60;
  if (hour > 23 || minute > 59) value.fail("must be a time of the UTC day, as in \"22:30\"");
  return hours(hour) + minutes(minute);
}

template <class T, class Read>
std::vector<T> each(const Value& list, Read read) {
  std::vector<T> all;
  for (const Value& item : list.items()) all.push_back(read(item));
  if (all.size() > kMostEntries) list.fail("must be at most " + std::to_string(kMostEntries) + " entries");
  return all;
}

constexpr auto kBlackoutKeys = std::to_array<Key<runbook::Blackout>>({
    {"days", [](const Value& v, auto& o) { o.days = each<std::chrono::weekday>(v, weekday); }},
    {"from", [](const Value& v, auto& o) { o.from = time_of_day(v); }},
    {"length", [](const Value& v, auto& o) { o.length = v.duration(kBlackout); }},
    {"tenants",
     [](const Value& v, auto& o) {
       o.tenants = each<std::string>(v, [](const Value& item) { return item.label(); });
     }},
    {"reason", [](const Value& v, auto& o) { o.reason = v.label(); }},
});

runbook::Blackout blackout(const Value& map) {
  runbook::Blackout result;
  read_keys(map, kBlackoutKeys, result);
  for (const std::string_view key : {"from", "length"}) require(map, key);
  return result;
}

constexpr auto kGuardKeys = std::to_array<Key<runbook::GuardOptions>>({
    {"cool_down", [](const Value& v, auto& o) { o.cool_down = v.duration(kPause); }},
    {"recent_success", [](const Value& v, auto& o) { o.recent_success = v.duration(kPause); }},
    {"budget_period", [](const Value& v, auto& o) { o.budget_period = v.duration(kPeriod); }},
    {"tenant_budget", [](const Value& v, auto& o) { o.tenant_budget = v.count(kBudget); }},
    {"total_budget", [](const Value& v, auto& o) { o.total_budget = v.count(kBudget); }},
    {"most_in_flight", [](const Value& v, auto& o) { o.most_in_flight = v.count(kBudget); }},
    {"mass_alert_vms", [](const Value& v, auto& o) { o.mass_alert_vms = v.count(kBudget); }},
    {"mass_alert_within", [](const Value& v, auto& o) { o.mass_alert_within = v.duration(kPeriod); }},
    {"blackouts", [](const Value& v, auto& o) { o.blackouts = each<runbook::Blackout>(v, blackout); }},
});

constexpr auto kFollowKeys = std::to_array<Key<runbook::FollowOptions>>({
    {"interval", [](const Value& v, auto& o) { o.interval = v.duration(kLook); }},
    {"settle", [](const Value& v, auto& o) { o.settle = v.duration(kWait); }},
    {"patience", [](const Value& v, auto& o) { o.patience = v.duration(kWait); }},
    {"at_most", [](const Value& v, auto& o) { o.at_most = v.duration(kFollow); }},
    {"lease", [](const Value& v, auto& o) { o.lease = v.duration(kLease); }},
});

runbook::Matcher matcher(const Value& value) {
  auto parsed = runbook::parse_matcher(value.text());
  if (!parsed)
    value.fail(R"(must be a matcher as Alertmanager has them, as in 'alertname="Name"' or 'team=~"a|b"')");
  return std::move(*parsed);
}

domain::BackupType backup_type(const Value& value) {
  const std::string word = value.text();
  if (word == "FULL") return domain::BackupType::full;
  if (word != "INCREMENTAL") value.fail("must be FULL or INCREMENTAL");
  return domain::BackupType::incremental;
}

// There is one kind yet; it is said all the same, so that nobody starts a backup without having said so.
void read_action(const Value& value, runbook::AlertAction& /*action*/) {
  if (value.text() != "backup") value.fail("must be backup");
}

constexpr auto kAlertKeys = std::to_array<Key<runbook::AlertAction>>({
    {"match", [](const Value& v, auto& o) { o.match = each<runbook::Matcher>(v, matcher); }},
    {"action", read_action},
    {"type", [](const Value& v, auto& o) { o.type = backup_type(v); }},
    {"priority", [](const Value& v, auto& o) { o.priority = static_cast<int>(v.count(kPriority)); }},
    {"window", [](const Value& v, auto& o) { o.window = v.duration(kWindow); }},
    {"destination", [](const Value& v, auto& o) { o.destination = v.label(); }},
});

runbook::AlertAction alert_action(const Value& map) {
  runbook::AlertAction action;
  read_keys(map, kAlertKeys, action);
  for (const std::string_view key : {"match", "action"}) require(map, key);
  if (action.match.empty()) map.at("match").fail("has no matcher, so every alert would start something");
  return action;
}

std::string callback_url(const Value& value) {
  std::string url = value.text();
  const bool has_host =
      url.starts_with("https://") ? url.size() > 8 : url.starts_with("http://") && url.size() > 7;
  if (!has_host || url.find_first_of(" @?#\\") != url.npos)
    value.fail("must be http:// or https:// and a host, with neither user nor query");
  if (url.starts_with("http://")) value.warn("what is sent there can be read on its way");
  return url;
}

constexpr auto kCallbackKeys = std::to_array<Key<runbook::CallbackTarget>>({
    {"url", [](const Value& v, auto& o) { o.url = callback_url(v); }},
    {"key", [](const Value& v, auto& o) { o.key = v.secret(); }},
    {"key_file", [](const Value& v, auto& o) { o.key = v.secret_file(); }},
});

runbook::CallbackTarget callback(const Value& map) {
  runbook::CallbackTarget target;
  read_keys(map, kCallbackKeys, target);
  require(map, "url");
  if (map.has("key") == map.has("key_file"))
    map.at("key").fail("give it or a key_file, and one of them only");
  return target;
}

constexpr auto kRunbookKeys = std::to_array<Key<runbook::Options>>({
    {"enabled", [](const Value& v, auto& o) { o.enabled = v.flag(); }},
    {"window", [](const Value& v, auto& o) { o.window = v.duration(kWindow); }},
    {"keep_operations", [](const Value& v, auto& o) { o.keep_operations = v.duration(kKeep); }},
    {"requests_per_second", [](const Value& v, auto& o) { o.requests_per_second = v.count(kRate); }},
    {"request_burst", [](const Value& v, auto& o) { o.request_burst = v.count(kRate); }},
    {"guard", [](const Value& v, auto& o) { read_keys(v, kGuardKeys, o.guard); }},
    {"follow", [](const Value& v, auto& o) { read_keys(v, kFollowKeys, o.follow); }},
    {"alerts", [](const Value& v, auto& o) { o.alerts = each<runbook::AlertAction>(v, alert_action); }},
    {"callbacks", [](const Value& v, auto& o) { o.callbacks = each<runbook::CallbackTarget>(v, callback); }},
});

}  // namespace

void read_runbooks(const Value& map, runbook::Options& options) { read_keys(map, kRunbookKeys, options); }

std::vector<std::string> runbooks_keys() {
  std::vector<std::string> keys = prefixed_names("runbooks.", kRunbookKeys);
  for (const auto& more :
       {prefixed_names("runbooks.guard.", kGuardKeys),
        prefixed_names("runbooks.guard.blackouts[].", kBlackoutKeys),
        prefixed_names("runbooks.follow.", kFollowKeys), prefixed_names("runbooks.alerts[].", kAlertKeys),
        prefixed_names("runbooks.callbacks[].", kCallbackKeys)})
    keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

}  // namespace config
