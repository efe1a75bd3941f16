#include "http_wire.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace simulator {
namespace {

constexpr std::size_t kMostHead = 64 * 1024;
constexpr std::size_t kMostBody = 4 * 1024 * 1024;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view take_until(std::string_view& text, std::string_view end) {
  const std::string_view part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), part.size() + end.size()));
  return part;
}

std::optional<Request> parsed_head(std::string_view head) {
  Request request;
  std::string_view line = take_until(head, "\r\n");
  request.method = take_until(line, " ");
  std::string_view target = take_until(line, " ");
  if (request.method.empty() || !target.starts_with('/') || !line.starts_with("HTTP/1.")) return std::nullopt;
  request.path = decoded(take_until(target, "?"), false);
  request.query = target;
  while (!head.empty()) {
    std::string_view field = take_until(head, "\r\n");
    const std::string name = lower(take_until(field, ":"));
    request.headers.emplace_back(name, trimmed(field));
  }
  return request;
}

std::optional<std::size_t> body_size(const Request& request) {
  const std::string_view text = request.header("content-length");
  std::size_t size = 0;
  if (text.empty())
    return request.header("transfer-encoding").empty() ? std::optional<std::size_t>(0) : std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc{} || end != text.data() + text.size() || size > kMostBody) return std::nullopt;
  return size;
}

std::string_view usual_reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return out;
}

std::optional<Request> next_request(Stream& stream, std::string& pending) {
  std::array<char, 16 * 1024> buffer{};
  const auto more = [&] {
    const std::size_t count = stream.read(buffer.data(), buffer.size());
    pending.append(buffer.data(), count);
    return count > 0;
  };
  std::size_t end = pending.find("\r\n\r\n");
  while (end == std::string::npos) {
    if (pending.size() > kMostHead || !more()) return std::nullopt;
    end = pending.find("\r\n\r\n");
  }
  std::optional<Request> request = parsed_head(std::string_view(pending).substr(0, end + 2));
  const auto size = request ? body_size(*request) : std::nullopt;
  if (!size) return std::nullopt;
  while (pending.size() < end + 4 + *size) {
    if (!more()) return std::nullopt;
  }
  request->body = pending.substr(end + 4, *size);
  pending.erase(0, end + 4 + *size);
  return request;
}

std::string head_of(const Response& response) {
  const std::string_view reason = response.reason.empty() ? usual_reason(response.status) : response.reason;
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason;
  head += "\r\n";
  for (const auto& [name, value] : response.headers)
    head.append(name).append(": ").append(value).append("\r\n");
  const Delivery& delivery = response.delivery;
  if (delivery.filler == kEndless) return head + "Connection: close\r\n\r\n";
  if (response.status != 204) {
    head += "Content-Length: " +
            std::to_string(delivery.promised.value_or(response.body.size() + delivery.filler)) + "\r\n";
  }
  return head + "\r\n";
}

}  // namespace simulator
