// What a poll asks of the server: pages of lists, and nothing for each VM, tenant or task.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "running_exporter.h"

namespace {

using integration::RunningExporter;
using integration::setup_for;

constexpr std::uint64_t kPolls = 3;
constexpr unsigned kFew = 40;
constexpr unsigned kMany = 3500;
constexpr std::uint64_t kLaterPages = 3;  // of many VMs, by a thousand

struct Asked {
  std::uint64_t first_pages = 0;
  std::uint64_t later_pages = 0;

  bool operator==(const Asked&) const = default;
};

bool is_first_page(const std::string& query) {
  const std::string padded = "&" + query + "&";
  return padded.find("&page=") == std::string::npos || padded.find("&page=0&") != std::string::npos;
}

std::map<std::string, Asked> asked_of(const simulator::Simulator& server) {
  std::map<std::string, Asked> asked;
  for (const simulator::LoggedRequest& request : server.requests()) {
    Asked& of_path = asked[request.path];
    ++(is_first_page(request.query) ? of_path.first_pages : of_path.later_pages);
  }
  return asked;
}

// All that was asked until the VMs were polled so many times after the exporter was ready.
std::map<std::string, Asked> some_polls_of(unsigned vms) {
  simulator::Simulator server({.scenario = "bulk", .bulk = {.vms = vms, .history_days = 3}, .speed = 0});
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  const auto before = asked_of(server)["/api/virtual-machines"].first_pages;
  EXPECT_TRUE(support::eventually(
      [&] { return asked_of(server)["/api/virtual-machines"].first_pages >= before + kPolls; }));
  return asked_of(server);
}

std::set<std::string> paths_of(const std::map<std::string, Asked>& asked) {
  std::set<std::string> paths;
  for (const auto& [path, counts] : asked) paths.insert(path);
  return paths;
}

// A day's slice of the history has a row for each VM.
bool is_of_each_vm(const std::string& path) {
  return path == "/api/virtual-machines" || path == "/api/backups";
}

TEST(Requests, GrowWithPagesAndWithNothingElse) {
  const auto few = some_polls_of(kFew);
  const auto many = some_polls_of(kMany);

  EXPECT_EQ(paths_of(many), paths_of(few));
  EXPECT_EQ(paths_of(many), paths_of(few));
  for (const auto& [path, counts] : few) EXPECT_EQ(counts.later_pages, 0U) << path;
  for (const auto& [path, counts] : many) {
    const std::uint64_t pages = is_of_each_vm(path) ? kLaterPages * counts.first_pages : 0;
    EXPECT_LE(counts.later_pages, pages) << path;
    EXPECT_LT(counts.first_pages, kMany / 10) << path << " is asked for each VM";
  }
  const Asked& vms = many.at("/api/virtual-machines");
  EXPECT_GE(vms.later_pages, kLaterPages * (vms.first_pages - 1))
      << "but for the last poll, which may be under way";
}

}  // namespace
