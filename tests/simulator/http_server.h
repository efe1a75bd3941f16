#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "http.h"
#include "stream.h"

namespace simulator {

// An HTTP/1.1 server that also does what no proper one would: cut bodies, lie about lengths, drip, reset.
// That is why it is not cpp-httplib's. One thread a connection; connections are kept alive.
class HttpServer {
 public:
  // Called by many threads at once.
  using Handler = std::function<Response(const Request&)>;

  // Listens at once. Port 0 takes a free one. Throws std::runtime_error when it cannot.
  HttpServer(const std::string& host, int port, std::unique_ptr<StreamFactory> streams, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }
  // Closes the port and every connection, so that a client's connect is refused.
  void stop_listening();
  // Opens the same port again.
  void listen_again();

 private:
  struct Connection {
    int socket = -1;
    bool done = false;
    std::thread thread;
  };

  void start();
  void accept_loop(int listener);
  void add_connection(int socket);
  void reap();
  void serve(Connection& connection);
  void converse(Stream& stream, int socket);
  bool answer(Stream& stream, int socket, const Request& request);
  bool deliver(Stream& stream, int socket, const Response& response);
  bool drip(Stream& stream, std::string_view bytes, Millis each);
  bool fill(Stream& stream, std::uint64_t bytes);
  // False when the server is stopping.
  bool pause(Millis time);

  int listener_;  // of the thread that starts and stops; -1: closed

  // Constant after construction.
  const std::string host_;
  const std::unique_ptr<StreamFactory> streams_;
  const Handler handler_;
  const int port_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = true;               // guarded by mutex_
  std::list<Connection> connections_;  // the list and each `done`: guarded by mutex_
  std::thread acceptor_;
};

}  // namespace simulator
