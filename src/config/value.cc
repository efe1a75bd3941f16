#include "config/value.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "base/suggestion.h"
#include "base/text.h"
#include "config/expansion.h"
#include "config/file.h"

namespace config {
namespace {

constexpr std::size_t kMostLabel = 200;
constexpr std::size_t kMostPassword = 4096;
constexpr std::size_t kMostPem = 1024UL * 1024;

bool is_control(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const bool is_c1 = byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
  return byte < 0x20 || byte == 0x7F || is_c1;
}

bool is_printable(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_control(text, at)) return false;
  }
  return base::is_valid_utf8(text);
}

// A secret may stand where a key was expected, in a file with a slip of the pen: "{password, hunter2}".
// What reads like an identifier and has a value is taken for a key.
bool is_fit_to_print(const Element& key, const Element& value) {
  constexpr std::string_view kCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.0123456789";
  return !key.text.empty() && key.text.size() <= 40 &&
         key.text.find_first_not_of(kCharacters) == std::string::npos && value.kind != Element::Kind::null;
}

std::string without_line_end(std::string text) {
  const auto last = text.find_last_not_of("\r\n");
  text.resize(last == std::string::npos ? 0 : last + 1);
  return text;
}

}  // namespace

Value::Value(const Element& node, std::string path, Reading& reading)
    : node_(&node), path_(std::move(path)), reading_(&reading) {}

std::string Value::where() const {
  const std::string line = reading_->file + ":" + std::to_string(node_->line) + ": ";
  return path_.empty() ? line : line + path_ + ": ";
}

void Value::fail(const std::string& message) const { throw ConfigError(where() + message); }
void Value::warn(const std::string& message) const { reading_->warnings.push_back(where() + message); }

std::string Value::expanded(bool may_name_variables) const {
  if (node_->kind != Element::Kind::scalar) fail("must be a text or a number");
  Expansion result = expand(node_->text, reading_->environment);
  if (result.problem.empty()) return std::move(result.text);
  const bool is_named = may_name_variables && !result.variable.empty();
  fail(result.problem + (is_named ? ": " + result.variable : ""));
}

std::string Value::text() const { return expanded(true); }

std::string Value::label() const {
  std::string result = text();
  if (result.empty() || result.size() > kMostLabel || base::trimmed(result) != result ||
      !is_printable(result))
    fail("must be 1 to 200 bytes of printable text, without space around it");
  return result;
}

base::Secret Value::secret() const {
  base::Secret result(expanded(false));
  if (result.empty()) fail("is empty");
  return result;
}

std::string Value::resolved_path() const {
  const std::string named = text();
  if (named.empty() || named.find('\0') != std::string::npos) fail("must be the path of a file");
  return (std::filesystem::path(reading_->folder) / named).string();
}

base::Secret Value::secret_file() const {
  auto content = read_file(resolved_path(), kMostPassword);
  if (!content) fail("cannot read the file: " + content.error().message);
  std::string line = without_line_end(std::move(*content));
  if (line.empty()) fail("the file is empty");
  if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
    fail("the file must have the password in one line and nothing else");
  return base::Secret(std::move(line));
}

std::string Value::pem_file() const {
  if (text().empty()) return {};
  std::string path = resolved_path();
  const auto content = read_file(path, kMostPem);
  if (!content) fail("cannot read the file: " + content.error().message);
  if (content->find("-----BEGIN ") == std::string::npos) fail("not a PEM file");
  return path;
}

std::string Value::pem_content() const {
  const std::string path = resolved_path();
  if (reading_->files != nullptr) reading_->files->insert_or_assign(path, stamp_of(path));
  auto content = read_file(path, kMostPem);
  if (!content) fail("cannot read the file: " + content.error().message);
  if (content->find("-----BEGIN ") == std::string::npos) fail("not a PEM file");
  return std::move(*content);
}

std::chrono::milliseconds Value::duration(DurationLimits limits) const {
  const auto parsed = base::parse_duration(text());
  if (!parsed) fail("must be a duration such as 90s or 1h30m");
  if (*parsed < limits.least || *parsed > limits.most)
    fail("must be from " + base::to_text(limits.least) + " to " + base::to_text(limits.most));
  return *parsed;
}

base::TimePoint Value::deadline() const {
  const std::string written = text();
  if (const auto day = base::parse_date(written)) return *day + std::chrono::days(1);
  if (const auto moment = base::parse_rfc3339(written)) return *moment;
  fail("must be a day such as 2026-12-31 or a moment such as 2026-12-31T18:00:00Z");
}

std::size_t Value::count(CountLimits limits) const {
  const std::string digits = text();
  std::size_t parsed = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
  const bool is_number = fault == std::errc() && end == digits.data() + digits.size();
  if (!is_number || parsed < limits.least || parsed > limits.most)
    fail("must be a whole number from " + std::to_string(limits.least) + " to " +
         std::to_string(limits.most));
  return parsed;
}

bool Value::flag() const {
  const std::string word = text();
  if (word != "true" && word != "false") fail("must be true or false");
  return word == "true";
}

std::vector<Value> Value::items() const {
  if (node_->kind != Element::Kind::sequence) fail("must be a list");
  std::vector<Value> result;
  for (const Element& item : node_->items) {
    result.emplace_back(item, path_ + "[" + std::to_string(result.size()) + "]", *reading_);
  }
  return result;
}

std::string Value::child_path(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void Value::fail_unknown(std::size_t index, const std::vector<std::string_view>& known) const {
  const Element& key = node_->keys[index];
  const bool is_shown = is_fit_to_print(key, node_->items[index]);
  Value(key, is_shown ? child_path(key.text) : path_, *reading_)
      .fail("unknown key" + base::did_you_mean(key.text, known));
}

std::vector<std::string_view> Value::keys(const std::vector<std::string_view>& known) const {
  if (node_->kind != Element::Kind::map) fail("must be a mapping of keys to values");
  std::vector<std::string_view> result;
  for (std::size_t i = 0; i < node_->keys.size(); ++i) {
    const std::string_view key = node_->keys[i].text;
    if (std::find(known.begin(), known.end(), key) == known.end()) fail_unknown(i, known);
    if (std::find(result.begin(), result.end(), key) != result.end())
      Value(node_->keys[i], child_path(key), *reading_).fail("duplicate key");
    result.push_back(key);
  }
  return result;
}

std::vector<std::pair<std::string, Value>> Value::entries() const {
  if (node_->kind != Element::Kind::map) fail("must be a mapping of keys to values");
  std::vector<std::pair<std::string, Value>> result;
  for (std::size_t i = 0; i < node_->keys.size(); ++i) {
    const Element& key = node_->keys[i];
    const bool is_shown = is_fit_to_print(key, node_->items[i]);
    const std::string path = is_shown ? child_path(key.text) : path_ + "[" + std::to_string(i) + "]";
    const auto is_it = [&](const auto& entry) { return entry.first == key.text; };
    if (std::any_of(result.begin(), result.end(), is_it)) Value(key, path, *reading_).fail("duplicate key");
    result.emplace_back(key.text, Value(node_->items[i], path, *reading_));
  }
  return result;
}

bool Value::has(std::string_view key) const { return at(key).node_ != node_ && !at(key).is_null(); }

Value Value::at(std::string_view key) const {
  const auto found =
      std::find_if(node_->keys.begin(), node_->keys.end(), [&](const Element& k) { return k.text == key; });
  if (found == node_->keys.end()) return {*node_, child_path(key), *reading_};
  const auto index = static_cast<std::size_t>(found - node_->keys.begin());
  return {node_->items[index], child_path(key), *reading_};
}

}  // namespace config
