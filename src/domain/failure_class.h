#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace domain {

// Why a backup failed, as far as the server's text (statusInfo) tells: few, so that it can be a label. The
// text itself is free, has host names and paths in it, and is for people only.
enum class FailureClass : std::uint8_t {
  unspecified,  // the server gives no text
  window,
  cancelled,
  staging_space,
  destination_space,
  licence,
  authentication,
  permission,
  timeout,
  connection,
  snapshot,
  guest,
  not_found,
  destination,
  node,
  data,
  other,  // a text that nothing below is found in
};

// A text is of the class when it contains, in any case of ASCII letters, each of the words of one of the
// alternatives. The first class that fits is taken. The vendor publishes no list of its texts: these words
// are ours, of its English ones.
struct FailureWords {
  FailureClass failure;
  std::vector<std::vector<std::string_view>> alternatives;
};
const std::vector<FailureWords>& failure_words();

FailureClass failure_class_of(std::string_view status_info);

// "staging_space", ...: the label `failure_class`.
std::string_view name_of(FailureClass failure);

}  // namespace domain
