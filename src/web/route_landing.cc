// GET /: what a person who opens the exporter's address sees.

#include <array>
#include <random>
#include <string>
#include <utility>

#include "web/landing_page.h"
#include "web/routes.h"

namespace web {
namespace {

// 128 bits that nobody can guess, as hexadecimal digits.
std::string new_nonce() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;  // the kernel's
  std::string nonce;
  for (int word = 0; word < 4; ++word) {
    auto bits = random();
    for (int i = 0; i < 8; ++i, bits >>= 4U) nonce += digits[bits & 15U];
  }
  return nonce;
}

std::string policy_for(const std::string& nonce) {
  return "default-src 'none'; style-src 'nonce-" + nonce +
         "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

void answer(const base::Shared<domain::Snapshot>& snapshot, base::TimePoint now, const std::string& version,
            httplib::Response& response) {
  const std::string nonce = new_nonce();
  response.set_header("Content-Security-Policy", policy_for(nonce));
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cache-Control", "no-store");
  response.set_content(landing_page(snapshot.get(), now, version, nonce), "text/html; charset=utf-8");
}

}  // namespace

Route landing_route(const LatestSnapshot& latest, const base::Clock& clock, std::string version) {
  return {
      "GET", "/",
      [&latest, &clock, version = std::move(version)](const httplib::Request&, httplib::Response& response) {
        answer(latest.get(), clock.now(), version, response);
      }};
}

}  // namespace web
