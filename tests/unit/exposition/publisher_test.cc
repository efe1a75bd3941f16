#include "exposition/publisher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "exposition/self_metrics.h"
#include "support/exposition_parser.h"
#include "support/gunzip.h"
#include "unit/exposition/snapshots.h"

namespace {

using exposition::Body;
using exposition::Encoding;
using exposition::Filter;
using exposition::Format;
using snapshots::full_server;
using snapshots::snapshot;
using snapshots::text_of;
using support::Dialect;
using support::ExpositionParser;
using support::gunzip;

class PublisherTest : public testing::Test {
 protected:
  std::string scrape(Format format = Format::text, const Filter& filter = {}) const {
    return text_of(publisher.body(format, Encoding::identity, filter).value());
  }
  std::string scrape_gzip(Format format = Format::text, const Filter& filter = {}) const {
    return gunzip(text_of(publisher.body(format, Encoding::gzip, filter).value()));
  }

  exposition::SelfMetrics self{"1.2.3"};
  exposition::Publisher publisher{self};
};

// The part that does not change from scrape to scrape.
std::string without_process(const std::string& text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    const std::string line = text.substr(at, end - at);
    if (line.find("process_") == std::string::npos) kept += line;
    at = end;
  }
  return kept;
}

std::string last_line(const std::string& text) {
  const std::size_t before = text.rfind('\n', text.size() - 2);
  return text.substr(before == std::string::npos ? 0 : before + 1);
}

domain::ServerState large_server(int vms) {
  domain::ServerState server = snapshots::server("prod");
  std::vector<domain::Vm> list;
  list.reserve(static_cast<std::size_t>(vms));
  for (int i = 0; i < vms; ++i) {
    list.push_back(snapshots::vm("tenant-" + std::to_string(i * 10 / vms), "vm-" + std::to_string(i),
                                 "guid-" + std::to_string(i)));
  }
  snapshots::add_vms(server, std::move(list));
  return server;
}

TEST_F(PublisherTest, HasNothingBeforeTheFirstSnapshot) {
  EXPECT_FALSE(publisher.body(Format::text, Encoding::identity));
  EXPECT_FALSE(publisher.body(Format::openmetrics, Encoding::gzip));
}

TEST_F(PublisherTest, PromisesTheLengthOfWhatItWrites) {
  publisher.publish(snapshot({full_server("prod")}));

  for (const Filter& filter : {Filter{}, Filter{.scope = {{{"a"}}}}, Filter{.names = {"vprotect_up"}}}) {
    for (const Format format : {Format::text, Format::openmetrics}) {
      for (const Encoding encoding : {Encoding::identity, Encoding::gzip}) {
        const Body body = publisher.body(format, encoding, filter).value();
        EXPECT_EQ(text_of(body).size(), body.length);
      }
    }
  }
}

TEST_F(PublisherTest, GzipHoldsTheSameText) {
  publisher.publish(snapshot({full_server("prod")}));

  for (const Filter& filter : {Filter{}, Filter{.scope = {{{"a"}}}}, Filter{.names = {"vprotect_vm_info"}}}) {
    for (const Format format : {Format::text, Format::openmetrics}) {
      EXPECT_EQ(without_process(scrape_gzip(format, filter)), without_process(scrape(format, filter)));
    }
  }
}

TEST_F(PublisherTest, ALargeBodyIsTheSameTextInGzipAndMayBeWrittenAgain) {
  publisher.publish(snapshot({large_server(5'000)}));
  const Body body = publisher.body(Format::text, Encoding::gzip).value();

  EXPECT_EQ(text_of(body), text_of(body));
  EXPECT_EQ(without_process(gunzip(text_of(body))), without_process(scrape()));
}

TEST_F(PublisherTest, BothFormatsAreValidToTheirEnd) {
  publisher.publish(snapshot({full_server("north"), full_server("south")}));
  self.request_done("north", "GET /tasks", 200, std::chrono::seconds(1));

  const auto text = ExpositionParser::parse(scrape(), Dialect::text);
  const auto openmetrics = ExpositionParser::parse(scrape(Format::openmetrics), Dialect::openmetrics);

  ASSERT_EQ(text.size(), openmetrics.size());
  for (std::size_t i = 0; i < text.size(); ++i) EXPECT_EQ(text[i].help, openmetrics[i].help);
}

TEST_F(PublisherTest, OpenMetricsEndsWithItsMark) {
  publisher.publish(snapshot({full_server("prod")}));

  EXPECT_EQ(last_line(scrape(Format::openmetrics)), "# EOF\n");
  EXPECT_EQ(last_line(scrape_gzip(Format::openmetrics)), "# EOF\n");
  EXPECT_EQ(last_line(scrape(Format::openmetrics, {.scope = {{{"a"}}}})), "# EOF\n");
}

TEST_F(PublisherTest, ACutIsTheSameTextInGzipAgainAndAgain) {
  const Filter slim{.cut = {.labels = exposition::Labels::slim, .servers = {"prod"}, .collectors = {}}};
  for (int snapshots = 0; snapshots < 3; ++snapshots) {
    publisher.publish(snapshot({large_server(500 + snapshots), full_server("other")}));
    for (int scrapes = 0; scrapes < 2; ++scrapes)
      EXPECT_EQ(without_process(scrape_gzip(Format::text, slim)),
                without_process(scrape(Format::text, slim)));
  }
}

TEST_F(PublisherTest, MoreCutsThanAreKeptAreStillRight) {
  publisher.publish(snapshot({full_server("prod")}));
  const auto names = exposition::collector_names().size();
  for (std::size_t bits = 1; bits < 200; ++bits) {
    Filter filter;
    for (std::size_t i = 0; i < names; ++i) {
      if (bits >> i & 1) filter.cut.collectors.insert(static_cast<exposition::Collector>(i));
    }
    ASSERT_EQ(without_process(scrape_gzip(Format::text, filter)),
              without_process(scrape(Format::text, filter)));
  }
}

TEST_F(PublisherTest, TheExportersOwnMetricsAreACollectorToo) {
  self.login_done("prod", true);
  publisher.publish(snapshot({full_server("prod")}));

  EXPECT_EQ(
      scrape(Format::text, {.cut = {.collectors = {exposition::Collector::exporter}}}).find("vprotect_up"),
      std::string::npos);
  EXPECT_NE(
      scrape(Format::text, {.cut = {.collectors = {exposition::Collector::exporter}}}).find("logins_total"),
      std::string::npos);
  EXPECT_EQ(scrape(Format::text, {.cut = {.collectors = {exposition::Collector::vms}}}).find("logins_total"),
            std::string::npos);
}

TEST_F(PublisherTest, TheExportersOwnMetricsAreThoseOfThisMoment) {
  const Filter logins{.names = {"vprotect_exporter_logins_total"}};
  publisher.publish(snapshot({snapshots::server("prod")}));
  EXPECT_EQ(scrape(Format::text, logins), "");

  self.login_done("prod", true);

  EXPECT_EQ(scrape(Format::text, logins),
            "# HELP vprotect_exporter_logins_total Logins to the server, by result: success or failure.\n"
            "# TYPE vprotect_exporter_logins_total counter\n"
            "vprotect_exporter_logins_total{result=\"success\",server=\"prod\"} 1\n");
}

TEST_F(PublisherTest, AFamilyMayBeAskedForByTheNameOfItsSamples) {
  self.request_done("prod", "GET /tasks", 200, std::chrono::seconds(1));
  publisher.publish(snapshot({full_server("prod")}));
  const auto names = [&](const std::string& asked) {
    std::vector<std::string> found;
    for (const auto& family :
         ExpositionParser::parse(scrape(Format::openmetrics, {.names = {asked}}), Dialect::openmetrics)) {
      found.push_back(family.name);
    }
    return found;
  };
  using Names = std::vector<std::string>;

  EXPECT_EQ(names("vprotect_vm_info"), Names{"vprotect_vm"});
  EXPECT_EQ(names("vprotect_exporter_api_requests_total"), Names{"vprotect_exporter_api_requests"});
  EXPECT_EQ(names("vprotect_exporter_api_requests"), Names{"vprotect_exporter_api_requests"});
  EXPECT_EQ(names("vprotect_exporter_api_request_duration_seconds_bucket"),
            Names{"vprotect_exporter_api_request_duration_seconds"});
  EXPECT_EQ(names("vprotect_vm_last_backup"), Names{});
}

TEST_F(PublisherTest, ATenantDoesNotSeeTheExportersOwnMetrics) {
  publisher.publish(snapshot({full_server("prod")}));

  const std::string text = scrape(Format::text, {.scope = {{{"a"}}}});

  EXPECT_EQ(text.find("vprotect_exporter_"), std::string::npos);
  EXPECT_EQ(text.find("process_"), std::string::npos);
}

TEST_F(PublisherTest, ATenantSeesNothingOfAnother) {
  publisher.publish(snapshot({large_server(1000)}));

  const std::string text = scrape(Format::text, {.scope = {{{"tenant-3"}}}});

  std::size_t vms = 0;
  for (const auto& family : ExpositionParser::parse(text, Dialect::text)) {
    for (const auto& sample : family.samples) {
      for (const auto& [name, value] : sample.labels) {
        EXPECT_TRUE(name != "tenant" || value == "tenant-3") << value;
      }
    }
    if (family.name == "vprotect_vm_info") vms = family.samples.size();
  }
  EXPECT_EQ(vms, 100U);
}

TEST_F(PublisherTest, ABodyIsThatOfItsSnapshotWhateverIsPublishedLater) {
  domain::ServerState server = full_server("prod");
  publisher.publish(snapshot({server}));
  const Body plain = publisher.body(Format::text, Encoding::identity).value();
  const Body packed = publisher.body(Format::text, Encoding::gzip).value();
  const std::string before = without_process(scrape());

  for (int i = 0; i < 5; ++i) publisher.publish(snapshot({snapshots::server("other")}));

  EXPECT_EQ(without_process(text_of(plain)), before);
  EXPECT_EQ(without_process(gunzip(text_of(packed))), before);
  EXPECT_EQ(text_of(plain).size(), plain.length);
  EXPECT_NE(without_process(scrape()), before);
}

TEST_F(PublisherTest, OnlyTheNewestSnapshotIsKept) {
  const auto first = snapshot({full_server("prod")});
  publisher.publish(first);
  static_cast<void>(scrape());
  static_cast<void>(scrape_gzip());

  publisher.publish(snapshot({full_server("prod")}));

  EXPECT_EQ(first.use_count(), 1);
}

TEST_F(PublisherTest, PiecesAreBounded) {
  publisher.publish(snapshot({large_server(5'000)}));

  for (const Encoding encoding : {Encoding::identity, Encoding::gzip}) {
    std::size_t largest = 0;
    publisher.body(Format::text, encoding).value().write([&](std::string_view piece) {
      largest = std::max(largest, piece.size());
      return true;
    });
    EXPECT_GT(largest, 65536U / 2);
    EXPECT_LE(largest, 65536U);
  }
}

TEST_F(PublisherTest, AReaderThatGoesAwayEndsTheWriting) {
  publisher.publish(snapshot({large_server(5'000)}));

  for (const Encoding encoding : {Encoding::identity, Encoding::gzip}) {
    int pieces = 0;
    const Body body = publisher.body(Format::text, encoding).value();
    EXPECT_FALSE(body.write([&](std::string_view) { return ++pieces < 2; }));
    EXPECT_EQ(pieces, 2);
  }
}

// Every scrape must be one snapshot's: all VMs of an answer carry the same consecutive_failures.
TEST_F(PublisherTest, ScrapesDuringPublishesAreWholeAndOfOneSnapshot) {
  const auto numbered = [](std::uint32_t number) {
    domain::ServerState server = large_server(100);
    for (domain::VmState& state : server.vm_states) state.consecutive_failures = number;
    return snapshot({server});
  };
  publisher.publish(numbered(0));
  std::atomic<bool> stop{false};
  std::atomic<int> faults{0};
  const auto scrape_on = [&](Format format, Encoding encoding) {
    const Dialect dialect = format == Format::text ? Dialect::text : Dialect::openmetrics;
    while (!stop) {
      const Body body = publisher.body(format, encoding).value();
      std::string text = text_of(body);
      faults += text.size() == body.length ? 0 : 1;
      if (encoding == Encoding::gzip) text = gunzip(text);
      for (const auto& family : ExpositionParser::parse(text, dialect)) {
        if (family.name != "vprotect_vm_consecutive_failures") continue;
        for (const auto& sample : family.samples) {
          faults += sample.value == family.samples.front().value ? 0 : 1;
        }
      }
    }
  };
  {
    std::vector<std::jthread> scrapers;
    scrapers.emplace_back(scrape_on, Format::text, Encoding::identity);
    scrapers.emplace_back(scrape_on, Format::text, Encoding::gzip);
    scrapers.emplace_back(scrape_on, Format::openmetrics, Encoding::gzip);
    scrapers.emplace_back(scrape_on, Format::openmetrics, Encoding::gzip);
    for (std::uint32_t i = 1; i <= 25; ++i) publisher.publish(numbered(i));
    stop = true;
  }

  EXPECT_EQ(faults, 0);
}

}  // namespace
