#include "exposition/metric_family_writer.h"

#include <cmath>
#include <limits>
#include <string>

#include "exposition/label_text.h"
#include "exposition/number.h"
#include "exposition/text_format.h"

namespace exposition {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

Type type_of(const MetricFamily& family) {
  if (family.type == MetricType::Counter) return Type::counter;
  if (family.type == MetricType::Histogram) return Type::histogram;
  return family.name.ends_with("_info") ? Type::info : Type::gauge;
}

std::string label_text(const ClientMetric& metric) {
  std::string text;
  for (const auto& label : metric.label) append_label(text, label.name, label.value);
  return text;
}

std::string bound_text(double bound, Format format) {
  return format == Format::openmetrics ? canonical_bound(bound) : number_text(bound);
}

bool lacks_infinity(const ClientMetric& metric) {
  const auto& buckets = metric.histogram.bucket;
  return buckets.empty() || !std::isinf(buckets.back().upper_bound);
}

void write_histogram(PieceWriter& out, Format format, const std::string& name, const ClientMetric& metric) {
  const std::string labels = label_text(metric);
  const auto write_bucket = [&](double bound, std::uint64_t count) {
    std::string with_bound = labels;
    append_label(with_bound, "le", bound_text(bound, format));
    write_sample(out, name + "_bucket", with_bound, static_cast<double>(count));
  };
  for (const auto& bucket : metric.histogram.bucket) {
    write_bucket(bucket.upper_bound, bucket.cumulative_count);
  }
  if (lacks_infinity(metric)) {
    write_bucket(std::numeric_limits<double>::infinity(), metric.histogram.sample_count);
  }
  write_sample(out, name + "_sum", labels, metric.histogram.sample_sum);
  write_sample(out, name + "_count", labels, static_cast<double>(metric.histogram.sample_count));
}

void write_metric(PieceWriter& out, Format format, const MetricFamily& family, const ClientMetric& metric) {
  if (family.type == MetricType::Histogram) {
    write_histogram(out, format, family.name, metric);
    return;
  }
  const bool is_counter = family.type == MetricType::Counter;
  write_sample(out, family.name, label_text(metric), is_counter ? metric.counter.value : metric.gauge.value);
}

}  // namespace

void write_metric_family(PieceWriter& out, Format format, const MetricFamily& family) {
  if (family.metric.empty()) return;
  write_header(out, format,
               {.name = family.name, .help = family.help, .type = type_of(family), .labels = {}});
  for (const ClientMetric& metric : family.metric) write_metric(out, format, family, metric);
}

std::size_t series_of(const MetricFamily& family) {
  if (family.type != MetricType::Histogram) return family.metric.size();
  constexpr std::size_t kSumAndCount = 2;
  std::size_t series = 0;
  for (const ClientMetric& metric : family.metric) {
    series += metric.histogram.bucket.size() + (lacks_infinity(metric) ? 1 : 0) + kSumAndCount;
  }
  return series;
}

bool is_named(std::string_view asked, const MetricFamily& family) {
  return is_named(asked, family.name, type_of(family));
}

}  // namespace exposition
