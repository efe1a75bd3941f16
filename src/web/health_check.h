#pragma once

#include "base/result.h"
#include "web/options.h"

namespace web {

// Asks the exporter that listens as `options` and `front` say, on this machine, for /-/healthy; bounded to a
// few seconds. For a container's health check, whose image has no other client. Where every client needs a
// certificate, it is healthy when it asks for one.
base::Result<base::Done> check_health(const Options& options, const FrontOptions& front);

}  // namespace web
