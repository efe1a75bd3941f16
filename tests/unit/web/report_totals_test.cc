// A report's totals are what the metrics of the same snapshot say.

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "exposition/page.h"
#include "support/exposition_parser.h"
#include "unit/report/site.h"

namespace {

using report::TenantPart;
using site::everything;

// Server and tenant, and the state where there is one.
using Key = std::vector<std::string>;
using Samples = std::map<Key, double>;

Samples exposed(const domain::Snapshot& snapshot, const std::string& family) {
  const exposition::Page page(std::make_shared<const domain::Snapshot>(snapshot), nullptr);
  std::string text;
  page.write(exposition::Format::text, {.scope = {}, .names = {family}}, [&](std::string_view piece) {
    text += piece;
    return true;
  });
  Samples samples;
  for (const auto& parsed : support::ExpositionParser::parse(text, support::Dialect::text)) {
    for (const support::ParsedSample& sample : parsed.samples) {
      Key key;
      for (const auto& [label, value] : sample.labels) key.push_back(value);
      samples[key] = sample.number();
    }
  }
  return samples;
}

template <class ValueOf>
Samples reported(const report::Report& report, ValueOf value_of) {
  Samples samples;
  for (const TenantPart& part : report.tenants) {
    if (const auto value = value_of(part.totals))
      samples[{part.server, part.tenant}] = static_cast<double>(*value);
  }
  return samples;
}

Samples reported_states(const report::Report& report) {
  Samples samples;
  for (const auto& [server, tenant, totals] : report.tenants) {
    if (!totals.states) continue;
    for (std::size_t i = 0; i < domain::kCoverages; ++i)
      samples[{server, tenant, std::string(name_of(static_cast<domain::Coverage>(i)))}] =
          static_cast<double>(totals.states->by_coverage.at(i));
    samples[{server, tenant, "unknown"}] = static_cast<double>(totals.states->unknown);
  }
  return samples;
}

double sum_of(const Samples& samples) {
  double sum = 0;
  for (const auto& [key, value] : samples) sum += value;
  return sum;
}

std::optional<std::uint64_t> count(const std::optional<domain::Bytes>& bytes) {
  return bytes ? std::optional(bytes->count) : std::nullopt;
}

// Two servers that know all, one without policies, one without history, and one that never answered.
std::vector<domain::Inventory> servers() {
  domain::Inventory second = everything().inventory();
  second.server = "second";
  domain::Inventory no_policies = everything().inventory();
  no_policies.server = "no-policies";
  no_policies.policies = {};
  domain::Inventory no_history = everything().inventory();
  no_history.server = "no-history";
  no_history.backups = {};
  return {everything().inventory(), second, no_policies, no_history, site::silent("silent")};
}

TEST(ReportTotals, CountVmsByStateAsTheMetricDoes) {
  const site::Made made(servers());
  const Samples metric = exposed(made.snapshot, "vprotect_tenant_vms");
  EXPECT_EQ(metric.size(), 60U);
  EXPECT_EQ(reported_states(made.report), metric);
}

TEST(ReportTotals, AddUpToTheMetricOfVms) {
  const site::Made made({everything().inventory()});
  EXPECT_EQ(static_cast<double>(*made.report.totals.vms),
            sum_of(exposed(made.snapshot, "vprotect_tenant_vms")));
}

TEST(ReportTotals, HaveTheComplianceOfTheMetric) {
  const site::Made made(servers());
  const Samples metric = exposed(made.snapshot, "vprotect_tenant_rpo_compliance_ratio");
  EXPECT_EQ(metric.size(), 6U);
  EXPECT_EQ(reported(made.report, report::rpo_compliance_of), metric);
}

TEST(ReportTotals, AddUpToTheMetricOfProtectedBytes) {
  const site::Made made(servers());
  const Samples metric = exposed(made.snapshot, "vprotect_tenant_protected_bytes");
  EXPECT_EQ(metric.size(), 6U);
  EXPECT_EQ(reported(made.report, [](const auto& totals) { return count(totals.protected_bytes); }), metric);
  EXPECT_EQ(static_cast<double>(made.report.totals.protected_bytes->count), sum_of(metric));
}

TEST(ReportTotals, AddUpToTheMetricOfStoredBytes) {
  const site::Made made(servers());
  const Samples metric = exposed(made.snapshot, "vprotect_tenant_stored_bytes");
  EXPECT_EQ(metric.size(), 6U);
  EXPECT_EQ(reported(made.report, [](const auto& totals) { return count(totals.stored_bytes); }), metric);
  EXPECT_EQ(static_cast<double>(made.report.totals.stored_bytes->count), sum_of(metric));
}

}  // namespace
