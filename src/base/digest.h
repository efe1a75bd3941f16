#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// What we need of cryptography, by OpenSSL.
namespace base {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256_of(std::string_view text);
Sha256 hmac_of(std::string_view key, std::string_view text);
bool are_equal(const Sha256& a, const Sha256& b);              // in constant time
bool are_equal_texts(std::string_view a, std::string_view b);  // likewise, but for their sizes

// Bytes that nobody can guess. Throws std::runtime_error when the system has none.
std::string random_bytes(std::size_t count);

std::string to_hex(const Sha256& hash);

std::optional<std::string> from_base64(std::string_view text);  // with padding, as in Basic
std::string to_base64url(std::string_view bytes);               // without padding, as in a URL
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace base
