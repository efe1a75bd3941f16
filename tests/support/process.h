#pragma once

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "support/loopback.h"
#include "support/temp_dir.h"
#include "support/wait.h"

namespace support {

// The whole file; empty when there is none.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct ProcessOptions {
  std::vector<std::string> argv;  // the program first, looked up in PATH when it has no slash
  std::map<std::string, std::string> environment;  // added to ours
};

// A program of its own: started by the constructor, stopped and reaped by the destructor, and killed by the
// kernel when the thread that started it ends, so that a test that crashes leaves nothing behind.
// Its output and its errors go to one file. What waits throws, with that output, when the program ended or
// time ran out. One thread.
class Process {
 public:
  // Throws when the program cannot be started.
  explicit Process(ProcessOptions options) : options_(std::move(options)), pid_(start()) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { stop(); }

  pid_t pid() const { return pid_; }
  std::string output() const { return read_file(output_); }

  void signal(int number) {
    if (!status_) kill(pid_, number);
  }

  bool is_running() { return !reap(false); }

  // The exit code, or 128 and the signal as a shell says it; absent when it is still running.
  std::optional<int> wait(std::chrono::milliseconds at_most = kPatience) {
    eventually([this] { return reap(false); }, at_most);
    return status_;
  }

  // SIGTERM, and SIGKILL to one that has not ended by then. Safe to call again.
  int stop(std::chrono::milliseconds at_most = kPatience) {
    signal(SIGTERM);
    if (!wait(at_most)) {
      signal(SIGKILL);
      reap(true);
    }
    return *status_;
  }

  void wait_for_output(std::string_view text, std::chrono::milliseconds at_most = kPatience) {
    wait_for([&] { return output().find(text) != std::string::npos; }, "\"" + std::string(text) + "\"",
             at_most);
  }

  // The numbers that end the words of the file's whole lines, once there are so many: "api=81 control=82".
  std::vector<std::uint16_t> wait_for_ports(const std::filesystem::path& file, std::size_t count = 1,
                                            std::chrono::milliseconds at_most = kPatience) {
    std::vector<std::uint16_t> ports;
    wait_for([&] { return (ports = ports_in(read_file(file))).size() >= count; }, file.string(), at_most);
    return ports;
  }

  void wait_for_http(std::uint16_t port, const std::string& path, int status = 200,
                     std::chrono::milliseconds at_most = kPatience) {
    wait_for([&] { return http_status(port, path) == status; }, std::to_string(status) + " of " + path,
             at_most);
  }

 private:
  template <class Condition>
  void wait_for(Condition condition, const std::string& what, std::chrono::milliseconds at_most) {
    bool has_ended = false;
    const auto is_decided = [&] {
      has_ended = reap(false);  // before the condition: what it did last still counts
      return condition() || has_ended;
    };
    if (eventually(is_decided, at_most) && (!has_ended || condition())) return;
    throw std::runtime_error(options_.argv.front() + (has_ended ? " ended" : " ran out of time") +
                             " before " + what + "; it said:\n" + output());
  }

  static std::vector<std::uint16_t> ports_in(const std::string& text) {
    std::vector<std::uint16_t> ports;
    std::istringstream words(text.substr(0, text.rfind('\n') + 1));  // npos + 1: not a whole line yet
    for (std::string word; words >> word;) {
      const auto begin = word.find_last_not_of("0123456789") + 1;  // npos + 1: the whole word
      std::uint16_t port = 0;
      const auto [_, error] = std::from_chars(word.data() + begin, word.data() + word.size(), port);
      if (error == std::errc{}) ports.push_back(port);
    }
    return ports;
  }

  // True once the program has ended and status_ says how.
  bool reap(bool patiently) {
    int status = 0;
    if (!status_ && waitpid(pid_, &status, patiently ? 0 : WNOHANG) == pid_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return status_.has_value();
  }

  pid_t start() {
    int failure[2];
    if (pipe2(failure, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    const std::vector<char*> argv = pointers(options_.argv);
    std::vector<std::string> environment = whole_environment();
    const std::vector<char*> envp = pointers(environment);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) become(argv, envp, parent, failure[1]);
    close(failure[1]);
    check_started(pid, failure[0]);
    return pid;
  }

  // In the child, where only what is safe after a fork of many threads may be called.
  [[noreturn]] void become(const std::vector<char*>& argv, const std::vector<char*>& envp, pid_t parent,
                           int failure) const {
    const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int output = open(output_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent) execvpe(argv.front(), argv.data(), envp.data());
    const int reason = errno;
    [[maybe_unused]] const auto written = write(failure, &reason, sizeof reason);
    _exit(127);
  }

  void check_started(pid_t pid, int failure) const {
    int reason = pid < 0 ? errno : 0;
    const bool has_failed = pid < 0 || read(failure, &reason, sizeof reason) > 0;
    close(failure);
    if (!has_failed) return;
    if (pid > 0) waitpid(pid, nullptr, 0);
    throw std::system_error(reason, std::generic_category(), "start " + options_.argv.front());
  }

  std::vector<std::string> whole_environment() const {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string_view text = *entry;
      if (!options_.environment.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
    }
    for (const auto& [name, value] : options_.environment) {
      all.push_back(std::string(name).append("=").append(value));
    }
    return all;
  }

  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  }

  ProcessOptions options_;
  const TempDir folder_;
  const std::filesystem::path output_ = folder_ / "output";
  std::optional<int> status_;  // set when the process has been reaped
  pid_t pid_;                  // last: start() needs the others
};

}  // namespace support
