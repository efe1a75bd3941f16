#pragma once

#include <compare>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace base {

// Immutable text that many records repeat (a policy's name on ten thousand VMs): a copy costs no memory.
// An empty text is the default. Compared by content.
class SharedText {
 public:
  SharedText() = default;
  explicit SharedText(std::string_view text)
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(text)) {}

  std::string_view view() const { return text_ ? std::string_view(*text_) : std::string_view(); }
  std::string str() const { return std::string(view()); }
  bool empty() const { return !text_; }

  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.text_ == b.text_ || a.view() == b.view();
  }
  friend bool operator==(const SharedText& a, std::string_view b) { return a.view() == b; }
  friend std::strong_ordering operator<=>(const SharedText& a, const SharedText& b) {
    return a.text_ == b.text_ ? std::strong_ordering::equal : a.view() <=> b.view();
  }

 private:
  std::shared_ptr<const std::string> text_;
};

// Hands out one SharedText per distinct text, for as long as one list is read. Not for several threads at
// once.
class TextPool {
 public:
  SharedText share(std::string_view text) {
    if (text.empty()) return {};
    if (const auto known = texts_.find(text); known != texts_.end()) return known->second;
    SharedText made(text);
    texts_.emplace(made.view(), made);  // the key points into the value, which never moves
    return made;
  }

 private:
  std::unordered_map<std::string_view, SharedText> texts_;
};

}  // namespace base
