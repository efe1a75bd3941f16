#pragma once

#include <string>
#include <vector>

namespace config {

// A YAML document as it was written: with its lines, its duplicate keys, and nothing converted.
struct Element {
  enum class Kind { null, scalar, sequence, map };

  Kind kind = Kind::null;
  int line = 1;
  std::string text;            // of a scalar
  std::vector<Element> keys;   // of a map: keys[i] is the key of items[i]
  std::vector<Element> items;  // of a sequence or a map
};

// The only document of the text. Anchors, aliases and tags are refused, also deep nesting. Throws
// ConfigError; `file` is for its message.
Element parse_document(const std::string& text, const std::string& file);

}  // namespace config
