#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace base {

// Why an exchange with the outside failed, as far as a caller acts on it.
enum class ErrorKind {
  unreachable,   // no connection, TLS failure, connection lost
  timeout,       // the whole request took longer than it may
  unauthorized,  // 401 that a fresh login did not mend, or the login itself was refused
  forbidden,     // 403: the account lacks a privilege
  not_found,     // 404
  rejected,      // any other status that is not a success
  malformed,     // an answer that is not what was asked for: HTML, truncated, empty, invalid UTF-8
  incomplete,    // a list whose rows do not add up
  too_large,     // an answer beyond our limits
  cancelled,     // we are stopping
};

// "unreachable", ...: for a label.
constexpr std::string_view name_of(ErrorKind kind) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(ErrorKind::cancelled) + 1> names{
      "unreachable", "timeout",   "unauthorized", "forbidden", "not_found",
      "rejected",    "malformed", "incomplete",   "too_large", "cancelled"};
  return names.at(static_cast<std::size_t>(kind));
}

struct Error {
  ErrorKind kind = ErrorKind::unreachable;
  std::string message;  // what was tried, on what, and what came back; never a secret

  bool operator==(const Error&) const = default;
};

// A value, or why there is none: std::expected's spelling, which g++ 12 lacks in C++20.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  bool has_value() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return has_value(); }

  T& value() & { return checked(); }
  T&& value() && { return std::move(checked()); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T& operator*() & { return checked(); }
  T&& operator*() && { return std::move(checked()); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    assert(!has_value());
    return *std::get_if<Error>(&state_);
  }

 private:
  T& checked() {
    assert(has_value());
    return *std::get_if<T>(&state_);
  }

  std::variant<T, Error> state_;
};

// Success without a value.
struct Done {
  bool operator==(const Done&) const = default;
};

}  // namespace base
