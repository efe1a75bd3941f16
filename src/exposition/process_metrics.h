#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "exposition/description.h"

namespace exposition {

// The process' own CPU, memory, threads and descriptors as /proc tells them now, under the names that
// Prometheus' clients share. What /proc does not tell is left out.
std::vector<prometheus::MetricFamily> process_metrics();
const std::vector<Description>& process_descriptions();

}  // namespace exposition
