#include "web/negotiation.h"

#include <gtest/gtest.h>

#include <string_view>

namespace web {
namespace {

using exposition::Encoding;
using exposition::Format;

struct FormatCase {
  std::string_view accept;
  Format format;
};

TEST(Negotiation, ChoosesTheFormatByAccept) {
  const FormatCase cases[] = {
      {"", Format::text},
      {"*/*", Format::text},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::text},
      {"application/*", Format::text},
      {"text/plain", Format::text},
      {"text/plain;version=0.0.4", Format::text},
      {"application/openmetrics-text", Format::openmetrics},
      {"application/openmetrics-text; version=1.0.0", Format::openmetrics},
      {"application/openmetrics-text; version=\"1.0.0\"; charset=utf-8", Format::openmetrics},
      {"APPLICATION/OpenMetrics-Text;VERSION=1.0.0", Format::openmetrics},
      {"application/openmetrics-text;version=0.0.1", Format::text},
      {"application/openmetrics-text;version=2.0.0", Format::text},
      {"application/openmetrics-text;version=2.0.0,application/openmetrics-text;version=1.0.0;q=0.1",
       Format::openmetrics},
      {"application/openmetrics-text;version=1.0.0;q=0", Format::text},
      {"application/openmetrics-text;version=1.0.0;q=0.000,*/*", Format::text},
      {"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.5", Format::openmetrics},
      {"application/openmetrics-text;version=1.0.0;q=0.4,text/plain;q=0.5", Format::text},
      {"application/openmetrics-text;version=1.0.0;q=0.4,text/*;q=0.5", Format::text},
      {"application/openmetrics-text;version=1.0.0;q=0.4,*/*;q=0.5", Format::text},
      {"application/openmetrics-text;version=1.0.0;q=0.4,text/plain;q=0.3,*/*", Format::openmetrics},
      {"text/plain;version=1.0.0,application/openmetrics-text;version=1.0.0;q=0.2", Format::openmetrics},
      {"application/openmetrics-text;q=2", Format::text},
      {"application/openmetrics-text;q=abc", Format::text},
      {",;=,;;q=,\"", Format::text},
      // Prometheus 2.42
      {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       Format::openmetrics},
      // Prometheus 2.50, with protobuf first
      {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
       "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       Format::openmetrics},
      // Prometheus 3
      {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
       "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
       "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
       Format::openmetrics},
      // Prometheus 3 told to prefer text
      {"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,"
       "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.2",
       Format::text},
  };
  for (const auto& [accept, format] : cases) EXPECT_EQ(format_for(accept), format) << accept;
}

struct EncodingCase {
  std::string_view accept_encoding;
  Encoding encoding;
};

TEST(Negotiation, ChoosesTheEncodingByAcceptEncoding) {
  const EncodingCase cases[] = {
      {"", Encoding::identity},
      {"gzip", Encoding::gzip},
      {"GZIP", Encoding::gzip},
      {"x-gzip", Encoding::gzip},
      {"gzip;q=0", Encoding::identity},
      {"gzip;q=0.0", Encoding::identity},
      {"gzip;q=0.000", Encoding::identity},
      {"gzip; q=0.001", Encoding::gzip},
      {"gzip ; q=1.000", Encoding::gzip},
      {"gzip;q=1.001", Encoding::identity},
      {"*", Encoding::gzip},
      {"*;q=0", Encoding::identity},
      {"*;q=0,gzip", Encoding::gzip},
      {"*,gzip;q=0", Encoding::identity},
      {"br", Encoding::identity},
      {"br, zstd;q=0.9", Encoding::identity},
      {"gzip, deflate, br, zstd", Encoding::gzip},
      {"identity", Encoding::identity},
      {"identity, gzip", Encoding::gzip},
      {"identity, gzip;q=0.5", Encoding::identity},
      {"identity;q=0.5, gzip;q=0.6", Encoding::gzip},
      {"identity;q=0, gzip;q=0.1", Encoding::gzip},
      {"identity;q=0", Encoding::gzip},
      {"identity;q=0, gzip;q=0", Encoding::identity},
      {"identity;q=0, *;q=0", Encoding::identity},
      {"notgzip", Encoding::identity},
      {"gzipped", Encoding::identity},
      {",,;q=1,", Encoding::identity},
  };
  for (const auto& [accept, encoding] : cases) EXPECT_EQ(encoding_for(accept), encoding) << accept;
}

}  // namespace
}  // namespace web
