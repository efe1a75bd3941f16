#pragma once

#include <string_view>
#include <vector>

#include "model.h"

namespace simulator {

// Who looks at the site, since when, and how long it lets a backup be late.
struct Watch {
  TimePoint since{};
  Millis grace = std::chrono::hours(1);
};

// The attempts at one VM, those that somebody deleted among them, by their backupTime; those without one,
// which wait, are left out.
using Attempts = std::vector<const Backup*>;
std::vector<Attempts> attempts_by_vm(const Model& model);  // the VM with id n at n - 1

// What has to be said of a VM, from the model alone; README.md has the definitions.
struct Protection {
  std::string_view coverage;  // the state's name
  OptionalTime due;
  bool overdue = false;
};
Protection protection_of(const Model& model, const Vm& vm, const Attempts& attempts, const Watch& watch,
                         TimePoint now);

const Backup* last_success(const Attempts& attempts);
const Backup* last_ended(const Attempts& attempts);

}  // namespace simulator
