#include "ledger/location.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace ledger {
namespace {

constexpr std::string_view kSqlite = "sqlite://";
constexpr std::array<std::string_view, 2> kPostgresql{"postgresql://", "postgres://"};

base::Error bad(std::string reason) { return {base::ErrorKind::rejected, std::move(reason)}; }

// A quotation mark would end the path in SOCI's connection string.
bool is_path_text(std::string_view path) {
  const auto is_odd = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"'; };
  return !path.empty() && path.back() != '/' && std::none_of(path.begin(), path.end(), is_odd);
}

base::Result<Location> sqlite_location(std::string_view path) {
  if (!is_path_text(path))
    return bad("sqlite:// must be followed by a file's path, as in sqlite:///var/lib/x.db");
  // "./": so that SQLite takes no name for one of its own, such as ":memory:".
  const std::string plain = (path.front() == '/' ? "" : "./") + std::string(path);
  return Location{Database::sqlite, base::Secret(plain), std::string(kSqlite).append(path)};
}

using Parameters = std::map<std::string, std::string>;

// What the URL says; absent when libpq cannot read it. libpq's own reason may quote the password.
std::optional<Parameters> parameters_of(const std::string& url) {
  char* reason = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.c_str(), &reason), PQconninfoFree);
  PQfreemem(reason);
  if (!options) return std::nullopt;
  Parameters parameters;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parameters.emplace(option->keyword, option->val);
  }
  return parameters;
}

std::string value_of(const Parameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

std::string text_of(const Parameters& parameters) {
  const std::string host = value_of(parameters, "host");
  const std::string port = value_of(parameters, "port");
  const std::string name = "/" + value_of(parameters, "dbname");
  const std::string text = std::string(kPostgresql.front());
  if (host.find('/') != std::string::npos) return text + name + "?host=" + host;  // a socket's folder
  return text + host + (port.empty() ? "" : ":" + port) + name;
}

// Appended where the URL does not say otherwise: no call may wait for a dead server for long.
constexpr std::array<std::pair<const char*, const char*>, 6> kDefaults{{
    {"connect_timeout", "5"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "20000"},
    {"fallback_application_name", "vprotect_exporter"},
}};

std::string with_defaults(std::string url, const Parameters& parameters) {
  char separator = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : kDefaults) {
    if (parameters.contains(name)) continue;
    url.append(1, std::exchange(separator, '&')).append(name).append("=").append(value);
  }
  return url;
}

base::Result<Location> postgresql_location(const std::string& url) {
  const auto parameters = parameters_of(url);
  if (!parameters) return bad("is not a URL of PostgreSQL: libpq cannot read it");
  return Location{Database::postgresql, base::Secret(with_defaults(url, *parameters)), text_of(*parameters)};
}

}  // namespace

base::Result<Location> parse_location(std::string_view url) {
  const bool is_postgresql = std::any_of(kPostgresql.begin(), kPostgresql.end(),
                                         [&](std::string_view scheme) { return url.starts_with(scheme); });
  if (is_postgresql && url.find('\0') == std::string_view::npos) return postgresql_location(std::string(url));
  if (url.starts_with(kSqlite)) return sqlite_location(url.substr(kSqlite.size()));
  return bad("must begin with sqlite:// or postgresql://");
}

}  // namespace ledger
