#include "domain/failure_class.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace domain {
namespace {

using enum FailureClass;

bool contains_each(std::string_view text, const std::vector<std::string_view>& words) {
  return std::all_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool fits(std::string_view text, const FailureWords& words) {
  return std::any_of(words.alternatives.begin(), words.alternatives.end(),
                     [&](const auto& alternative) { return contains_each(text, alternative); });
}

}  // namespace

const std::vector<FailureWords>& failure_words() {
  static const std::vector<FailureWords> kWords{
      {window, {{"window"}}},
      {cancelled, {{"cancel"}, {"aborted by user"}}},
      {staging_space, {{"space", "staging"}, {"space", "export path"}, {"no space left", "vprotect_data"}}},
      {destination_space,
       {{"no space left"},
        {"not enough space"},
        {"not enough free space"},
        {"insufficient space"},
        {"quota"},
        {"disk full"}}},
      {licence, {{"license"}, {"licence"}}},
      {authentication,
       {{"authentication"},
        {"unauthorized"},
        {"invalid credentials"},
        {"incorrect password"},
        {"login failed"}}},
      {permission,
       {{"permission denied"}, {"access denied"}, {"access is denied"}, {"forbidden"}, {"not authorized"}}},
      {timeout, {{"timeout"}, {"timed out"}, {"time out"}}},
      {connection,
       {{"connection"},
        {"unreachable"},
        {"no route to host"},
        {"unable to connect"},
        {"cannot connect"},
        {"could not connect"},
        {"failed to connect"},
        {"broken pipe"},
        {"unknown host"}}},
      {snapshot, {{"snapshot"}}},
      {guest, {{"quiesce"}, {"freeze"}, {"guest"}, {"pre-snapshot"}, {"command execution"}}},
      {not_found, {{"not found"}, {"does not exist"}, {"no such"}}},
      {destination,
       {{"backup destination"},
        {"backup provider"},
        {"store failed"},
        {"failed to store"},
        {"bucket"},
        {"mount"}}},
      {node, {{"node"}}},
      {data, {{"checksum"}, {"corrupt"}, {"i/o error"}, {"input/output error"}, {"bad block"}}},
  };
  return kWords;
}

FailureClass failure_class_of(std::string_view status_info) {
  if (base::trimmed(status_info).empty()) return unspecified;
  const std::string text = base::to_lower(status_info);
  const auto& all = failure_words();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const FailureWords& w) { return fits(text, w); });
  return found == all.end() ? other : found->failure;
}

std::string_view name_of(FailureClass failure) {
  static constexpr std::array<std::string_view, static_cast<std::size_t>(other) + 1> kNames{
      "unspecified", "window",         "cancelled",  "staging_space", "destination_space",
      "licence",     "authentication", "permission", "timeout",       "connection",
      "snapshot",    "guest",          "not_found",  "destination",   "node",
      "data",        "other"};
  return kNames.at(static_cast<std::size_t>(failure));
}

}  // namespace domain
