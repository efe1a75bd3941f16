#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "unit/vprotect/rig.h"
#include "vprotect/rest_control.h"

namespace rig {

using ControlRig = RigOf<vprotect::RestControl>;

// What a change came to; what went well when it should not have is a failure that says so.
template <class T>
vprotect::Failure failure_of(const vprotect::Changed<T>& changed) {
  const auto* failure = std::get_if<vprotect::Failure>(&changed);
  return failure != nullptr ? *failure : vprotect::Failure{{{}, "no failure"}, false};
}

// The requests besides logins and logouts: "PUT /api/schedules/a {...}".
inline std::vector<std::string> calls(const support::RawServer& server) {
  std::vector<std::string> result;
  for (const RawRequest& request : server.requests()) {
    if (request.path().starts_with("/api/session/")) continue;
    result.push_back(request.method + " " + request.target +
                     (request.body.empty() ? "" : " " + request.body));
  }
  return result;
}

// A record that is there to be read, and an answer to what changes it.
inline support::RawServer::Handler holding(std::string record, RawReply answer = http_reply(204, "")) {
  return with_login([record = std::move(record), answer = std::move(answer)](const RawRequest& request) {
    return request.method == "GET" ? http_reply(200, record) : answer;
  });
}

inline vprotect::ExportAsk export_ask() {
  return {.form = vprotect::ExportAsk::Form::rules,
          .vm = domain::VmId("vm-1"),
          .window_start = support::kNoon,
          .window_end = support::kNoon + 6h,
          .rules = {domain::RuleId("rule-1")}};
}

}  // namespace rig
