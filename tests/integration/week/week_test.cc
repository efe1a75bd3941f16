// A week in the life of the demo site, hour by hour, in which people change it: at every hour what the
// exporter says of each VM is what the simulator knows to be true. Its clock is the simulator's.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/fleet.h"
#include "domain/snapshot.h"
#include "ledger/open.h"
#include "simulator/ids.h"
#include "simulator/simulator.h"
#include "support/manual_clock.h"
#include "support/temp_dir.h"
#include "support/wait.h"
#include "vprotect/rest_client.h"

namespace {

using namespace std::chrono_literals;
using base::TimePoint;
using domain::Snapshot;
using nlohmann::json;
using simulator::Kind;
using Lines = std::set<std::string>;

// A Monday, at a minute when no schedule fires and no window ends.
constexpr TimePoint kStart =
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + std::chrono::hours{9} + std::chrono::minutes{17};

// The newest snapshot, for those who wait for one.
class Watcher {
 public:
  void publish(base::Shared<Snapshot> snapshot) {
    const std::lock_guard lock(mutex_);
    newest_ = std::move(snapshot);
    changed_.notify_all();
  }

  // Null when none came in time for which the condition holds.
  template <class Condition>
  base::Shared<Snapshot> wait_for(Condition condition) {
    std::unique_lock lock(mutex_);
    const auto holds = [&] { return newest_ && condition(*newest_); };
    return changed_.wait_for(lock, support::kPatience, holds) ? newest_ : nullptr;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  base::Shared<Snapshot> newest_;  // guarded by mutex_
};

// Tasks say nothing of the protection of a VM, and there are thousands.
bool is_read_at(const domain::SourceState& source, TimePoint time) {
  return source.resource == domain::Resource::tasks || source.health.last_success == time;
}

bool all_is_read_at(const Snapshot& snapshot, TimePoint time) {
  const auto& sources = snapshot.servers.front().sources;
  return std::all_of(sources.begin(), sources.end(),
                     [&](const domain::SourceState& source) { return is_read_at(source, time); });
}

// The site and an exporter that looks at it.
class Life {
 public:
  Life() { start_exporter(); }

  simulator::Simulator& site() { return site_; }

  void advance(std::chrono::milliseconds by) {
    site_.advance(by);
    clock_.set(site_.now());
  }

  // The snapshot of the site as it is now: what was under way when it changed is read once more. Null when it
  // did not come in time.
  base::Shared<Snapshot> settled() { return read_anew() ? read_anew() : nullptr; }

  // Nothing but the ledger is left of what it knew: so somebody who comes later knows nothing of what was
  // wiped.
  void restart_exporter() {
    fleet_.reset();
    store_.reset();
    site_.watch(kStart, kGrace);
    start_exporter();
  }

 private:
  static constexpr std::chrono::hours kGrace{1};

  void start_exporter() {
    store_ = ledger::open(*ledger::parse_location("sqlite://" + (folder_ / "ledger.db").string()), nullptr);
    fleet_.emplace(std::vector{member()},
                   collector::FleetOptions{.tick = 5ms, .derive = {.grace = kGrace, .exclusions = {}}},
                   store_->ledger(), clock_,
                   [this](base::Shared<Snapshot> snapshot) { watcher_.publish(std::move(snapshot)); });
  }

  collector::Member member() {
    return {.name = "prod",
            .options = {.interval = 5ms, .tasks_interval = 1h, .slow_interval = 5ms, .history_refresh = 240h},
            .tenants = {},
            .connect = [this] { return connect(); }};
  }

  std::unique_ptr<vprotect::Api> connect() {
    vprotect::ServerOptions options;
    options.name = "prod";
    options.url = site_.url();
    options.username = "monitoring";
    options.password = base::Secret("secret");
    return std::make_unique<vprotect::RestClient>(options, vprotect::Observer{}, clock_);
  }

  // Moves the exporter's clock alone, so that what is read from now on can be told from what was.
  base::Shared<Snapshot> read_anew() {
    clock_.advance(1ms);
    return watcher_.wait_for(
        [&](const Snapshot& snapshot) { return all_is_read_at(snapshot, clock_.now()); });
  }

  simulator::Simulator site_{
      {.scenario = "demo", .speed = 0, .start = kStart, .grace = kGrace, .session_lifetime = 0ms}};
  support::ManualClock clock_{kStart};
  const support::TempDir folder_;
  Watcher watcher_;
  std::unique_ptr<ledger::Store> store_;
  std::optional<collector::Fleet> fleet_;  // last member: it uses all the others
};

std::string line(std::string_view guid, std::string_view coverage, const std::string& due, bool overdue) {
  return std::string(guid).append(" ").append(coverage).append(", due ").append(due).append(
      overdue ? ", overdue" : "");
}

std::string tenant_line(const std::string& tenant, const std::string& state, std::uint64_t vms) {
  return tenant + ": " + std::to_string(vms) + " " + state;
}

using Totals = std::map<std::pair<std::string, std::string>, std::uint64_t>;

void add(Lines& lines, const Totals& totals) {
  for (const auto& [group, vms] : totals) {
    if (vms > 0) lines.insert(tenant_line(group.first, group.second, vms));
  }
}

Lines truth_of(const simulator::Simulator& site) {
  Lines lines;
  Totals totals;
  const json truth = json::parse(site.truth());
  for (const json& vm : truth["vms"]) {
    lines.insert(line(vm["guid"].get<std::string>(), vm["coverage"].get<std::string>(), vm["due_ms"].dump(),
                      vm["overdue"]));
    ++totals[{vm["project"].is_null() ? "unassigned" : vm["project"].get<std::string>(), vm["coverage"]}];
  }
  add(lines, totals);
  return lines;
}

std::string line_of(const domain::Vm& vm, const domain::VmState& state) {
  return line(vm.id.text(), state.coverage ? domain::name_of(*state.coverage) : "unknown",
              state.due ? std::to_string(state.due->time_since_epoch().count()) : "null",
              state.overdue.value_or(false));
}

Lines told_by(const domain::ServerState& server) {
  Lines lines;
  for (std::size_t i = 0; i < server.vms->size(); ++i)
    lines.insert(line_of((*server.vms)[i], server.vm_states[i]));
  Totals totals;
  for (const auto& [tenant, of_tenant] : server.tenants) {
    for (std::size_t state = 0; state < domain::kCoverages; ++state) {
      totals[{std::string(tenant.view()),
              std::string(domain::name_of(static_cast<domain::Coverage>(state)))}] =
          of_tenant.coverage.at(state);
    }
  }
  add(lines, totals);
  return lines;
}

// The lines that are in one of both only.
std::string differences(const Lines& truth, const Lines& told) {
  std::string text;
  for (const std::string& each : truth) {
    if (!told.contains(each)) text += "\ntrue: " + each;
  }
  for (const std::string& each : told) {
    if (!truth.contains(each)) text += "\ntold: " + each;
  }
  return text;
}

struct Change {
  std::string name;
  void (*make)(Life& life, int round);
};

// Another VM of the scenario in each round.
std::string victim(int round) { return guid(Kind::vm, static_cast<simulator::Id>(13 + round)); }

std::string number_of(int round) { return std::to_string(round); }

std::vector<Change> changes() {
  return {
      {"Gold is paused",
       [](Life& life, int) { life.site().set_policy_active(guid(Kind::policy, 1), false); }},
      {"VMs are added",
       [](Life& life, int round) {
         life.site().add_vm("new-" + number_of(round), "finance", "Gold");
         life.site().add_vm("forgotten-" + number_of(round), "research", std::nullopt);
         life.site().add_vm("homeless-" + number_of(round), std::nullopt, "Bronze");
       }},
      {"Gold goes on", [](Life& life, int) { life.site().set_policy_active(guid(Kind::policy, 1), true); }},
      {"A VM loses its policy",
       [](Life& life, int) { life.site().assign_policy(guid(Kind::vm, 7), std::nullopt); }},
      {"A VM vanishes", [](Life& life, int round) { life.site().set_present(victim(round), false); }},
      {"Backups are removed from their destination", [](Life& life, int) { life.site().mark_removed(true); }},
      {"The VM gets another policy",
       [](Life& life, int) { life.site().assign_policy(guid(Kind::vm, 7), "Bronze"); }},
      {"The rule of Silver is off",
       [](Life& life, int) { life.site().set_rule_active(guid(Kind::rule, 2), false); }},
      {"The VM is gone", [](Life& life, int round) { life.site().remove_vm(victim(round)); }},
      {"Backups are found again", [](Life& life, int) { life.site().mark_removed(false); }},
      {"The rule of Silver is on",
       [](Life& life, int) { life.site().set_rule_active(guid(Kind::rule, 2), true); }},
      {"The history is wiped", [](Life& life, int) { life.site().wipe_backups(); }},
      {"A schedule is stopped",
       [](Life& life, int) { life.site().set_schedule_active(guid(Kind::schedule, 5), false); }},
      {"A VM returns to its first policy",
       [](Life& life, int) { life.site().assign_policy(guid(Kind::vm, 7), "Silver"); }},
      {"The exporter is restarted", [](Life& life, int) { life.restart_exporter(); }},
      {"The schedule goes on",
       [](Life& life, int) { life.site().set_schedule_active(guid(Kind::schedule, 5), true); }},
  };
}

// What the exporter says that is not true, or does not say; empty when there is no such thing.
std::string fault_of(Life& life) {
  const auto snapshot = life.settled();
  if (!snapshot) return "not everything is read";
  return differences(truth_of(life.site()), told_by(snapshot->servers.front()));
}

Lines states_of(const simulator::Simulator& site) {
  Lines states;
  const json truth = json::parse(site.truth());
  for (const json& vm : truth["vms"]) states.insert(vm["coverage"].get<std::string>());
  return states;
}

// Sanitizers make it five times as slow; every change is made once in two days.
int hours() {
  return std::string_view(SANITIZE).empty() || std::getenv("VPROTECT_LONG") != nullptr ? 168 : 48;
}

TEST(Week, EachHourTheExporterSaysOfEachVmWhatIsTrue) {
  constexpr int kHoursBetweenChanges = 3;
  const auto all = changes();
  Life life;
  Lines states;
  ASSERT_EQ(fault_of(life), "") << "at the start";
  for (int hour = 1; hour <= hours(); ++hour) {
    life.advance(1h);
    ASSERT_EQ(fault_of(life), "") << "hour " << hour;
    if (hour % kHoursBetweenChanges != 0) continue;
    const std::size_t number = static_cast<std::size_t>(hour / kHoursBetweenChanges) - 1;
    const Change& change = all[number % all.size()];
    change.make(life, static_cast<int>(number / all.size()));
    ASSERT_EQ(fault_of(life), "") << "hour " << hour << ", " << change.name;
    states.merge(states_of(life.site()));
  }
  EXPECT_EQ(states,
            (Lines{"covered", "failing", "never_backed_up", "no_policy", "not_present", "overdue", "paused"}))
      << "each of these was told";
}

}  // namespace
