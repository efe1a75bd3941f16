#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "runbook/request.h"
#include "web/json_body.h"

// What the bodies of requests to the runbook have in common.
namespace web {

// And `dry_run`, `reason`, `callback`.
std::vector<std::string_view> with_common(std::vector<std::string_view> names);
runbook::Common read_common(const Object& members, const nlohmann::json& body,
                            const httplib::Request& request, std::vector<Fault>& faults);

// {"guid"|"uuid"|"name","tenant"}, one of the first three at least.
runbook::VmSelector read_vm(const nlohmann::json& object, const std::string& place,
                            std::vector<Fault>& faults);

// How long an answer waits for the server's.
inline constexpr std::chrono::seconds kAnswerWait{5};
inline constexpr std::chrono::seconds kMostAnswerWait{30};
inline constexpr const char* kAboutAnswerWait =
    "How long the answer may wait for the server's, which tells the task's guid: a duration up to 30s, 5s by "
    "default.";

}  // namespace web
