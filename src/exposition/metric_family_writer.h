#pragma once

#include <prometheus/metric_family.h>

#include <cstddef>
#include <string_view>

#include "exposition/body.h"
#include "exposition/piece_writer.h"

namespace exposition {

// Writes a family of prometheus-cpp's as ours are written: a counter, a gauge (an info, when so named) or a
// histogram. One without metrics leaves nothing.
void write_metric_family(PieceWriter& out, Format format, const prometheus::MetricFamily& family);

// Samples of the family in the text format.
std::size_t series_of(const prometheus::MetricFamily& family);

// Whether `asked` is the family's name or that of one of its samples.
bool is_named(std::string_view asked, const prometheus::MetricFamily& family);

}  // namespace exposition
