#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/scope.h"

namespace exposition {

enum class Format { text, openmetrics };  // Prometheus text 0.0.4, OpenMetrics 1.0.0
enum class Encoding { identity, gzip };

// What a scrape may be narrowed to.
struct Filter {
  domain::Scope scope;
  std::vector<std::string> names;  // of families, as in ?name[]=; none: all of them

  bool empty() const { return scope.is_everything() && names.empty(); }
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
