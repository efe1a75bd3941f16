#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "exposition/publisher.h"
#include "exposition/self_metrics.h"
#include "unit/exposition/snapshots.h"

namespace {

using exposition::Encoding;
using exposition::Format;

// VPROTECT_PROMTOOL names the program; else it is looked for on the PATH.
std::string promtool() {
  const char* const given = std::getenv("VPROTECT_PROMTOOL");
  if (given != nullptr) return given;
  return std::system("command -v promtool >/dev/null 2>&1") == 0 ? "promtool" : "";
}

TEST(Promtool, HasNothingToSay) {
  if (promtool().empty()) GTEST_SKIP() << "no promtool on the PATH";
  exposition::SelfMetrics self("1.2.3");
  self.request_done("prod", "GET /tasks", 200, std::chrono::seconds(1));
  self.login_done("prod", false);
  self.series_dropped("vprotect_vm_info", 1);
  self.config_reloaded(true, support::kNoon);
  exposition::Publisher publisher(self);
  publisher.publish(
      snapshots::snapshot({snapshots::full_server("prod"), snapshots::server("other \"one\"")}));
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("promtool-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "metrics") << snapshots::text_of(*publisher.body(Format::text, Encoding::identity));

  const std::string command = "'" + promtool() + "' check metrics <'" + (folder / "metrics").string() +
                              "' >'" + (folder / "verdict").string() + "' 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream file(folder / "verdict");
  const std::string verdict{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove_all(folder);

  EXPECT_EQ(status, 0);
  EXPECT_EQ(verdict, "");
}

}  // namespace
