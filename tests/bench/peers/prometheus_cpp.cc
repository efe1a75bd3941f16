// A peer of the exporter, on prometheus-cpp: peer_prometheus_cpp FILE
//
// Registers every sample of the vprotect_* families of FILE, a text of /metrics, and serves them on a free
// port. Prints "port=N" when it is ready. On SIGUSR1 every value is set again, through the pointers it has,
// and "set" is printed.

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Labels;

struct Sample {
  std::string name;
  Labels labels;
  double value = 0;
};

// Up to the quote that is not escaped; `rest` then begins behind it.
std::string label_value(std::string_view& rest) {
  std::string value;
  for (; rest.front() != '"'; rest.remove_prefix(1)) {
    if (rest.front() == '\\') {
      rest.remove_prefix(1);
      value += rest.front() == 'n' ? '\n' : rest.front();
    } else {
      value += rest.front();
    }
  }
  rest.remove_prefix(1);
  return value;
}

// What is between the braces; `rest` then begins at the value.
Labels labels_of(std::string_view& rest) {
  Labels labels;
  while (rest.front() != '}') {
    if (rest.front() == ',') rest.remove_prefix(1);
    std::string name(rest.substr(0, rest.find('=')));
    rest.remove_prefix(name.size() + 2);
    labels.emplace(std::move(name), label_value(rest));
  }
  rest.remove_prefix(1);
  return labels;
}

Sample sample_of(std::string_view line) {
  Sample sample;
  const std::size_t end = line.find_first_of("{ ");
  sample.name = line.substr(0, end);
  line.remove_prefix(end + (line[end] == '{' ? 1 : 0));
  if (line.front() != ' ') sample.labels = labels_of(line);
  sample.value = std::strtod(line.data(), nullptr);
  return sample;
}

// "# HELP name text" or "# TYPE name text", without the "# HELP ".
std::pair<std::string, std::string> named(std::string_view line) {
  line.remove_prefix(7);
  const std::size_t space = line.find(' ');
  return {std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
}

class Site {
 public:
  explicit Site(prometheus::Registry& registry) : registry_(registry) {}

  void read(std::istream& text) {
    for (std::string line; std::getline(text, line);) take(line);
  }

  // A counter that has not moved is increased by nothing.
  void set_again() {
    for (const auto& [gauge, value] : gauge_values_) gauge->Set(value);
    for (const auto& [counter, value] : counter_values_) counter->Increment(value - counter->Value());
  }

 private:
  void take(const std::string& line) {
    if (line.starts_with("# HELP ")) help_.insert(named(line));
    if (line.starts_with("# TYPE ")) type_.insert(named(line));
    if (line.starts_with("vprotect_")) add(sample_of(line));
  }

  // The parts of a histogram have no type of their own, and are left out.
  void add(const Sample& sample) {
    const auto type = type_.find(sample.name);
    if (type == type_.end()) return;
    if (type->second == "counter") {
      Counter& counter = family(counters_, prometheus::BuildCounter, sample.name).Add(sample.labels);
      counter.Increment(sample.value);
      counter_values_.emplace_back(&counter, sample.value);
    } else {
      Gauge& gauge = family(gauges_, prometheus::BuildGauge, sample.name).Add(sample.labels);
      gauge.Set(sample.value);
      gauge_values_.emplace_back(&gauge, sample.value);
    }
  }

  template <class Kind, class Build>
  Family<Kind>& family(std::map<std::string, Family<Kind>*>& known, Build build, const std::string& name) {
    const auto [place, fresh] = known.try_emplace(name);
    if (fresh) place->second = &build().Name(name).Help(help_[name]).Register(registry_);
    return *place->second;
  }

  prometheus::Registry& registry_;
  std::map<std::string, std::string> help_;
  std::map<std::string, std::string> type_;
  std::map<std::string, Family<Gauge>*> gauges_;
  std::map<std::string, Family<Counter>*> counters_;
  std::vector<std::pair<Gauge*, double>> gauge_values_;
  std::vector<std::pair<Counter*, double>> counter_values_;
};

// Blocked before there is another thread, so that all of them leave the signals to next_signal().
sigset_t expected_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int next_signal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const sigset_t signals = expected_signals();
  const auto registry = std::make_shared<prometheus::Registry>();
  Site site(*registry);
  std::ifstream text(arguments[1]);
  site.read(text);
  prometheus::Exposer exposer("127.0.0.1:0");
  exposer.RegisterCollectable(registry);
  say("port=" + std::to_string(exposer.GetListeningPorts().front()));
  while (next_signal(signals) == SIGUSR1) {
    site.set_again();
    say("set");
  }
  return 0;
}
