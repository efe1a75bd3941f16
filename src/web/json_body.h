#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "web/problem.h"

// The JSON body of a request, held against what its route takes.
namespace web {

inline constexpr std::size_t kMostDepth = 32;
inline constexpr std::size_t kMostText = 1000;  // bytes of one text

// An object, with no member twice, nested at most so deep. 415 without the type application/json, which also
// keeps a browser from sending one from somebody else's page; 400 for everything else.
std::variant<nlohmann::json, Problem> json_body(const httplib::Request& request);

// The members of one object. What is wrong is noted with its place, such as "vms[2].guid", and asked for at
// the end of the whole body.
class Object {
 public:
  enum class Unknown : bool { are_faults, are_ignored };

  // All outlive it. `place` is that of the object; empty: the body itself.
  Object(const nlohmann::json& object, std::string place, std::vector<Fault>& faults,
         const std::vector<std::string_view>& known, Unknown unknown = Unknown::are_faults);

  bool has(std::string_view name) const;  // with a value that is not null
  // An empty text, false, or absent, where there is none or it is wrong.
  std::string text(std::string_view name) const;
  std::string word(std::string_view name, const std::vector<std::string_view>& words) const;
  bool flag(std::string_view name, bool otherwise = false) const;
  std::optional<int> whole(std::string_view name, int least, int most) const;
  // "6h", or a number of seconds.
  std::optional<std::chrono::milliseconds> duration(std::string_view name, std::chrono::milliseconds least,
                                                    std::chrono::milliseconds most) const;
  std::optional<base::TimePoint> time(std::string_view name) const;
  // The objects of an array of least to most of them; none where something is wrong.
  std::vector<const nlohmann::json*> objects(std::string_view name, std::size_t least,
                                             std::size_t most) const;
  std::vector<std::string> texts(std::string_view name, std::size_t most) const;
  const nlohmann::json* object(std::string_view name) const;  // null: there is none
  const nlohmann::json* value(std::string_view name) const;   // likewise

  void fault(std::string_view name, std::string detail) const;
  void require(std::string_view name) const;
  std::string place_of(std::string_view name) const;

 private:
  const nlohmann::json& object_;
  const std::string place_;
  std::vector<Fault>& faults_;
};

}  // namespace web
