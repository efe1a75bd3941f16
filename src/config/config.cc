#include "config/config.h"

#include <array>
#include <filesystem>
#include <utility>

#include "base/text.h"
#include "config/document.h"
#include "config/file.h"
#include "config/keys.h"
#include "config/sections.h"
#include "config/value.h"

namespace config {
namespace {

constexpr std::size_t kMostFile = 1024UL * 1024;

constexpr auto kRootKeys = std::to_array<Key<Config>>({
    {"collection", read_collection},
    {"coverage", [](const Value& v, auto& o) { read_coverage(v, o.fleet.derive); }},
    {"servers", [](const Value& v, auto& o) { read_servers(v, o.servers); }},
    {"metrics", [](const Value& v, auto& o) { read_metrics(v, o.metrics); }},
    {"access", [](const Value& v, auto& o) { read_access(v, o.access); }},
    {"runbooks", [](const Value& v, auto& o) { read_runbooks(v, o.runbooks); }},
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
  Reading reading{file, std::filesystem::path(path).parent_path().string(), environment, {}, nullptr};
  return read_config(parse_document(*text, file), reading);
}

std::vector<std::string> known_keys() {
  std::vector<std::string> keys = prefixed_names("", kRootKeys);
  for (const auto& section :
       {collection_keys(), coverage_keys(), metrics_keys(), access_keys(), runbooks_keys(), servers_keys()})
    keys.insert(keys.end(), section.begin(), section.end());
  return keys;
}

}  // namespace config
