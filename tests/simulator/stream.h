#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace simulator {

// Where an HTTPS server finds its certificate; without one it speaks plain HTTP.
struct Tls {
  std::string cert_file, key_file;  // PEM
  std::string client_ca_file;       // empty: clients need no certificate
};

// One connection. The socket stays its owner's.
class Stream {
 public:
  virtual ~Stream() = default;
  // The number of bytes read; 0 when the peer is gone.
  virtual std::size_t read(char* buffer, std::size_t size) = 0;
  // False when the peer is gone.
  virtual bool write(std::string_view bytes) = 0;
};

class StreamFactory {
 public:
  virtual ~StreamFactory() = default;
  // Null when the handshake fails.
  virtual std::unique_ptr<Stream> open(int socket) const = 0;
};

std::unique_ptr<StreamFactory> plain_streams();
// Throws std::runtime_error when a file cannot be used.
std::unique_ptr<StreamFactory> tls_streams(const Tls& tls);

}  // namespace simulator
