#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/scope.h"

namespace exposition {

enum class Format { text, openmetrics };  // Prometheus text 0.0.4, OpenMetrics 1.0.0
enum class Encoding { identity, gzip };

// Parts of the catalogue that can be scraped on their own, as in ?collect[]=; `exporter` are its own metrics.
enum class Collector : std::uint8_t {
  servers,
  vms,
  backups,
  coverage,
  tenants,
  tasks,
  plans,
  infrastructure,
  exporter,
};
const std::vector<std::string_view>& collector_names();  // in the order of the enumeration
std::optional<Collector> collector_named(std::string_view name);

// Which labels a VM's samples have.
enum class Labels : std::uint8_t {
  full,  // server, tenant, vm, guid
  slim,  // server, guid; the others are on vprotect_vm_info alone
};

// A part of the exposition, the same for all who may see everything: those that are scraped again and again
// are made ready with each snapshot.
struct Cut {
  Labels labels = Labels::full;
  std::set<std::string> servers;   // as in ?server=; none: all of them
  std::set<Collector> collectors;  // none: all of them

  bool shows(std::string_view server) const {
    return servers.empty() || servers.contains(std::string(server));
  }
  bool shows(Collector collector) const { return collectors.empty() || collectors.contains(collector); }
  auto operator<=>(const Cut&) const = default;
};

// What a scrape may be narrowed to.
struct Filter {
  domain::Scope scope = {};
  std::vector<std::string> names = {};  // of families, as in ?name[]=; none: all of them
  Cut cut = {};

  // Others who ask for the cut get the same.
  bool is_cut_alone() const { return scope.is_everything() && names.empty(); }
  bool operator==(const Filter&) const = default;
};

// Takes one piece of a body; false when the reader is gone and the rest is not wanted.
using Sink = std::function<bool(std::string_view piece)>;

// An answer whose length is known before its first byte. It keeps alive what it is made from, so it may
// outlive any number of later snapshots.
struct Body {
  std::size_t length = 0;                       // bytes that `write` hands over in all
  std::function<bool(const Sink& sink)> write;  // in pieces of at most 64 KiB; false when the sink ended it
};

}  // namespace exposition
