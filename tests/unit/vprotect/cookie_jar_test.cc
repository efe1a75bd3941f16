#include "vprotect/cookie_jar.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "support/manual_clock.h"

namespace {

std::string header_after(std::initializer_list<std::string_view> set_cookies) {
  vprotect::CookieJar jar;
  for (const auto set_cookie : set_cookies) jar.accept(set_cookie, support::kNoon);
  return jar.header();
}

TEST(CookieJar, KeepsACookieOfAnyNameWhateverItsAttributes) {
  EXPECT_EQ(header_after({"sid=x1; Path=/elsewhere; HttpOnly; Secure; SameSite=None; Domain=other.example"}),
            "sid=x1");
}

TEST(CookieJar, SendsAllOfThem) { EXPECT_EQ(header_after({"b=2", "a=1;Path=/"}), "a=1; b=2"); }

TEST(CookieJar, ReplacesACookieOfTheSameName) { EXPECT_EQ(header_after({"a=1", "a=2"}), "a=2"); }

TEST(CookieJar, KeepsEqualsSignsAndQuotesOfAValue) {
  EXPECT_EQ(header_after({"a=\"b=c==\""}), "a=\"b=c==\"");
}

TEST(CookieJar, DropsWhatMaxAgeDeletes) {
  EXPECT_EQ(header_after({"a=1", "b=2", "a=; Max-Age=0"}), "b=2");
  EXPECT_EQ(header_after({"a=1", "a=; max-age=-1"}), "");
}

TEST(CookieJar, DropsWhatHasExpired) {
  EXPECT_EQ(header_after({"a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:10 GMT; Path=/"}), "");
  EXPECT_EQ(header_after({"a=1; Expires=Fri, 02-Jan-2026 00:00:00 GMT"}), "a=1");
}

TEST(CookieJar, BelievesMaxAgeMoreThanExpires) {
  EXPECT_EQ(header_after({"a=1; Expires=Thu, 01 Jan 1970 00:00:10 GMT; Max-Age=60"}), "a=1");
}

TEST(CookieJar, IgnoresWhatIsNoCookie) {
  EXPECT_EQ(header_after({"", "; Path=/", "=x", "name",
                          std::string_view("a=b\x01"
                                           "c")}),
            "");
}

TEST(CookieJar, HasRoomForSixtyFourCookiesOfEightKibibytes) {
  vprotect::CookieJar jar;
  jar.accept("big=" + std::string(9000, 'x'), support::kNoon);
  EXPECT_EQ(jar.header(), "");
  for (int i = 0; i < 100; ++i) jar.accept("c" + std::to_string(i) + "=1", support::kNoon);
  const std::string header = jar.header();
  EXPECT_EQ(std::count(header.begin(), header.end(), '='), 64);
}

}  // namespace
