#include "exposition/reference.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

std::filesystem::path page() {
  return std::filesystem::path(__FILE__).parent_path() / "../../../docs/metrics.md";
}

// With VPROTECT_UPDATE_DOCS=1 in the environment the page is written instead.
TEST(Reference, ThePageInDocsIsTheCatalogues) {
  if (std::getenv("VPROTECT_UPDATE_DOCS") != nullptr)
    std::ofstream(page()) << exposition::metrics_reference();

  std::ifstream file(page());
  const std::string written{std::istreambuf_iterator<char>(file), {}};

  EXPECT_EQ(written, exposition::metrics_reference()) << "run again with VPROTECT_UPDATE_DOCS=1";
}

}  // namespace
