#include "exposition/metric_family_writer.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <random>
#include <sstream>

#include "exposition/page.h"
#include "exposition/self_metrics.h"
#include "support/exposition_parser.h"
#include "unit/exposition/snapshots.h"

// prometheus-cpp's own serializer is the oracle of the text format. What it does otherwise (1.0.1): values in
// 16 digits, "Nan", HELP without escapes, a histogram's sum and count before its buckets.
namespace {

using exposition::Format;
using exposition::series_of;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using support::Dialect;
using support::ExpositionParser;
using support::ParsedFamily;
using support::ParsedSample;

std::string ours(const std::vector<MetricFamily>& families, Format format = Format::text) {
  std::string text;
  const exposition::Sink sink = [&](std::string_view piece) {
    text += piece;
    return true;
  };
  exposition::PieceWriter out(sink);
  for (const MetricFamily& family : families) write_metric_family(out, format, family);
  out.finish();
  return text;
}

std::string theirs(const std::vector<MetricFamily>& families) {
  return prometheus::TextSerializer().Serialize(families);
}

// For what may stand in any order.
std::vector<std::string> sorted_lines(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::string> sorted;
  for (std::string line; std::getline(lines, line);) sorted.push_back(line);
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

MetricFamily gauge(std::string name, std::vector<ClientMetric> metrics) {
  return {
      .name = std::move(name), .help = "Some help.", .type = MetricType::Gauge, .metric = std::move(metrics)};
}

ClientMetric gauge_value(std::vector<ClientMetric::Label> labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

MetricFamily histogram() {
  ClientMetric metric;
  metric.label = {{"server", "prod"}};
  metric.histogram.sample_count = 3;
  metric.histogram.sample_sum = 2.75;
  metric.histogram.bucket = {{1, 0.25}, {2, 1}, {3, std::numeric_limits<double>::infinity()}};
  return {.name = "waiting_seconds", .help = "Waiting.", .type = MetricType::Histogram, .metric = {metric}};
}

MetricFamily counter() {
  ClientMetric metric;
  metric.counter.value = 7;
  return {.name = "requests_total", .help = "Requests.", .type = MetricType::Counter, .metric = {metric}};
}

TEST(MetricFamilyWriter, WritesWhatPrometheusCppWrites) {
  const std::vector<MetricFamily> families{
      gauge("no_labels", {gauge_value({}, 3)}),
      gauge("labels", {gauge_value({{"a", "quote\" backslash\\ line\nend"}, {"b", ""}}, -0.125),
                       gauge_value({{"a", "\xC3\xA4"}, {"b", "x"}}, 1767268800.25)}),
      gauge("infinite", {gauge_value({}, std::numeric_limits<double>::infinity())}), counter()};

  EXPECT_EQ(ours(families), theirs(families));
}

TEST(MetricFamilyWriter, WritesTheExportersOwnAsPrometheusCppDoes) {
  exposition::SelfMetrics self("1.2.3");
  self.request_done("prod", "GET /tasks", 200, std::chrono::milliseconds(20));
  self.request_done("prod", "GET /tasks", 0, std::chrono::seconds(15));
  self.login_done("prod", true);
  std::vector<MetricFamily> families = self.collect();
  // Its 16 digits do not give every live value back: the CPU time of the process is another at each run.
  std::erase_if(families, [](const MetricFamily& family) { return family.name.starts_with("process_"); });

  EXPECT_EQ(sorted_lines(ours(families)), sorted_lines(theirs(families)));
}

// What prometheus-cpp would have collected for these samples.
MetricFamily family_of(const ParsedFamily& parsed) {
  MetricFamily family = gauge(parsed.name, {});
  family.help = parsed.help;
  if (parsed.type == "counter") family.type = MetricType::Counter;
  for (const ParsedSample& sample : parsed.samples) {
    ClientMetric metric;
    for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
    metric.gauge.value = metric.counter.value = sample.number();
    family.metric.push_back(std::move(metric));
  }
  return family;
}

TEST(MetricFamilyWriter, TheCataloguesTextIsPrometheusCppsToTheByte) {
  domain::ServerState server = snapshots::full_server("pr\"o\\d");
  server.sources[0].health.duration = std::chrono::milliseconds(1234567);
  const exposition::Page page(snapshots::snapshot({server}), nullptr);
  std::string text;
  page.write(Format::text, {}, [&](std::string_view piece) {
    text += piece;
    return true;
  });

  std::vector<MetricFamily> families;
  for (const ParsedFamily& parsed : ExpositionParser::parse(text, Dialect::text)) {
    families.push_back(family_of(parsed));
  }

  EXPECT_EQ(text, theirs(families));
}

TEST(MetricFamilyWriter, AgreesWithPrometheusCppOnAnyNumberInItsSixteenDigits) {
  std::mt19937_64 random(4);
  std::vector<ClientMetric> metrics;
  for (int i = 0; i < 1000; ++i) {
    const double value = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 200) - 100);
    metrics.push_back(gauge_value({{"i", std::to_string(i)}}, value));
  }
  const std::vector<MetricFamily> families{gauge("numbers", metrics)};

  const auto mine = ExpositionParser::parse(ours(families), Dialect::text).at(0).samples;
  const auto other = ExpositionParser::parse(theirs(families), Dialect::text).at(0).samples;

  ASSERT_EQ(mine.size(), other.size());
  for (std::size_t i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(mine[i].labels, other[i].labels);
    EXPECT_EQ(mine[i].number(), metrics[i].gauge.value);
    EXPECT_NEAR(other[i].number() / mine[i].number(), 1, 1e-15);
  }
}

TEST(MetricFamilyWriter, OpenMetricsNamesCountersAndInfosWithoutTheirSuffix) {
  const std::vector<MetricFamily> families{counter(),
                                           gauge("build_info", {gauge_value({{"version", "1"}}, 1)})};

  EXPECT_EQ(ours(families, Format::openmetrics), R"(# TYPE requests counter
# HELP requests Requests.
requests_total 7
# TYPE build info
# HELP build Some help.
build_info{version="1"} 1
)");
}

TEST(MetricFamilyWriter, OpenMetricsBoundsAreFloats) {
  EXPECT_EQ(ours({histogram()}, Format::openmetrics), R"(# TYPE waiting_seconds histogram
# UNIT waiting_seconds seconds
# HELP waiting_seconds Waiting.
waiting_seconds_bucket{server="prod",le="0.25"} 1
waiting_seconds_bucket{server="prod",le="1.0"} 2
waiting_seconds_bucket{server="prod",le="+Inf"} 3
waiting_seconds_sum{server="prod"} 2.75
waiting_seconds_count{server="prod"} 3
)");
}

TEST(MetricFamilyWriter, AddsTheInfiniteBucketThatIsMissing) {
  MetricFamily family = histogram();
  family.metric[0].histogram.bucket.pop_back();

  EXPECT_EQ(ours({family}), ours({histogram()}));
}

TEST(MetricFamilyWriter, CountsTheSeriesThatItWrites) {
  MetricFamily unbounded = histogram();
  unbounded.metric[0].histogram.bucket.pop_back();
  const MetricFamily two = gauge("a", {gauge_value({{"b", "1"}}, 1), gauge_value({{"b", "2"}}, 1)});

  EXPECT_EQ(series_of(histogram()), 5U);
  EXPECT_EQ(series_of(unbounded), 5U);
  EXPECT_EQ(series_of(two), 2U);
  EXPECT_EQ(series_of(gauge("a", {})), 0U);
}

TEST(MetricFamilyWriter, EscapesHelp) {
  MetricFamily family = gauge("a", {gauge_value({}, 1)});
  family.help = "back\\slash\nand \"quote\"";

  EXPECT_EQ(ours({family}), "# HELP a back\\\\slash\\nand \"quote\"\n# TYPE a gauge\na 1\n");
  EXPECT_EQ(ours({family}, Format::openmetrics),
            "# TYPE a gauge\n# HELP a back\\\\slash\\nand \\\"quote\\\"\na 1\n");
}

TEST(MetricFamilyWriter, AFamilyWithoutMetricsLeavesNothing) { EXPECT_EQ(ours({gauge("a", {})}), ""); }

}  // namespace
