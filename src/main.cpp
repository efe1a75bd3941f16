// The composition root: reads the configuration, builds the parts bottom-up, waits for a signal, and lets
// destructors run.
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/log.h"
#include "base/result.h"
#include "collector/fleet.h"
#include "config/command_line.h"
#include "config/config.h"
#include "domain/snapshot.h"
#include "exposition/publisher.h"
#include "exposition/self_metrics.h"
#include "ledger/open.h"
#include "vprotect/rest_client.h"
#include "web/health_check.h"
#include "web/server.h"

namespace {

constexpr const char* kVersion = VPROTECT_VERSION;
constexpr std::size_t kShownSizes = 12;  // of a VM, in the report

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

config::Config load(const config::Arguments& arguments) {
  config::Config loaded = config::load(arguments.config_file, environment);
  for (const std::string& warning : loaded.warnings) base::log::warn(warning);
  for (const std::string& warning : config::expired_by(base::SystemClock().now(), loaded))
    base::log::warn(warning);
  return loaded;
}

bool has_server(const config::Config& config, const std::string& name) {
  return std::any_of(config.servers.begin(), config.servers.end(),
                     [&](const config::ServerConfig& server) { return server.connection.name == name; });
}

// What of a running collector is still good under a new configuration.
collector::Member::Keep what_to_keep(const config::Config& before, const config::Config& after,
                                     const config::ServerConfig& server) {
  using Keep = collector::Member::Keep;
  const auto same_name = [&](const config::ServerConfig& s) {
    return s.connection.name == server.connection.name;
  };
  const auto known = std::find_if(before.servers.begin(), before.servers.end(), same_name);
  if (known == before.servers.end()) return Keep::nothing;
  if (*known == server && before.collection == after.collection) return Keep::everything;
  // Whose a VM is can be told anew from its project; what a filter told of it cannot.
  const bool same_tenants = known->tenants == server.tenants || server.tenants.filter.empty();
  return known->connection.url == server.connection.url && same_tenants ? Keep::data : Keep::nothing;
}

// The running program. Its parts stand in the order in which they are built; each uses those above it.
class Exporter {
 public:
  Exporter(config::Arguments arguments, config::Config config)
      : arguments_(std::move(arguments)),
        config_(std::move(config)),
        self_(kVersion),
        publisher_(self_, config_.metrics),
        ledger_(ledger::open(
            arguments_.storage,
            [this](std::string_view operation, bool success) { self_.ledger_done(operation, success); })),
        fleet_(members({}, config_), config_.fleet, *ledger_, clock_,
               [this](base::Shared<domain::Snapshot> snapshot) { publish(std::move(snapshot)); }),
        server_(arguments_.web,
                {.latest = latest_,
                 .publisher = publisher_,
                 .clock = clock_,
                 .version = kVersion,
                 .sizes_of =
                     [this](std::string_view server, const domain::VmId& vm) {
                       return fleet_.sizes_of(server, vm, kShownSizes).value_or(std::vector<domain::Bytes>());
                     },
                 .backups_of = [this](std::string_view server,
                                      const domain::VmId& vm) { return fleet_.backups_of(server, vm); },
                 .reload = [this] { return reload(); },
                 .access_refused =
                     [this](web::AuthFailure failure) { self_.access_refused(web::name_of(failure)); }},
                {.access = config_.access, .front = {}, .tls = nullptr}) {
    starting_.unlock();
    self_.config_reloaded(true, clock_.now());
    base::log::info("listening", {{"port", std::to_string(server_.port())}, {"version", kVersion}});
  }

  // Takes the configuration file as it is now; one that is not good leaves everything as it was. Any thread.
  base::Result<base::Done> reload() {
    const std::lock_guard lock(reload_);
    try {
      apply(load(arguments_));
    } catch (const config::ConfigError& error) {
      self_.config_reloaded(false, clock_.now());
      base::log::error("the configuration was not reloaded", {{"error", error.what()}});
      return base::Error{base::ErrorKind::malformed, error.what()};
    }
    self_.config_reloaded(true, clock_.now());
    base::log::info("the configuration was reloaded", {{"file", arguments_.config_file}});
    return base::Done{};
  }

 private:
  std::vector<collector::Member> members(const config::Config& before, const config::Config& after) {
    std::vector<collector::Member> result;
    for (const config::ServerConfig& server : after.servers) {
      result.push_back({.name = server.connection.name,
                        .options = after.collection,
                        .tenants = server.tenants,
                        .connect = [this, options = server.connection] { return connect(options); },
                        .keep = what_to_keep(before, after, server)});
    }
    return result;
  }

  std::unique_ptr<vprotect::Api> connect(const vprotect::ServerOptions& options) {
    vprotect::Observer observer;
    observer.request_done = [this](const vprotect::RequestDone& done) {
      self_.request_done(done.server, done.endpoint, done.status, done.duration);
    };
    observer.login_done = [this](const vprotect::LoginDone& done) {
      self_.login_done(done.server, done.success);
    };
    return std::make_unique<vprotect::RestClient>(options, std::move(observer), clock_);
  }

  void publish(base::Shared<domain::Snapshot> snapshot) {
    publisher_.publish(snapshot);
    latest_.publish(std::move(snapshot));
  }

  void apply(config::Config loaded) {
    publisher_.configure(loaded.metrics);
    server_.protect({.access = loaded.access, .front = {}, .tls = nullptr});
    fleet_.replace(members(config_, loaded), loaded.fleet);
    for (const config::ServerConfig& server : config_.servers) {
      if (!has_server(loaded, server.connection.name)) self_.forget_server(server.connection.name);
    }
    config_ = std::move(loaded);
  }

  const config::Arguments arguments_;
  std::mutex reload_;
  std::unique_lock<std::mutex> starting_{reload_};  // until all parts are there: the server is the last
  config::Config config_;                           // guarded by reload_, once the constructor is done
  base::SystemClock clock_;
  exposition::SelfMetrics self_;
  exposition::Publisher publisher_;
  const std::unique_ptr<ledger::Ledger> ledger_;
  base::Latest<domain::Snapshot> latest_;
  collector::Fleet fleet_;
  web::Server server_;
};

// The signals that we wait for, blocked in this thread and so in all that it starts.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGXFSZ, SIG_IGN);  // a ledger that may not grow is an error of its write, not our end
  ::signal(SIGPIPE, SIG_IGN);  // a client that goes away is an error of its write, not our end
  return signals;
}

// As many descriptors as we may have: each client and each connection to a server is one.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Lists of a large site come and go as a whole, each made by another thread. Large blocks go back to the
// system at once, which by default they soon no longer do, and what one thread has freed is there for most
// of the others.
void keep_memory_together() {
  constexpr int kLargeBlock = 1024 * 1024;
  mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  mallopt(M_ARENA_MAX, 2);
}

void serve(const config::Arguments& arguments) {
  keep_memory_together();
  raise_descriptor_limit();
  const sigset_t signals = block_signals();
  Exporter exporter(arguments, load(arguments));
  for (int signal = 0; sigwait(&signals, &signal) == 0;) {
    if (signal != SIGHUP) {
      base::log::info("stopping", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
      return;
    }
    static_cast<void>(exporter.reload());  // it has logged what there is to say
  }
}

void check_config(const config::Arguments& arguments) {
  for (const std::string& warning : config::load(arguments.config_file, environment).warnings) {
    std::cout << "warning: " << warning << '\n';
  }
  std::cout << arguments.config_file << ": good\n";
}

void check_health(const config::Arguments& arguments) {
  if (const auto healthy = web::check_health(arguments.web); !healthy)
    throw std::runtime_error(healthy.error().message);
}

void run_command(const config::Arguments& arguments) {
  switch (arguments.action) {
    case config::Action::print_help:
      std::cout << config::usage();
      break;
    case config::Action::print_version:
      std::cout << "vprotect_exporter " << kVersion << '\n';
      break;
    case config::Action::check_config:
      check_config(arguments);
      break;
    case config::Action::check_health:
      check_health(arguments);
      break;
    case config::Action::serve:
      base::log::configure(arguments.log_level, arguments.log_format);
      serve(arguments);
      break;
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run_command(config::parse_command_line({argv + 1, argv + argc}));
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "vprotect_exporter: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
