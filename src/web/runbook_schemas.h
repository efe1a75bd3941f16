#pragma once

#include "web/schema.h"

namespace web {

// The members of an operation; of a request that begins something, besides its own.
schema::Json operation_properties();
schema::Json with_common(schema::Json properties);

// Of the requests to the runbook, with examples, and of its answers; by name.
schema::Json runbook_schemas();

}  // namespace web
