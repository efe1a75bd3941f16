#pragma once

#include <string_view>

#include "model.h"

namespace simulator {

// 2026-01-01T12:00:00Z, a Thursday: when the golden scenario takes place.
constexpr TimePoint kGoldenNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} +
                               std::chrono::hours(12)};

struct Bulk {
  unsigned vms = 1000;
  unsigned history_days = 1;
};

// A few VMs, one for each odd case, with fixed values.
Model golden_scenario();
// A small company whose last two weeks have been lived through by the engine, up to `now`.
Model demo_scenario(TimePoint now, std::uint64_t seed);
// Many VMs in 20 tenants under 4 policies, each with one backup a day.
Model bulk_scenario(TimePoint now, std::uint64_t seed, const Bulk& size);

}  // namespace simulator
