#include "domain/shard.h"

#include <charconv>

namespace domain {
namespace {

constexpr std::uint64_t kBasis = 14695981039346656037U;

// FNV-1a.
std::uint64_t hashed(std::uint64_t hash, std::string_view text) {
  constexpr std::uint64_t kPrime = 1099511628211U;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * kPrime;
  return hash;
}

// Names that differ in their last letter only would be in neighbouring shards without it.
std::uint64_t avalanche(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33);
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Shard> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto index = parse_number(text.substr(0, slash));
  const auto count = parse_number(text.substr(slash + 1));
  if (!index || !count || *index >= *count || *count > kMostShards) return std::nullopt;
  return Shard{.index = *index, .count = *count};
}

std::string to_text(const Shard& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

bool owns(const Shard& shard, std::string_view server, std::string_view tenant) {
  if (shard.is_everything()) return true;
  constexpr std::string_view kEnd("\0", 1);
  return avalanche(hashed(hashed(hashed(kBasis, server), kEnd), tenant)) % shard.count == shard.index;
}

bool owns_site(const Shard& shard, std::string_view server) { return owns(shard, server, ""); }

}  // namespace domain
