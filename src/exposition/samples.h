#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/catalogue.h"
#include "exposition/family_writer.h"
#include "exposition/value.h"
#include "exposition/view.h"

// The ways in which a row of the catalogue walks through what is shown. Each takes a function that a row
// writes as a lambda; `add` takes the values of the labels that are not given yet, the sample's value, and
// of a counter, where it is known, when it began to count.
namespace exposition {

template <class T>
void prefetch(const T* object) {
  constexpr std::size_t kCacheLine = 64;
  const auto* bytes = reinterpret_cast<const char*>(object);
  for (std::size_t at = 0; at < sizeof(T); at += kCacheLine) __builtin_prefetch(bytes + at);
}

// f(ServerState) -> value. Labels: server.
template <class F>
auto server_value(F f) {
  return [f](const View& view, FamilyWriter& out) {
    for (const ServerView& server : view.servers) out.sample_once(server.text.server(), {}, f(server.state));
  };
}

// f(ServerState, add). Labels: server, and what is added.
template <class F>
auto server_values(F f) {
  return [f](const View& view, FamilyWriter& out) {
    for (const ServerView& server : view.servers) {
      f(server.state,
        [&](FamilyWriter::Values labels, std::optional<double> value, FamilyWriter::Created created = {}) {
          out.sample_once(server.text.server(), labels, value, created);
        });
    }
  };
}

// f(SourceState) -> value. Labels: server, collector.
template <class F>
auto source_value(F f) {
  return server_values([f](const domain::ServerState& server, const auto& add) {
    for (const domain::SourceState& source : server.sources) add({name_of(source.resource)}, f(source));
  });
}

// f(item, add) for each of one list of the server. Labels: server, and what is added.
template <class Item, class F>
auto item_values(base::Shared<std::vector<Item>> domain::ServerState::*list, F f) {
  return server_values([list, f](const domain::ServerState& server, const auto& add) {
    for (const Item& item : *(server.*list)) f(item, add);
  });
}

// f(item) -> value. Labels: server, the item's name, its guid.
template <class Item, class F>
auto item_value(base::Shared<std::vector<Item>> domain::ServerState::*list, F f) {
  return item_values(list, [f](const Item& item, const auto& add) {
    add({item.name, item.id.text()}, f(item));
  });
}

// visit(ServerView, place in its list, add) for each VM that is shown, whose samples have these labels.
template <class Visit>
void for_each_vm(const View& view, FamilyWriter& out, Labels labels_of_vm, Visit visit) {
  std::string buffer;
  for (const ServerView& server : view.servers) {
    for (const TenantRange& range : server.vms) {
      for (std::size_t i = range.first; i < range.last && !out.ended(); ++i) {
        const LabelText identity =
            labels_of_vm == Labels::full ? server.text.vm(i) : server.text.slim_vm(i, buffer);
        visit(server, i,
              [&](FamilyWriter::Values labels, std::optional<double> value,
                  FamilyWriter::Created created = {}) { out.sample(identity, labels, value, created); });
      }
    }
  }
}

// f(Vm, VmState, add) for each VM that is shown. Labels: server, tenant, vm, guid, and what is added.
template <class F>
auto vm_values(F f) {
  return [f](const View& view, FamilyWriter& out) {
    for_each_vm(view, out, view.labels, [&](const ServerView& server, std::size_t i, const auto& add) {
      f((*server.state.vms)[i], server.state.vm_states[i], add);
    });
  };
}

// f(Vm, add) for each VM that is shown: the family that has all labels, whatever others have.
template <class F>
auto vm_identities(F f) {
  return [f](const View& view, FamilyWriter& out) {
    for_each_vm(view, out, Labels::full, [&](const ServerView& server, std::size_t i, const auto& add) {
      f((*server.state.vms)[i], add);
    });
  };
}

// f(Vm, VmState) -> value. Labels: server, tenant, vm, guid.
template <class F>
auto vm_value(F f) {
  return vm_values(
      [f](const domain::Vm& vm, const domain::VmState& state, const auto& add) { add({}, f(vm, state)); });
}

// f(BackupSummary, add) for each VM that is shown and whose history is known. Labels: server, tenant, vm,
// guid, and what is added.
template <class F>
auto history_values(F f) {
  return [f](const View& view, FamilyWriter& out) {
    for_each_vm(view, out, view.labels, [&](const ServerView& server, std::size_t i, const auto& add) {
      // Histories are anywhere in memory: those that come soon are fetched meanwhile.
      constexpr std::size_t kAhead = 16;
      const auto& states = server.state.vm_states;
      if (i + kAhead < states.size()) prefetch(states[i + kAhead].history.get());
      if (const auto& history = states[i].history) f(*history, add);
    });
  };
}

// f(TenantTotals) -> value for each tenant that is shown. Labels: server, tenant.
template <class F>
auto tenant_value(F f) {
  return [f](const View& view, FamilyWriter& out) {
    for (const ServerView& server : view.servers) {
      for (const auto& [tenant, totals] : server.state.tenants) {
        if (!view.scope.shows(tenant.view())) continue;
        out.sample_once(server.text.server(), {tenant.view()}, f(totals));
      }
    }
  };
}

}  // namespace exposition
