#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "domain/scope.h"
#include "domain/snapshot.h"
#include "runbook/refusal.h"
#include "runbook/request.h"

namespace runbook {

// A VM in a snapshot, which outlives it.
struct Subject {
  const domain::ServerState* server = nullptr;
  const domain::Vm* vm = nullptr;
  const domain::VmState* state = nullptr;
};

// The one VM that the scope shows and the selector means; `server` empty: at whichever server. What a scope
// does not show is as good as not there. A selector that several VMs fit is refused with the first of them.
std::variant<Subject, Refusal> find_vm(const domain::Snapshot& snapshot, const domain::Scope& scope,
                                       std::string_view server, const VmSelector& selector);

// What the selector says, for people: "name erp-db-01".
std::string text_of(const VmSelector& selector);

// Of one of these types, that waits or runs for the VM; null: there is none.
const domain::Task* open_task(const Subject& subject, std::initializer_list<std::string_view> types);

std::optional<Refusal> unreachable(const Subject& subject);

const domain::ServerState* find_server(const domain::Snapshot& snapshot, std::string_view name);

}  // namespace runbook
