#include "runbook/matcher.h"

#include <gtest/gtest.h>

namespace runbook {
namespace {

using Kind = Matcher::Kind;

TEST(ParseMatcher, ReadsAlertmanagersForms) {
  EXPECT_EQ(parse_matcher(R"(alertname="Vm \"x\"")"), (Matcher{Kind::equal, "alertname", "Vm \"x\""}));
  EXPECT_EQ(parse_matcher(" team != ops "), (Matcher{Kind::not_equal, "team", "ops"}));
  EXPECT_EQ(parse_matcher(R"(team=~"a|b")"), (Matcher{Kind::like, "team", "a|b"}));
  EXPECT_EQ(parse_matcher("team!~\"a.*\""), (Matcher{Kind::not_like, "team", "a.*"}));
}

TEST(ParseMatcher, TakesNothingElse) {
  for (const char* text : {"", "team", "=x", "1a=x", "a b=x", "a=~(", "a=\"x", "a=\"x\"y", "a!x"})
    EXPECT_EQ(parse_matcher(text), std::nullopt) << text;
  EXPECT_EQ(parse_matcher("a=~" + std::string(201, 'x')), std::nullopt);
}

TEST(Matches, HoldsTheWholeValueAgainstAPattern) {
  const Labels labels{{"team", "ops"}};
  EXPECT_TRUE(matches({Kind::like, "team", "o.s"}, labels));
  EXPECT_FALSE(matches({Kind::like, "team", "o"}, labels));
  EXPECT_TRUE(matches({Kind::not_like, "team", "o"}, labels));
}

TEST(Matches, TakesAMissingLabelForAnEmptyOne) {
  EXPECT_TRUE(matches({Kind::equal, "team", ""}, {}));
  EXPECT_TRUE(matches({Kind::not_equal, "team", "x"}, {}));
  EXPECT_FALSE(matches({Kind::like, "team", ".+"}, {}));
}

TEST(Matches, TakesAHostileLabelInLinearTime) {
  const Labels labels{{"team", std::string(100'000, 'a')}};
  EXPECT_FALSE(matches({Kind::like, "team", "(a*)*b"}, labels));
}

}  // namespace
}  // namespace runbook
