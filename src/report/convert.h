#pragma once

#include <chrono>
#include <concepts>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/quantity.h"
#include "report/value.h"

// What the domain knows, as values of fields: an absent thing, and an empty name, is not known.
namespace report {

inline Value value_of(bool flag) { return flag; }
inline Value value_of(const std::string& text) { return text.empty() ? Value() : Value(text); }
inline Value value_of(const base::SharedText& text) { return text.empty() ? Value() : Value(text.str()); }
inline Value value_of(base::TimePoint time) { return time; }
inline Value value_of(domain::Bytes bytes) { return static_cast<std::int64_t>(bytes.count); }
inline Value value_of(double number) { return number; }

template <std::unsigned_integral Count>
Value value_of(Count count) {
  return static_cast<std::int64_t>(count);
}

template <class Rep, class Unit>
Value value_of(std::chrono::duration<Rep, Unit> duration) {  // in seconds
  return std::chrono::duration<double>(duration).count();
}

template <class T>
Value value_of(const std::optional<T>& known) {
  return known ? value_of(*known) : Value();
}

}  // namespace report
