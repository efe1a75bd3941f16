#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.h"

// How a mapping of the file comes into a struct: by a table of its keys.
namespace config {

// A key of a mapping, and how its value comes into the struct that the mapping stands for.
template <class T>
struct Key {
  std::string_view name;
  void (*read)(const Value& value, T& into);
};

template <class Keys>
std::vector<std::string_view> names_of(const Keys& keys) {
  std::vector<std::string_view> names(keys.size());
  std::transform(keys.begin(), keys.end(), names.begin(), [](const auto& key) { return key.name; });
  return names;
}

// A key without a value is as good as none: it leaves the default.
template <class Keys, class T>
void read_keys(const Value& map, const Keys& keys, T& into) {
  for (const std::string_view name : map.keys(names_of(keys))) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.name == name; });
    if (map.has(name)) key->read(map.at(name), into);
  }
}

inline void require(const Value& map, std::string_view key) {
  if (!map.has(key)) map.at(key).fail("missing");
}

// Finds what is there twice and may be there once.
class Unique {
 public:
  void claim(const std::string& what, const Value& by) {
    const auto [first, is_new] = claims_.emplace(what, by.path());
    if (!is_new) by.fail("the same as " + first->second);
  }

 private:
  std::map<std::string, std::string> claims_;  // what -> the key that has it
};

// "prefix.key" for each key of the table.
template <class Keys>
std::vector<std::string> prefixed_names(const std::string& prefix, const Keys& keys) {
  std::vector<std::string> names;
  for (const std::string_view name : names_of(keys)) names.push_back(prefix + std::string(name));
  return names;
}

}  // namespace config
