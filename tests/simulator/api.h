#pragma once

#include "http.h"
#include "world.h"

namespace simulator {

// Answers one request of the API, faults included, and logs it. Any thread.
Response answer(World& world, const Request& request);

}  // namespace simulator
