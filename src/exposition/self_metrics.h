#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace prometheus {
struct MetricFamily;
}

namespace exposition {

// The exporter's own metrics, in prometheus-cpp's registry. Any thread.
class SelfMetrics {
 public:
  explicit SelfMetrics(std::string_view version);
  ~SelfMetrics();

  void request_done(std::string_view server, std::string_view endpoint, int status,
                    std::chrono::duration<double> duration);
  void login_done(std::string_view server, bool success);
  void config_reloaded(bool success, base::TimePoint now);

  // As they are now; the process' CPU, memory, threads and descriptors are read from /proc.
  std::vector<prometheus::MetricFamily> collect() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exposition
