#include "command_line.h"

#include <charconv>
#include <functional>
#include <map>
#include <string_view>

namespace simulator {
namespace {

template <class Number>
Number number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    throw UsageError("not a number: " + std::string(text));
  return number;
}

void set_address(std::string& host, int& port, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw UsageError("not HOST:PORT: " + text);
  host = text.substr(0, colon);
  port = number_in<int>(std::string_view(text).substr(colon + 1));
}

Tls& tls_of(Options& options) {
  if (!options.tls) options.tls.emplace();
  return *options.tls;
}

using Setter = std::function<void(CommandLine&, const std::string&)>;

const std::map<std::string_view, Setter>& flags() {
  static const std::map<std::string_view, Setter> kFlags{
      {"--listen", [](auto& c, auto& v) { set_address(c.options.host, c.options.port, v); }},
      {"--control", [](auto& c, auto& v) { set_address(c.options.control_host, c.options.control_port, v); }},
      {"--profile", [](auto& c, auto& v) { c.options.profile = v; }},
      {"--scenario", [](auto& c, auto& v) { c.options.scenario = v; }},
      {"--scenario-file", [](auto& c, auto& v) { c.options.scenario_file = v; }},
      {"--vms",
       [](auto& c, auto& v) {
         c.options.scenario = "bulk";
         c.options.bulk.vms = number_in<unsigned>(v);
       }},
      {"--history-days", [](auto& c, auto& v) { c.options.bulk.history_days = number_in<unsigned>(v); }},
      {"--seed", [](auto& c, auto& v) { c.options.seed = number_in<std::uint64_t>(v); }},
      {"--speed", [](auto& c, auto& v) { c.options.speed = number_in<double>(v); }},
      {"--start-ms",
       [](auto& c, auto& v) { c.options.start = TimePoint(Millis(number_in<std::int64_t>(v))); }},
      {"--session-lifetime-ms",
       [](auto& c, auto& v) { c.options.session_lifetime = Millis(number_in<std::int64_t>(v)); }},
      {"--username", [](auto& c, auto& v) { c.options.username = v; }},
      {"--password", [](auto& c, auto& v) { c.options.password = v; }},
      {"--tls-cert", [](auto& c, auto& v) { tls_of(c.options).cert_file = v; }},
      {"--tls-key", [](auto& c, auto& v) { tls_of(c.options).key_file = v; }},
      {"--tls-client-ca", [](auto& c, auto& v) { tls_of(c.options).client_ca_file = v; }},
      {"--port-file", [](auto& c, auto& v) { c.port_file = v; }},
  };
  return kFlags;
}

}  // namespace

const char* const kUsage =
    "vprotect_simulator: a stand-in for a vProtect server\n"
    "  --listen HOST:PORT       the API, 127.0.0.1:0 by default; port 0 takes a free one\n"
    "  --control HOST:PORT      the control port, 127.0.0.1:0 by default\n"
    "  --port-file FILE         write \"api=PORT control=PORT\" there once both listen\n"
    "  --profile 3.9|5.1|7.4    the version that is pretended, 7.4 or the file's by default\n"
    "  --scenario demo|golden   what it knows, demo by default\n"
    "  --scenario-file FILE     instead: a site that is described in JSON\n"
    "  --vms N                  instead: N VMs in 20 tenants\n"
    "  --history-days D         with --vms: so many backups of each VM, 1 by default\n"
    "  --seed S --speed X       another course of events; X times as fast as real time, 0 stands still\n"
    "  --start-ms T             the clock's beginning, in milliseconds since 1970\n"
    "  --session-lifetime-ms N  idle sessions end after that, 30 minutes by default, 0 never\n"
    "  --username U --password P  monitoring and secret by default\n"
    "  --tls-cert F --tls-key F [--tls-client-ca F]  speak HTTPS\n";

CommandLine parse_command_line(int argc, const char* const* argv) {
  CommandLine line;
  for (int i = 1; i < argc; ++i) {
    std::string name = argv[i], value;
    if (name == "--help") return {.help = true};
    const std::size_t equals = name.find('=');
    if (equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (++i < argc) {
      value = argv[i];
    } else {
      throw UsageError(name + " needs a value");
    }
    const auto flag = flags().find(name);
    if (flag == flags().end()) throw UsageError("unknown flag " + name);
    flag->second(line, value);
  }
  return line;
}

}  // namespace simulator
