#include "world.h"

#include <stdexcept>
#include <utility>

namespace simulator {
namespace {

constexpr std::size_t kMostLogged = 10'000;

bool is_golden(const Options& options) { return options.scenario == "golden"; }

SimulatedClock clock_of(const Options& options) {
  if (is_golden(options)) return {options.start.value_or(kGoldenNow), 0};
  return {options.start.value_or(world_time()), options.speed};
}

Model model_of(const Options& options, TimePoint now) {
  if (is_golden(options)) return golden_scenario();
  if (options.scenario == "demo") return demo_scenario(now, options.seed);
  if (options.scenario == "bulk") return bulk_scenario(now, options.seed, options.bulk);
  throw std::invalid_argument("no scenario '" + options.scenario + "': demo, golden or bulk");
}

Sessions sessions_of(const Options& options, const Profile& profile) {
  return {std::string(profile.cookie), options.tls.has_value(), options.session_lifetime};
}

}  // namespace

World::World(const Options& wanted)
    : options(wanted),
      profile(profile_named(wanted.profile)),
      clock(clock_of(wanted)),
      model(model_of(wanted, clock.now())),
      engine(std::make_unique<Engine>(model, wanted.seed, clock.now())),
      sessions(sessions_of(wanted, profile)) {}

void World::live() { engine->advance_to(clock.now()); }

void World::begin_again() {
  clock = clock_of(options);
  const TimePoint now = clock.now();
  model = model_of(options, now);
  engine = std::make_unique<Engine>(model, options.seed, now);
  sessions.restart(options.session_lifetime);
  faults.clear();
  requests.clear();
  requests_by_path.clear();
  counts = {};
}

void World::log(LoggedRequest request) {
  ++counts.requests;
  ++requests_by_path[request.path];
  requests.push_back(std::move(request));
  if (requests.size() > kMostLogged) requests.pop_front();
}

}  // namespace simulator
