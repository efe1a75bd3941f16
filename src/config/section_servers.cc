// servers: whom to ask, and whose the projects are.
#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "config/keys.h"
#include "config/sections.h"
#include "config/url.h"
#include "domain/tenant.h"

namespace config {
namespace {

using namespace std::chrono_literals;

constexpr DurationLimits kConnecting{100ms, 5min};
constexpr DurationLimits kRequesting{1s, 1h};
constexpr CountLimits kPageSize{1, 10'000};

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

constexpr auto kAccountKeys = std::to_array<Key<ServerConfig::Account>>({
    {"username", [](const Value& v, auto& o) { o.username = v.label(); }},
    {"password", [](const Value& v, auto& o) { o.password = v.secret(); }},
    {"password_file", [](const Value& v, auto& o) { o.password = v.secret_file(); }},
});

void check_password(const Value& map) {
  if (map.has("password") && map.has("password_file"))
    map.at("password_file").fail("there is a password too; give one of them");
  if (!map.has("password") && !map.has("password_file"))
    map.at("password").fail("missing; give it or a password_file");
}

void read_account(const Value& map, ServerConfig& server) {
  read_keys(map, kAccountKeys, server.runbook_account.emplace());
  require(map, "username");
  check_password(map);
}

constexpr auto kServerKeys = std::to_array<Key<ServerConfig>>({
    {"name", [](const Value& v, auto& o) { o.connection.name = v.label(); }},
    {"url", [](const Value& v, auto& o) { o.connection.url = server_url(v); }},
    {"username", [](const Value& v, auto& o) { o.connection.username = v.label(); }},
    {"password", [](const Value& v, auto& o) { o.connection.password = v.secret(); }},
    {"password_file", [](const Value& v, auto& o) { o.connection.password = v.secret_file(); }},
    {"runbook_account", read_account},
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
  check_password(map);
  if (map.has("tenant_filter") && server.tenants.rules.empty())
    map.at("tenant_filter").fail("needs tenants to filter by");
}

}  // namespace

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

std::vector<std::string> servers_keys() {
  std::vector<std::string> keys = prefixed_names("servers[].", kServerKeys);
  for (const auto& more : {prefixed_names("servers[].runbook_account.", kAccountKeys),
                           prefixed_names("servers[].tls_config.", kTlsKeys),
                           prefixed_names("servers[].tenants[].", kTenantKeys)})
    keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

}  // namespace config
