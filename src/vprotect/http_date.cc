#include "vprotect/http_date.h"

#include <curl/curl.h>

#include <chrono>
#include <string>

namespace vprotect {
namespace {

constexpr std::size_t kMostLength = 64;

}  // namespace

std::optional<base::TimePoint> parse_http_date(std::string_view text) {
  if (text.empty() || text.size() > kMostLength) return std::nullopt;
  const std::time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds == -1) return std::nullopt;
  return base::TimePoint(std::chrono::seconds(seconds));
}

}  // namespace vprotect
