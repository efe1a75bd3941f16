#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>

#include "config/config.h"
#include "config/web_config.h"
#include "support/temp_dir.h"
#include "unit/config/example_env.h"

// What docs/ says of the configuration, held against the code.
namespace {

const std::filesystem::path kDocs = DOCS_DIR;

struct Row {
  std::string key;
  std::string default_value;  // empty when there is none to write down
};

// The rows "| `key` | type | `default` | meaning |" of a page.
std::vector<Row> documented(const char* page = "configuration.md") {
  static const std::regex kRow(R"(^\| `([^`]+)` \|[^|]*\| *(?:`([^`]*)`)?.*)");
  std::ifstream file(kDocs / page);
  std::vector<Row> rows;
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (std::regex_match(line, match, kRow)) rows.push_back({match[1], match[2]});
  }
  return rows;
}

// "  key: default" for each documented key directly in `mapping` that has a default.
std::string defaults_of(const std::string& mapping, const std::string& indentation) {
  std::string yaml;
  for (const Row& row : documented()) {
    const bool is_direct =
        row.key.rfind(mapping, 0) == 0 && row.key.find('.', mapping.size()) == std::string::npos;
    if (is_direct && !row.default_value.empty())
      yaml += indentation + row.key.substr(mapping.size()) + ": " + row.default_value + "\n";
  }
  return yaml;
}

TEST(Documentation, HasEveryKeyAndNoOther) {
  std::vector<std::string> keys;
  for (const Row& row : documented()) keys.push_back(row.key);
  std::vector<std::string> known = config::known_keys();
  std::sort(keys.begin(), keys.end());
  std::sort(known.begin(), known.end());

  EXPECT_EQ(keys, known);
}

TEST(Documentation, HasEveryKeyOfTheWebConfigurationAndNoOther) {
  std::vector<std::string> keys;
  for (const Row& row : documented("access.md")) keys.push_back(row.key);
  std::vector<std::string> known = config::web_config_keys();
  std::sort(keys.begin(), keys.end());
  std::sort(known.begin(), known.end());

  EXPECT_EQ(keys, known);
}

TEST(Documentation, TellsTheDefaults) {
  const support::TempDir folder;
  const std::string least = "servers:\n  - name: n\n    url: https://h\n    username: u\n    password: p\n";
  const std::string full =
      least + defaults_of("servers[].", "    ") + "    tls_config:\n" +
      defaults_of("servers[].tls_config.", "      ") + "collection:\n" + defaults_of("collection.", "  ") +
      "coverage:\n" + defaults_of("coverage.", "  ") + "metrics:\n" + defaults_of("metrics.", "  ") +
      "runbooks:\n" + defaults_of("runbooks.", "  ") + "  guard:\n" + defaults_of("runbooks.guard.", "    ") +
      "  follow:\n" + defaults_of("runbooks.follow.", "    ");

  EXPECT_EQ(config::load(folder.write("full.yaml", full).string(), config_test::environment()),
            config::load(folder.write("least.yaml", least).string(), config_test::environment()))
      << full;
  EXPECT_EQ(std::count(full.begin(), full.end(), '\n'),
            5 + 3 + 1 + 1 + 1 + 8 + 1 + 1 + 1 + 1 + (1 + 5) + (1 + 8) + (1 + 5))
      << full;
}

TEST(Documentation, HasAnExampleThatLoads) {
  const auto variables =
      config_test::environment({{"VPROTECT_PASSWORD", "a"}, {"BRANCH_PASSWORD", "b"}, {"BRANCH_HOST", "h"}});

  const config::Config config = config::load((kDocs / "example.yaml").string(), variables);

  EXPECT_EQ(config.collection, collector::Options{});
  EXPECT_EQ(config.servers.at(1).connection.url, "https://h:8181/api");
  EXPECT_EQ(config.metrics.budget_of("vprotect_vm_info"), 200'000U);
  EXPECT_EQ(config.warnings, std::vector<std::string>{});
}

}  // namespace
