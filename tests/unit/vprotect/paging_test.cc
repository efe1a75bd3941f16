// Lists are complete or refused, whatever the server makes of `page` and `size`.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/vprotect/rig.h"

namespace {

using namespace rig;
using base::Error;
using base::ErrorKind;

// A list endpoint. Rows are "g<number>"; `between` changes them after each answer.
struct Table {
  int first = 0;
  int rows = 0;
  bool pages = true;           // else the whole list comes whatever is asked
  bool total = true;           // X-Total-Count is sent
  int cap = 1'000'000;         // most rows of a page
  bool offset_by_cap = false;  // the server computes its offset with its own size
  int lie = 0;                 // added to the total
  std::function<void(Table&)> between = [](Table&) {};

  RawReply operator()(const RawRequest& request) {
    const int asked = std::stoi(request.parameter("size"));
    const int size = std::min(asked, cap);
    const int offset = std::stoi(request.parameter("page")) * (offset_by_cap ? size : asked);
    const int count = pages ? std::clamp(rows - offset, 0, size) : rows;
    const std::string header = total ? "X-Total-Count: " + std::to_string(rows + lie) + "\r\n" : "";
    RawReply reply = http_reply(200, records(first + (pages ? offset : 0), count), header);
    between(*this);
    return reply;
  }
};

struct Read {
  std::string outcome;  // "whole", or what is wrong
  std::size_t rows = 0;
  std::size_t requests = 0;

  bool operator==(const Read&) const = default;
};

void PrintTo(const Read& read, std::ostream* out) {
  *out << read.outcome << ", " << read.rows << " rows, " << read.requests << " requests";
}

Read read(Table table, std::size_t page_size = 10) {
  Rig rig(with_login([&](const RawRequest& request) { return table(request); }),
          [&](auto& options) { options.page_size = page_size; });
  const auto tasks = rig.client->tasks();
  const std::size_t requests = rig.server.count("/api/tasks");
  return tasks ? Read{"whole", tasks->rows.size(), requests} : Read{error_of(tasks).message, 0, requests};
}

TEST(Paging, ReadsPageByPageUntilOneIsNotFull) {
  EXPECT_EQ(read({.rows = 0}), (Read{"whole", 0, 1}));
  EXPECT_EQ(read({.rows = 9}), (Read{"whole", 9, 1}));
  EXPECT_EQ(read({.rows = 10}), (Read{"whole", 10, 2}));
  EXPECT_EQ(read({.rows = 11}), (Read{"whole", 11, 2}));
  EXPECT_EQ(read({.rows = 30}), (Read{"whole", 30, 4}));
}

TEST(Paging, ReadsUntilAShortPageWithoutATotal) {
  EXPECT_EQ(read({.rows = 0, .total = false}), (Read{"whole", 0, 1}));
  EXPECT_EQ(read({.rows = 25, .total = false}), (Read{"whole", 25, 3}));
  EXPECT_EQ(read({.rows = 20, .total = false}), (Read{"whole", 20, 3}));
}

TEST(Paging, AShortFirstPageWithoutATotalIsVerified) {
  EXPECT_EQ(read({.rows = 9, .total = false}), (Read{"whole", 9, 2}));
}

TEST(Paging, TheListOfAServerThatIgnoresPagingIsWhole) {
  EXPECT_EQ(read({.rows = 25, .pages = false}), (Read{"whole", 25, 1}));
  EXPECT_EQ(read({.rows = 25, .pages = false, .total = false}), (Read{"whole", 25, 1}));
  EXPECT_EQ(read({.rows = 10, .pages = false, .total = false}), (Read{"whole", 10, 2}));
  EXPECT_EQ(read({.rows = 7, .pages = false, .total = false}), (Read{"whole", 7, 2}));
}

TEST(Paging, ACapOfTheServerBecomesThePageSize) {
  EXPECT_EQ(read({.rows = 25, .cap = 4}), (Read{"whole", 25, 8}));
  EXPECT_EQ(read({.rows = 25, .cap = 4, .offset_by_cap = true}), (Read{"whole", 25, 8}));
  EXPECT_EQ(read({.rows = 25, .total = false, .cap = 4, .offset_by_cap = true}), (Read{"whole", 25, 9}));
}

TEST(Paging, ATotalThatIsNeverReachedIsRefused) {
  EXPECT_EQ(read({.rows = 20, .lie = 5}).outcome, "GET /tasks: 20 of 25 rows");
  EXPECT_EQ(read({.rows = 0, .lie = 5}).outcome, "GET /tasks: 0 of 5 rows");
  EXPECT_EQ(read({.rows = 25, .pages = false, .lie = 5}).outcome, "GET /tasks: 25 of 30 rows");
}

TEST(Paging, ATotalThatIsTooLowEndsNoListEarly) {
  EXPECT_EQ(read({.rows = 25, .lie = -15}).rows, 25U);
  EXPECT_EQ(read({.rows = 25, .lie = -5}).rows, 25U);
}

TEST(Paging, RowsThatVanishBetweenThePagesCauseAnotherRead) {
  int changes = 1;
  // The first row goes after page 0: the tenth of what is left is on no page.
  Table table{.rows = 20, .between = [&](Table& t) {
                if (changes-- <= 0) return;
                ++t.first;
                --t.rows;
              }};
  EXPECT_EQ(read(table), (Read{"whole", 19, 4}));
}

TEST(Paging, RowsThatVanishAllTheTimeAreRefusedAfterThreeReads) {
  Table table{.rows = 100, .between = [](Table& t) {
                ++t.first;
                --t.rows;
              }};
  const Read result = read(table, 50);
  EXPECT_EQ(result.outcome, "GET /tasks: 95 of 95 rows, whose number changed meanwhile");
  EXPECT_EQ(result.requests, 6U);
}

TEST(Paging, RowsThatAreAddedAllTheTimeDoNotHinder) {
  Table table{.first = 1000, .rows = 25, .between = [](Table& t) {  // new rows come first
                --t.first;
                ++t.rows;
              }};
  const Read result = read(table);
  EXPECT_EQ(result.outcome, "whole");
  EXPECT_GE(result.rows, 25U);
}

TEST(Paging, ALaterReadingOfARowReplacesTheEarlier) {
  Rig rig(with_login([](const RawRequest& request) {
            const bool first = request.parameter("page") == "0";
            return http_reply(200, first ? R"([{"guid":"a","state":"QUEUED"},{"guid":"b"}])"
                                         : R"([{"guid":"a","state":"RUNNING"},{"guid":"c"}])");
          }),
          [](auto& options) { options.page_size = 2; });

  const auto tasks = rig.client->tasks();

  ASSERT_TRUE(tasks) << error_of(tasks).message;
  EXPECT_EQ(tasks->rows.at(0).state, "RUNNING");
  EXPECT_EQ(tasks->rows.size(), 3U);
}

TEST(Paging, BadRecordsAreCountedAndMakeUpTheTotal) {
  Rig rig(always(http_reply(200, R"([{"guid":"a"},{"name":"no guid"},null,{"guid":7},{"guid":"b"}])",
                            "X-Total-Count: 5\r\n")));

  const auto tasks = rig.client->tasks();

  ASSERT_TRUE(tasks) << error_of(tasks).message;
  EXPECT_EQ(tasks->rows.size(), 2U);
  EXPECT_EQ(tasks->skipped, 3U);
}

TEST(Paging, BadRecordsOfAListThatComesTwiceAreCountedOnce) {
  Rig rig(always(http_reply(200, R"([{"guid":"a"},{"guid":7}])")));

  const auto tasks = rig.client->tasks();

  ASSERT_TRUE(tasks) << error_of(tasks).message;
  EXPECT_EQ(tasks->skipped, 1U);
  EXPECT_EQ(tasks->pages, 2U);
}

TEST(Paging, APageOfWhichNothingCanBeReadIsNoEmptyList) {
  Rig rig(always(http_reply(200, R"([{"id":"a"},{"id":"b"}])")));

  EXPECT_EQ(error_of(rig.client->tasks()),
            (Error{ErrorKind::malformed, "GET /tasks: no record that can be read"}));
}

TEST(Paging, ATotalThatIsNoNumberIsNone) {
  Rig rig(always(http_reply(200, "[]", "X-Total-Count: many\r\n")));

  EXPECT_TRUE(rig.client->tasks());
}

TEST(Paging, PagesThatNeverEndAreBounded) {
  Rig rig(with_login([](const RawRequest& request) {
            const int page = std::stoi(request.parameter("page"));
            return http_reply(200, records(page, 2),
                              "X-Total-Count: " + std::to_string(1000 + page) + "\r\n");
          }),
          [](auto& options) {
            options.page_size = 2;
            options.most_rows = 50;
          });

  EXPECT_FALSE(rig.client->tasks());
  EXPECT_LT(rig.server.count("/api/tasks"), 60U);
}

}  // namespace
