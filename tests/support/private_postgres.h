#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "support/process.h"
#include "support/temp_dir.h"

namespace support {

// A PostgreSQL server of the test's own: its data in a temporary folder, on a Unix socket only, and gone at
// the end of its life. Runs the programs in $VPROTECT_POSTGRES_BIN. One thread, as Process.
class PrivatePostgres {
 public:
  static bool is_available() { return std::getenv("VPROTECT_POSTGRES_BIN") != nullptr; }

  // Throws, with what the programs said, when it does not start.
  PrivatePostgres() : bin_(usable_bin()) {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0711));
    make_private(folder_ / "home");
    make_private(folder_ / "socket");
    std::filesystem::permissions(folder_ / "socket", std::filesystem::perms(0755));
    Process initdb({.argv = command("initdb", {"--pgdata=" + data(), "--username=postgres", "--auth=trust",
                                               "--encoding=UTF8", "--locale=C", "--no-sync"})});
    if (initdb.wait() != 0) throw std::runtime_error("initdb:\n" + initdb.output());
    start();
  }
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;
  ~PrivatePostgres() { stop(); }

  // The URL of one of its databases; "postgres" is there from the start.
  std::string url(const std::string& database = "postgres") const {
    return "postgresql://postgres@/" + database + "?host=" + (folder_ / "socket").string();
  }

  void start() {
    const std::vector<std::string> arguments{"-D", data(),
                                             "-c", "listen_addresses=",
                                             "-c", "unix_socket_directories=" + (folder_ / "socket").string(),
                                             "-c", "fsync=off",
                                             "-c", "max_connections=50"};
    server_.emplace(ProcessOptions{.argv = command("postgres", arguments)});
    server_->wait_for_output("database system is ready to accept connections");
  }

  // Its clients lose their connections. Safe to call again.
  void stop() {
    if (!server_) return;
    server_->signal(SIGINT);  // SIGTERM would wait for the clients to leave
    server_->wait();
    server_.reset();
  }

 private:
  static constexpr uid_t kUser = 65534;  // as root PostgreSQL refuses to run

  static bool is_root() { return geteuid() == 0; }

  static bool can_be_read_by_all(const std::filesystem::path& path) {
    for (auto at = path; at != at.root_path(); at = at.parent_path()) {
      const auto mode = std::filesystem::status(at).permissions();
      if ((mode & std::filesystem::perms::others_exec) == std::filesystem::perms::none) return false;
    }
    return true;
  }

  // The server finds its other files from where it is: .../lib/postgresql/15/bin and .../share/postgresql/15.
  std::filesystem::path usable_bin() const {
    auto bin = std::filesystem::canonical(std::getenv("VPROTECT_POSTGRES_BIN"));
    if (!is_root() || can_be_read_by_all(bin)) return bin;
    const auto version = bin.parent_path().filename();
    const auto usr = bin.parent_path().parent_path().parent_path().parent_path();
    for (const char* part : {"lib", "share"}) {
      const auto below = std::filesystem::path(part) / "postgresql";
      std::filesystem::create_directories(folder_ / "usr" / below);
      std::filesystem::copy(
          usr / below / version, folder_ / "usr" / below / version,
          std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
    }
    return folder_ / "usr" / "lib" / "postgresql" / version / "bin";
  }

  static void make_private(const std::filesystem::path& folder) {
    std::filesystem::create_directory(folder);
    if (is_root() && chown(folder.c_str(), kUser, kUser) != 0)
      throw std::system_error(errno, std::generic_category(), "chown " + folder.string());
  }

  std::string data() const { return (folder_ / "home" / "data").string(); }

  std::vector<std::string> command(const std::string& program, std::vector<std::string> arguments) const {
    std::vector<std::string> argv;
    if (is_root()) {
      const std::string user = std::to_string(kUser);
      // A change of user makes the kernel forget that Process wants it killed with the test.
      argv = {"setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--pdeathsig=KILL"};
    }
    argv.push_back((bin_ / program).string());
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return argv;
  }

  const TempDir folder_;
  const std::filesystem::path bin_;
  std::optional<Process> server_;
};

}  // namespace support
