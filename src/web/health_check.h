#pragma once

#include "base/result.h"
#include "web/options.h"

namespace web {

// Asks the exporter that listens as `options` says, on this machine, for /-/healthy; bounded to a few
// seconds. For a container's health check, whose image has no other client.
base::Result<base::Done> check_health(const Options& options);

}  // namespace web
