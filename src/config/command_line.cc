#include "config/command_line.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "base/suggestion.h"
#include "base/text.h"
#include "config/address.h"

namespace config {
namespace {

using base::log::Format;
using base::log::Level;

struct Flag {
  std::string_view name;
  std::string_view placeholder;  // of its value; empty when it takes none
  std::string_view help;
  void (*read)(const std::string& value, Arguments& into);
};

[[noreturn]] void fail(const std::string& message) { throw UsageError(base::excerpt(message, 300)); }

void read_config_file(const std::string& value, Arguments& into) {
  if (value.empty()) fail("--config.file: needs the path of a file");
  into.config_file = value;
}

void read_web_config_file(const std::string& value, Arguments& into) {
  if (value.empty()) fail("--web.config.file: needs the path of a file");
  into.web_config_file = value;
}

void read_listen_address(const std::string& value, Arguments& into) {
  const auto address = parse_address(value);
  if (!address || !address->port)
    fail("--web.listen-address: \"" + value + "\" is not HOST:PORT, :PORT or [IPV6]:PORT");
  into.web.host = address->host;
  into.web.port = *address->port;
}

void read_storage(const std::string& value, Arguments& into) {
  auto location = ledger::parse_location(value);
  if (!location) fail("--storage: " + location.error().message);
  into.storage = std::move(*location);
}

void read_shard(const std::string& value, Arguments& into) {
  const auto shard = domain::parse_shard(value);
  if (!shard)
    fail("--shard: \"" + value +
         "\" is not INDEX/COUNT, with an INDEX from 0 up to below a COUNT of at most " +
         std::to_string(domain::kMostShards));
  into.shard = *shard;
}

void read_log_level(const std::string& value, Arguments& into) {
  if (value == "debug") {
    into.log_level = Level::debug;
  } else if (value == "info") {
    into.log_level = Level::info;
  } else if (value == "warn") {
    into.log_level = Level::warn;
  } else if (value == "error") {
    into.log_level = Level::error;
  } else {
    fail("--log.level: \"" + value + "\" is not debug, info, warn or error");
  }
}

void read_log_format(const std::string& value, Arguments& into) {
  if (value != "logfmt" && value != "json") fail("--log.format: \"" + value + "\" is not logfmt or json");
  into.log_format = value == "json" ? Format::json : Format::logfmt;
}

constexpr const char* kDefaultStorage = "sqlite:///var/lib/vprotect_exporter/exporter.db";

constexpr auto kFlags = std::to_array<Flag>({
    {"--config.file", "FILE", "The configuration. Required.", read_config_file},
    {"--config.check", "",
     "Read the configuration, and --web.config.file, say what is wrong with it, and exit.",
     [](const std::string&, Arguments& into) { into.action = Action::check_config; }},
    {"--storage", "URL",
     "The ledger: sqlite:///FILE or postgresql://... Default: "
     "sqlite:///var/lib/vprotect_exporter/exporter.db",
     read_storage},
    {"--shard", "INDEX/COUNT",
     "Show every COUNTth tenant of each server only, by a hash: one exporter for each INDEX from 0 on shows "
     "all. Default: 0/1",
     read_shard},
    {"--web.listen-address", "HOST:PORT", "Where to serve; IPv6 in brackets. Default: :9777",
     read_listen_address},
    {"--web.config.file", "FILE", "TLS, users with passwords and headers, as for Prometheus' exporters.",
     read_web_config_file},
    {"--health.check", "",
     "Ask the exporter that serves there whether it is healthy, and exit; needs no --config.file.",
     [](const std::string&, Arguments& into) { into.action = Action::check_health; }},
    {"--token.new", "", "Print a new bearer token and its lines of the configuration, and exit.",
     [](const std::string&, Arguments& into) { into.action = Action::print_token; }},
    {"--audit.verify", "",
     "Check the audit trail in --storage row by row, say what was tampered with, and exit; needs no "
     "--config.file. Of a file, while no exporter has it.",
     [](const std::string&, Arguments& into) { into.action = Action::verify_audit; }},
    {"--log.level", "LEVEL", "The least that is logged: debug, info, warn or error. Default: info",
     read_log_level},
    {"--log.format", "FORMAT", "How: logfmt or json. Default: logfmt", read_log_format},
    {"--version", "", "Print the version and exit.",
     [](const std::string&, Arguments& into) { into.action = Action::print_version; }},
    {"--help", "", "Print this and exit; also -h.",
     [](const std::string&, Arguments& into) { into.action = Action::print_help; }},
});

std::vector<std::string_view> flag_names() {
  std::vector<std::string_view> names(kFlags.size());
  std::transform(kFlags.begin(), kFlags.end(), names.begin(), [](const Flag& flag) { return flag.name; });
  return names;
}

const Flag& flag_of(std::string_view name) {
  if (name == "-h") name = "--help";
  const auto flag = std::find_if(kFlags.begin(), kFlags.end(), [&](const Flag& f) { return f.name == name; });
  if (flag != kFlags.end()) return *flag;
  const bool is_flag = name.substr(0, 1) == "-";
  fail((is_flag ? "unknown flag \"" : "unexpected argument \"") + std::string(name) + "\"" +
       base::did_you_mean(name, flag_names()));
}

using Position = std::vector<std::string>::const_iterator;

// The value of the flag at `at`, behind its "=" or in the next argument, to which `at` then moves on.
std::string value_of(const Flag& flag, Position& at, Position end) {
  const auto equals = at->find('=');
  if (flag.placeholder.empty()) {
    if (equals != std::string::npos) fail(std::string(flag.name) + ": takes no value");
    return {};
  }
  if (equals != std::string::npos) return at->substr(equals + 1);
  if (at + 1 == end || (at + 1)->substr(0, 2) == "--") fail(std::string(flag.name) + ": needs a value");
  return *++at;
}

// Whatever else there is: who asks for help may have got the rest wrong.
bool is_final(Action action) { return action == Action::print_version || action == Action::print_help; }

bool takes_no_options(Action action) { return is_final(action) || action == Action::print_token; }

bool needs_file(Action action) { return action == Action::serve || action == Action::check_config; }

}  // namespace

Arguments parse_command_line(const std::vector<std::string>& arguments) {
  Arguments result;
  std::set<std::string_view> given;
  for (auto at = arguments.begin(); at != arguments.end() && !is_final(result.action); ++at) {
    const Flag& flag = flag_of(std::string_view(*at).substr(0, at->find('=')));
    if (!given.insert(flag.name).second) fail(std::string(flag.name) + ": given twice");
    flag.read(value_of(flag, at, arguments.end()), result);
  }
  if (!given.contains("--storage")) read_storage(kDefaultStorage, result);
  if (result.config_file.empty() && needs_file(result.action)) fail("--config.file: missing");
  return takes_no_options(result.action) ? Arguments{.action = result.action} : result;
}

std::string usage() {
  constexpr std::size_t kColumn = 36;
  std::string text = "Usage: vprotect_exporter --config.file=FILE [FLAG...]\n\n";
  for (const Flag& flag : kFlags) {
    std::string line = "  " + std::string(flag.name);
    if (!flag.placeholder.empty()) line += "=" + std::string(flag.placeholder);
    line.resize(std::max(kColumn, line.size() + 1), ' ');
    text += line + std::string(flag.help) + "\n";
  }
  return text;
}

}  // namespace config
