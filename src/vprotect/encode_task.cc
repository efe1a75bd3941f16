// What begins a task, and what ends one (API page, 3.3).
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "vprotect/encoding.h"
#include "vprotect/json.h"
#include "vprotect/words.h"

namespace vprotect {
namespace {

std::int64_t milliseconds_of(base::TimePoint time) { return time.time_since_epoch().count(); }

void say(Json& body, const char* key, std::string_view text) {
  if (!text.empty()) body[key] = text;
}

void refer(Json& body, const char* key, std::string_view guid) {
  if (!guid.empty()) body[key] = reference_to(guid);
}

}  // namespace

std::string encode(const ExportAsk& ask) {
  Json body{{"windowStart", milliseconds_of(ask.window_start)},
            {"windowEnd", milliseconds_of(ask.window_end)},
            {"priority", ask.priority},
            {"backupType", enum_of(word_of(ask.type))},
            {"protectedEntities", Json::array({reference_to(ask.vm.text())})}};
  if (ask.form == ExportAsk::Form::destination) {
    body["backupDestination"] = reference_to(ask.destination.text());
  } else {
    body["rules"] = references_to(ask.rules);
  }
  if (ask.form == ExportAsk::Form::typed_rules) body["protectedEntityType"] = "VM";
  return text_of(body);
}

std::string encode(const RestoreAsk& ask) {
  Json body{{"backup", reference_to(ask.backup.text())}, {"overwrite", ask.overwrite}};
  refer(body, "hypervisor", ask.hypervisor);
  refer(body, "hypervisorManager", ask.hypervisor_manager);
  say(body, "restoredPeName", ask.name);
  say(body, "restoreStorageId", ask.storage);
  say(body, "restoreClusterId", ask.cluster);
  ask.project_is_text ? say(body, "restoreProject", ask.project) : refer(body, "restoreProject", ask.project);
  if (!ask.data_center.empty()) body["dataCenter"] = Json::object({{"name", ask.data_center}});
  // Known of a task's record only: said only where it is wanted.
  if (ask.power_on) body["powerOnAfterRestore"] = true;
  return text_of(body);
}

std::string encode_cancel(std::string_view why) {
  return text_of(Json::object({{"state", enum_of("CANCELLED")}, {"statusInfo", why}}));
}

}  // namespace vprotect
