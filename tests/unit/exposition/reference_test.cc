#include "exposition/reference.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

// With VPROTECT_UPDATE_DOCS=1 in the environment the pages are written instead.
bool is_update() { return std::getenv("VPROTECT_UPDATE_DOCS") != nullptr; }

std::filesystem::path page(const char* name) { return std::filesystem::path(PROJECT_DIR) / name; }

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The part of README.md that is printed: what stands between the two comments.
struct Part {
  std::size_t begin = 0;
  std::size_t length = 0;
};

Part metrics_of(const std::string& readme) {
  const std::size_t begin = readme.find('\n', readme.find("<!-- metrics")) + 1;
  return {begin, readme.find("<!-- end of metrics") - begin};
}

TEST(Reference, ThePageInDocsIsTheCatalogues) {
  if (is_update()) std::ofstream(page("docs/metrics.md")) << exposition::metrics_reference();

  EXPECT_EQ(content(page("docs/metrics.md")), exposition::metrics_reference())
      << "run again with VPROTECT_UPDATE_DOCS=1";
}

TEST(Reference, TheTableInTheReadmeIsTheCatalogues) {
  std::string readme = content(page("README.md"));
  const Part part = metrics_of(readme);
  const std::string table = "\n" + exposition::metrics_summary() + "\n";
  if (is_update()) {
    readme.replace(part.begin, part.length, table);
    std::ofstream(page("README.md")) << readme;
    return;
  }

  EXPECT_EQ(readme.substr(part.begin, part.length), table) << "run again with VPROTECT_UPDATE_DOCS=1";
}

}  // namespace
