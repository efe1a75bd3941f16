#pragma once

#include <string_view>

#include "exposition/body.h"
#include "exposition/description.h"
#include "exposition/piece_writer.h"

namespace exposition {

// The lines before a family's first sample: HELP and TYPE, in OpenMetrics TYPE, UNIT and HELP.
void write_header(PieceWriter& out, Format format, const Description& family);

// One line; `labels` as LabelText has them.
void write_sample(PieceWriter& out, std::string_view name, std::string_view labels, double value);

}  // namespace exposition
