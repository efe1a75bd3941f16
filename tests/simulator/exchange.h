#pragma once

#include <string>
#include <string_view>

#include "encode.h"
#include "fault.h"
#include "select.h"
#include "world.h"

namespace simulator {

// One request on its way through the routes.
struct Exchange {
  World& world;
  const Request& request;
  const Query query;
  std::string path;  // below /api, without a slash at the end
  Twist twist;
  TimePoint now;

  Encoder encoder() const { return {world.model, world.profile, now}; }
  Question question() const { return {world.model, world.profile, query, !twist.ignore_tenant_filter}; }
};

Response json_answer(std::string body, int status = 200);
// Each version puts the message of an error elsewhere.
Response error(const Profile& profile, int status, std::string_view message);
Response session_info(const Exchange& exchange, int status);

// These answer what needs a session: the one only reads, the other changes something.
Response read(const Exchange& exchange);
Response write(const Exchange& exchange);

}  // namespace simulator
