// A change is sent once, and its failure tells whether it may have happened.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>

#include "support/certificates.h"
#include "unit/vprotect/control_rig.h"

namespace {

using namespace rig;
using base::Error;
using base::ErrorKind;
using vprotect::Begun;
using vprotect::Changed;
using vprotect::Failure;
using Then = RawReply::Then;

struct Outcome {
  Failure failure;
  std::size_t sent = 0;  // how often
  bool operator==(const Outcome&) const = default;
};

// An export that is answered so.
Outcome outcome_of(
    const RawReply& reply, const std::function<void(vprotect::ServerOptions&)>& change = [](auto&) {}) {
  ControlRig rig(always(reply), change);
  const Failure failure = failure_of(rig.client->export_vm(export_ask()));
  return {failure, calls(rig.server).size()};
}

Outcome outcome_of(int status) { return outcome_of(http_reply(status, "")); }

Outcome rejected(int status, bool may_have_happened, ErrorKind kind = ErrorKind::rejected) {
  return {{{kind, "POST /tasks/export: " + std::to_string(status)}, may_have_happened}, 1};
}

TEST(Once, ARefusalDidNothing) {
  for (const int status : {400, 404, 409, 422, 429})
    EXPECT_EQ(outcome_of(status),
              rejected(status, false, status == 404 ? ErrorKind::not_found : ErrorKind::rejected));
  EXPECT_EQ(outcome_of(403), rejected(403, false, ErrorKind::forbidden));
}

TEST(Once, ARedirectDidNothing) {
  for (const int status : {301, 302, 307, 308}) EXPECT_EQ(outcome_of(status), rejected(status, false));
}

TEST(Once, AnythingElseMayHaveHappened) {
  for (const int status : {303, 408, 500, 502, 503, 504})
    EXPECT_EQ(outcome_of(status), rejected(status, true));
}

TEST(Once, ABusyServerIsNotAskedAgain) {
  EXPECT_EQ(outcome_of(http_reply(503, R"({"error":{"message":"full"}})", "Retry-After: 0\r\n")),
            (Outcome{{{ErrorKind::rejected, "POST /tasks/export: 503 \"full\""}, true}, 1}));
  EXPECT_EQ(outcome_of(http_reply(429, R"({"message":"slower"})", "Retry-After: 0\r\n")),
            (Outcome{{{ErrorKind::rejected, "POST /tasks/export: 429 \"slower\""}, false}, 1}));
}

TEST(Once, AConnectionLostAfterTheRequestMayHaveCarriedIt) {
  const Outcome outcome = outcome_of({.bytes = "", .then = Then::close});

  EXPECT_EQ(outcome.sent, 1U);
  EXPECT_EQ(outcome.failure.error.kind, ErrorKind::unreachable);
  EXPECT_TRUE(outcome.failure.may_have_happened);
}

TEST(Once, AConnectionThatWasUsedBeforeIsNotUsedForAChange) {
  std::atomic<int> reads = 0;
  ControlRig rig(with_login([&](const RawRequest& request) {
    if (request.method != "GET") return RawReply{.bytes = "", .then = Then::close};
    ++reads;
    return http_reply(200, R"({"guid":"s"})");
  }));
  ASSERT_TRUE(rig.client->schedule(domain::ScheduleId("s")));

  EXPECT_TRUE(failure_of(rig.client->export_vm(export_ask())).may_have_happened);
  EXPECT_TRUE(failure_of(rig.client->remove(domain::ScheduleId("s"))).may_have_happened);
  EXPECT_TRUE(failure_of(rig.client->cancel(domain::TaskId("t"), "")).may_have_happened);

  EXPECT_EQ(reads, 1);
  EXPECT_EQ(calls(rig.server).size(), 4U);
  EXPECT_EQ(rig.server.connections(), 4U);
}

TEST(Once, AnAnswerThatBreaksOffMayHaveHappened) {
  for (const std::string bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "HTTP/1.1 2", "nonsense\r\n\r\n"}) {
    const Outcome outcome = outcome_of({.bytes = bytes, .then = Then::close});
    EXPECT_EQ(outcome.sent, 1U) << bytes;
    EXPECT_TRUE(outcome.failure.may_have_happened) << bytes;
  }
}

TEST(Once, AnAnswerThatDoesNotComeMayHaveHappened) {
  const auto soon = [](vprotect::ServerOptions& options) { options.request_timeout = 200ms; };

  const Outcome outcome = outcome_of({.bytes = "", .then = Then::hang}, soon);

  EXPECT_EQ(outcome.sent, 1U);
  EXPECT_EQ(outcome.failure.error.kind, ErrorKind::timeout);
  EXPECT_TRUE(outcome.failure.may_have_happened);
}

TEST(Once, ALoginPageMayHaveHappened) {
  EXPECT_EQ(
      outcome_of(http_reply(200, "<html>")),
      (Outcome{
          {{ErrorKind::malformed, "POST /tasks/export: HTML, perhaps a login page, not a JSON object"}, true},
          1}));
}

TEST(Once, ASuccessWithoutNeedOfItsBodyIsOneWhateverTheBody) {
  for (const std::string bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
                                  "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n\xff"}) {
    ControlRig rig(always({.bytes = bytes, .then = Then::close}));
    EXPECT_EQ(rig.client->remove(domain::RuleId("r")), Changed<base::Done>(base::Done{})) << bytes;
  }
  ControlRig rig(always({.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x'), .endless = true}));
  EXPECT_EQ(rig.client->remove(domain::RuleId("r")), Changed<base::Done>(base::Done{}));
}

TEST(Once, A401IsFollowedByOneLoginAndOneRepetition) {
  std::atomic<int> asked = 0;
  ControlRig rig(with_login([&](const RawRequest&) {
    return ++asked == 1 ? http_reply(401, "") : http_reply(201, R"({"guid":"task-1"})");
  }));

  EXPECT_EQ(rig.client->export_vm(export_ask()), Changed<Begun>(Begun{.tasks = {domain::TaskId("task-1")}}));
  EXPECT_EQ(rig.requests, (std::vector<std::string>{"prod /session/login 201", "prod /tasks/export 401",
                                                    "prod /session/login 201", "prod /tasks/export 201"}));
  const auto sent = calls(rig.server);
  EXPECT_EQ(sent.at(0), sent.at(1));
}

TEST(Once, A401ThatStaysDidNothing) {
  EXPECT_EQ(outcome_of(401),
            (Outcome{{{ErrorKind::unauthorized, "POST /tasks/export: 401 after re-login"}, false}, 2}));
}

TEST(Once, ARefusedLoginDidNothing) {
  ControlRig rig([](const RawRequest&) { return http_reply(401, ""); });

  const Failure failure = failure_of(rig.client->export_vm(export_ask()));

  EXPECT_EQ(failure.error.kind, ErrorKind::unauthorized);
  EXPECT_FALSE(failure.may_have_happened);
  EXPECT_EQ(rig.server.requests().size(), 1U);
}

TEST(Once, ALoginThatIsLostDidNothing) {
  ControlRig rig([](const RawRequest&) { return RawReply{.bytes = "", .then = Then::close}; });

  EXPECT_FALSE(failure_of(rig.client->export_vm(export_ask())).may_have_happened);
}

TEST(Once, AServerThatIsNotThereDidNothing) {
  auto server = std::make_unique<support::RawServer>(always(http_reply(200, "")));
  const support::ManualClock clock(support::kNoon);
  vprotect::RestControl control(options_for(server->url()), {}, clock);
  server.reset();

  const Failure failure = failure_of(control.export_vm(export_ask()));

  EXPECT_EQ(failure.error.kind, ErrorKind::unreachable);
  EXPECT_FALSE(failure.may_have_happened);
}

TEST(Once, ANameThatIsNotKnownDidNothing) {
  const support::ManualClock clock(support::kNoon);
  vprotect::RestControl control(options_for("http://no-such-host.invalid"), {}, clock);

  EXPECT_FALSE(failure_of(control.export_vm(export_ask())).may_have_happened);
}

TEST(Once, ACertificateNobodyVouchesForDidNothing) {
  const support::TempDir directory;
  const auto certificate = support::make_certificate(directory, "own", "IP:127.0.0.1");
  const auto context = support::server_context(certificate, {});
  support::RawServer server(always(http_reply(200, "")), context.get());
  const support::ManualClock clock(support::kNoon);
  vprotect::RestControl control(options_for(server.url()), {}, clock);

  const Failure failure = failure_of(control.export_vm(export_ask()));

  EXPECT_EQ(failure.error.kind, ErrorKind::unreachable);
  EXPECT_FALSE(failure.may_have_happened);
  EXPECT_EQ(server.requests().size(), 0U);
}

// The server goes away between the login and the change: no connection, so it is tried again, and did
// nothing.
TEST(Once, AChangeThatFoundNoConnectionDidNothing) {
  std::unique_ptr<support::RawServer> server;
  RawReply login = http_reply(201, "", "Set-Cookie: S=1; Path=/\r\n");
  login.then = Then::close;
  server = std::make_unique<support::RawServer>([&](const RawRequest&) { return login; });
  std::vector<std::string> requests;
  const vprotect::Observer observer{.request_done =
                                        [&](const vprotect::RequestDone& done) {
                                          requests.emplace_back(done.endpoint);
                                          if (done.endpoint == "/session/login") server.reset();
                                        },
                                    .login_done = [](const auto&) {}};
  const support::ManualClock clock(support::kNoon);
  vprotect::ServerOptions options = options_for(server->url());
  options.retries = 2;
  vprotect::RestControl control(options, observer, clock);

  const Failure failure = failure_of(control.export_vm(export_ask()));

  EXPECT_EQ(failure.error.kind, ErrorKind::unreachable);
  EXPECT_FALSE(failure.may_have_happened);
  EXPECT_EQ(requests,
            (std::vector<std::string>{"/session/login", "/tasks/export", "/tasks/export", "/tasks/export"}));
}

TEST(Once, CancelledBeforeItIsSentItDidNothing) {
  ControlRig rig(always(http_reply(200, "")));
  rig.client->cancel_calls();

  const Failure failure = failure_of(rig.client->export_vm(export_ask()));

  EXPECT_EQ(failure.error.kind, ErrorKind::cancelled);
  EXPECT_FALSE(failure.may_have_happened);
  EXPECT_EQ(rig.server.requests().size(), 0U);
}

TEST(Once, CancelledAfterItIsSentItMayHaveHappened) {
  std::latch asked(1);
  ControlRig rig(with_login([&](const RawRequest&) {
    asked.count_down();
    return RawReply{.bytes = "", .then = Then::hang};
  }));
  auto failure =
      std::async(std::launch::async, [&] { return failure_of(rig.client->export_vm(export_ask())); });
  asked.wait();
  rig.client->cancel_calls();

  EXPECT_EQ(failure.get(), (Failure{{ErrorKind::cancelled, "POST /tasks/export: cancelled"}, true}));
}

TEST(Once, NoBodyIsAnnouncedInAdvance) {
  ControlRig rig(holding(R"({"guid":"p"})"));
  std::vector<domain::VmId> vms;
  vms.reserve(50'000);
  for (int i = 0; i < 50'000; ++i)
    vms.emplace_back("a virtual machine with a long name, number " + std::to_string(i));

  ASSERT_EQ(rig.client->update(domain::PolicyId("p"), {.vms = vms}), Changed<base::Done>(base::Done{}));

  EXPECT_EQ(rig.server.requests().at(2).header("Expect"), "");
  EXPECT_GT(rig.server.requests().at(2).body.size(), 2'000'000U);
}

}  // namespace
