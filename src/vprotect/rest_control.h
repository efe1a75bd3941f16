#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "vprotect/control.h"
#include "vprotect/options.h"

namespace vprotect {

// The vendor's REST API over HTTP, with a login of its own. A call takes no longer than
// ServerOptions::call_timeout, one request no longer than request_timeout. Changes are sent once: again only
// where no connection was made, and after a 401 with a new login.
class RestControl final : public Control {
 public:
  // Asks nothing of the server yet. Throws std::invalid_argument for a URL that cannot be used. The clock
  // outlives the control.
  RestControl(const ServerOptions& options, const Observer& observer, const base::Clock& clock);
  // Logs out, in a few seconds at most; no call may be under way.
  ~RestControl() override;
  RestControl(const RestControl&) = delete;
  RestControl& operator=(const RestControl&) = delete;

  Changed<Begun> export_vm(const ExportAsk& ask) override;
  Changed<Begun> restore_and_import(const RestoreAsk& ask) override;
  Changed<base::Done> cancel(const domain::TaskId& task, const std::string& why) override;

  base::Result<PolicyDetail> policy(const domain::PolicyId& id) override;
  base::Result<domain::Schedule> schedule(const domain::ScheduleId& id) override;

  Changed<domain::PolicyId> create(const PolicyDraft& draft) override;
  Changed<domain::RuleId> create(const RuleDraft& draft) override;
  Changed<domain::ScheduleId> create(const ScheduleDraft& draft) override;
  Changed<base::Done> update(const domain::PolicyId& id, const PolicyDraft& draft) override;
  Changed<base::Done> update(const domain::RuleId& id, const RuleDraft& draft) override;
  Changed<base::Done> update(const domain::ScheduleId& id, const ScheduleDraft& draft) override;
  Changed<base::Done> remove(const domain::PolicyId& id) override;
  Changed<base::Done> remove(const domain::RuleId& id) override;
  Changed<base::Done> remove(const domain::ScheduleId& id) override;

  void cancel_calls() override;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace vprotect
