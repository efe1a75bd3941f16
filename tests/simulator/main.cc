#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>

#include "command_line.h"
#include "simulator.h"

namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

void write_ports(const std::string& file, const simulator::Simulator& simulator) {
  const std::string ports = "api=" + std::to_string(simulator.port()) +
                            " control=" + std::to_string(simulator.control_port()) + "\n";
  const std::string unfinished = file + ".new";
  std::ofstream(unfinished) << ports;
  // A reader sees the whole line or no file.
  if (std::rename(unfinished.c_str(), file.c_str()) != 0) throw std::runtime_error("cannot write " + file);
}

int run(const simulator::CommandLine& line) {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // for every thread that follows
  const simulator::Simulator simulator(line.options);
  std::printf("API %s/api, control %s\n", simulator.url().c_str(), simulator.control_url().c_str());
  std::fflush(stdout);
  if (!line.port_file.empty()) write_ports(line.port_file, simulator);
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const simulator::CommandLine line = simulator::parse_command_line(argc, argv);
    if (!line.help) return run(line);
    std::fputs(simulator::kUsage, stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vprotect_simulator: %s\n", error.what());
    return 1;
  }
}
