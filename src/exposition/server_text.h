#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/latest.h"
#include "base/shared_text.h"
#include "domain/vm.h"
#include "exposition/label_text.h"

namespace exposition {

// VMs [first, last) of one server, all of one tenant.
struct TenantRange {
  base::SharedText tenant;
  std::size_t first = 0;
  std::size_t last = 0;
};

// The labels that every family of a server's VMs repeats, escaped once and kept in one piece of memory.
class ServerText {
 public:
  ServerText(std::string_view server, base::Shared<std::vector<domain::Vm>> vms);

  // Made from this very list, under this name: then it serves a later snapshot as well.
  bool is_of(std::string_view server, const base::Shared<std::vector<domain::Vm>>& vms) const;

  LabelText server() const { return {server_labels_, 1}; }       // server
  LabelText vm(std::size_t at) const;                            // server, tenant, vm, guid
  LabelText slim_vm(std::size_t at, std::string& buffer) const;  // server, guid; made in the buffer
  // In the order of the list; a tenant has one range when the list is ordered by tenant.
  const std::vector<TenantRange>& tenants() const { return tenants_; }

 private:
  void append(const domain::Vm& vm);
  void note_tenant(const base::SharedText& tenant, std::size_t at);

  std::string server_;
  base::Shared<std::vector<domain::Vm>> vms_;
  std::string server_labels_;
  std::string text_;               // the VMs' labels, one after the other
  std::vector<std::size_t> ends_;  // of each VM's labels in text_
  std::vector<TenantRange> tenants_;
};

}  // namespace exposition
