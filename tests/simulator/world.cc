#include "world.h"

#include <stdexcept>
#include <utility>

namespace simulator {
namespace {

constexpr std::size_t kMostLogged = 10'000;

bool is_golden(const Options& options) { return options.scenario == "golden"; }

std::optional<Site> site_of(const Options& options) {
  if (options.scenario_file.empty()) return std::nullopt;
  return site_in_file(options.scenario_file, options.start);
}

const Profile& profile_of(const Options& options, const std::optional<Site>& site) {
  if (!options.profile.empty()) return profile_named(options.profile);
  return profile_named(site && !site->profile.empty() ? site->profile : "7.4");
}

SimulatedClock clock_of(const Options& options, const std::optional<Site>& site) {
  if (site) return {site->now, 0};
  if (is_golden(options)) return {options.start.value_or(kGoldenNow), 0};
  return {options.start.value_or(world_time()), options.speed};
}

Model scenario_of(const Options& options, TimePoint now) {
  if (is_golden(options)) return golden_scenario();
  if (options.scenario == "demo") return demo_scenario(now, options.seed);
  if (options.scenario == "bulk") return bulk_scenario(now, options.seed, options.bulk);
  throw std::invalid_argument("no scenario '" + options.scenario + "': demo, golden or bulk");
}

Model model_of(const Options& options, const std::optional<Site>& site, TimePoint now) {
  Model model = site ? site->model : scenario_of(options, now);
  model.events = listed_events(model);
  return model;
}

Watch watch_of(const Options& options, TimePoint now) {
  return {options.watched_since.value_or(now), options.grace};
}

Sessions sessions_of(const Options& options, const Profile& profile) {
  return {std::string(profile.cookie), options.tls.has_value(), options.session_lifetime};
}

}  // namespace

World::World(const Options& wanted)
    : options(wanted),
      site(site_of(wanted)),
      profile(profile_of(wanted, site)),
      clock(clock_of(wanted, site)),
      model(model_of(wanted, site, clock.now())),
      watch(watch_of(wanted, clock.now())),
      engine(std::make_unique<Engine>(model, wanted.seed, clock.now())),
      sessions(sessions_of(wanted, profile)) {}

void World::live() { engine->advance_to(clock.now()); }

void World::begin_again() {
  clock = clock_of(options, site);
  const TimePoint now = clock.now();
  model = model_of(options, site, now);
  watch = watch_of(options, now);
  engine = std::make_unique<Engine>(model, options.seed, now);
  sessions.restart(options.session_lifetime);
  faults.clear();
  requests.clear();
  requests_by_path.clear();
  counts = {};
  calls = {};
}

void World::log(LoggedRequest request) {
  ++counts.requests;
  ++requests_by_path[request.path];
  requests.push_back(std::move(request));
  if (requests.size() > kMostLogged) requests.pop_front();
}

}  // namespace simulator
