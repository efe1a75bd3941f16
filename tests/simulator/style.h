#pragma once

#include <cstdint>

namespace simulator {

enum class Numbers : std::uint8_t { integers, strings, floats };
enum class Damage : std::uint8_t { none, missing_guid, wrong_types, null_row, text_row };

// How records are spelled: what a profile says, and what faults add to it.
struct Style {
  bool enums_as_strings = false;
  bool references_as_strings = false;
  bool nulls = false;  // what is absent is written as null
  bool unknown_fields = false;
  bool unknown_enums = false;
  bool no_windows = false;  // lists of tasks do not tell their windows
  Numbers numbers = Numbers::integers;
  Damage damage = Damage::none;  // of the first row of each page
};

}  // namespace simulator
