#include "web/tls_socket.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <memory>

namespace web {
namespace {

int socket_of(BIO* bio) { return static_cast<const Fd*>(BIO_get_data(bio))->get(); }

bool is_for_later() { return errno == EAGAIN || errno == EINTR; }

int read_from(BIO* bio, char* data, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  const ssize_t got = ::recv(socket_of(bio), data, size, MSG_DONTWAIT);
  if (got < 0 && is_for_later()) BIO_set_retry_read(bio);
  *count = got > 0 ? static_cast<std::size_t>(got) : 0;
  return got > 0 ? 1 : 0;
}

int write_to(BIO* bio, const char* data, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = ::send(socket_of(bio), data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && is_for_later()) BIO_set_retry_write(bio);
  *count = sent > 0 ? static_cast<std::size_t>(sent) : 0;
  return sent > 0 ? 1 : 0;
}

long control(BIO* /*bio*/, int what, long /*number*/, void* /*pointer*/) {
  return what == BIO_CTRL_FLUSH ? 1 : 0;  // nothing is kept back
}

using Method = std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>;

Method make_method() {
  Method method(BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "socket"), &BIO_meth_free);
  if (!method) return method;
  BIO_meth_set_read_ex(method.get(), read_from);
  BIO_meth_set_write_ex(method.get(), write_to);
  BIO_meth_set_ctrl(method.get(), control);
  return method;
}

}  // namespace

BIO* bio_of(const Fd& socket) {
  static const Method method = make_method();
  BIO* const bio = method ? BIO_new(method.get()) : nullptr;
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, const_cast<Fd*>(&socket));
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace web
