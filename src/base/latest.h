#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace base {

// An immutable value that many threads read.
template <class T>
using Shared = std::shared_ptr<const T>;

// The newest of a row of immutable values. A reader keeps what it took for as long as it likes;
// the lock is held for a pointer's copy only. Any thread may call any method.
template <class T>
class Latest {
 public:
  // Null until the first publish.
  Shared<T> get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

  void publish(Shared<T> value) {
    const std::lock_guard lock(mutex_);
    value_.swap(value);  // the old value is released by the caller, after the lock
  }

 private:
  mutable std::mutex mutex_;
  Shared<T> value_;  // guarded by mutex_
};

}  // namespace base
