#include "config/config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "config/document.h"
#include "config/file.h"
#include "config/suggestion.h"
#include "config/url.h"
#include "config/value.h"
#include "domain/tenant.h"
#include "exposition/options.h"

namespace config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostFile = 1024UL * 1024;
constexpr auto kDay = std::chrono::milliseconds(24h);
constexpr DurationLimits kPolling{1s, kDay};
constexpr DurationLimits kKeeping{1s, 30 * kDay};
constexpr DurationLimits kRefreshing{1min, 30 * kDay};
constexpr DurationLimits kHistory{kDay, 400 * kDay};
constexpr DurationLimits kGrace{0s, 30 * kDay};
constexpr DurationLimits kDeriving{1s, 1h};
constexpr DurationLimits kConnecting{100ms, 5min};
constexpr DurationLimits kRequesting{1s, 1h};
constexpr CountLimits kPageSize{1, 10'000};
constexpr CountLimits kSeries{1, 1'000'000'000};

// A key of a mapping, and how its value comes into the struct that the mapping stands for.
template <class T>
struct Key {
  std::string_view name;
  void (*read)(const Value& value, T& into);
};

template <class Keys>
std::vector<std::string_view> names_of(const Keys& keys) {
  std::vector<std::string_view> names(keys.size());
  std::transform(keys.begin(), keys.end(), names.begin(), [](const auto& key) { return key.name; });
  return names;
}

// A key without a value is as good as none: it leaves the default.
template <class Keys, class T>
void read_keys(const Value& map, const Keys& keys, T& into) {
  for (const std::string_view name : map.keys(names_of(keys))) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.name == name; });
    if (map.has(name)) key->read(map.at(name), into);
  }
}

void require(const Value& map, std::string_view key) {
  if (!map.has(key)) map.at(key).fail("missing");
}

// Finds what is there twice and may be there once.
class Unique {
 public:
  void claim(const std::string& what, const Value& by) {
    const auto [first, is_new] = claims_.emplace(what, by.path());
    if (!is_new) by.fail("the same as " + first->second);
  }

 private:
  std::map<std::string, std::string> claims_;  // what -> the key that has it
};

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

constexpr auto kExclusionKeys = std::to_array<Key<domain::Exclusion>>({
    {"server", [](const Value& v, auto& o) { o.server = v.label(); }},
    {"vm", [](const Value& v, auto& o) { o.vm = domain::VmId(v.label()); }},
    {"name", [](const Value& v, auto& o) { o.name = v.label(); }},
    {"policy", [](const Value& v, auto& o) { o.policy = v.label(); }},
    {"tenant", [](const Value& v, auto& o) { o.tenant = v.label(); }},
    {"reason", [](const Value& v, auto& o) { o.reason = base::SharedText(v.label()); }},
    {"until", [](const Value& v, auto& o) { o.until = v.deadline(); }},
});

void read_exclusions(const Value& list, std::vector<domain::Exclusion>& exclusions) {
  constexpr std::size_t kMost = 1000;
  for (const Value& item : list.items()) {
    domain::Exclusion& exclusion = exclusions.emplace_back();
    read_keys(item, kExclusionKeys, exclusion);
    require(item, "reason");
    if (exclusion.vm.empty() && exclusion.name.empty() && exclusion.policy.empty() &&
        exclusion.tenant.empty())
      item.fail("names no vm, name, policy or tenant, so it would exclude every VM");
  }
  if (exclusions.size() > kMost) list.fail("must be at most " + std::to_string(kMost) + " exclusions");
}

constexpr auto kCoverageKeys = std::to_array<Key<domain::DeriveOptions>>({
    {"grace", [](const Value& v, auto& o) { o.grace = v.duration(kGrace); }},
    {"exclusions", [](const Value& v, auto& o) { read_exclusions(v, o.exclusions); }},
});

constexpr auto kTlsKeys = std::to_array<Key<vprotect::TlsOptions>>({
    {"ca_file", [](const Value& v, auto& o) { o.ca_file = v.pem_file(); }},
    {"cert_file", [](const Value& v, auto& o) { o.cert_file = v.pem_file(); }},
    {"key_file", [](const Value& v, auto& o) { o.key_file = v.pem_file(); }},
    {"server_name", [](const Value& v, auto& o) { o.server_name = host_name(v); }},
    {"insecure_skip_verify", [](const Value& v, auto& o) { o.insecure_skip_verify = v.flag(); }},
});

void read_projects(const Value& list, domain::TenantRule& tenant) {
  for (const Value& item : list.items()) tenant.projects.push_back(item.label());
  if (tenant.projects.empty()) list.fail("lists no project");
}

std::string tenant_name(const Value& value) {
  std::string name = value.label();
  if (name == domain::kUnassigned) value.fail("is the name of what belongs to no tenant");
  return name;
}

constexpr auto kTenantKeys = std::to_array<Key<domain::TenantRule>>({
    {"name", [](const Value& v, auto& o) { o.name = tenant_name(v); }},
    {"projects", read_projects},
});

bool is_guid(std::string_view text) {
  const auto is_part = [](char c) {
    return c == '-' || std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
  };
  return text.size() >= 32 && std::all_of(text.begin(), text.end(), is_part);
}

// As the tenant of a VM is found: guids without regard to case, names exactly.
std::string identity(const std::string& project) {
  return is_guid(project) ? base::to_lower(project) : project;
}

void check_tenants(const Value& list, const std::vector<domain::TenantRule>& tenants) {
  Unique names;
  Unique projects;
  const std::vector<Value> items = list.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    names.claim(tenants[i].name, items[i].at("name"));
    const std::vector<Value> owned = items[i].at("projects").items();
    for (std::size_t j = 0; j < owned.size(); ++j) projects.claim(identity(tenants[i].projects[j]), owned[j]);
  }
}

void read_tenants(const Value& list, std::vector<domain::TenantRule>& tenants) {
  for (const Value& item : list.items()) {
    read_keys(item, kTenantKeys, tenants.emplace_back());
    require(item, "name");
    require(item, "projects");
  }
  check_tenants(list, tenants);
}

void read_tls(const Value& map, vprotect::TlsOptions& tls) {
  read_keys(map, kTlsKeys, tls);
  if (tls.cert_file.empty() && !tls.key_file.empty())
    map.at("cert_file").fail("missing, but there is a key_file");
  if (tls.key_file.empty() && !tls.cert_file.empty())
    map.at("key_file").fail("missing, but there is a cert_file");
  if (tls.insecure_skip_verify)
    map.at("insecure_skip_verify")
        .warn("the server's certificate is not verified; the password can be stolen");
}

std::string tenant_filter(const Value& value) {
  std::string filter = value.text();
  if (filter != "tenantid" && filter != "tenant-id" && filter != "project-uuid")
    value.fail("must be tenantid, tenant-id or project-uuid");
  return filter;
}

constexpr auto kServerKeys = std::to_array<Key<ServerConfig>>({
    {"name", [](const Value& v, auto& o) { o.connection.name = v.label(); }},
    {"url", [](const Value& v, auto& o) { o.connection.url = server_url(v); }},
    {"username", [](const Value& v, auto& o) { o.connection.username = v.label(); }},
    {"password", [](const Value& v, auto& o) { o.connection.password = v.secret(); }},
    {"password_file", [](const Value& v, auto& o) { o.connection.password = v.secret_file(); }},
    {"tls_config", [](const Value& v, auto& o) { read_tls(v, o.connection.tls); }},
    {"connect_timeout",
     [](const Value& v, auto& o) { o.connection.connect_timeout = v.duration(kConnecting); }},
    {"request_timeout",
     [](const Value& v, auto& o) { o.connection.request_timeout = v.duration(kRequesting); }},
    {"page_size", [](const Value& v, auto& o) { o.connection.page_size = v.count(kPageSize); }},
    {"tenant_filter", [](const Value& v, auto& o) { o.tenants.filter = tenant_filter(v); }},
    {"tenants", [](const Value& v, auto& o) { read_tenants(v, o.tenants.rules); }},
});

void check_server(const Value& map, const ServerConfig& server) {
  for (const std::string_view key : {"name", "url", "username"}) require(map, key);
  if (map.has("password") && map.has("password_file"))
    map.at("password_file").fail("there is a password too; give one of them");
  if (!map.has("password") && !map.has("password_file"))
    map.at("password").fail("missing; give it or a password_file");
  if (map.has("tenant_filter") && server.tenants.rules.empty())
    map.at("tenant_filter").fail("needs tenants to filter by");
}

void read_servers(const Value& list, std::vector<ServerConfig>& servers) {
  Unique names;
  for (const Value& item : list.items()) {
    ServerConfig& server = servers.emplace_back();
    read_keys(item, kServerKeys, server);
    check_server(item, server);
    names.claim(server.connection.name, item.at("name"));
  }
  if (servers.empty()) list.fail("lists no server");
}

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

void read_collection(const Value& map, Config& config) {
  read_keys(map, kCollectionKeys, config);
  check_staleness(map, config);
  if (config.collection.backups_overlap >= config.collection.history)
    map.at("backups_overlap").fail("must be shorter than history");
}

// An exclusion of a server that is not there excludes nothing, and somebody thinks it does.
void check_exclusions(const Value& root, const Config& config) {
  const auto& exclusions = config.fleet.derive.exclusions;
  for (std::size_t i = 0; i < exclusions.size(); ++i) {
    const std::string& name = exclusions[i].server;
    const auto is_it = [&](const ServerConfig& server) { return server.connection.name == name; };
    if (!name.empty() && std::none_of(config.servers.begin(), config.servers.end(), is_it))
      root.at("coverage").at("exclusions").items()[i].at("server").fail("is the name of no server");
  }
}

// The family that is named, which may be `done` to: "switched off".
std::string data_family(const Value& value, const std::string& done) {
  using exposition::Kind;
  std::string name = value.text();
  const auto kind = exposition::kind_of(name);
  if (!kind) value.fail("unknown family" + did_you_mean(name, exposition::family_names()));
  if (kind == Kind::health) value.fail("cannot be " + done + ": alerts need it to trust the other families");
  if (kind == Kind::own) value.fail("cannot be " + done + ": it is one of the exporter's own");
  return name;
}

struct FamilyBudget {
  std::string family;
  std::size_t series = 0;
};

constexpr auto kBudgetKeys = std::to_array<Key<FamilyBudget>>({
    {"family", [](const Value& v, auto& o) { o.family = data_family(v, "given a budget"); }},
    {"series", [](const Value& v, auto& o) { o.series = v.count(kSeries); }},
});

void read_budgets(const Value& list, exposition::Options& options) {
  Unique families;
  for (const Value& item : list.items()) {
    FamilyBudget budget;
    read_keys(item, kBudgetKeys, budget);
    require(item, "family");
    require(item, "series");
    families.claim(budget.family, item.at("family"));
    options.budgets.emplace(budget.family, budget.series);
  }
}

void read_disabled(const Value& list, exposition::Options& options) {
  Unique families;
  for (const Value& item : list.items()) {
    const std::string family = data_family(item, "switched off");
    families.claim(family, item);
    options.disabled.insert(family);
  }
}

constexpr auto kMetricsKeys = std::to_array<Key<exposition::Options>>({
    {"series_budget", [](const Value& v, auto& o) { o.series_budget = v.count(kSeries); }},
    {"budgets", read_budgets},
    {"disabled", read_disabled},
});

constexpr auto kRootKeys = std::to_array<Key<Config>>({
    {"collection", read_collection},
    {"coverage", [](const Value& v, auto& o) { read_keys(v, kCoverageKeys, o.fleet.derive); }},
    {"servers", [](const Value& v, auto& o) { read_servers(v, o.servers); }},
    {"metrics", [](const Value& v, auto& o) { read_keys(v, kMetricsKeys, o.metrics); }},
});

Config read_config(const Element& document, Reading& reading) {
  Config config;
  const Value root(document, "", reading);
  if (!root.is_null()) read_keys(root, kRootKeys, config);
  require(root, "servers");
  check_exclusions(root, config);
  config.warnings = std::move(reading.warnings);
  return config;
}

}  // namespace

Config load(const std::string& path, const Environment& environment) {
  const std::string file = base::excerpt(path, 1024);
  const auto text = read_file(path, kMostFile);
  if (!text) throw ConfigError(file + ": cannot read the configuration: " + text.error().message);
  Reading reading{file, std::filesystem::path(path).parent_path().string(), environment, {}};
  return read_config(parse_document(*text, file), reading);
}

std::vector<std::string> known_keys() {
  std::vector<std::string> keys;
  const auto add = [&](const std::string& prefix, const auto& table) {
    for (const auto& key : table) keys.push_back(prefix + std::string(key.name));
  };
  add("", kRootKeys);
  add("collection.", kCollectionKeys);
  add("coverage.", kCoverageKeys);
  add("coverage.exclusions[].", kExclusionKeys);
  add("metrics.", kMetricsKeys);
  add("metrics.budgets[].", kBudgetKeys);
  add("servers[].", kServerKeys);
  add("servers[].tls_config.", kTlsKeys);
  add("servers[].tenants[].", kTenantKeys);
  return keys;
}

}  // namespace config
