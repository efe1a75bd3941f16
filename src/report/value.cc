#include "report/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace report {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <class Number>
std::string digits(Number number) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof(text), number);
  return {text, end};
}

template <class List>
std::string joined(const List& list, std::string (*text_of)(const typename List::value_type&)) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : " ") + text_of(item);
  return text;
}

template <class List, class Append>
void append_list(std::string& out, const List& list, Append append) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ',';
    append(list[i]);
  }
  out += ']';
}

// It is its own JSON. That most texts are spares most of the time that a list takes.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; });
}

}  // namespace

std::weak_ordering compare(const Value& a, const Value& b, Direction direction) {
  if (!is_known(a) || !is_known(b)) return is_known(b) <=> is_known(a);
  const Value& first = direction == Direction::ascending ? a : b;
  const Value& second = direction == Direction::ascending ? b : a;
  if (first < second) return std::weak_ordering::less;
  return second < first ? std::weak_ordering::greater : std::weak_ordering::equivalent;
}

void append_json_text(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    (out += '"').append(text) += '"';
    return;
  }
  out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append_json(std::string& out, const Value& value) {
  std::visit(
      Overloaded{[&](std::monostate) { out += "null"; }, [&](bool flag) { out += flag ? "true" : "false"; },
                 [&](std::int64_t number) { out += digits(number); },
                 [&](double number) { out += std::isfinite(number) ? digits(number) : "null"; },
                 [&](base::TimePoint time) { (out += '"').append(base::to_rfc3339(time)) += '"'; },
                 [&](const std::string& text) { append_json_text(out, text); },
                 [&](const Texts& texts) {
                   append_list(out, texts, [&](const std::string& text) { append_json_text(out, text); });
                 },
                 [&](const Numbers& numbers) {
                   append_list(out, numbers, [&](std::int64_t number) { out += digits(number); });
                 }},
      value);
}

std::string to_text(const Value& value) {
  return std::visit(
      Overloaded{[](std::monostate) { return std::string(); },
                 [](bool flag) { return std::string(flag ? "true" : "false"); },
                 [](std::int64_t number) { return digits(number); },
                 [](double number) { return std::isfinite(number) ? digits(number) : std::string(); },
                 [](base::TimePoint time) { return base::to_rfc3339(time); },
                 [](const std::string& text) { return base::to_valid_utf8(text); },
                 [](const Texts& texts) {
                   return joined(texts, [](const std::string& text) { return base::to_valid_utf8(text); });
                 },
                 [](const Numbers& numbers) {
                   return joined(numbers, [](const std::int64_t& number) { return digits(number); });
                 }},
      value);
}

}  // namespace report
