#pragma once

#include <cstddef>
#include <string>

namespace exposition {

// What put_number() may need.
inline constexpr std::size_t kNumberRoom = 32;

// Writes the shortest text that reads back as the same value, and returns its end: "3", "0.005", "1e-07",
// "+Inf", "-Inf", "NaN"; never "-0".
char* put_number(char* at, double value);
std::string number_text(double value);

// A histogram's bound as OpenMetrics wants it: always a float, "1.0", "0.005", "1e+06", "+Inf".
std::string canonical_bound(double bound);

}  // namespace exposition
