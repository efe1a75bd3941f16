#include "domain/directory.h"

namespace domain {

void Directory::add(const std::string& guid, const std::string& name, std::size_t index) {
  if (!guid.empty()) by_guid_.try_emplace(guid, 1, index);
  if (!name.empty()) by_name_[name].push_back(index);
}

const std::vector<std::size_t>& Directory::find(const Reference& reference) const {
  static const std::vector<std::size_t> kNone;
  const bool has_guid = !reference.guid.empty();
  const Index& index = has_guid ? by_guid_ : by_name_;
  const auto known = index.find(has_guid ? reference.guid.view() : reference.name.view());
  return known == index.end() ? kNone : known->second;
}

}  // namespace domain
