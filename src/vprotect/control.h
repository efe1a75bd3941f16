#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/backup.h"
#include "domain/id.h"
#include "domain/reference.h"
#include "domain/schedule.h"

// What changes something at a server.
namespace vprotect {

// Why a change was not confirmed. Where `may_have_happened` is false the server did nothing, for sure: it was
// not reached, or refused (any 4xx but 408). After a lost answer, a timeout, a 5xx or an answer that cannot
// be read, nobody knows; such a call is never sent again here.
struct Failure {
  base::Error error;
  bool may_have_happened = false;

  bool operator==(const Failure&) const = default;
};

template <class T>
using Changed = std::variant<T, Failure>;

// POST /tasks/export (guide; API page, 3.3).
struct ExportAsk {
  // Until 4.x a backup is told its destination, from 5.0 on the rules of its policy, which have theirs; 7.0
  // wants the kind of entity, too.
  enum class Form : std::uint8_t { destination, rules, typed_rules } form = Form::rules;
  domain::VmId vm;
  domain::BackupType type = domain::BackupType::full;  // full or incremental
  int priority = 50;                                   // 0 to 100
  base::TimePoint window_start;
  base::TimePoint window_end;
  domain::DestinationId destination;  // of the first form
  std::vector<domain::RuleId> rules;  // of the others

  bool operator==(const ExportAsk&) const = default;
};

// POST /tasks/restore-and-import. Empty: not said.
struct RestoreAsk {
  domain::BackupId backup;
  std::string hypervisor;          // guid; exactly one of the two
  std::string hypervisor_manager;  // guid
  std::string name;                // restoredPeName
  std::string storage;             // restoreStorageId
  std::string cluster;             // restoreClusterId
  std::string project;             // restoreProject: guid, or in 3.9 its platform id
  bool project_is_text = false;    // 3.9 takes a text, later versions an object
  std::string data_center;         // name
  bool overwrite = false;
  bool power_on = false;

  bool operator==(const RestoreAsk&) const = default;
};

// What the server says it has begun.
struct Begun {
  std::vector<domain::TaskId> tasks;  // none: it does not say which
  bool refused = false;               // the VM is among `unsuccessful`
  std::string detail;                 // the server's words to it

  bool operator==(const Begun&) const = default;
};

// What a policy, rule or schedule is to be; of an update, what is absent stays as it is. `tenant_id` goes
// along at creation only, where it is not empty.
struct PolicyDraft {
  std::optional<std::string> name;
  std::optional<bool> active;
  std::optional<int> priority;
  std::optional<bool> auto_remove_non_present;
  std::optional<std::vector<domain::VmId>> vms;
  std::string tenant_id;

  bool operator==(const PolicyDraft&) const = default;
};

struct RuleDraft {
  std::optional<std::string> name;
  std::optional<bool> active;
  domain::PolicyId policy;
  std::optional<std::vector<domain::ScheduleId>> schedules;
  std::optional<domain::DestinationId> primary;
  std::optional<domain::DestinationId> secondary;
  bool lists_destinations = false;  // until 4.x they are a list, later an object of roles

  bool operator==(const RuleDraft&) const = default;
};

struct ScheduleDraft {
  std::optional<std::string> name;
  std::optional<bool> active;
  std::optional<domain::BackupType> backup_type;  // full or incremental
  std::optional<std::chrono::milliseconds> hour;  // TIME; at most one of the two
  std::optional<domain::Interval> interval;       // INTERVAL
  std::optional<std::chrono::milliseconds> start_window;
  std::optional<std::vector<std::chrono::weekday>> days;
  std::optional<std::vector<std::chrono::month>> months;
  std::optional<std::vector<domain::Occurrence>> occurrences;
  std::optional<std::vector<domain::RuleId>> rules;
  std::string tenant_id;

  bool operator==(const ScheduleDraft&) const = default;
};

// One server's policy as it is now, with what only its own record tells.
struct PolicyDetail {
  std::string name;
  std::optional<bool> active;
  std::optional<int> priority;
  std::optional<bool> auto_remove_non_present;
  std::string auto_assign_mode;  // "DISABLED", ...; empty: not said
  std::vector<domain::VmId> vms;
  std::vector<domain::Reference> rules;
  std::string tenant_id;

  bool operator==(const PolicyDetail&) const = default;
};

// One server's REST API, as far as it changes something. Any thread; every call is bounded in time.
class Control {
 public:
  virtual ~Control() = default;

  virtual Changed<Begun> export_vm(const ExportAsk& ask) = 0;
  virtual Changed<Begun> restore_and_import(const RestoreAsk& ask) = 0;
  // PUT /tasks/{guid}/state: asynchronous, the state flips before the work stops.
  virtual Changed<base::Done> cancel(const domain::TaskId& task, const std::string& why) = 0;

  virtual base::Result<PolicyDetail> policy(const domain::PolicyId& id) = 0;
  virtual base::Result<domain::Schedule> schedule(const domain::ScheduleId& id) = 0;

  virtual Changed<domain::PolicyId> create(const PolicyDraft& draft) = 0;
  virtual Changed<domain::RuleId> create(const RuleDraft& draft) = 0;
  virtual Changed<domain::ScheduleId> create(const ScheduleDraft& draft) = 0;
  // Reads the record and sends it back whole, with what the draft has in its place: fields that we do not
  // know are kept.
  virtual Changed<base::Done> update(const domain::PolicyId& id, const PolicyDraft& draft) = 0;
  virtual Changed<base::Done> update(const domain::RuleId& id, const RuleDraft& draft) = 0;
  virtual Changed<base::Done> update(const domain::ScheduleId& id, const ScheduleDraft& draft) = 0;
  virtual Changed<base::Done> remove(const domain::PolicyId& id) = 0;
  virtual Changed<base::Done> remove(const domain::RuleId& id) = 0;
  virtual Changed<base::Done> remove(const domain::ScheduleId& id) = 0;

  // Calls under way end soon, and later ones at once, with ErrorKind::cancelled.
  virtual void cancel_calls() = 0;
};

}  // namespace vprotect
