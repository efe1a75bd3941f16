#include "config/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace config {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

base::Error system_error() { return {base::ErrorKind::unreachable, std::generic_category().message(errno)}; }

base::Error too_large(std::size_t most) {
  return {base::ErrorKind::too_large, "larger than " + std::to_string(most / 1024) + " KiB"};
}

base::Result<std::string> read_all(int descriptor, std::size_t most) {
  std::string text(most + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(descriptor, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error();
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > most) return too_large(most);
  text.resize(size);
  return text;
}

}  // namespace

base::Result<std::string> read_file(const std::string& path, std::size_t most) {
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) return system_error();
  if (S_ISDIR(status.st_mode)) return base::Error{base::ErrorKind::malformed, "is a directory"};
  if (!S_ISREG(status.st_mode)) return base::Error{base::ErrorKind::malformed, "not a regular file"};
  return read_all(file.get(), most);
}

FileStamp stamp_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {.exists = true,
          .changed =
              std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec),
          .size = status.st_size,
          .device = status.st_dev,
          .inode = status.st_ino};
}

bool have_changed(const FileStamps& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const auto& file) { return stamp_of(file.first) != file.second; });
}

}  // namespace config
