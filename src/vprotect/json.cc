#include "vprotect/json.h"

#include <cstddef>
#include <utility>

namespace vprotect {
namespace {

constexpr std::size_t kMostLevels = 64;
// Of the root, a list in it, and an object in that list.
constexpr std::size_t kEmbeddedLevel = 3;

bool is_name_or_guid(std::string_view key) { return key == "guid" || key == "name"; }

// nlohmann's SAX events, made a tree with a limit to its depth.
class TreeBuilder {
 public:
  explicit TreeBuilder(Embedded embedded) : embedded_(embedded) {}

  std::optional<Json> take() { return root_.is_object() ? std::optional(std::move(root_)) : std::nullopt; }

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t value) { return add(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
  bool number_float(Json::number_float_t value, const std::string& /*token*/) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t& /*value*/) { return false; }

  bool start_object(std::size_t /*count*/) { return open(Json::object()); }
  bool start_array(std::size_t /*count*/) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (left_out_ > 0) return true;
    if (open_.size() == 1) in_embedded_ = embedded_ == Embedded::named && (name == "vms" || name == "rules");
    leave_out_next_ = in_embedded_ && open_.size() == kEmbeddedLevel && !is_name_or_guid(name);
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& /*error*/) {
    return false;
  }

 private:
  bool add(Json value) {
    if (left_out_ == 0 && !std::exchange(leave_out_next_, false)) put(std::move(value));
    return true;
  }

  bool open(Json value) {
    if (left_out_ > 0 || std::exchange(leave_out_next_, false)) {
      ++left_out_;
      return true;
    }
    if (open_.size() == kMostLevels) return false;
    open_.push_back(put(std::move(value)));
    return true;
  }

  bool close() {
    if (left_out_ > 0) {
      --left_out_;
    } else {
      open_.pop_back();
    }
    return true;
  }

  // Where it is now: it stays there until it is closed, as nothing is added beside it meanwhile.
  Json* put(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::move(value));
    return &(parent[key_] = std::move(value));
  }

  const Embedded embedded_;
  Json root_;
  std::vector<Json*> open_;
  std::string key_;
  bool in_embedded_ = false;
  bool leave_out_next_ = false;
  std::size_t left_out_ = 0;  // levels within what is left out
};

}  // namespace

std::string text_of(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

std::optional<Json> parse_record(std::string_view text, Embedded embedded) {
  TreeBuilder builder(embedded);
  if (!Json::sax_parse(text.data(), text.data() + text.size(), &builder)) return std::nullopt;
  return builder.take();
}

Json enum_of(std::string_view name) { return Json::object({{"name", name}}); }

Json reference_to(std::string_view guid) { return Json::object({{"guid", guid}}); }

}  // namespace vprotect
