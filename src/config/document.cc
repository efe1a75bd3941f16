#include "config/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "config/error.h"

namespace config {
namespace {

constexpr std::size_t kMostDepth = 16;
constexpr const char* kNoAnchors =
    "anchors and aliases are not allowed; quote a value that begins with & or *";
constexpr const char* kNoTags = "tags are not allowed; quote a value that begins with !";

[[noreturn]] void fail(const std::string& file, int line, const std::string& message) {
  throw ConfigError(file + ":" + std::to_string(line) + ": " + message);
}

// Builds the tree from the parser's events. Knows no keys.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const std::string& file) : file_(file) {}

  // A document of nothing is null in line 1.
  Element take() { return !root_ || root_->kind == Element::Kind::null ? Element{} : std::move(*root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // yaml-cpp also starts a new document where a line's indentation fits no open block.
    if (root_) fail(file_, mark.line + 1, "does not belong to what is above it; check the indentation");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(Element::Kind::null, mark, "", anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { fail(file_, mark.line + 1, kNoAnchors); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add(Element::Kind::scalar, mark, tag, anchor, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open_container(Element::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close_container(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open_container(Element::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close_container(); }

 private:
  void add(Element::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
           const std::string& text = "") {
    place(made(kind, mark, tag, anchor, text));
  }

  void open_container(Element::Kind kind, const YAML::Mark& mark, const std::string& tag,
                      YAML::anchor_t anchor) {
    if (open_.size() == kMostDepth) fail(file_, mark.line + 1, "nested too deep");
    open_.push_back(made(kind, mark, tag, anchor, ""));
  }

  void close_container() {
    Element done = std::move(open_.back());
    open_.pop_back();
    place(std::move(done));
  }

  Element made(Element::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
               const std::string& text) const {
    if (anchor != 0) fail(file_, mark.line + 1, kNoAnchors);
    // "?" and "!" are how yaml-cpp calls plain and quoted text without a tag.
    if (!tag.empty() && tag != "?" && tag != "!") fail(file_, mark.line + 1, kNoTags);
    return {.kind = kind, .line = mark.line + 1, .text = text};
  }

  static int last_line(const Element& container) {
    if (!container.keys.empty()) return container.keys.back().line;
    return container.items.empty() ? container.line : container.items.back().line;
  }

  void place(Element node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Element& parent = open_.back();
    const bool is_key = parent.kind == Element::Kind::map && parent.keys.size() == parent.items.size();
    // yaml-cpp gives nothing the line of what comes after it.
    if (node.kind == Element::Kind::null) node.line = last_line(parent);
    (is_key ? parent.keys : parent.items).push_back(std::move(node));
  }

  const std::string& file_;
  std::vector<Element> open_;  // containers, outermost first
  std::optional<Element> root_;
};

// Our own words: several of yaml-cpp's messages end in the text they complain about.
std::string_view meaning_of(std::string_view message) {
  namespace msg = YAML::ErrorMsg;
  static const std::array<std::pair<std::string_view, std::string_view>, 11> kMeanings{{
      {msg::DOC_IN_SCALAR, "a quote is never closed"},
      {msg::EOF_IN_SCALAR, "a quote is never closed"},
      {msg::UNKNOWN_ANCHOR, kNoAnchors},
      {msg::INVALID_ESCAPE, "unknown escape in double quotes"},
      {msg::INVALID_UNICODE, "an escape in double quotes is no character"},
      {msg::TAB_IN_INDENTATION, "a tab in the indentation"},
      {msg::UNKNOWN_TOKEN, "a value cannot begin like this; quote it"},
      {msg::MAP_VALUE,
       "a colon where none may be; quote a value that has one, or end the key above with one"},
      {msg::END_OF_MAP_FLOW, "a { is never closed; quote a value that has ${...} in it"},
      {msg::END_OF_SEQ_FLOW, "a [ is never closed"},
      {msg::END_OF_MAP, "a key without a colon, or wrong indentation"},
  }};
  for (const auto& [start, meaning] : kMeanings) {
    if (message.substr(0, start.size()) == start) return meaning;
  }
  return "check the indentation and the quotes";
}

bool is_text(std::string_view line) {
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') || c == 0x7F;
  };
  return base::is_valid_utf8(line) && std::none_of(line.begin(), line.end(), is_control);
}

// yaml-cpp guesses at encodings, and takes U+0004 for the end of the file.
void check_encoding(const std::string& text, const std::string& file) {
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!is_text(line)) fail(file, number, "not UTF-8 text, or a control character");
  }
}

int lines_of(const std::string& text) {
  return 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n')) - (text.ends_with('\n') ? 1 : 0);
}

void feed(const std::string& text, Builder& builder) {
  // With the mark of a document's end: without it yaml-cpp takes the end of the file for a closing quote.
  std::istringstream in(text + "\n...\n");
  YAML::Parser parser(in);
  // Twice: the builder refuses a second document.
  for (int documents = 0; documents < 2 && parser.HandleNextDocument(builder); ++documents) {
  }
}

}  // namespace

Element parse_document(const std::string& text, const std::string& file) {
  check_encoding(text, file);
  Builder builder(file);
  try {
    feed(text, builder);
  } catch (const YAML::Exception& e) {
    const int line = e.mark.is_null() ? 1 : e.mark.line + 1;
    fail(file, std::min(line, lines_of(text)), "not valid YAML: " + std::string(meaning_of(e.msg)));
  }
  return builder.take();
}

}  // namespace config
