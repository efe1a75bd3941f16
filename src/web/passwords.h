#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/secret.h"
#include "web/access_options.h"
#include "web/authorization.h"

namespace web {

// Users and the bcrypt hashes of their passwords.
using PasswordHashes = std::map<std::string, base::Secret>;

// Checks passwords, which bcrypt makes slow on purpose: what was good is remembered, few are computed at a
// time, few wait for that, and not for long. Any thread.
class Passwords {
 public:
  enum class Verdict : std::uint8_t { good, bad, busy };

  Passwords();

  // Whether the password was found good, for the hash that the user has now.
  bool remembers(const PasswordHashes& hashes, const UserPassword& presented) const;
  // What an unknown user costs does not tell that it is unknown.
  Verdict check(const PasswordHashes& hashes, const UserPassword& presented);

 private:
  base::Sha256 fingerprint(const UserPassword& presented, const std::string& hash) const;
  void remember(const base::Sha256& fingerprint);
  const base::Secret& hash_for(const PasswordHashes& hashes, const std::string& user) const;
  bool begin_computing();
  void end_computing();

  const std::string key_;  // of this process: nothing that is remembered means anything elsewhere
  mutable std::mutex mutex_;
  std::condition_variable done_;
  unsigned computing_ = 0;               // guarded by mutex_
  unsigned waiting_ = 0;                 // guarded by mutex_
  std::set<base::Sha256> good_;          // guarded by mutex_
  std::deque<base::Sha256> by_arrival_;  // guarded by mutex_: those of good_, the oldest first
};

}  // namespace web
