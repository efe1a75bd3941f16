#include "domain/inventory.h"

namespace domain {

std::string_view name_of(Resource resource) {
  switch (resource) {
    case Resource::virtual_machines:
      return "virtual_machines";
    case Resource::backups:
      return "backups";
    case Resource::tasks:
      return "tasks";
    case Resource::schedules:
      return "schedules";
    case Resource::policies:
      return "policies";
    case Resource::rules:
      return "rules";
    case Resource::nodes:
      return "nodes";
    case Resource::backup_destinations:
      return "backup_destinations";
    case Resource::protection:
      return "protection";
  }
  return "";
}

}  // namespace domain
