#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "body.h"
#include "exchange.h"

// What requests that change something do. Each throws Refused; `guid` is what the path names, if anything.
namespace simulator {

Response export_vms(const Exchange& exchange, std::string_view guid);
Response restore_and_import(const Exchange& exchange, std::string_view guid);
Response change_task_state(const Exchange& exchange, std::string_view guid);
Response delete_task(const Exchange& exchange, std::string_view guid);
Response delete_finished_tasks(const Exchange& exchange, std::string_view guid);
Response delete_finished_and_queued_tasks(const Exchange& exchange, std::string_view guid);
Response delete_running_tasks(const Exchange& exchange, std::string_view guid);

Response add_policy(const Exchange& exchange, std::string_view guid);
Response change_policy(const Exchange& exchange, std::string_view guid);
Response delete_policy(const Exchange& exchange, std::string_view guid);
Response add_rule(const Exchange& exchange, std::string_view guid);
Response change_rule(const Exchange& exchange, std::string_view guid);
Response delete_rule(const Exchange& exchange, std::string_view guid);
Response add_schedule(const Exchange& exchange, std::string_view guid);
Response change_schedule(const Exchange& exchange, std::string_view guid);
Response delete_schedule(const Exchange& exchange, std::string_view guid);

// 201 and what `encode` writes.
template <class Encode>
Response created(const Exchange& exchange, Encode encode) {
  std::string body;
  JsonWriter json(body, exchange.twist.style);
  encode(json);
  return json_answer(std::move(body), 201);
}

}  // namespace simulator
