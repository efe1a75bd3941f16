#include "config/expansion.h"

namespace config {
namespace {

constexpr std::string_view kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kNameCharacters) == std::string_view::npos &&
         (text.front() < '0' || text.front() > '9');
}

// Appends what the reference "${NAME}..." at the start of `rest` stands for, and drops it from there.
void expand_reference(std::string_view& rest, const Environment& environment, Expansion& into) {
  const auto close = rest.find('}');
  const std::string name(rest.substr(2, close == std::string_view::npos ? close : close - 2));
  if (close == std::string_view::npos || !is_name(name)) {
    into.problem =
        "${ must be followed by the name of an environment variable and }; write $${ for ${ itself";
    return;
  }
  const auto value = environment(name);
  if (!value) {
    into.problem = "the environment variable is not set";
    into.variable = name;
    return;
  }
  into.text += *value;
  rest.remove_prefix(close + 1);
}

void expand_next(std::string_view& rest, const Environment& environment, Expansion& into) {
  const auto dollar = rest.find('$');
  into.text += rest.substr(0, dollar);
  rest.remove_prefix(dollar == std::string_view::npos ? rest.size() : dollar);
  if (rest.substr(0, 3) == "$${") {
    into.text += "${";
    rest.remove_prefix(3);
  } else if (rest.substr(0, 2) == "${") {
    expand_reference(rest, environment, into);
  } else if (!rest.empty()) {
    into.text += '$';
    rest.remove_prefix(1);
  }
}

}  // namespace

Expansion expand(std::string_view text, const Environment& environment) {
  Expansion result;
  while (!text.empty() && result.problem.empty()) {
    expand_next(text, environment, result);
    if (result.text.size() > kMostText) result.problem = "longer than 64 KiB";
  }
  return result;
}

}  // namespace config
