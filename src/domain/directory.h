#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/reference.h"

namespace domain {

// Finds the things of a list by reference.
class Directory {
 public:
  // A guid that is known already stays with the thing that had it first.
  void add(const std::string& guid, const std::string& name, std::size_t index);
  // By guid if the reference has one, else by name. Several when they share the name.
  const std::vector<std::size_t>& find(const Reference& reference) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Index = std::unordered_map<std::string, std::vector<std::size_t>, TextHash, std::equal_to<>>;

  Index by_guid_;
  Index by_name_;
};

}  // namespace domain
