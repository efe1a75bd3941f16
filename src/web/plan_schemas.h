#pragma once

#include "web/schema.h"

namespace web {

// Of the requests that make or change policies and schedules, with examples, and of their answers; by name.
schema::Json plan_schemas();

}  // namespace web
