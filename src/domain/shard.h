#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace domain {

// Which part of the servers' tenants an exporter shows: several that differ in nothing but the index show
// each tenant of each server once.
struct Shard {
  std::uint32_t index = 0;  // below count
  std::uint32_t count = 1;

  bool is_everything() const { return count == 1; }
  bool operator==(const Shard&) const = default;
};
inline constexpr std::uint32_t kMostShards = 1000;

// "index/count"; absent when it is none, or of more than kMostShards.
std::optional<Shard> parse_shard(std::string_view text);
std::string to_text(const Shard& shard);

// By a hash of both names that no release changes: a tenant would move to another exporter. Any bytes.
bool owns(const Shard& shard, std::string_view server, std::string_view tenant);

// Whether it is the one that shows what is of the whole server and of no tenant: as that of the tenant "".
bool owns_site(const Shard& shard, std::string_view server);

}  // namespace domain
