#include <gtest/gtest.h>

#include <type_traits>

#include "base/latest.h"
#include "base/log.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/shared_text.h"

namespace {

using base::Error;
using base::ErrorKind;
using base::Result;

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = 7;
  const Result<int> bad = Error{ErrorKind::timeout, "GET /tasks: timed out"};
  EXPECT_TRUE(good);
  EXPECT_EQ(*good, 7);
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "GET /tasks: timed out");
}

TEST(Latest, ReadersKeepWhatTheyTook) {
  base::Latest<int> latest;
  EXPECT_EQ(latest.get(), nullptr);
  latest.publish(std::make_shared<const int>(1));
  const auto taken = latest.get();
  latest.publish(std::make_shared<const int>(2));
  EXPECT_EQ(*taken, 1);
  EXPECT_EQ(*latest.get(), 2);
}

TEST(TextPool, GivesEqualTextsTheSameMemory) {
  base::TextPool pool;
  const base::SharedText first = pool.share("Gold");
  EXPECT_EQ(first.view().data(), pool.share("Gold").view().data());
  EXPECT_EQ(first, base::SharedText("Gold"));
  EXPECT_LT(first, pool.share("Silver"));
  EXPECT_TRUE(pool.share("").empty());
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST(Secret, HasNoWayOntoAStream) {
  EXPECT_FALSE(Printable<base::Secret>);
  EXPECT_FALSE((std::is_convertible_v<base::Secret, std::string>));
}

TEST(Log, LogfmtQuotesWhatIsNotOneWord) {
  EXPECT_EQ(base::log::rendered(base::log::Format::logfmt, base::log::Level::warn, "a \"b\"\n",
                                {{"server", "prod"}, {"error", "x=1"}}),
            "level=warn msg=\"a \\\"b\\\"\\n\" server=prod error=\"x=1\"");
}

TEST(Log, JsonIsValidWithAnyText) {
  EXPECT_EQ(
      base::log::rendered(base::log::Format::json, base::log::Level::info, "tab\there \xFF", {{"k", "\\"}}),
      "\"level\":\"info\",\"msg\":\"tab\\u0009here \xEF\xBF\xBD\",\"k\":\"\\\\\"");
}

}  // namespace
