#include "web/gate.h"

#include <crypt.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/digest.h"
#include "support/manual_clock.h"

namespace web {
namespace {

using namespace std::chrono_literals;
using support::kNoon;

const std::string kToken = "vpx_kuD0Zr0iJ0wmZbJj8qzvxw1xPzXnYQ6yYkqP0d2Ymo8";
constexpr const char* kClient = "192.0.2.7";
constexpr const char* kBearer = R"(Bearer realm="vprotect_exporter")";
constexpr const char* kBasic = R"(Basic realm="vprotect_exporter", charset="UTF-8")";

std::string bcrypt(const std::string& password) {
  const auto room = std::make_unique<crypt_data>();
  return ::crypt_r(password.c_str(), "$2b$04$abcdefghijklmnopqrstuu", room.get());
}

std::string base64(const std::string& text) {
  const std::string bare = base::to_base64url(text);
  return bare + std::string((4 - bare.size() % 4) % 4, '=');
}

std::string basic(const std::string& user, const std::string& password) {
  return "Basic " + base64(user + ":" + password);
}

Protection with_token(Grant grant) {
  Protection protection;
  protection.access.tokens = {{.grant = std::move(grant), .sha256 = base::sha256_of(kToken)}};
  return protection;
}

Protection with_user(const std::string& user, const std::string& password) {
  Protection protection;
  protection.front.passwords = {{user, base::Secret(bcrypt(password))}};
  return protection;
}

const Grant kReader{.name = "reader", .verbs = {Verb::metrics}, .scope = {}};
const Grant kFinance{.name = "finance", .verbs = {Verb::metrics}, .scope = {{{"finance"}}}};

struct GateTest : testing::Test {
  // "200 NAME", or the status and the detail.
  std::string ask(const Rule& rule, const std::vector<std::string>& authorization = {},
                  const std::string& peer = kClient) {
    return ask(rule, Credentials{
                         .authorization = authorization, .peer = peer, .certificate = {}, .route = "GET /x"});
  }
  std::string ask(const Rule& rule, const Credentials& credentials) {
    const auto admitted = gate.admit(rule, credentials);
    if (const auto* caller = std::get_if<Caller>(&admitted)) return "200 " + caller->name;
    problem = std::get<Problem>(admitted);
    return std::to_string(problem.status) + " " + problem.detail;
  }
  std::string metrics(const std::string& authorization, const std::string& peer = kClient) {
    return ask(Rule::needs(Verb::metrics), {authorization}, peer);
  }
  std::string metrics_by(const AltName& name) {
    return ask(Rule::needs(Verb::metrics),
               {.authorization = {}, .peer = kClient, .certificate = {{name}}, .route = "GET /x"});
  }
  std::vector<std::string> challenges() const {
    std::vector<std::string> values;
    for (const auto& [name, value] : problem.headers) {
      if (name == "WWW-Authenticate") values.push_back(value);
    }
    return values;
  }
  void guess_wrongly(int times, const std::string& peer = kClient) {
    for (int i = 0; i < times; ++i) metrics("Bearer wrong", peer);
  }

  using Texts = std::vector<std::string>;

  support::ManualClock clock{kNoon};
  Texts failures;
  Gate gate{clock, [this](AuthFailure failure) { failures.emplace_back(name_of(failure)); }};
  Problem problem;
};

TEST_F(GateTest, LeavesReadsOpenAndRefusesTheRestWhereNothingIsConfigured) {
  EXPECT_EQ(ask(Rule::needs_site(Verb::metrics)), "200 anonymous");
  EXPECT_EQ(ask(Rule::needs_site(Verb::report)), "200 anonymous");
  EXPECT_EQ(ask(Rule::needs(Verb::manage)),
            "403 This needs a credential with the verb manage, and none is configured: see docs/access.md.");
  EXPECT_EQ(failures, Texts{"forbidden"});
}

TEST_F(GateTest, TakesNoCredentialForAnOpenRoute) {
  gate.protect(with_token(kReader));

  EXPECT_EQ(ask(Rule::open(), {"nonsense", "twice"}), "200 anyone");
  EXPECT_EQ(failures, Texts{});
}

TEST_F(GateTest, AsksForACredentialOnceOneIsConfigured) {
  gate.protect(with_token(kReader));

  EXPECT_EQ(ask(Rule::needs(Verb::metrics)), "401 This needs a credential.");
  EXPECT_EQ(challenges(), Texts{kBearer});
}

TEST_F(GateTest, NamesEveryWayIn) {
  Protection both = with_token(kReader);
  both.front = with_user("alice", "sesame").front;
  gate.protect(both);
  ask(Rule::needs(Verb::metrics));
  const Texts of_both = challenges();
  gate.protect(with_user("alice", "sesame"));
  ask(Rule::needs(Verb::metrics));

  EXPECT_EQ(of_both, (Texts{kBearer, kBasic}));
  EXPECT_EQ(challenges(), Texts{kBasic});
}

TEST_F(GateTest, LetsATokenIn) {
  gate.protect(with_token(kFinance));

  const auto admitted =
      gate.admit(Rule::needs(Verb::metrics),
                 {.authorization = {"bearer " + kToken}, .peer = kClient, .certificate = {}, .route = ""});

  EXPECT_EQ(std::get<Caller>(admitted),
            (Caller{.name = "finance", .verbs = {Verb::metrics}, .scope = {{{"finance"}}}}));
}

TEST_F(GateTest, RefusesWhatTheCredentialDoesNotAllow) {
  gate.protect(with_token(kFinance));

  EXPECT_EQ(ask(Rule::needs(Verb::report), {"Bearer " + kToken}),
            "403 The credential lacks the verb report.");
  EXPECT_EQ(ask(Rule::needs_site(Verb::metrics), {"Bearer " + kToken}),
            "403 This is about every tenant, and the credential is for some tenants only.");
  EXPECT_EQ(failures, (Texts{"forbidden", "forbidden"}));
}

TEST_F(GateTest, NeverFallsBackToAnonymous) {
  Protection open = with_token(kReader);
  open.access.anonymous = Grant{.name = "anonymous", .verbs = {Verb::metrics}, .scope = {}};
  gate.protect(open);

  EXPECT_EQ(ask(Rule::needs(Verb::metrics)), "200 anonymous");
  EXPECT_EQ(metrics("Bearer wrong"), "401 The token is not known.");
  EXPECT_EQ(metrics("Negotiate abc").substr(0, 3), "401");
  EXPECT_EQ(ask(Rule::needs(Verb::metrics), {"Bearer " + kToken, "Bearer " + kToken}),
            "400 There is more than one Authorization header.");
  EXPECT_EQ(failures, (Texts{"bad_token", "malformed", "malformed"}));
}

TEST_F(GateTest, TellsThatACredentialHasExpired) {
  Grant grant = kReader;
  grant.expires = kNoon;
  gate.protect(with_token(grant));

  EXPECT_EQ(metrics("Bearer " + kToken), "401 The credential has expired.");
  clock.set(kNoon - 1ms);
  EXPECT_EQ(metrics("Bearer " + kToken), "200 reader");
  EXPECT_EQ(failures, Texts{"expired"});
}

TEST_F(GateTest, TakesWhatAReloadBrings) {
  gate.protect(with_token(kReader));
  const std::string before = metrics("Bearer " + kToken);
  gate.protect(with_user("alice", "sesame"));

  EXPECT_EQ(before, "200 reader");
  EXPECT_EQ(metrics("Bearer " + kToken), "401 The token is not known.");
}

TEST_F(GateTest, LetsAUserInAndReadEverythingUnlessItIsListed) {
  Protection protection = with_user("alice", "sesame:open");
  gate.protect(protection);
  const std::string unlisted = ask(Rule::needs_site(Verb::report), {basic("alice", "sesame:open")});
  protection.access.users = {{.name = "alice", .verbs = {Verb::manage}, .scope = {}}};
  gate.protect(protection);

  EXPECT_EQ(unlisted, "200 alice");
  EXPECT_EQ(ask(Rule::needs_site(Verb::report), {basic("alice", "sesame:open")}),
            "403 The credential lacks the verb report.");
  EXPECT_EQ(ask(Rule::needs_site(Verb::manage), {basic("alice", "sesame:open")}), "200 alice");
}

TEST_F(GateTest, TellsAWrongUserFromAWrongPasswordToNobody) {
  gate.protect(with_user("alice", "sesame"));

  EXPECT_EQ(metrics(basic("alice", "Sesame")), "401 The user or the password is wrong.");
  EXPECT_EQ(metrics(basic("bob", "sesame")), "401 The user or the password is wrong.");
  EXPECT_EQ(metrics(basic("", "")), "401 The user or the password is wrong.");
  EXPECT_EQ(failures, (Texts{"bad_password", "bad_password", "bad_password"}));
}

TEST_F(GateTest, RefusesAUserWhereThereAreNone) {
  gate.protect(with_token(kReader));

  EXPECT_EQ(metrics(basic("alice", "sesame")), "401 The user or the password is wrong.");
  EXPECT_EQ(challenges(), Texts{kBearer});
}

TEST_F(GateTest, ForgetsAPasswordWithItsHash) {
  gate.protect(with_user("alice", "sesame"));
  const std::string before = metrics(basic("alice", "sesame"));
  gate.protect(with_user("alice", "other"));

  EXPECT_EQ(before, "200 alice");
  EXPECT_EQ(metrics(basic("alice", "sesame")), "401 The user or the password is wrong.");
}

TEST_F(GateTest, LimitsGuessesOfOneSourceAndServesItsGoodToken) {
  gate.protect(with_token(kReader));
  guess_wrongly(10);

  EXPECT_EQ(metrics("Bearer wrong"), "429 Too many attempts with wrong credentials came from this address.");
  EXPECT_EQ(problem.headers, (std::vector<std::pair<std::string, std::string>>{{"Retry-After", "6"}}));
  EXPECT_EQ(metrics("Bearer " + kToken), "200 reader");
  EXPECT_EQ(metrics("Bearer wrong", "192.0.2.8"), "401 The token is not known.");
  EXPECT_EQ(failures.at(10), "limited");
}

TEST_F(GateTest, AllowsAnotherGuessAfterAWhile) {
  gate.protect(with_token(kReader));
  guess_wrongly(11);
  clock.advance(6s);

  EXPECT_EQ(metrics("Bearer wrong"), "401 The token is not known.");
  EXPECT_EQ(metrics("Bearer wrong").substr(0, 3), "429");
}

TEST_F(GateTest, CountsTheHostsOfOneIpv6NetworkTogether) {
  gate.protect(with_token(kReader));
  guess_wrongly(10, "2001:db8::1");

  EXPECT_EQ(metrics("Bearer wrong", "2001:db8::2").substr(0, 3), "429");
  EXPECT_EQ(metrics("Bearer wrong", "2001:db8:0:1::1").substr(0, 3), "401");
}

TEST_F(GateTest, ServesARememberedPasswordToASourceThatMayNotGuess) {
  Protection protection = with_user("alice", "sesame");
  protection.front.passwords.emplace("bob", base::Secret(bcrypt("seed")));
  gate.protect(protection);
  metrics(basic("alice", "sesame"));
  guess_wrongly(10);

  EXPECT_EQ(metrics(basic("alice", "sesame")), "200 alice");
  EXPECT_EQ(metrics(basic("bob", "seed")).substr(0, 3), "429");
  EXPECT_EQ(metrics(basic("bob", "seed"), "192.0.2.8"), "200 bob");
}

TEST_F(GateTest, CountsNoGoodPasswordAsAGuess) {
  gate.protect(with_user("alice", "sesame"));
  for (int i = 0; i < 20; ++i) {
    gate.protect(with_user("user" + std::to_string(i), "sesame"));
    EXPECT_EQ(metrics(basic("user" + std::to_string(i), "sesame")), "200 user" + std::to_string(i));
  }
}

TEST_F(GateTest, ForgetsTheOldestSourceOfTooMany) {
  gate.protect(with_token(kReader));
  guess_wrongly(10);
  for (int i = 0; i < 4096; ++i)
    guess_wrongly(1, "10.1." + std::to_string(i / 256) + "." + std::to_string(i % 256));

  EXPECT_EQ(metrics("Bearer wrong"), "401 The token is not known.");
}

TEST_F(GateTest, LetsACertificateInThatARuleNames) {
  Protection protection;
  protection.access.certificates = {{.grant = kFinance, .san = {AltName::Kind::dns, "prom.example"}}};
  gate.protect(protection);

  EXPECT_EQ(metrics_by({AltName::Kind::dns, "prom.example"}), "200 finance");
  EXPECT_EQ(metrics_by({AltName::Kind::uri, "prom.example"}), "401 This needs a credential.");
  EXPECT_EQ(ask(Rule::needs(Verb::metrics)), "401 This needs a credential.");
}

TEST_F(GateTest, PrefersAnAuthorizationToACertificate) {
  Protection protection = with_token(kReader);
  protection.access.certificates = {{.grant = kFinance, .san = {AltName::Kind::dns, "prom.example"}}};
  gate.protect(protection);
  Credentials credentials{.authorization = {"Bearer " + kToken},
                          .peer = kClient,
                          .certificate = {{{AltName::Kind::dns, "prom.example"}}},
                          .route = "GET /x"};

  EXPECT_EQ(ask(Rule::needs(Verb::metrics), credentials), "200 reader");
  credentials.authorization = {"Bearer wrong"};
  EXPECT_EQ(ask(Rule::needs(Verb::metrics), credentials), "401 The token is not known.");
}

TEST_F(GateTest, ServesNoMoreRequestsThanTheRateLimitAllows) {
  Protection protection;
  protection.front.rate_limit = RateLimit{.interval = 2s, .burst = 2};
  gate.protect(protection);
  const Rule rule = Rule::needs(Verb::metrics);

  EXPECT_EQ(ask(rule), "200 anonymous");
  EXPECT_EQ(ask(rule, {}, "192.0.2.8"), "200 anonymous");
  EXPECT_EQ(ask(rule), "429 There are more requests than the exporter was told to serve.");
  EXPECT_EQ(ask(Rule::open()), "200 anyone");
  clock.advance(2s);
  EXPECT_EQ(ask(rule), "200 anonymous");
}

TEST_F(GateTest, CountsNoRequestThatItRefusesForTheRateLimit) {
  Protection protection = with_token(kReader);
  protection.front.rate_limit = RateLimit{.interval = 2s, .burst = 1};
  gate.protect(protection);

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(Rule::needs(Verb::metrics)), "401 This needs a credential.");
    EXPECT_EQ(metrics("Bearer wrong"), "401 The token is not known.");
  }
  EXPECT_EQ(metrics("Bearer " + kToken), "200 reader");
}

TEST_F(GateTest, AnswersManyCallersAtOnceThatBringTheSamePassword) {
  gate.protect(with_user("alice", "sesame"));
  metrics(basic("alice", "sesame"));
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const auto admitted = gate.admit(
            Rule::needs(Verb::metrics),
            {.authorization = {basic("alice", "sesame")}, .peer = kClient, .certificate = {}, .route = ""});
        good += std::holds_alternative<Caller>(admitted) ? 1 : 0;
      });
    }
  }

  EXPECT_EQ(good, 8);
}

}  // namespace
}  // namespace web
