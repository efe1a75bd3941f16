#include "web/schedule_body.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "base/text.h"

namespace web {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kDay = std::chrono::hours(24);
constexpr milliseconds kLeastFrequency = std::chrono::minutes(1);

constexpr std::array<std::string_view, 7> kDays{"sunday",   "monday", "tuesday", "wednesday",
                                                "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 5> kOccurrences{"first", "second", "third", "fourth", "last"};

constexpr std::array<std::string_view, 8> kOurs{"type", "at",   "every",       "from",
                                                "to",   "days", "occurrences", "window"};
constexpr std::array<std::string_view, 7> kVendors{"backupType",       "executionType",        "hour",
                                                   "interval",         "dayOfWeekOccurrences", "daysOfWeek",
                                                   "startWindowLength"};

template <std::size_t size>
std::optional<std::size_t> place_of(const std::array<std::string_view, size>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), base::to_lower(name));
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

// "01:00Z"
std::optional<milliseconds> time_of_day(std::string_view text) {
  int hour = 0;
  int minute = 0;
  const bool has_form = text.size() == 6 && text[2] == ':' && text[5] == 'Z';
  if (!has_form || std::from_chars(text.data(), text.data() + 2, hour).ptr != text.data() + 2 ||
      std::from_chars(text.data() + 3, text.data() + 5, minute).ptr != text.data() + 5)
    return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  return std::chrono::hours(hour) + std::chrono::minutes(minute);
}

std::optional<milliseconds> time_member(const Object& members, std::string_view name) {
  if (!members.has(name)) return std::nullopt;
  const auto time = time_of_day(members.text(name));
  if (!time) members.fault(name, "has to be a time of the UTC day such as \"01:00Z\"");
  return time;
}

// Texts, or the vendor's {"name": ...}.
std::vector<std::string> names(const Object& members, std::string_view name, std::vector<Fault>& faults) {
  const json* list = members.value(name);
  std::vector<std::string> all;
  constexpr std::size_t kMost = 12;
  if (list == nullptr || !list->is_array() || list->size() > kMost) {
    if (list != nullptr) members.fault(name, "has to be a list of at most 12 names");
    return all;
  }
  for (const json& item : *list) {
    if (item.is_string()) {
      all.push_back(item.get<std::string>());
    } else if (item.is_object()) {
      all.push_back(Object(item, members.place_of(name), faults, {"name", "description"}).text("name"));
    } else {
      members.fault(name, "has to be a list of names");
    }
  }
  return all;
}

template <class T, std::size_t size, class Make>
std::optional<std::vector<T>> each_named(const Object& members, std::string_view name,
                                         std::vector<Fault>& faults,
                                         const std::array<std::string_view, size>& known,
                                         std::string_view suffix, Make make) {
  if (!members.has(name)) return std::nullopt;
  std::vector<T> all;
  for (const std::string& given : names(members, name, faults)) {
    std::string word = base::to_lower(given);
    if (word.ends_with(suffix)) word.resize(word.size() - suffix.size());
    const auto place = place_of(known, word);
    if (place)
      all.push_back(make(*place));
    else
      members.fault(name, "has \"" + base::excerpt(given, 50) + "\", which is none");
  }
  return all;
}

void read_days(const Object& members, std::string_view name, std::vector<Fault>& faults,
               runbook::ScheduleWish& wish) {
  wish.days = each_named<std::chrono::weekday>(members, name, faults, kDays, "", [](std::size_t place) {
    return std::chrono::weekday(static_cast<unsigned>(place));
  });
}

void read_occurrences(const Object& members, std::string_view name, std::vector<Fault>& faults,
                      runbook::ScheduleWish& wish) {
  wish.occurrences = each_named<domain::Occurrence>(
      members, name, faults, kOccurrences, "_in_month",
      [](std::size_t place) { return static_cast<domain::Occurrence>(place); });
}

std::optional<domain::BackupType> type_named(std::string_view word) {
  if (word.empty()) return std::nullopt;
  return word == "INCREMENTAL" ? domain::BackupType::incremental : domain::BackupType::full;
}

void read_ours(const Object& members, std::vector<Fault>& faults, runbook::ScheduleWish& wish) {
  wish.type = type_named(members.word("type", {"FULL", "INCREMENTAL"}));
  wish.hour = time_member(members, "at");
  const auto every = members.duration("every", kLeastFrequency, kDay);
  const auto from = time_member(members, "from");
  const auto to = time_member(members, "to");
  if (members.has("at") && members.has("every")) members.fault("every", "goes not with at: give one of them");
  if ((from || to) && !members.has("every")) members.fault("from", "and to go with every");
  if (every)
    wish.interval = {from.value_or(milliseconds{}), to.value_or(kDay - std::chrono::minutes(1)), *every};
  wish.window = members.duration("window", std::chrono::minutes(1), std::chrono::days(7));
  read_days(members, "days", faults, wish);
  read_occurrences(members, "occurrences", faults, wish);
}

std::string word_or_object(const Object& members, std::string_view name, std::vector<Fault>& faults) {
  const json* value = members.value(name);
  if (value == nullptr || !value->is_object()) return members.text(name);
  return Object(*value, members.place_of(name), faults, {"name", "description"}).text("name");
}

std::optional<milliseconds> whole_milliseconds(const Object& members, std::string_view name,
                                               milliseconds most) {
  const auto count = members.whole(name, 0, static_cast<int>(most.count()));
  return count ? std::optional(milliseconds(*count)) : std::nullopt;
}

std::optional<domain::Interval> vendors_interval(const Object& members, std::vector<Fault>& faults) {
  const json* object = members.object("interval");
  if (object == nullptr) return std::nullopt;
  const Object interval(*object, "interval", faults, {"startHour", "endHour", "frequency"});
  for (const char* name : {"startHour", "endHour", "frequency"}) interval.require(name);
  const auto start = whole_milliseconds(interval, "startHour", kDay - milliseconds(1));
  const auto end = whole_milliseconds(interval, "endHour", kDay);
  const auto frequency = whole_milliseconds(interval, "frequency", kDay);
  if (frequency && *frequency < kLeastFrequency)
    interval.fault("frequency", "has to be a minute at least, in milliseconds");
  return domain::Interval{start.value_or(milliseconds{}), end.value_or(milliseconds{}),
                          frequency.value_or(kDay)};
}

void read_vendors(const Object& members, std::vector<Fault>& faults, runbook::ScheduleWish& wish) {
  const std::string type = word_or_object(members, "backupType", faults);
  if (!type.empty() && type != "FULL" && type != "INCREMENTAL")
    members.fault("backupType", "has to be FULL or INCREMENTAL");
  wish.type = type_named(type);
  const std::string execution = word_or_object(members, "executionType", faults);
  if (!execution.empty() && execution != "TIME" && execution != "INTERVAL")
    members.fault("executionType", "has to be TIME or INTERVAL");
  wish.hour = whole_milliseconds(members, "hour", kDay - milliseconds(1));
  wish.interval = vendors_interval(members, faults);
  if (execution == "INTERVAL") wish.hour.reset();
  if (execution == "TIME") wish.interval.reset();
  if (wish.hour && wish.interval)
    members.fault("executionType", "has to say which of hour and interval counts");
  wish.window = whole_milliseconds(members, "startWindowLength", std::chrono::days(7));
  read_days(members, "daysOfWeek", faults, wish);
  read_occurrences(members, "dayOfWeekOccurrences", faults, wish);
}

}  // namespace

std::vector<std::string_view> schedule_members() {
  std::vector<std::string_view> all{"name", "active", "months", "policies"};
  all.insert(all.end(), kOurs.begin(), kOurs.end());
  all.insert(all.end(), kVendors.begin(), kVendors.end());
  return all;
}

runbook::ScheduleWish read_schedule(const Object& members, std::vector<Fault>& faults) {
  const auto has = [&](std::string_view name) { return members.has(name); };
  const auto ours = std::find_if(kOurs.begin(), kOurs.end(), has);
  const auto vendors = std::find_if(kVendors.begin(), kVendors.end(), has);
  runbook::ScheduleWish wish;
  if (ours != kOurs.end() && vendors != kVendors.end())
    members.fault(*vendors,
                  "is of the vendor's form, and " + std::string(*ours) + " is of ours: give all in one");
  if (members.has("name")) wish.name = members.text("name");
  if (members.has("active")) wish.active = members.flag("active");
  if (members.has("policies")) wish.policies = members.texts("policies", 100);
  wish.months = each_named<std::chrono::month>(members, "months", faults, kMonths, "", [](std::size_t place) {
    return std::chrono::month(static_cast<unsigned>(place) + 1);
  });
  if (vendors != kVendors.end())
    read_vendors(members, faults, wish);
  else
    read_ours(members, faults, wish);
  return wish;
}

}  // namespace web
