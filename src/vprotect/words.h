#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

#include "domain/backup.h"
#include "domain/schedule.h"

// The vendor's words, in the order in which they are listed (guide).
namespace vprotect {

template <class Term, std::size_t N>
using Words = std::array<std::pair<std::string_view, Term>, N>;

inline constexpr Words<std::chrono::weekday, 7> kDays{{{"MONDAY", std::chrono::Monday},
                                                       {"TUESDAY", std::chrono::Tuesday},
                                                       {"WEDNESDAY", std::chrono::Wednesday},
                                                       {"THURSDAY", std::chrono::Thursday},
                                                       {"FRIDAY", std::chrono::Friday},
                                                       {"SATURDAY", std::chrono::Saturday},
                                                       {"SUNDAY", std::chrono::Sunday}}};

inline constexpr Words<std::chrono::month, 12> kMonths{{{"JANUARY", std::chrono::January},
                                                        {"FEBRUARY", std::chrono::February},
                                                        {"MARCH", std::chrono::March},
                                                        {"APRIL", std::chrono::April},
                                                        {"MAY", std::chrono::May},
                                                        {"JUNE", std::chrono::June},
                                                        {"JULY", std::chrono::July},
                                                        {"AUGUST", std::chrono::August},
                                                        {"SEPTEMBER", std::chrono::September},
                                                        {"OCTOBER", std::chrono::October},
                                                        {"NOVEMBER", std::chrono::November},
                                                        {"DECEMBER", std::chrono::December}}};

inline constexpr Words<domain::Occurrence, 5> kOccurrences{{{"FIRST", domain::Occurrence::first},
                                                            {"SECOND", domain::Occurrence::second},
                                                            {"THIRD", domain::Occurrence::third},
                                                            {"FOURTH", domain::Occurrence::fourth},
                                                            {"LAST", domain::Occurrence::last}}};

// Occurrences carry it: "FIRST_IN_MONTH".
inline constexpr std::string_view kOccurrenceSuffix = "_IN_MONTH";

// Of the two types that can be asked for.
constexpr std::string_view word_of(domain::BackupType type) {
  return type == domain::BackupType::incremental ? "INCREMENTAL" : "FULL";
}

}  // namespace vprotect
