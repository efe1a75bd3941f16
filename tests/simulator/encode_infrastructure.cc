#include <array>

#include "encode.h"

namespace simulator {
namespace {

struct Protection {
  std::int64_t up_to_date = 0, outdated = 0, unscheduled = 0;
};

// A node reports every 30 seconds, each at its own second.
TimePoint last_seen(const Node& node, Id id, TimePoint now) {
  if (node.died_at && *node.died_at <= now) return *node.died_at;
  const Millis since = (now - Millis(7000) * id).time_since_epoch();
  return now - since % Millis(30000);
}

Protection protection_of(const Model& model) {
  Protection sum;
  for (const Vm& vm : model.vms) {
    if (vm.gone) continue;
    ++(!vm.up_to_date ? sum.unscheduled : *vm.up_to_date ? sum.up_to_date : sum.outdated);
  }
  return sum;
}

void encode_counts(JsonWriter& json, std::string_view key, const Protection& counts) {
  json.open_object(key);
  json.number("protectedNo", counts.up_to_date);
  json.number("notProtected", counts.outdated);
  json.number("noSchedule", counts.unscheduled);
  json.close_object();
}

std::int64_t number(Bytes bytes) { return static_cast<std::int64_t>(bytes); }

}  // namespace

void encode_node(JsonWriter& json, const Encoder& from, Id id) {
  const Node& node = at(from.model.nodes, id);
  json.open_object();
  json.guid(Kind::node, id);
  json.text("name", node.name);
  json.text("version", from.profile.product);
  encode_time(json, "lastSeen", last_seen(node, id, from.now));
  json.reference("nodeConfig", Kind::node_config, 1, "Default Config");
  json.text("nodeIp", node.address);
  json.choice("state", {"RUNNING", "Running"});
  if (node.reported) {
    json.open_object("stagingSpace");
    json.number("totalSpace", number(node.staging_total));
    json.number("usedSpace", number(node.staging_used));
    json.close_object();
  } else {
    json.absent("stagingSpace");
  }
  encode_unknown(json);
  json.close_object();
}

void encode_destination(JsonWriter& json, const Encoder& from, Id id) {
  const Destination& destination = at(from.model.destinations, id);
  json.open_object();
  json.guid(Kind::destination, id);
  json.text("name", destination.name);
  json.choice("type", {destination.type, destination.type_description});
  json.number("totalUsedSpace", number(destination.used));
  if (destination.capacity) {
    json.number("totalAvailableSpace", number(*destination.capacity));
    json.number("totalDedupUsedSpace", number(destination.used * 3 / 5));
    json.number("totalDedupAvailableSpace", number(*destination.capacity));
  } else {
    json.absent("totalAvailableSpace");
  }
  json.flag("defaultBackupDestination", destination.is_default);
  json.open_array("nodeConfigs");
  json.reference({}, Kind::node_config, 1, "Default Config");
  json.close_array();
  encode_unknown(json);
  json.close_object();
}

void encode_project(JsonWriter& json, const Encoder& from, Id id) {
  json.open_object();
  json.guid(Kind::project, id);
  json.text("uuid", guid(Kind::project_uuid, id));
  json.text("name", at(from.model.projects, id).name);
  json.close_object();
}

void encode_protection(JsonWriter& json, const Encoder& from) {
  const Protection vms = protection_of(from.model);
  json.open_object();
  encode_counts(json, "allEntities", vms);
  encode_counts(json, "vm", vms);
  if (from.profile.modern) {
    json.open_object("endpoints");
    json.number("protectedNo", 0);
    json.number("notProtected", 0);
    json.close_object();
  }
  json.close_object();
}

}  // namespace simulator
