#pragma once

#include <string_view>
#include <vector>

namespace simulator {

// How one version of the product answers. Where its documents leave a choice, the profiles choose
// differently, so that a client which copes with all three relies on none of them.
struct Profile {
  std::string_view name;
  std::string_view product;  // what nodes say of themselves
  bool paging;               // page and size are read, X-Total-Count is sent
  bool backup_times;         // from and to are read on /backups
  bool partial_success;      // backups may end PARTIAL_SUCCESS, which is SUCCESS before
  bool old_names;            // INDEX, OLD_BACKUPS_REMOVAL; a rule's backupDestinations
  bool locations;            // backupLocations, else one backupDestination
  bool project_in_list;      // VM list records name their project
  bool nulls;                // nullable numbers are written as null, else left out
  bool loose_enums;          // enums inside nested objects are plain strings
  bool modern;               // networks, virtualProvider, possibleActions and other fields of 7.x
  int login_status;
  std::string_view cookie;
  std::vector<std::string_view> tenant_filters;  // the spellings that work
};

// 3.9, 5.1 or 7.4; throws std::invalid_argument for any other.
const Profile& profile_named(std::string_view name);

}  // namespace simulator
