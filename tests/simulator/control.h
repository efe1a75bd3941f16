#pragma once

#include <memory>
#include <string>

namespace simulator {

class Simulator;

// The control port: JSON over plain HTTP, by which tests in other processes move the simulator.
class Control {
 public:
  // Binds at once; throws std::runtime_error when it cannot. The simulator outlives it.
  Control(const std::string& host, int port, Simulator& simulator);
  ~Control();

  // Serves from now on.
  void start();
  int port() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace simulator
