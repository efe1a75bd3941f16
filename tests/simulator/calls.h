#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "model.h"

// What clients had the server do, for tests that ask whether it was done once.
namespace simulator {

// One for each VM of each POST /tasks/export that was carried out, whatever was answered.
struct ExportCall {
  TimePoint at{};
  std::string vm;                         // all of these are guids
  std::string backup_type;                // as it was asked for
  OptionalTime window_start, window_end;  // as they were sent
  int priority = 50;
  std::vector<std::string> rules;  // as they were sent
  std::string destination;
  std::string task;
  bool operator==(const ExportCall&) const = default;
};

struct RestoreCall {
  TimePoint at{};
  std::string backup, vm;
  std::string name;                 // of the VM that it makes
  std::string hypervisor, manager;  // one of them is empty
  bool overwrite = false;
  std::string task;
  bool operator==(const RestoreCall&) const = default;
};

// A request that was no GET and not about a session.
struct WriteCall {
  TimePoint at{};
  std::string method;
  std::string path;  // below /api
  std::string body;
  int status = 0;  // 0: no answer was given
  bool operator==(const WriteCall&) const = default;
};

// The newest of each, oldest first.
struct Calls {
  std::deque<ExportCall> exports;
  std::deque<RestoreCall> restores;
  std::deque<WriteCall> writes;
};

constexpr std::size_t kMostCalls = 10'000;

template <class Call>
void remember(std::deque<Call>& calls, Call call) {
  calls.push_back(std::move(call));
  if (calls.size() > kMostCalls) calls.pop_front();
}

}  // namespace simulator
