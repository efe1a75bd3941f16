#include "web/server.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "exposition/self_metrics.h"
#include "support/manual_clock.h"
#include "support/raw_client.h"

namespace web {
namespace {

using namespace std::chrono_literals;
using support::Answer;
using support::kNoon;
using support::RawClient;

constexpr const char* kText = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kOpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
constexpr const char* kPrometheus242 =
    "Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\nAccept-Encoding: gzip\r\n";

const base::Result<base::Done> kBadFile =
    base::Error{.kind = base::ErrorKind::malformed, .message = "config.yaml:3: unknown key \"sevrers\""};

domain::SourceState vms_read_at(std::optional<base::TimePoint> time) {
  domain::SourceState source{.resource = domain::Resource::virtual_machines, .health = {}};
  source.health.success = time.has_value();
  source.health.last_attempt = source.health.last_success = time;
  return source;
}

template <class T>
base::Shared<std::vector<T>> list(std::vector<T> items = {}) {
  return std::make_shared<const std::vector<T>>(std::move(items));
}

domain::ServerState server_named(std::string name, std::optional<base::TimePoint> read_at) {
  domain::ServerState server{.name = std::move(name), .up = read_at.has_value()};
  server.sources = {vms_read_at(read_at)};
  domain::Vm vm;
  vm.id = domain::VmId("0a1b");
  vm.name = "db";
  vm.tenant = base::SharedText("finance");
  server.vms = list<domain::Vm>({vm});
  server.vm_states.resize(1);
  server.tasks = list<domain::Task>();
  server.schedules = list<domain::Schedule>();
  server.policies = list<domain::Policy>();
  server.rules = list<domain::Rule>();
  server.nodes = list<domain::Node>();
  server.destinations = list<domain::Destination>();
  return server;
}

std::string gunzipped(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string text;
  std::string piece(65536, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  while (stream.avail_in > 0) {  // one member after the other
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    text.append(piece, 0, piece.size() - stream.avail_out);
    if (result == Z_STREAM_END) inflateReset(&stream);
    if (result != Z_OK && result != Z_STREAM_END) break;
  }
  inflateEnd(&stream);
  return text;
}

struct ServerTest : testing::Test {
  static Options loopback() {
    Options options;
    options.host = "127.0.0.1";
    options.port = 0;
    options.threads = 2;
    return options;
  }

  static Protection operators_change_and_all_read() {
    Protection protection;
    protection.access.tokens = {{.grant = {.name = "operator", .verbs = {Verb::manage}, .scope = {}},
                                 .sha256 = base::sha256_of("opensesame")}};
    protection.access.anonymous =
        Grant{.name = "anonymous", .verbs = {Verb::metrics, Verb::report}, .scope = {}};
    return protection;
  }

  Answer reload() {
    return client.ask(
        "POST /-/reload HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer opensesame\r\nContent-Length: "
        "0\r\n\r\n");
  }

  Sources sources() {
    return {
        .latest = latest, .publisher = publisher, .clock = clock, .version = "1.2.3-<dev>", .reload = [this] {
          ++reloads;
          return reload_fails ? kBadFile : base::Result<base::Done>(base::Done{});
        }};
  }

  void publish(std::vector<domain::ServerState> servers) {
    auto snapshot = std::make_shared<const domain::Snapshot>(
        domain::Snapshot{.taken_at = kNoon, .servers = std::move(servers)});
    publisher.publish(snapshot);
    latest.publish(snapshot);
  }

  base::Latest<domain::Snapshot> latest;
  exposition::SelfMetrics self{"1.2.3"};
  exposition::Publisher publisher{self};
  support::ManualClock clock{kNoon};
  std::atomic<int> reloads{0};
  std::atomic<bool> reload_fails{false};
  Server server{loopback(), sources(), operators_change_and_all_read()};
  RawClient client{server.port()};
};

TEST_F(ServerTest, HasNoMetricsBeforeTheFirstSnapshot) {
  const Answer answer = client.get("/metrics");

  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("retry-after"), "5");
  EXPECT_EQ(answer.body, "No server has been read yet.\n");
}

TEST_F(ServerTest, AnswersTextToWhoAsksForNothingElse) {
  publish({server_named("prod", kNoon)});

  const Answer answer = client.get("/metrics");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), kText);
  EXPECT_EQ(answer.header("content-encoding"), "");
  EXPECT_EQ(answer.header("vary"), "Accept, Accept-Encoding");
  EXPECT_EQ(answer.header("content-length"), std::to_string(answer.body.size()));
  EXPECT_NE(answer.body.find("\nvprotect_up{server=\"prod\"} 1\n"), std::string::npos);
}

TEST_F(ServerTest, AnswersPackedOpenMetricsToPrometheus) {
  publish({server_named("prod", kNoon)});

  const Answer answer = client.get("/metrics", kPrometheus242);

  EXPECT_EQ(answer.header("content-type"), kOpenMetrics);
  EXPECT_EQ(answer.header("content-encoding"), "gzip");
  EXPECT_EQ(answer.header("content-length"), std::to_string(answer.body.size()));
  EXPECT_TRUE(gunzipped(answer.body).ends_with("# EOF\n"));
}

TEST_F(ServerTest, SendsNothingPackedToWhoDoesNotWantIt) {
  publish({server_named("prod", kNoon)});

  for (const char* encoding : {"br", "gzip;q=0", "identity", "*;q=0", "gzip;q=0.5, identity"}) {
    const Answer answer = client.get("/metrics", std::string("Accept-Encoding: ") + encoding + "\r\n");
    EXPECT_EQ(answer.header("content-encoding"), "") << encoding;
    EXPECT_TRUE(answer.body.starts_with("# HELP ")) << encoding;
  }
}

TEST_F(ServerTest, JoinsHeadersThatComeTwice) {
  publish({server_named("prod", kNoon)});

  EXPECT_EQ(
      client.get("/metrics", "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n").header("content-encoding"),
      "gzip");
}

TEST_F(ServerTest, AnswersHeadOfMetrics) {
  publish({server_named("prod", kNoon)});

  const Answer answer = client.ask("HEAD /metrics?name[]=vprotect_up HTTP/1.1\r\nHost: a\r\n\r\n", true);

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), kText);
  EXPECT_EQ(answer.header("content-length"),
            client.get("/metrics?name[]=vprotect_up").header("content-length"));
}

TEST_F(ServerTest, IgnoresRangesOfMetrics) {
  publish({server_named("prod", kNoon)});
  const std::string whole = client.get("/metrics?name[]=vprotect_up").body;

  for (const char* range : {"bytes=0-0", "bytes=4000000-4000099", "bytes=0-,0-,0-,0-"}) {
    const Answer answer = client.get("/metrics?name[]=vprotect_up", std::string("Range: ") + range + "\r\n");
    EXPECT_EQ(answer.status, 200) << range;
    EXPECT_EQ(answer.body, whole) << range;
  }
}

TEST_F(ServerTest, NarrowsMetricsByNameAndTenant) {
  publish({server_named("prod", kNoon)});

  const std::string body = client.get("/metrics?name[]=vprotect_up&name%5B%5D=vprotect_tenant_vms").body;
  const std::string other = client.get("/metrics?tenant=nobody&name[]=vprotect_vm_present").body;

  EXPECT_NE(body.find("vprotect_up{"), std::string::npos);
  EXPECT_EQ(body.find("vprotect_vm_present"), std::string::npos);
  EXPECT_EQ(other.find("tenant=\"finance\""), std::string::npos);
}

TEST_F(ServerTest, CutsMetricsByServerCollectorAndLabels) {
  publish({server_named("north", kNoon), server_named("south", kNoon)});

  const std::string south = client.get("/metrics?server=south&collect[]=servers&collect%5B%5D=vms").body;
  const std::string slim =
      client.get("/metrics?labels=slim&collect[]=vms&name[]=vprotect_vm_protection_status").body;

  EXPECT_NE(south.find("vprotect_up{server=\"south\"}"), std::string::npos);
  EXPECT_EQ(south.find("north"), std::string::npos);
  EXPECT_EQ(south.find("vprotect_exporter_"), std::string::npos);
  EXPECT_EQ(slim.find("tenant="), std::string::npos);
  EXPECT_NE(slim.find("vprotect_vm_protection_status{server=\"north\",guid="), std::string::npos);
}

TEST_F(ServerTest, SaysWhatAPartOfMetricsHasToBe) {
  publish({server_named("prod", kNoon)});

  for (const auto& [query, detail] : std::vector<std::pair<std::string, std::string>>{
           {"server=dev", "is not the name of a configured server"},
           {"collect[]=vm",
            "must be one of servers, vms, backups, coverage, tenants, tasks, plans, infrastructure, "
            "exporter"},
           {"labels=thin", "must be one of full, slim"},
           {"labels=slim&labels=full", "may be given once"}}) {
    const Answer answer = client.get("/metrics?" + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_NE(answer.body.find(detail), std::string::npos) << answer.body;
  }
  EXPECT_EQ(client.get("/metrics?unheard=of").status, 200);
}

TEST_F(ServerTest, HasNothingToCountBeforeTheFirstSnapshot) {
  const Answer answer = client.get("/-/cardinality");

  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("retry-after"), "5");
  EXPECT_EQ(answer.body, "No server has been read yet.\n");
}

TEST_F(ServerTest, ShowsTheSeriesOfEachFamilyOnAPageThatRunsNothing) {
  publish({server_named("prod", kNoon)});

  const Answer answer = client.get("/-/cardinality");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "text/html; charset=utf-8");
  EXPECT_TRUE(answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'nonce-"));
  EXPECT_NE(answer.body.find("<td>vprotect_vm_info</td><td>info</td><td class=\"number\">1</td>"),
            std::string::npos);
  EXPECT_NE(client.get("/").body.find("<a href=\"-/cardinality\">"), std::string::npos);
}

TEST_F(ServerTest, IsHealthyFromTheBeginning) {
  const Answer answer = client.get("/-/healthy");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "OK\n");
}

TEST_F(ServerTest, IsReadyWhenEveryServerWasRead) {
  const Answer before = client.get("/-/ready");
  publish({server_named("prod", kNoon), server_named("lab", std::nullopt), server_named("dr", std::nullopt)});
  const Answer meanwhile = client.get("/-/ready");
  publish({server_named("prod", kNoon), server_named("lab", kNoon), server_named("dr", kNoon)});
  const Answer after = client.get("/-/ready");

  EXPECT_EQ(before.status, 503);
  EXPECT_EQ(before.body, "No server has been read yet.\n");
  EXPECT_EQ(meanwhile.status, 503);
  EXPECT_EQ(meanwhile.body, "Being read for the first time: 2 of 3 servers\n");
  EXPECT_EQ(after.status, 200);
  EXPECT_EQ(after.body, "OK\n");
}

TEST_F(ServerTest, ReloadsWhenAsked) {
  const Answer answer = reload();

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "The configuration is reloaded.\n");
  EXPECT_EQ(reloads, 1);
}

TEST_F(ServerTest, TellsWhyAReloadFailed) {
  reload_fails = true;

  const Answer answer = reload();

  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "config.yaml:3: unknown key \"sevrers\"\n");
}

TEST_F(ServerTest, DoesNotReloadForSomebodyUnknown) {
  const Answer answer = client.ask("POST /-/reload HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("www-authenticate"), R"(Bearer realm="vprotect_exporter")");
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_EQ(answer.body,
            "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"This needs a "
            "credential.\"}\n");
  EXPECT_EQ(reloads, 0);
}

TEST_F(ServerTest, SetsTheConfiguredHeadersAndKeepsThePolicyOfItsPages) {
  Protection protection;
  protection.front.headers = {{"Content-Security-Policy", "sandbox"},
                              {"X-Content-Type-Options", "configured"},
                              {"X-Frame-Options", "deny"}};
  server.protect(protection);

  const Answer page = client.get("/");
  const Answer text = client.get("/-/healthy");
  const Answer refused = client.get("/nothing");

  EXPECT_TRUE(page.header("content-security-policy").starts_with("default-src 'none'; style-src 'nonce-"));
  for (const Answer& other : {text, refused}) {
    EXPECT_EQ(other.header("content-security-policy"), "sandbox");
    EXPECT_EQ(other.header("x-content-type-options"), "configured");
    EXPECT_EQ(other.header("x-frame-options"), "deny");
  }
}

TEST_F(ServerTest, DoesNotReloadByGet) {
  const Answer answer = client.get("/-/reload");

  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("allow"), "POST");
  EXPECT_EQ(reloads, 0);
}

TEST_F(ServerTest, ServesALandingPageThatRunsNothing) {
  publish({server_named("<script>alert(1)</script>", kNoon)});

  const Answer answer = client.get("/");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_TRUE(answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'nonce-"));
  EXPECT_EQ(answer.body.find("<script"), std::string::npos);
  EXPECT_NE(answer.body.find("Version 1.2.3-&lt;dev&gt;"), std::string::npos);
}

TEST_F(ServerTest, MarksTheStyleOfEachPageAnew) {
  const Answer first = client.get("/");
  const Answer second = client.get("/");
  const std::string policy = first.header("content-security-policy");
  const std::size_t begin = policy.find("nonce-") + 6;
  const std::string nonce = policy.substr(begin, policy.find('\'', begin) - begin);

  EXPECT_GE(nonce.size(), 22);  // 128 bits
  EXPECT_NE(policy, second.header("content-security-policy"));
  EXPECT_NE(first.body.find("<style nonce=\"" + nonce + "\">"), std::string::npos);
}

TEST_F(ServerTest, SaysWhichAddressItCannotHave) {
  Options options = loopback();
  options.port = server.port();

  try {
    const Server second(options, sources());
    FAIL() << "two servers share a port";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "cannot listen on 127.0.0.1:" + std::to_string(options.port) + ": Address already in use");
  }
}

}  // namespace
}  // namespace web
