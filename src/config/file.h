#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace config {

// The bytes of a regular file of at most `most` bytes. Does not wait: a pipe or a device is refused. The
// error's message does not name the file.
base::Result<std::string> read_file(const std::string& path, std::size_t most);

}  // namespace config
