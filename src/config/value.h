#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "config/config.h"
#include "config/document.h"
#include "config/file.h"

namespace config {

// What the values of one file share.
struct Reading {
  std::string file;    // as it is called in errors
  std::string folder;  // of relative paths
  const Environment& environment;
  std::vector<std::string> warnings;
  FileStamps* files = nullptr;  // notes what pem_content() reads
};

struct DurationLimits {
  std::chrono::milliseconds least{};
  std::chrono::milliseconds most{};
};

struct CountLimits {
  std::size_t least = 0;
  std::size_t most = 0;
};

// A value of the file and the key it has there. Whatever it throws is a ConfigError that names file, line
// and key and quotes no value. Element and Reading outlive it.
class Value {
 public:
  Value(const Element& node, std::string path, Reading& reading);

  [[noreturn]] void fail(const std::string& message) const;
  void warn(const std::string& message) const;
  const std::string& path() const { return path_; }

  bool is_null() const { return node_->kind == Element::Kind::null; }

  // Each of these expands ${NAME} first.
  std::string text() const;
  std::string label() const;         // text that is fit to be printed in one line
  base::Secret secret() const;       // not even the name of a missing variable is printed
  base::Secret secret_file() const;  // the one line of the file that is named
  std::string pem_file() const;      // its path, after a look into it; empty for an empty text
  std::string pem_content() const;   // of the file that is named
  std::chrono::milliseconds duration(DurationLimits limits) const;
  // A day, of which the end is meant, or a moment: "2026-12-31", "2026-12-31T18:00:00Z", in UTC.
  base::TimePoint deadline() const;
  std::size_t count(CountLimits limits) const;
  bool flag() const;

  std::vector<Value> items() const;

  // A map's keys, which are all known and there at most once.
  std::vector<std::string_view> keys(const std::vector<std::string_view>& known) const;
  // A map whose keys are the user's own, each there at most once.
  std::vector<std::pair<std::string, Value>> entries() const;
  // True when a map has the key, with a value that is not null.
  bool has(std::string_view key) const;
  // The value of a map's key; the map itself, under the key's name, when it is absent: to say so.
  Value at(std::string_view key) const;

 private:
  std::string expanded(bool may_name_variables) const;
  std::string resolved_path() const;
  std::string child_path(std::string_view key) const;
  std::string where() const;
  [[noreturn]] void fail_unknown(std::size_t index, const std::vector<std::string_view>& known) const;

  const Element* node_;
  std::string path_;
  Reading* reading_;
};

}  // namespace config
