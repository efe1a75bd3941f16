#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "json_writer.h"

// When schedules run, as the API spells it. The place of a name is its bit in the model.
namespace simulator {

inline constexpr std::array<Choice, 7> kDays{{{"MONDAY", "Monday"},
                                              {"TUESDAY", "Tuesday"},
                                              {"WEDNESDAY", "Wednesday"},
                                              {"THURSDAY", "Thursday"},
                                              {"FRIDAY", "Friday"},
                                              {"SATURDAY", "Saturday"},
                                              {"SUNDAY", "Sunday"}}};
inline constexpr std::array<Choice, 12> kMonths{{{"JANUARY", "January"},
                                                 {"FEBRUARY", "February"},
                                                 {"MARCH", "March"},
                                                 {"APRIL", "April"},
                                                 {"MAY", "May"},
                                                 {"JUNE", "June"},
                                                 {"JULY", "July"},
                                                 {"AUGUST", "August"},
                                                 {"SEPTEMBER", "September"},
                                                 {"OCTOBER", "October"},
                                                 {"NOVEMBER", "November"},
                                                 {"DECEMBER", "December"}}};
inline constexpr std::array<Choice, 5> kOccurrences{{{"FIRST_IN_MONTH", "First in month"},
                                                     {"SECOND_IN_MONTH", "Second in month"},
                                                     {"THIRD_IN_MONTH", "Third in month"},
                                                     {"FOURTH_IN_MONTH", "Fourth in month"},
                                                     {"LAST_IN_MONTH", "Last in month"}}};

template <std::size_t N>
std::optional<unsigned> bit_named(const std::array<Choice, N>& choices, std::string_view name) {
  for (unsigned i = 0; i < N; ++i) {
    if (choices.at(i).name == name) return 1U << i;
  }
  return std::nullopt;
}

}  // namespace simulator
