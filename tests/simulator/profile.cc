#include "profile.h"

#include <array>
#include <stdexcept>
#include <string>

namespace simulator {

const Profile& profile_named(std::string_view name) {
  static const std::array<Profile, 3> kProfiles{{
      {.name = "3.9",
       .product = "3.9.2-11",
       .paging = false,
       .backup_times = false,
       .partial_success = false,
       .old_names = true,
       .locations = false,
       .project_in_list = false,
       .nulls = false,
       .loose_enums = false,
       .modern = false,
       .login_status = 200,
       .cookie = "JSESSIONID",
       .tenant_filters = {"tenantid", "tenant-id"}},
      {.name = "5.1",
       .product = "5.1.0-9",
       .paging = true,
       .backup_times = true,
       .partial_success = true,
       .old_names = false,
       .locations = true,
       .project_in_list = true,
       .nulls = true,
       .loose_enums = true,
       .modern = false,
       .login_status = 200,
       .cookie = "JSESSIONID",
       .tenant_filters = {"tenantid", "project-uuid"}},
      {.name = "7.4",
       .product = "7.4.0-27",
       .paging = true,
       .backup_times = true,
       .partial_success = true,
       .old_names = false,
       .locations = true,
       .project_in_list = true,
       .nulls = false,
       .loose_enums = false,
       .modern = true,
       .login_status = 201,
       .cookie = "sbr-session",
       .tenant_filters = {"project-uuid"}},
  }};
  for (const Profile& profile : kProfiles) {
    if (profile.name == name) return profile;
  }
  throw std::invalid_argument("no profile '" + std::string(name) + "': 3.9, 5.1 or 7.4");
}

}  // namespace simulator
