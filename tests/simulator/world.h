#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "calls.h"
#include "clock.h"
#include "coverage.h"
#include "engine.h"
#include "fault.h"
#include "model.h"
#include "profile.h"
#include "scenario_file.h"
#include "session.h"
#include "simulator.h"

namespace simulator {

// Everything that changes, behind one mutex. Whoever locks calls `live()` before it looks.
struct World {
  explicit World(const Options& options);

  // Catches up with the clock.
  void live();
  void begin_again();
  void log(LoggedRequest request);

  const Options options;
  const std::optional<Site> site;  // of the scenario file, if there is one
  const Profile& profile;

  mutable std::mutex mutex;
  SimulatedClock clock;  // this and what follows: guarded by mutex
  Model model;
  Watch watch;
  std::unique_ptr<Engine> engine;
  Sessions sessions;
  FaultPlan faults;
  std::deque<LoggedRequest> requests;
  std::map<std::string, std::uint64_t> requests_by_path;
  Counts counts;
  Calls calls;
};

// What the server did and what has to be said of each VM: JSON.
std::string truth_of(const World& world);

}  // namespace simulator
