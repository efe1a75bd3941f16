#include "domain/shard.h"

#include <gtest/gtest.h>

#include <array>
#include <map>

namespace {

using domain::owns;
using domain::owns_site;
using domain::Shard;
using namespace std::string_view_literals;

std::uint32_t owner(std::uint32_t count, std::string_view server, std::string_view tenant) {
  std::uint32_t index = 0;
  while (!owns({.index = index, .count = count}, server, tenant)) ++index;
  return index;
}

TEST(Shard, OfATenantIsTheSameInEveryRelease) {
  using Pinned = std::array<std::uint32_t, 3>;
  const std::map<std::pair<std::string_view, std::string_view>, Pinned> pinned{
      {{"", ""}, {1, 0, 267}},
      {{"prod", ""}, {0, 0, 588}},
      {{"prod", "finance"}, {0, 1, 656}},
      {{"prod", "unassigned"}, {1, 0, 847}},
      {{"prod", "Z\xc3\xbcrich"}, {0, 1, 754}},
      {{"prod", "\xff\0\n"sv}, {1, 2, 259}},
  };
  for (const auto& [names, shards] : pinned) {
    const auto& [server, tenant] = names;
    EXPECT_EQ((Pinned{owner(2, server, tenant), owner(3, server, tenant), owner(1000, server, tenant)}),
              shards)
        << server << ' ' << tenant;
  }
}

TEST(Shard, HasEachTenantOnce) {
  for (int tenant = 0; tenant < 100; ++tenant) {
    int owners = 0;
    for (std::uint32_t index = 0; index < 7; ++index)
      owners += owns({.index = index, .count = 7}, "prod", std::to_string(tenant)) ? 1 : 0;
    EXPECT_EQ(owners, 1) << tenant;
  }
}

TEST(Shard, HasItsPartOfManyTenantsWhoseNamesAreAlike) {
  std::map<std::uint32_t, int> tenants;
  for (int tenant = 0; tenant < 3000; ++tenant)
    ++tenants[owner(3, "prod", "tenant-" + std::to_string(tenant))];
  EXPECT_EQ(tenants, (std::map<std::uint32_t, int>{{0, 1022}, {1, 1001}, {2, 977}}));
}

TEST(Shard, OfOneHasEverything) {
  EXPECT_TRUE(owns(Shard{}, "prod", "finance"));
  EXPECT_TRUE(owns_site(Shard{}, "prod"));
}

TEST(Shard, ShowsASiteOnce) {
  EXPECT_EQ(owns_site({.index = 0, .count = 3}, "prod"), true);
  EXPECT_EQ(owns_site({.index = 1, .count = 3}, "prod"), false);
  EXPECT_EQ(owns_site({.index = 2, .count = 3}, "prod"), false);
}

TEST(Shard, IsReadAsItIsWritten) {
  const std::map<std::string, std::optional<Shard>> cases{
      {"0/1", Shard{}},
      {"2/3", Shard{.index = 2, .count = 3}},
      {"999/1000", Shard{.index = 999, .count = 1000}},
      {"3/3", {}},
      {"0/0", {}},
      {"0/1001", {}},
      {"-1/3", {}},
      {"+1/3", {}},
      {"1/3 ", {}},
      {" 1/3", {}},
      {"1", {}},
      {"1/", {}},
      {"/3", {}},
      {"1/3/4", {}},
      {"", {}},
      {"4294967296/4294967297", {}},
  };
  for (const auto& [text, shard] : cases) {
    EXPECT_EQ(domain::parse_shard(text), shard) << text;
    EXPECT_EQ(shard ? domain::to_text(*shard) : text, text);
  }
}

}  // namespace
