#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runbook/request.h"
#include "web/changes.h"
#include "web/json_body.h"
#include "web/query.h"
#include "web/router.h"

// What the bodies of requests to the runbook have in common.
namespace web {

// And `dry_run`, `reason`, `callback`.
std::vector<std::string_view> with_common(std::vector<std::string_view> names);
runbook::Common read_common(const Object& members, const nlohmann::json& body,
                            const httplib::Request& request, std::vector<Fault>& faults);

// {"guid"|"uuid"|"name","tenant"}, one of the first three at least.
runbook::VmSelector read_vm(const nlohmann::json& object, const std::string& place,
                            std::vector<Fault>& faults);

// Begins what was read.
using Begin = std::function<std::variant<runbook::Answer, runbook::Rejection>()>;
// Notes in `faults` what is wrong; then nothing is begun.
using ReadBody =
    std::function<Begin(const nlohmann::json& body, const Asked& asked, std::vector<Fault>& faults)>;

// Answers with what was decided, once the server has answered or the parameter `wait` is over.
Handler begin_handler(Changes& changes, ReadBody read);
std::vector<Parameter> begin_parameters();

}  // namespace web
