#include "web/next_runs.h"

#include "base/text.h"
#include "domain/calendar.h"

namespace web {
namespace {

constexpr std::size_t kShown = 5;

}  // namespace

std::vector<std::string> next_runs(const domain::Schedule& schedule, base::TimePoint now) {
  std::vector<std::string> runs;
  const domain::Calendar calendar(schedule);
  for (auto run = calendar.next_after(now); run && runs.size() < kShown; run = calendar.next_after(*run))
    runs.push_back(base::to_rfc3339(*run));
  return runs;
}

}  // namespace web
