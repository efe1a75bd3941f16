#include "vprotect/record.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace vprotect {

// nlohmann's SAX events, in the order of the text.
class Record::Builder {
 public:
  using Json = nlohmann::json;

  explicit Builder(Record& record) : record_(record) {}

  Outcome outcome() const { return outcome_; }

  bool null() { return add({.type = Type::null}); }
  bool boolean(bool value) { return add({.type = Type::boolean, .boolean = value}); }
  bool number_integer(Json::number_integer_t value) { return add({.type = Type::integer, .integer = value}); }
  bool number_unsigned(Json::number_unsigned_t value) {
    if (value > static_cast<std::uint64_t>(INT64_MAX))
      return add({.type = Type::real, .real = static_cast<double>(value)});
    return number_integer(static_cast<std::int64_t>(value));
  }
  bool number_float(Json::number_float_t value, const std::string& /*token*/) {
    return add({.type = Type::real, .real = value});
  }
  bool string(std::string& value) { return add({.type = Type::text, .text = keep(value)}); }
  bool binary(Json::binary_t& /*value*/) { return false; }

  bool start_object(std::size_t /*count*/) { return open(Type::object); }
  bool start_array(std::size_t /*count*/) { return open(Type::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    key_ = keep(name);
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& error) {
    constexpr int kNumberOverflow = 406;
    const bool lone_surrogate = std::string_view(error.what()).find("surrogate") != std::string_view::npos;
    outcome_ = error.id == kNumberOverflow || lone_surrogate ? Outcome::unusable : Outcome::invalid;
    return false;
  }

 private:
  bool add(Node node) {
    node.key = key_;
    key_ = {};
    node.end = static_cast<std::uint32_t>(record_.nodes_.size() + 1);
    record_.nodes_.push_back(node);
    return true;
  }

  bool open(Type type) {
    record_.open_.push_back(static_cast<std::uint32_t>(record_.nodes_.size()));
    return add({.type = type});
  }

  bool close() {
    record_.nodes_[record_.open_.back()].end = static_cast<std::uint32_t>(record_.nodes_.size());
    record_.open_.pop_back();
    return true;
  }

  Span keep(const std::string& text) {
    const Span span{static_cast<std::uint32_t>(record_.texts_.size()),
                    static_cast<std::uint32_t>(text.size())};
    record_.texts_ += text;
    return span;
  }

  Record& record_;
  Outcome outcome_ = Outcome::parsed;
  Span key_;
};

Record::Outcome Record::parse(std::string_view text) {
  nodes_.clear();
  texts_.clear();
  open_.clear();
  Builder builder(*this);
  const bool complete = nlohmann::json::sax_parse(text.data(), text.data() + text.size(), &builder);
  if (complete) return Outcome::parsed;
  nodes_.clear();
  return builder.outcome() == Outcome::parsed ? Outcome::invalid : builder.outcome();
}

Value Record::root() const {
  return nodes_.empty() ? Value() : Value(this, 0, static_cast<std::uint32_t>(nodes_.size()));
}

Value Value::operator[](std::string_view key) const {
  if (!is_object()) return {};
  for (Value member = first(); member; member = member.next()) {
    if (record_->view(record_->nodes_[member.at_].key) == key) return member;
  }
  return {};
}

Value Value::first() const {
  if (!is_object() && !is_array()) return {};
  const std::uint32_t end = record_->nodes_[at_].end;
  return at_ + 1 < end ? Value(record_, at_ + 1, end) : Value();
}

Value Value::next() const {
  if (record_ == nullptr) return {};
  const std::uint32_t following = record_->nodes_[at_].end;
  return following < end_ ? Value(record_, following, end_) : Value();
}

bool Value::is_object() const {
  return record_ != nullptr && record_->nodes_[at_].type == Record::Type::object;
}

bool Value::is_array() const {
  return record_ != nullptr && record_->nodes_[at_].type == Record::Type::array;
}

bool Value::is_null() const { return record_ != nullptr && record_->nodes_[at_].type == Record::Type::null; }

bool Value::is_text() const { return record_ != nullptr && record_->nodes_[at_].type == Record::Type::text; }

std::string_view Value::text() const {
  return is_text() ? record_->view(record_->nodes_[at_].text) : std::string_view();
}

std::optional<bool> Value::boolean() const {
  if (record_ == nullptr || record_->nodes_[at_].type != Record::Type::boolean) return std::nullopt;
  return record_->nodes_[at_].boolean;
}

std::optional<std::int64_t> Value::integer() const {
  if (record_ == nullptr || record_->nodes_[at_].type != Record::Type::integer) return std::nullopt;
  return record_->nodes_[at_].integer;
}

std::optional<double> Value::real() const {
  if (const auto whole = integer()) return static_cast<double>(*whole);
  if (record_ == nullptr || record_->nodes_[at_].type != Record::Type::real) return std::nullopt;
  const double value = record_->nodes_[at_].real;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace vprotect
