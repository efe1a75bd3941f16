// Budgets and switches of the configuration, in the running program.
#include <gtest/gtest.h>

#include "running_exporter.h"

namespace {

using integration::golden;
using integration::RunningExporter;
using integration::setup_for;

constexpr const char* kDropped = "vprotect_exporter_series_dropped_total{family=\"vprotect_vm_info\"}";

std::size_t series_of(const integration::Samples& samples, const std::string& family) {
  return static_cast<std::size_t>(std::count_if(samples.begin(), samples.end(), [&](const auto& sample) {
    return sample.first.starts_with(family + "{");
  }));
}

TEST(Cardinality, ABudgetCutsAFamilyShortAndSaysSo) {
  simulator::Simulator server(golden());
  auto setup = setup_for(server);
  setup.root_lines = "metrics:\n  budgets: [{family: vprotect_vm_info, series: 3}]\n";
  RunningExporter exporter(setup);
  exporter.wait_until_ready();

  const integration::Samples samples = exporter.scrape();
  const auto page = exporter.get("/-/cardinality");

  EXPECT_EQ(series_of(samples, "vprotect_vm_info"), 3U);
  EXPECT_EQ(series_of(samples, "vprotect_vm_protection_status"), 14U);
  ASSERT_EQ(samples.count(kDropped), 1U);
  EXPECT_GE(std::stoi(samples.at(kDropped)), 11);
  EXPECT_EQ(page->status, 200);
  EXPECT_NE(page->body.find("<td>vprotect_vm_info</td><td>info</td><td class=\"number\">3</td>"
                            "<td class=\"number\">3</td><td class=\"number bad\">11</td><td>on</td>"),
            std::string::npos)
      << page->body;
  EXPECT_NE(exporter.process().output().find("family=vprotect_vm_info budget=3 dropped="), std::string::npos)
      << exporter.process().output();
}

TEST(Cardinality, AReloadSwitchesAFamilyOff) {
  simulator::Simulator server(golden());
  auto setup = setup_for(server);
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  ASSERT_EQ(series_of(exporter.scrape(), "vprotect_vm_info"), 14U);

  setup.root_lines = "metrics:\n  disabled: [vprotect_vm_info]\n";
  exporter.configure(setup);
  EXPECT_EQ(exporter.post("/-/reload")->status, 200);

  EXPECT_TRUE(support::eventually([&] {
    const integration::Samples samples = exporter.scrape();
    return !samples.empty() && series_of(samples, "vprotect_vm_info") == 0;
  }));
}

}  // namespace
