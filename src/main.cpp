// The composition root: reads the configuration, builds the parts bottom-up, waits for a signal, and lets
// destructors run.
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
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
#include "base/periodic_task.h"
#include "base/result.h"
#include "collector/fleet.h"
#include "config/command_line.h"
#include "config/config.h"
#include "config/file.h"
#include "config/web_config.h"
#include "domain/snapshot.h"
#include "exposition/publisher.h"
#include "exposition/self_metrics.h"
#include "ledger/open.h"
#include "runbook/runbook.h"
#include "vprotect/http.h"
#include "vprotect/rest_client.h"
#include "vprotect/rest_control.h"
#include "web/callback.h"
#include "web/health_check.h"
#include "web/new_token.h"
#include "web/protection.h"
#include "web/server.h"

namespace {

constexpr const char* kVersion = VPROTECT_VERSION;
constexpr std::size_t kShownSizes = 12;                // of a VM, in the report
constexpr std::chrono::seconds kWebConfigInterval{5};  // in which a change of its files is noticed

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

web::FrontOptions load_front(const config::Arguments& arguments, config::FileStamps& files,
                             config::EmptyFile empty_file = config::EmptyFile::is_good) {
  const std::string& file = arguments.web_config_file;
  return file.empty() ? web::FrontOptions{} : config::load_web_config(file, environment, files, empty_file);
}

// `files` becomes what --web.config.file and what it names were when they were read.
web::Protection load_protection(const config::Arguments& arguments, const web::AccessOptions& access,
                                config::FileStamps& files,
                                config::EmptyFile empty_file = config::EmptyFile::is_good) {
  auto protection = web::prepare(access, load_front(arguments, files, empty_file));
  if (!protection)
    throw config::ConfigError(arguments.web_config_file +
                              ": tls_server_config: " + protection.error().message);
  return std::move(*protection);
}

void log_warnings(const web::Protection& protection) {
  for (const std::string& warning : web::warnings_of(protection)) base::log::warn(warning);
}

// What the files say, all of it good.
struct Loaded {
  config::Config config;
  web::Protection protection;
};

bool has_server(const config::Config& config, const std::string& name) {
  return std::any_of(config.servers.begin(), config.servers.end(),
                     [&](const config::ServerConfig& server) { return server.connection.name == name; });
}

// What of a running collector is still good under a new configuration.
collector::Member::Keep what_to_keep(const config::Config& before, const config::Config& after,
                                     const config::ServerConfig& server, const domain::Shard& shard) {
  using Keep = collector::Member::Keep;
  const auto same_name = [&](const config::ServerConfig& s) {
    return s.connection.name == server.connection.name;
  };
  const auto known = std::find_if(before.servers.begin(), before.servers.end(), same_name);
  if (known == before.servers.end()) return Keep::nothing;
  if (*known == server && before.collection == after.collection) return Keep::everything;
  // Whose a VM is can be told anew from its project; what a filter told of it cannot, nor of one that is not
  // there.
  const bool can_be_told = server.tenants.filter.empty() && shard.is_everything();
  const bool same_tenants = known->tenants == server.tenants || can_be_told;
  const bool same_url =
      vprotect::with_api(known->connection.url) == vprotect::with_api(server.connection.url);
  if (!same_url || !same_tenants) return Keep::nothing;
  return known->connection.username == server.connection.username ? Keep::data : Keep::all_but_backups;
}

// How the server is reached by what changes something at it.
vprotect::ServerOptions changing(const config::ServerConfig& server) {
  vprotect::ServerOptions options = server.connection;
  if (server.runbook_account) {
    options.username = server.runbook_account->username;
    options.password = server.runbook_account->password;
  }
  return options;
}

// A lease is longer than whatever is done for a job at once: three changes, each with a read of what it
// changes, and a login.
runbook::Options runbook_options(const config::Config& config, const domain::Shard& shard) {
  runbook::Options options = config.runbooks;
  options.shard = shard;
  for (const config::ServerConfig& server : config.servers)
    options.follow.lease = std::max(options.follow.lease, 8 * server.connection.request_timeout);
  return options;
}

collector::FleetOptions fleet_options(const config::Config& config, const domain::Shard& shard) {
  collector::FleetOptions options = config.fleet;
  options.derive.shard = shard;
  return options;
}

// The running program. Its parts stand in the order in which they are built; each uses those above it.
class Exporter {
 public:
  Exporter(config::Arguments arguments, Loaded loaded, config::FileStamps web_files)
      : arguments_(std::move(arguments)),
        config_(std::move(loaded.config)),
        web_files_(std::move(web_files)),
        self_(kVersion, arguments_.shard),
        publisher_(self_, config_.metrics),
        store_(ledger::open(
            arguments_.storage,
            [this](std::string_view operation, bool success) { self_.ledger_done(operation, success); })),
        fleet_(members({}, config_), fleet_options(config_, arguments_.shard), store_->ledger(), clock_,
               [this](base::Shared<domain::Snapshot> snapshot) { publish(std::move(snapshot)); }),
        runbook_(runbook_members(config_), runbook_options(config_, arguments_.shard),
                 {.journal = store_->journal(),
                  .latest = latest_,
                  .clock = clock_,
                  .backups_of = [this](std::string_view server,
                                       const domain::VmId& vm) { return fleet_.backups_of(server, vm); }},
                 runbook_observer()),
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
                 .runbook = &runbook_,
                 .journal = &store_->journal(),
                 .reload = [this] { return reload(); },
                 .access_refused =
                     [this](web::AuthFailure failure) { self_.access_refused(web::name_of(failure)); }},
                std::move(loaded.protection)) {
    if (!arguments_.web_config_file.empty())
      watch_.emplace(
          kWebConfigInterval, [this](const std::stop_token&) { renew_protection(); }, kWebConfigInterval);
    starting_.unlock();
    self_.config_reloaded(true, clock_.now());
    base::log::info("listening", {{"port", std::to_string(server_.port())}, {"version", kVersion}});
  }

  // Takes the configuration files as they are now; one that is not good leaves everything as it was. Any
  // thread.
  base::Result<base::Done> reload() {
    const std::lock_guard lock(reload_);
    try {
      apply(load_again());
    } catch (const config::ConfigError& error) {
      return not_reloaded(error);
    }
    self_.config_reloaded(true, clock_.now());
    base::log::info("the configuration was reloaded", {{"file", arguments_.config_file}});
    return base::Done{};
  }

 private:
  Loaded load_again() {
    config_is_good_ = false;
    config::Config config = load(arguments_);
    config_is_good_ = true;
    auto protection = load_protection_again(config.access);
    return {std::move(config), std::move(protection)};
  }

  // A file that was emptied, or is just being written, must not take TLS and users away.
  web::Protection load_protection_again(const web::AccessOptions& access) {
    const bool has_any = server_.protection()->front != web::FrontOptions{};
    auto protection = load_protection(arguments_, access, web_files_,
                                      has_any ? config::EmptyFile::is_an_error : config::EmptyFile::is_good);
    log_warnings(protection);
    return protection;
  }

  base::Error not_reloaded(const config::ConfigError& error) {
    self_.config_reloaded(false, clock_.now());
    base::log::error("the configuration was not reloaded", {{"error", error.what()}});
    return {base::ErrorKind::malformed, error.what()};
  }

  // Takes --web.config.file and what it names when they are others than before: a renewed certificate.
  void renew_protection() {
    const std::lock_guard lock(reload_);
    if (!config::have_changed(web_files_)) return;
    try {
      server_.protect(load_protection_again(config_.access));
    } catch (const config::ConfigError& error) {
      static_cast<void>(not_reloaded(error));
      return;
    }
    if (config_is_good_) self_.config_reloaded(true, clock_.now());
    base::log::info("the web configuration was reloaded", {{"file", arguments_.web_config_file}});
  }

  std::vector<collector::Member> members(const config::Config& before, const config::Config& after) {
    std::vector<collector::Member> result;
    collector::Options options = after.collection;
    options.shard = arguments_.shard;
    for (const config::ServerConfig& server : after.servers) {
      result.push_back({.name = server.connection.name,
                        .options = options,
                        .tenants = server.tenants,
                        .connect = [this, options = server.connection] { return connect(options); },
                        .keep = what_to_keep(before, after, server, arguments_.shard)});
    }
    return result;
  }

  std::unique_ptr<vprotect::Api> connect(const vprotect::ServerOptions& options) {
    return std::make_unique<vprotect::RestClient>(options, api_observer(), clock_);
  }

  vprotect::Observer api_observer() {
    vprotect::Observer observer;
    observer.request_done = [this](const vprotect::RequestDone& done) {
      self_.request_done(done.server, done.endpoint, done.status, done.duration);
    };
    observer.login_done = [this](const vprotect::LoginDone& done) {
      self_.login_done(done.server, done.success);
    };
    return observer;
  }

  std::vector<runbook::Member> runbook_members(const config::Config& config) {
    std::vector<runbook::Member> result;
    for (const config::ServerConfig& server : config.servers) {
      self_.expect_server(server.connection.name);
      result.push_back({.name = server.connection.name, .connect = [this, options = changing(server)] {
                          return connect_for_changes(options);
                        }});
    }
    return result;
  }

  std::unique_ptr<vprotect::Control> connect_for_changes(const vprotect::ServerOptions& options) {
    return std::make_unique<vprotect::RestControl>(options, api_observer(), clock_);
  }

  runbook::Observer runbook_observer() {
    return {.job_done =
                [this](const runbook::JobDone& done) {
                  self_.job_done(done.server, domain::name_of(done.kind), domain::name_of(done.outcome),
                                 done.duration);
                },
            .refused = [this](std::string_view server,
                              std::string_view rule) { self_.job_refused(server, rule); },
            .jobs_open = [this](const runbook::OpenJobs& open) { show_open(open); },
            .kill_switch_is = [this](bool on) { self_.kill_switch_is(on); },
            .call_back = web::post_callback};
  }

  void show_open(const runbook::OpenJobs& open) {
    const auto snapshot = latest_.get();
    if (!snapshot) return;
    for (const domain::ServerState& server : snapshot->servers) {
      for (std::size_t at = 0; at < domain::kOperationKinds; ++at) {
        const auto kind = static_cast<domain::OperationKind>(at);
        const auto count = open.find({server.name, kind});
        self_.jobs_open(server.name, domain::name_of(kind), count == open.end() ? 0 : count->second);
      }
    }
  }

  void publish(base::Shared<domain::Snapshot> snapshot) {
    publisher_.publish(snapshot);
    latest_.publish(std::move(snapshot));
  }

  void apply(Loaded both) {
    config::Config& loaded = both.config;
    publisher_.configure(loaded.metrics);
    server_.protect(std::move(both.protection));
    fleet_.replace(members(config_, loaded), fleet_options(loaded, arguments_.shard));
    runbook_.replace(runbook_members(loaded), runbook_options(loaded, arguments_.shard));
    for (const config::ServerConfig& server : config_.servers) {
      if (!has_server(loaded, server.connection.name)) self_.forget_server(server.connection.name);
    }
    config_ = std::move(loaded);
  }

  const config::Arguments arguments_;
  std::mutex reload_;
  std::unique_lock<std::mutex> starting_{reload_};  // until all parts are there: the server is the last
  // Guarded by reload_, once the constructor is done.
  config::Config config_;
  bool config_is_good_ = true;    // as it was last read
  config::FileStamps web_files_;  // of --web.config.file, as they were last read
  base::SystemClock clock_;
  exposition::SelfMetrics self_;
  exposition::Publisher publisher_;
  const std::unique_ptr<ledger::Store> store_;
  base::Latest<domain::Snapshot> latest_;
  collector::Fleet fleet_;
  runbook::Runbook runbook_;
  web::Server server_;
  std::optional<base::PeriodicTask> watch_;
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
  config::Config config = load(arguments);
  config::FileStamps web_files;
  auto protection = load_protection(arguments, config.access, web_files);
  log_warnings(protection);
  Exporter exporter(arguments, {std::move(config), std::move(protection)}, std::move(web_files));
  for (int signal = 0; sigwait(&signals, &signal) == 0;) {
    if (signal != SIGHUP) {
      base::log::info("stopping", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
      return;
    }
    static_cast<void>(exporter.reload());  // it has logged what there is to say
  }
}

void print_warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) std::cout << "warning: " << warning << '\n';
}

void check_config(const config::Arguments& arguments) {
  const config::Config config = config::load(arguments.config_file, environment);
  print_warnings(config.warnings);
  print_warnings(config::expired_by(base::SystemClock().now(), config));
  config::FileStamps files;
  print_warnings(web::warnings_of(load_protection(arguments, config.access, files)));
  std::cout << arguments.config_file << ": good\n";
  if (!arguments.web_config_file.empty()) std::cout << arguments.web_config_file << ": good\n";
}

void check_health(const config::Arguments& arguments) {
  ::signal(SIGPIPE, SIG_IGN);  // a server that hangs up is an error of our write, not our end
  config::FileStamps files;
  if (const auto healthy = web::check_health(arguments.web, load_front(arguments, files)); !healthy)
    throw std::runtime_error(healthy.error().message);
}

void verify_audit(const config::Arguments& arguments) {
  const ledger::Location& storage = arguments.storage;
  if (storage.database == ledger::Database::sqlite && !std::filesystem::exists(storage.address.reveal()))
    throw std::runtime_error("cannot open the ledger " + storage.text + ": there is no such file");
  const auto checked = ledger::open(arguments.storage, {})->journal().verify_audit();
  if (!checked) throw std::runtime_error(checked.error().message);
  const auto& [rows, head, broken, fault] = *checked;
  if (broken)
    throw std::runtime_error("the audit trail is not what was written: row " + std::to_string(*broken) +
                             ": " + fault);
  std::cout << "audit trail: " << rows << " rows, head " << (head.empty() ? "none" : head) << ": good\n";
}

void run_command(const config::Arguments& arguments) {
  switch (arguments.action) {
    case config::Action::print_help:
      std::cout << config::usage();
      break;
    case config::Action::print_version:
      std::cout << "vprotect_exporter " << kVersion << '\n';
      break;
    case config::Action::print_token:
      std::cout << web::new_token();
      break;
    case config::Action::check_config:
      check_config(arguments);
      break;
    case config::Action::check_health:
      check_health(arguments);
      break;
    case config::Action::verify_audit:
      verify_audit(arguments);
      break;
    case config::Action::serve:
      base::log::configure(arguments.log_level, arguments.log_format);
      serve(arguments);
      break;
  }
  if (!std::cout.flush()) throw std::runtime_error("cannot write to standard output");
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
