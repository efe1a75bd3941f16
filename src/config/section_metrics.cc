// metrics: what of the catalogue is exposed.
#include <array>

#include "base/suggestion.h"
#include "config/keys.h"
#include "config/sections.h"
#include "exposition/options.h"

namespace config {
namespace {

constexpr CountLimits kSeries{1, 1'000'000'000};

// The family that is named, which may be `done` to: "switched off".
std::string data_family(const Value& value, const std::string& done) {
  using exposition::Kind;
  std::string name = value.text();
  const auto kind = exposition::kind_of(name);
  if (!kind) value.fail("unknown family" + base::did_you_mean(name, exposition::family_names()));
  if (kind == Kind::health) value.fail("cannot be " + done + ": alerts need it to trust the other families");
  if (kind == Kind::own) value.fail("cannot be " + done + ": it is one of the exporter's own");
  return name;
}

struct FamilyBudget {
  std::string family;
  std::size_t series = 0;
};

constexpr auto kBudgetKeys = std::to_array<Key<FamilyBudget>>({
    {"family", [](const Value& v, auto& o) { o.family = data_family(v, "given a budget"); }},
    {"series", [](const Value& v, auto& o) { o.series = v.count(kSeries); }},
});

void read_budgets(const Value& list, exposition::Options& options) {
  Unique families;
  for (const Value& item : list.items()) {
    FamilyBudget budget;
    read_keys(item, kBudgetKeys, budget);
    require(item, "family");
    require(item, "series");
    families.claim(budget.family, item.at("family"));
    options.budgets.emplace(budget.family, budget.series);
  }
}

void read_disabled(const Value& list, exposition::Options& options) {
  Unique families;
  for (const Value& item : list.items()) {
    const std::string family = data_family(item, "switched off");
    families.claim(family, item);
    options.disabled.insert(family);
  }
}

constexpr auto kMetricsKeys = std::to_array<Key<exposition::Options>>({
    {"series_budget", [](const Value& v, auto& o) { o.series_budget = v.count(kSeries); }},
    {"budgets", read_budgets},
    {"disabled", read_disabled},
});

}  // namespace

void read_metrics(const Value& map, exposition::Options& options) { read_keys(map, kMetricsKeys, options); }

std::vector<std::string> metrics_keys() {
  std::vector<std::string> keys = prefixed_names("metrics.", kMetricsKeys);
  const auto budget = prefixed_names("metrics.budgets[].", kBudgetKeys);
  keys.insert(keys.end(), budget.begin(), budget.end());
  return keys;
}

}  // namespace config
