#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "vprotect/cookie_jar.h"
#include "vprotect/options.h"
#include "vprotect/transport.h"

namespace vprotect {

// The one login that all threads share. It happens at the first call, and again when a call is answered with
// 401: whoever meets that first logs in, and everyone who needs the session meanwhile waits for that login
// and has its outcome. After a refused login nobody asks again for relogin_wait, which doubles up to
// most_relogin_wait, so that a wrong password does not lock the account. Any thread.
class Session {
 public:
  Session(Transport& transport, const ServerOptions& options, const Observer& observer,
          const base::Clock& clock);

  // A call with the session's cookies; after a 401, which did nothing, once more with those of a new login.
  Answer send(Call call, const BodySink& sink, const Bounds& bounds);
  Answer get(std::string_view endpoint, const std::string& query, const BodySink& sink, const Bounds& bounds);

  // Ends the session at the server if there is one; its answer changes nothing.
  void log_out(const Bounds& bounds);

 private:
  struct Pass {
    std::string cookies;
    std::uint64_t login = 0;  // which one it stems from
  };
  using Lock = std::unique_lock<std::mutex>;

  base::Result<Pass> pass(std::uint64_t refused_login, const Bounds& bounds);
  base::Result<Pass> wait_for_other(Lock& lock, const Bounds& bounds);
  base::Result<Pass> log_in(Lock& lock, const Bounds& bounds);
  void end(const std::string& cookies, const Bounds& bounds);
  base::Error held_back() const;
  void note_success(const Answer& answer);
  base::Error note_failure(const Answer& answer);
  void keep_cookies(const Answer& answer, std::uint64_t login);
  void note_repeated(const Answer& answer, std::uint64_t login);

  // Constant after construction.
  Transport& transport_;
  const ServerOptions options_;
  const Observer observer_;
  const base::Clock& clock_;

  std::mutex mutex_;
  std::condition_variable_any ended_;  // a login did
  // All guarded by mutex_.
  CookieJar jar_;
  std::uint64_t login_ = 0;                    // number of the newest successful login
  bool open_ = false;                          // its session is believed to be valid
  bool logging_in_ = false;                    // one thread is at it
  std::uint64_t logins_done_ = 0;              // of whatever outcome
  std::optional<base::Error> last_failure_;    // of the newest login, when it failed
  std::chrono::milliseconds wait_{};           // after the newest refusal
  std::optional<base::TimePoint> not_before_;  // of the next login
};

}  // namespace vprotect
