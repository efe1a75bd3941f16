#include "web/answers.h"

#include <random>

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

}  // namespace

void answer_page(const std::function<std::string(std::string_view nonce)>& page,
                 httplib::Response& response) {
  const std::string nonce = new_nonce();
  response.set_header("Content-Security-Policy", policy_for(nonce));
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cache-Control", "no-store");
  response.set_content(page(nonce), "text/html; charset=utf-8");
}

void answer_not_yet(const std::string& why, httplib::Response& response) {
  response.status = 503;
  response.set_header("Retry-After", "5");
  response.set_content(why + "\n", "text/plain; charset=utf-8");
}

}  // namespace web
