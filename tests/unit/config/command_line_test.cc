#include "config/command_line.h"

#include <gtest/gtest.h>

namespace {

using base::log::Format;
using base::log::Level;
using config::Action;
using config::Arguments;

std::string error_of(const std::vector<std::string>& arguments) {
  try {
    config::parse_command_line(arguments);
    return "no error";
  } catch (const config::UsageError& e) {
    return e.what();
  }
}

constexpr const char* kDefaultStorage = "sqlite:///var/lib/vprotect_exporter/exporter.db";

ledger::Location storage(const char* url) { return ledger::parse_location(url).value(); }

Arguments listening_at(const std::string& host, int port) {
  Arguments expected{.config_file = "c.yaml", .storage = storage(kDefaultStorage)};
  expected.web.host = host;
  expected.web.port = port;
  return expected;
}

TEST(CommandLine, ServesWithDefaultsWhenOnlyTheFileIsNamed) {
  const Arguments arguments = config::parse_command_line({"--config.file=c.yaml"});

  EXPECT_EQ(arguments, listening_at("", 9777));
}

TEST(CommandLine, AHealthCheckNeedsAnAddressAndNoFile) {
  const Arguments arguments = config::parse_command_line({"--health.check", "--web.listen-address=:81"});

  EXPECT_EQ(arguments.action, Action::check_health);
  EXPECT_EQ(arguments.web.port, 81);
}

TEST(CommandLine, ANewTokenNeedsNothing) {
  EXPECT_EQ(config::parse_command_line({"--token.new"}), Arguments{.action = Action::print_token});
  EXPECT_THROW(config::parse_command_line({"--token.new", "extra"}), config::UsageError);
}

TEST(CommandLine, TakesEveryFlagInBothSpellings) {
  Arguments expected = listening_at("127.0.0.1", 80);
  expected.web_config_file = "web.yml";
  expected.action = Action::check_config;
  expected.log_level = Level::debug;
  expected.log_format = Format::json;
  expected.storage = storage("sqlite://x.db");
  expected.shard = {.index = 1, .count = 3};

  const Arguments joined = config::parse_command_line(
      {"--config.file=c.yaml", "--web.listen-address=127.0.0.1:80", "--log.level=debug", "--log.format=json",
       "--storage=sqlite://x.db", "--web.config.file=web.yml", "--shard=1/3", "--config.check"});
  const Arguments apart = config::parse_command_line({"--config.check", "--log.format", "json", "--log.level",
                                                      "debug", "--web.listen-address", "127.0.0.1:80",
                                                      "--storage", "sqlite://x.db", "--config.file", "c.yaml",
                                                      "--web.config.file", "web.yml", "--shard", "1/3"});

  EXPECT_EQ(joined, expected);
  EXPECT_EQ(apart, expected);
}

TEST(CommandLine, TakesEachFormOfAnAddress) {
  const std::vector<std::pair<std::string, Arguments>> cases{
      {":9777", listening_at("", 9777)},         {":0", listening_at("", 0)},
      {"0.0.0.0:1", listening_at("0.0.0.0", 1)}, {"localhost:65535", listening_at("localhost", 65535)},
      {"[::1]:9777", listening_at("::1", 9777)}, {"[::]:9777", listening_at("::", 9777)}};
  for (const auto& [address, expected] : cases) {
    EXPECT_EQ(config::parse_command_line({"--config.file=c.yaml", "--web.listen-address=" + address}),
              expected)
        << address;
  }
}

TEST(CommandLine, TakesEachLevel) {
  const std::vector<std::pair<std::string, Level>> cases{
      {"debug", Level::debug}, {"info", Level::info}, {"warn", Level::warn}, {"error", Level::error}};
  for (const auto& [name, level] : cases) {
    EXPECT_EQ(config::parse_command_line({"--config.file=c", "--log.level", name}).log_level, level);
  }
}

TEST(CommandLine, AnswersVersionAndHelpWithoutAFileAndWhateverFollows) {
  EXPECT_EQ(config::parse_command_line({"--version"}), Arguments{.action = Action::print_version});
  EXPECT_EQ(config::parse_command_line({"-h"}), Arguments{.action = Action::print_help});
  EXPECT_EQ(config::parse_command_line({"--log.level=debug", "--help", "--nonsense"}),
            Arguments{.action = Action::print_help});
}

TEST(CommandLine, SaysInOneLineWhatIsWrong) {
  const std::string not_address = R"( is not HOST:PORT, :PORT or [IPV6]:PORT)";
  const std::string not_shard =
      " is not INDEX/COUNT, with an INDEX from 0 up to below a COUNT of at most 1000";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{}, "--config.file: missing"},
      {{"--config.check"}, "--config.file: missing"},
      {{"--config.file"}, "--config.file: needs a value"},
      {{"--config.file="}, "--config.file: needs the path of a file"},
      {{"--config.file", "--config.check"}, "--config.file: needs a value"},
      {{"--config.file=a", "--config.file=b"}, "--config.file: given twice"},
      {{"--config.flie=a"}, R"(unknown flag "--config.flie"; did you mean "--config.file"?)"},
      {{"-config.file=a"}, R"(unknown flag "-config.file"; did you mean "--config.file"?)"},
      {{"--log_level=info"}, R"(unknown flag "--log_level"; did you mean "--log.level"?)"},
      {{"--storag=sqlite:///x"}, R"(unknown flag "--storag"; did you mean "--storage"?)"},
      {{"--storage=mysql://x"}, "--storage: " + ledger::parse_location("mysql://x").error().message},
      {{"--web.config.file="}, "--web.config.file: needs the path of a file"},
      {{"--"}, R"(unknown flag "--")"},
      {{"c.yaml"}, R"(unexpected argument "c.yaml")"},
      {{"a\nb"}, R"(unexpected argument "a b")"},
      {{"--shard=3/3"}, R"(--shard: "3/3")" + not_shard},
      {{"--shard", "x"}, R"(--shard: "x")" + not_shard},
      {{"--version=1"}, "--version: takes no value"},
      {{"--config.check=true"}, "--config.check: takes no value"},
      {{"--log.level=loud"}, R"(--log.level: "loud" is not debug, info, warn or error)"},
      {{"--log.format=xml"}, R"(--log.format: "xml" is not logfmt or json)"},
      {{"--web.listen-address=9777"}, R"(--web.listen-address: "9777")" + not_address},
      {{"--web.listen-address=:"}, R"(--web.listen-address: ":")" + not_address},
      {{"--web.listen-address=:65536"}, R"(--web.listen-address: ":65536")" + not_address},
      {{"--web.listen-address=:-1"}, R"(--web.listen-address: ":-1")" + not_address},
      {{"--web.listen-address=:80x"}, R"(--web.listen-address: ":80x")" + not_address},
      {{"--web.listen-address=::1:80"}, R"(--web.listen-address: "::1:80")" + not_address},
      {{"--web.listen-address=[::1]"}, R"(--web.listen-address: "[::1]")" + not_address},
      {{"--web.listen-address=[::1:80"}, R"(--web.listen-address: "[::1:80")" + not_address},
      {{"--web.listen-address=[host]:80"}, R"(--web.listen-address: "[host]:80")" + not_address},
      {{"--web.listen-address=a b:80"}, R"(--web.listen-address: "a b:80")" + not_address},
  };
  for (const auto& [arguments, error] : cases) EXPECT_EQ(error_of(arguments), error);
}

TEST(CommandLine, ShowsEveryFlagInTheUsage) {
  EXPECT_EQ(config::usage(),
            R"(Usage: vprotect_exporter --config.file=FILE [FLAG...]

  --config.file=FILE                The configuration. Required.
  --config.check                    Read the configuration, and --web.config.file, say what is wrong with it, and exit.
  --storage=URL                     The ledger: sqlite:///FILE or postgresql://... Default: sqlite:///var/lib/vprotect_exporter/exporter.db
  --shard=INDEX/COUNT               Show every COUNTth tenant of each server only, by a hash: one exporter for each INDEX from 0 on shows all. Default: 0/1
  --web.listen-address=HOST:PORT    Where to serve; IPv6 in brackets. Default: :9777
  --web.config.file=FILE            TLS, users with passwords and headers, as for Prometheus' exporters.
  --health.check                    Ask the exporter that serves there whether it is healthy, and exit; needs no --config.file.
  --token.new                       Print a new bearer token and its lines of the configuration, and exit.
  --audit.verify                    Check the audit trail in --storage row by row, say what was tampered with, and exit; needs no --config.file. Of a file, while no exporter has it.
  --log.level=LEVEL                 The least that is logged: debug, info, warn or error. Default: info
  --log.format=FORMAT               How: logfmt or json. Default: logfmt
  --version                         Print the version and exit.
  --help                            Print this and exit; also -h.
)");
}

}  // namespace
