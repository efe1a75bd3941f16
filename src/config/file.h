#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"

namespace config {

// The bytes of a regular file of at most `most` bytes. Does not wait: a pipe or a device is refused. The
// error's message does not name the file.
base::Result<std::string> read_file(const std::string& path, std::size_t most);

// By what one sees that a file is another one than before, or another's content.
struct FileStamp {
  bool exists = false;
  std::chrono::nanoseconds changed{};  // since 1970
  std::int64_t size = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileStamp&) const = default;
};

FileStamp stamp_of(const std::string& path);

// Files by their paths, as they were before they were read.
using FileStamps = std::map<std::string, FileStamp>;
bool have_changed(const FileStamps& files);

}  // namespace config
