#include "web/passwords.h"

#include <crypt.h>

#include <chrono>
#include <iterator>
#include <memory>

#include "base/digest.h"

namespace web {
namespace {

constexpr unsigned kMostComputing = 2;
constexpr unsigned kMostWaiting = 8;
constexpr std::chrono::seconds kPatience{3};
constexpr std::size_t kMostRemembered = 1024;
constexpr std::size_t kKeySize = 32;

bool fits(const std::string& password, const std::string& hash) {
  const auto room = std::make_unique<crypt_data>();  // 32 KiB
  const char* made = ::crypt_r(password.c_str(), hash.c_str(), room.get());
  return made != nullptr && base::are_equal_texts(made, hash);
}

}  // namespace

Passwords::Passwords() : key_(base::random_bytes(kKeySize)) {}

bool Passwords::remembers(const PasswordHashes& hashes, const UserPassword& presented) const {
  const auto user = hashes.find(presented.user);
  if (user == hashes.end()) return false;
  const base::Sha256 wanted = fingerprint(presented, user->second.reveal());
  const std::lock_guard lock(mutex_);
  return good_.contains(wanted);
}

Passwords::Verdict Passwords::check(const PasswordHashes& hashes, const UserPassword& presented) {
  if (hashes.empty()) return Verdict::bad;
  if (!begin_computing()) return Verdict::busy;
  const std::string& hash = hash_for(hashes, presented.user).reveal();
  // Others may have brought the same one meanwhile.
  const bool good =
      remembers(hashes, presented) || (fits(presented.password, hash) && hashes.contains(presented.user));
  end_computing();
  if (good) remember(fingerprint(presented, hash));
  return good ? Verdict::good : Verdict::bad;
}

// No part holds a NUL.
base::Sha256 Passwords::fingerprint(const UserPassword& presented, const std::string& hash) const {
  return base::hmac_of(key_, presented.user + '\0' + presented.password + '\0' + hash);
}

// An unknown user is held against another's hash: always the same one's, so that it costs always the same.
const base::Secret& Passwords::hash_for(const PasswordHashes& hashes, const std::string& user) const {
  const auto known = hashes.find(user);
  if (known != hashes.end()) return known->second;
  const std::size_t stand_in = base::hmac_of(key_, user).front() % hashes.size();
  return std::next(hashes.begin(), static_cast<std::ptrdiff_t>(stand_in))->second;
}

void Passwords::remember(const base::Sha256& fingerprint) {
  const std::lock_guard lock(mutex_);
  if (!good_.insert(fingerprint).second) return;
  by_arrival_.push_back(fingerprint);
  if (by_arrival_.size() <= kMostRemembered) return;
  good_.erase(by_arrival_.front());
  by_arrival_.pop_front();
}

bool Passwords::begin_computing() {
  std::unique_lock lock(mutex_);
  if (computing_ >= kMostComputing) {
    if (waiting_ >= kMostWaiting) return false;
    ++waiting_;
    const bool free = done_.wait_for(lock, kPatience, [this] { return computing_ < kMostComputing; });
    --waiting_;
    if (!free) return false;
  }
  ++computing_;
  return true;
}

void Passwords::end_computing() {
  {
    const std::lock_guard lock(mutex_);
    --computing_;
  }
  done_.notify_one();
}

}  // namespace web
