// What answers a change, and a policy's own record (API page, 3.3 and 3.6).
#include <string>
#include <utility>
#include <vector>

#include "vprotect/decoding.h"
#include "vprotect/fields.h"

namespace vprotect {
namespace {

void add_task(const Value& task, std::vector<domain::TaskId>& tasks) {
  if (domain::TaskId id(guid_of(task)); !id.empty()) tasks.push_back(std::move(id));
}

void add_tasks(const Value& value, std::vector<domain::TaskId>& tasks) {
  if (!value.is_array()) return add_task(value, tasks);
  for (Value task = value.first(); task; task = task.next()) add_task(task, tasks);
}

// Only that VM was asked for: a name without a guid means it, too.
bool names(const Value& list, const domain::VmId& vm) {
  for (Value item = list.is_array() ? list.first() : Value(); item; item = item.next()) {
    const domain::VmId id(guid_of(item));
    if (id == vm || (id.empty() && !item.is_null())) return true;
  }
  return false;
}

// The server's words: of the whole answer, or of the first task that has some.
std::string words_of(const Value& answer, const Value& tasks) {
  for (const Value& text : {answer["message"], answer["statusInfo"]}) {
    if (!text.text().empty()) return free_text(text);
  }
  for (Value task = tasks.is_array() ? tasks.first() : Value(); task; task = task.next()) {
    if (const Value text = task["statusInfo"]; !text.text().empty()) return free_text(text);
  }
  return {};
}

bool read_vms(const Value& list, std::vector<domain::VmId>& vms) {
  for (Value item = list.is_array() ? list.first() : Value(); item; item = item.next()) {
    vms.emplace_back(guid_of(item));
    if (vms.back().empty()) return false;
  }
  return true;
}

}  // namespace

Begun decode_begun(const Value& answer, const domain::VmId& vm) {
  const Value tasks = answer.is_object() && answer["tasks"] ? answer["tasks"] : answer;
  Begun begun;
  add_tasks(tasks, begun.tasks);
  begun.refused = !vm.empty() && names(answer["unsuccessful"], vm);
  begun.detail = words_of(answer, tasks);
  return begun;
}

Verdict decode(const Value& record, base::TextPool& pool, PolicyDetail& row) {
  if (!record.is_object() || !read_vms(record["vms"], row.vms)) return Verdict::unreadable;
  row.name = record["name"].text();
  row.active = flag(record["active"]);
  if (const auto priority = whole(record["priority"]); priority && *priority >= 0 && *priority <= 100)
    row.priority = static_cast<int>(*priority);
  row.auto_remove_non_present = flag(record["autoRemoveNonPresent"]);
  row.auto_assign_mode = enum_name(record["autoAssignSettings"]["mode"]);
  row.rules = references(record["rules"], pool);
  row.tenant_id = record["tenantId"].text();
  return Verdict::wanted;
}

}  // namespace vprotect
