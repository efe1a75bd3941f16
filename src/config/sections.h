#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/value.h"

// The mappings at the top of the file, each in a source file of its own: what reads it, and the keys that it
// may have.
namespace config {

void read_collection(const Value& map, Config& config);
std::vector<std::string> collection_keys();

void read_coverage(const Value& map, domain::DeriveOptions& options);
std::vector<std::string> coverage_keys();
// Once all is read: an exclusion may name a server.
void check_exclusions(const Value& root, const Config& config);

void read_metrics(const Value& map, exposition::Options& options);
std::vector<std::string> metrics_keys();

void read_access(const Value& map, web::AccessOptions& options);
std::vector<std::string> access_keys();

void read_runbooks(const Value& map, runbook::Options& options);
std::vector<std::string> runbooks_keys();

void read_servers(const Value& list, std::vector<ServerConfig>& servers);
std::vector<std::string> servers_keys();

}  // namespace config
