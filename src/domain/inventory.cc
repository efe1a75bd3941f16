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

base::TimePoint server_time(const std::optional<std::chrono::milliseconds>& measured_skew,
                            base::TimePoint now) {
  constexpr std::chrono::seconds kNoise{2};
  const std::chrono::milliseconds skew = measured_skew.value_or(std::chrono::milliseconds{});
  return std::chrono::abs(skew) > kNoise ? now + skew : now;
}

}  // namespace domain
