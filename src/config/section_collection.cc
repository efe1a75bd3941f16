// collection: how often what is read, and how long it is good for.
#include <array>
#include <chrono>

#include "base/text.h"
#include "config/keys.h"
#include "config/sections.h"

namespace config {
namespace {

using namespace std::chrono_literals;

constexpr auto kDay = std::chrono::milliseconds(24h);
constexpr DurationLimits kPolling{1s, kDay};
constexpr DurationLimits kKeeping{1s, 30 * kDay};
constexpr DurationLimits kRefreshing{1min, 30 * kDay};
constexpr DurationLimits kHistory{kDay, 400 * kDay};
constexpr DurationLimits kDeriving{1s, 1h};

constexpr auto kCollectionKeys = std::to_array<Key<Config>>({
    {"interval", [](const Value& v, auto& o) { o.collection.interval = v.duration(kPolling); }},
    {"tasks_interval", [](const Value& v, auto& o) { o.collection.tasks_interval = v.duration(kPolling); }},
    {"slow_interval", [](const Value& v, auto& o) { o.collection.slow_interval = v.duration(kPolling); }},
    {"snapshot_interval", [](const Value& v, auto& o) { o.fleet.tick = v.duration(kDeriving); }},
    {"stale_after", [](const Value& v, auto& o) { o.fleet.derive.stale_after = v.duration(kKeeping); }},
    {"history", [](const Value& v, auto& o) { o.collection.history = v.duration(kHistory); }},
    {"backups_overlap", [](const Value& v, auto& o) { o.collection.backups_overlap = v.duration(kKeeping); }},
    {"history_refresh",
     [](const Value& v, auto& o) { o.collection.history_refresh = v.duration(kRefreshing); }},
});

// Data that is dropped before it is read again would come and go.
void check_staleness(const Value& map, const Config& config) {
  const std::string limit = map.has("stale_after") ? "stale_after" : "stale_after, which is 15m by default";
  const auto check = [&](std::string_view key, std::chrono::milliseconds interval) {
    if (interval < config.fleet.derive.stale_after) return;
    if (map.has(key)) map.at(key).fail("must be shorter than " + limit);
    map.at("stale_after")
        .fail("must be longer than " + std::string(key) + ", which is " + base::to_text(interval) +
              " by default");
  };
  check("interval", config.collection.interval);
  check("tasks_interval", config.collection.tasks_interval);
  check("slow_interval", config.collection.slow_interval);
}

}  // namespace

void read_collection(const Value& map, Config& config) {
  read_keys(map, kCollectionKeys, config);
  check_staleness(map, config);
  if (config.collection.backups_overlap >= config.collection.history)
    map.at("backups_overlap").fail("must be shorter than history");
}

std::vector<std::string> collection_keys() { return prefixed_names("collection.", kCollectionKeys); }

}  // namespace config
