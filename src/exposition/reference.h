#pragma once

#include <string>

namespace exposition {

// docs/metrics.md: every family with its type, labels and meaning, in Markdown.
std::string metrics_reference();

// The table of README.md: the same without meanings.
std::string metrics_summary();

}  // namespace exposition
