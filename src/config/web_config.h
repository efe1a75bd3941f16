#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/file.h"
#include "web/options.h"

// --web.config.file: TLS, users and headers in the format of Prometheus' exporters. docs/access.md lists the
// keys; a file with any other is refused.
namespace config {

// Whether a file without a key is a configuration, or what is left of one.
enum class EmptyFile : std::uint8_t { is_good, is_an_error };

// Reads the file and every file it names, anew at each call; relative paths in it are relative to its own
// folder. `files` becomes what was read, also when that throws ConfigError.
web::FrontOptions load_web_config(const std::string& path, const Environment& environment, FileStamps& files,
                                  EmptyFile empty_file = EmptyFile::is_good);

// Every key the file may have.
std::vector<std::string> web_config_keys();

}  // namespace config
