#pragma once

#include <httplib.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "simulator/simulator.h"

namespace simulator {

inline Options golden(std::string profile = "7.4") {
  Options options;
  options.scenario = "golden";
  options.profile = std::move(profile);
  return options;
}

// A guid of the golden scenario.
inline std::string vm_guid(Id id) { return guid(Kind::vm, id); }

// A client of its own making: cookies are kept as the server sets them.
class TestClient {
 public:
  explicit TestClient(const Simulator& simulator) : http_("127.0.0.1", simulator.port()) {
    http_.set_keep_alive(true);
    http_.set_read_timeout(10);
  }

  int log_in(const std::string& body = R"({"login":"monitoring","password":"secret"})") {
    const auto result = http_.Post("/api/session/login", cookies(), body, "application/json");
    return keep(result) ? result->status : 0;
  }

  httplib::Result get(const std::string& path) {
    auto result = http_.Get("/api" + path, cookies());
    keep(result);
    return result;
  }

  httplib::Result post(const std::string& path, const std::string& body = "") {
    auto result = http_.Post("/api" + path, cookies(), body, "application/json");
    keep(result);
    return result;
  }

  httplib::Result put(const std::string& path, const std::string& body) {
    auto result = http_.Put("/api" + path, cookies(), body, "application/json");
    keep(result);
    return result;
  }

  httplib::Result remove(const std::string& path) {
    auto result = http_.Delete("/api" + path, cookies());
    keep(result);
    return result;
  }

  int status(const std::string& path) {
    const auto result = get(path);
    return result ? result->status : 0;
  }

  nlohmann::json json(const std::string& path) {
    const auto result = get(path);
    return result ? nlohmann::json::parse(result->body, nullptr, false) : nlohmann::json();
  }

  std::vector<std::string> guids(const std::string& path) {
    std::vector<std::string> guids;
    for (const auto& row : json(path)) guids.push_back(row.value("guid", ""));
    return guids;
  }

  const std::map<std::string, std::string>& jar() const { return jar_; }
  httplib::Client& http() { return http_; }

 private:
  bool keep(const httplib::Result& result) {
    if (!result) return false;
    const auto [first, last] = result->headers.equal_range("Set-Cookie");
    for (auto it = first; it != last; ++it) {
      const std::string& text = it->second;
      const std::string name = text.substr(0, text.find('='));
      jar_[name] = text.substr(name.size() + 1, text.find(';') - name.size() - 1);
      if (text.find("Max-Age=0") != std::string::npos) jar_.erase(name);
    }
    return true;
  }

  httplib::Headers cookies() const {
    std::string text;
    for (const auto& [name, value] : jar_)
      text.append(text.empty() ? "" : "; ").append(name).append("=").append(value);
    return text.empty() ? httplib::Headers{} : httplib::Headers{{"Cookie", text}};
  }

  httplib::Client http_;
  std::map<std::string, std::string> jar_;
};

}  // namespace simulator
