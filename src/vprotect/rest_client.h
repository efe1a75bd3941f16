#pragma once

#include <memory>

#include "base/clock.h"
#include "vprotect/api.h"
#include "vprotect/options.h"

namespace vprotect {

// The vendor's REST API over HTTP. One list takes no longer than ServerOptions::call_timeout; one request no
// longer than request_timeout.
class RestClient final : public Api {
 public:
  // Asks nothing of the server yet. Throws std::invalid_argument for a URL that cannot be used. The clock
  // outlives the client.
  RestClient(const ServerOptions& options, const Observer& observer, const base::Clock& clock);
  // Logs out, in a few seconds at most; no call may be under way.
  ~RestClient() override;
  RestClient(const RestClient&) = delete;
  RestClient& operator=(const RestClient&) = delete;

  base::Result<Listing<domain::Vm>> virtual_machines() override;
  base::Result<Listing<domain::Vm>> virtual_machines(const TenantFilter& filter) override;
  base::Result<Listing<domain::Backup>> backups(const BackupRange& range) override;
  base::Result<Listing<domain::Task>> tasks() override;
  base::Result<Listing<domain::Schedule>> schedules() override;
  base::Result<Listing<domain::Policy>> policies() override;
  base::Result<Listing<domain::Rule>> rules() override;
  base::Result<Listing<domain::Node>> nodes() override;
  base::Result<Listing<domain::Destination>> destinations() override;
  base::Result<domain::ProtectionTotals> protection() override;
  void cancel() override;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace vprotect
