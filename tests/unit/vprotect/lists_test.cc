// What each list asks for, and what it keeps of the answer.
#include <gtest/gtest.h>

#include "unit/vprotect/rig.h"

namespace {

using namespace rig;
using base::Error;
using base::ErrorKind;

// The query and the paths of one call, of a server that has nothing.
template <class Call>
std::string target_of(Call call) {
  Rig rig(always(http_reply(200, "[]")));
  EXPECT_TRUE(call(*rig.client));
  return rig.server.requests().at(1).target;
}

std::vector<std::string> ids(const auto& listing) {
  std::vector<std::string> result;
  for (const auto& row : listing.value().rows) result.push_back(row.id.text());
  return result;
}

std::string record(const std::string& guid, const std::string& members) {
  return R"({"guid":")" + guid + "\"" + (members.empty() ? "" : "," + members) + "}";
}

TEST(Lists, AskAtTheVendorsPaths) {
  using Api = vprotect::RestClient;
  EXPECT_EQ(target_of([](Api& api) { return api.virtual_machines(); }),
            "/api/virtual-machines?page=0&size=1000");
  EXPECT_EQ(target_of([](Api& api) { return api.tasks(); }), "/api/tasks?page=0&size=1000");
  EXPECT_EQ(target_of([](Api& api) { return api.schedules(); }), "/api/schedules?page=0&size=1000");
  EXPECT_EQ(target_of([](Api& api) { return api.policies(); }), "/api/policies/vm-backup?page=0&size=1000");
  EXPECT_EQ(target_of([](Api& api) { return api.rules(); }), "/api/rules/vm-backup?page=0&size=1000");
  EXPECT_EQ(target_of([](Api& api) { return api.nodes(); }), "/api/nodes?page=0&size=1000");
  EXPECT_EQ(target_of([](Api& api) { return api.destinations(); }),
            "/api/backup-destinations?page=0&size=1000");
}

TEST(Lists, ATenantsVmsAreAskedForWithTheConfiguredParameter) {
  EXPECT_EQ(target_of([](auto& api) {
              return api.virtual_machines({.parameter = "project-uuid", .project = "a&b c/\xC3\xA4"});
            }),
            "/api/virtual-machines?project-uuid=a%26b%20c%2F%C3%A4&page=0&size=1000");
}

TEST(Lists, BackupsAreAskedForByTime) {
  EXPECT_EQ(target_of([](auto& api) { return api.backups({.from = support::kNoon}); }),
            "/api/backups?from=1767268800000&protected-entity-type=VM&page=0&size=1000");
  EXPECT_EQ(
      target_of([](auto& api) { return api.backups({.from = support::kNoon, .to = support::kNoon + 1h}); }),
      "/api/backups?from=1767268800000&to=1767272400000&protected-entity-type=VM&page=0&size=1000");
}

TEST(Lists, BackupsOfAServerThatIgnoresTheFilterAreFilteredHere) {
  const std::string noon = "1767268800000";
  const std::string before = "1767268799999";
  const std::string after = "1767272400000";
  Rig rig(always(
      http_reply(200,
                 "[" + record("both-outside", "\"backupTime\":" + before + ",\"snapshotTime\":" + after) +
                     "," + record("backup-inside", "\"backupTime\":" + noon) + "," +
                     record("snapshot-inside", "\"backupTime\":" + after + ",\"snapshotTime\":" + noon) +
                     "," + record("no-time", "") + "," +
                     record("of-an-app", R"("protectedEntity":{"guid":"x","type":{"name":"APP"}})") + "," +
                     record("of-a-vm", R"("protectedEntity":{"guid":"x","type":"VM"})") + "]",
                 "X-Total-Count: 6\r\n")));

  const auto backups = rig.client->backups({.from = support::kNoon, .to = support::kNoon + 1h});

  ASSERT_TRUE(backups) << error_of(backups).message;
  EXPECT_EQ(ids(backups),
            (std::vector<std::string>{"backup-inside", "snapshot-inside", "no-time", "of-a-vm"}));
  EXPECT_EQ(backups->skipped, 0U);
  EXPECT_EQ(backups->out_of_range, 1U);
}

TEST(Lists, RowsOutOfRangeAreCountedOnceHoweverOftenTheListIsRead) {
  const std::string old = record("old", "\"backupTime\":1");
  Rig rig(always(http_reply(200, "[" + old + "," + record("a", "") + "]")));  // asked for twice: no total

  EXPECT_EQ(rig.client->backups({.from = support::kNoon}).value().out_of_range, 1U);
}

TEST(Lists, ARowThatIsNotWantedAnyMoreGoes) {
  Rig rig(with_login([](const RawRequest& request) {
            const bool first = request.parameter("page") == "0";
            return http_reply(200, first
                                       ? R"([{"guid":"a"},{"guid":"b"},{"guid":"c"}])"
                                       : R"([{"guid":"a","type":"VM_SNAPSHOT"},{"guid":"c"},{"guid":"d"}])");
          }),
          [](auto& options) { options.page_size = 3; });

  const auto schedules = rig.client->schedules();

  ASSERT_TRUE(schedules) << error_of(schedules).message;
  auto kept = ids(schedules);
  std::sort(kept.begin(), kept.end());
  EXPECT_EQ(kept, (std::vector<std::string>{"b", "c", "d"}));
}

TEST(Lists, OnlySchedulesOfVmBackupsAreKept) {
  Rig rig(
      always(http_reply(200,
                        R"([{"guid":"vm","type":{"name":"VM_BACKUP"}},{"guid":"snap","type":"VM_SNAPSHOT"},)"
                        R"({"guid":"old"}])",
                        "X-Total-Count: 3\r\n")));

  EXPECT_EQ(ids(rig.client->schedules()), (std::vector<std::string>{"vm", "old"}));
}

TEST(Lists, ARuleThatIsMarkedForDeletionIsNotActive) {
  Rig rig(always(
      http_reply(200, R"([{"guid":"a","markedForDeletion":true},{"guid":"b","markedForDeletion":false}])",
                 "X-Total-Count: 2\r\n")));

  const auto rules = rig.client->rules();

  EXPECT_EQ(ids(rules), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(rules->rows[0].active, false);
  EXPECT_EQ(rules->rows[1].active, std::nullopt);
}

TEST(Protection, TheTotalsOfVmsAreRead) {
  Rig rig(always(http_reply(
      200,
      R"({"allEntities":{"protectedNo":40},"vm":{"protectedNo":38,"notProtected":"2","noSchedule":9.0}})")));

  const auto totals = rig.client->protection();

  ASSERT_TRUE(totals) << error_of(totals).message;
  EXPECT_EQ(*totals, (domain::ProtectionTotals{.is_protected = 38, .not_protected = 2, .no_schedule = 9}));
  EXPECT_EQ(rig.server.requests().at(1).target, "/api/dashboard/protection");
}

TEST(Protection, WhatAnOlderServerDoesNotTellIsAbsent) {
  Rig rig(always(http_reply(200, R"({"allEntities":{"protectedNo":40}})")));

  EXPECT_EQ(rig.client->protection().value(), domain::ProtectionTotals{});
}

TEST(Protection, AnAnswerThatIsNoObjectIsMalformed) {
  for (const std::string body : {"", "[]", "null", "{", "{}x", "{\"vm\":\xFF}"}) {
    Rig rig(always(http_reply(200, body)));
    EXPECT_EQ(error_of(rig.client->protection()),
              (Error{ErrorKind::malformed, "GET /dashboard/protection: not a JSON object"}))
        << body;
  }
}

TEST(Protection, HtmlIsCalledByItsName) {
  Rig rig(always(http_reply(200, "<html>")));

  EXPECT_EQ(error_of(rig.client->protection()),
            (Error{ErrorKind::malformed,
                   "GET /dashboard/protection: HTML, perhaps a login page, not a JSON object"}));
}

TEST(Protection, TheAnswerIsBounded) {
  Rig rig(always({.bytes = "HTTP/1.1 200 OK\r\n\r\n{" + std::string(1000, ' '), .endless = true}),
          [](auto& options) { options.most_record = 10'000; });

  EXPECT_EQ(error_of(rig.client->protection()).kind, ErrorKind::too_large);
}

}  // namespace
