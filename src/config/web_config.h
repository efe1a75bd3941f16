#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/file.h"
#include "web/options.h"

// --web.config.file: TLS, users and headers in the format of Prometheus' exporters. docs/access.md lists the
// keys; a file with any other is refused.
namespace config {

// Reads the file and every file it names, anew at each call; relative paths in it are relative to its own
// folder. `files` becomes what was read, also when that throws ConfigError.
web::FrontOptions load_web_config(const std::string& path, const Environment& environment, FileStamps& files);

// Every key the file may have.
std::vector<std::string> web_config_keys();

}  // namespace config
