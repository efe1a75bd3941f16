// Bodies that nobody could have meant, and what is said of those that are nearly right.
#include "web/json_body.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace web {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Faults = std::vector<std::pair<std::string, std::string>>;

httplib::Request sent(std::string body, const std::string& type = "application/json") {
  httplib::Request request;
  request.body = std::move(body);
  if (!type.empty()) request.headers.emplace("Content-Type", type);
  return request;
}

// "400 why"; empty: it was taken.
std::string refusal(const httplib::Request& request) {
  const auto body = json_body(request);
  const auto* problem = std::get_if<Problem>(&body);
  return problem == nullptr ? "" : std::to_string(problem->status) + " " + problem->detail;
}
std::string refusal_of(std::string body) { return refusal(sent(std::move(body))); }

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string nested(std::size_t levels) {
  return repeated("{\"a\":", levels - 1) + "{}" + std::string(levels - 1, '}');
}

TEST(JsonBody, TakesAnObject) {
  EXPECT_EQ(std::get<json>(json_body(sent(R"({"a":1})"))), json::parse(R"({"a":1})"));
  EXPECT_EQ(refusal(sent("{}", "Application/JSON; charset=utf-8")), "");
}

TEST(JsonBody, TakesNothingThatAPageOfSomebodyElseCouldSend) {
  const std::string why = "415 The body has to be of Content-Type application/json.";
  EXPECT_EQ(refusal(sent("{}", "")), why);
  EXPECT_EQ(refusal(sent("{}", "text/plain")), why);
  EXPECT_EQ(refusal(sent("{}", "application/x-www-form-urlencoded")), why);
  EXPECT_EQ(refusal(sent("{}", "text/plain; a=application/json")), why);
  EXPECT_EQ(refusal(sent("{}", "application/jsonp")), why);
}

TEST(JsonBody, SaysWhereItIsNoJson) {
  EXPECT_EQ(refusal_of(""), "400 The body is not JSON: at byte 1.");
  EXPECT_EQ(refusal_of("{\"a\":}"), "400 The body is not JSON: at byte 6.");
  EXPECT_EQ(refusal_of("{} {}"), "400 The body is not JSON: at byte 4.");
  EXPECT_EQ(refusal_of("{\"a\":\"\xff\"}"), "400 The body is not JSON: at byte 7.");
  EXPECT_EQ(refusal_of("{\"a\":\"\xed\xa0\x80\"}"), "400 The body is not JSON: at byte 8.");
  EXPECT_EQ(refusal_of("{\"a\":NaN}"), "400 The body is not JSON: at byte 6.");
  EXPECT_EQ(refusal_of("{\"a\":\"\\ud800\"}").substr(0, 25), "400 The body is not JSON:");
  EXPECT_EQ(refusal_of(std::string("{\"a\":\"\0\"}", 9)).substr(0, 25), "400 The body is not JSON:");
}

TEST(JsonBody, HasToBeAnObject) {
  for (const char* body : {"[]", "1", "null", "\"a\"", "true"})
    EXPECT_EQ(refusal_of(body), "400 The body has to be a JSON object.") << body;
}

TEST(JsonBody, MayNest32LevelsDeep) {
  const std::string why = "400 The body is nested more than 32 levels deep.";
  EXPECT_EQ(refusal_of(nested(32)), "");
  EXPECT_EQ(refusal_of(nested(33)), why);
  EXPECT_EQ(refusal_of("{\"a\":" + std::string(31, '[') + std::string(31, ']') + "}"), "");
  EXPECT_EQ(refusal_of("{\"a\":" + std::string(32, '[') + std::string(32, ']') + "}"), why);
  EXPECT_EQ(refusal_of(std::string(100'000, '[')), why);
  EXPECT_EQ(refusal_of(repeated("{\"a\":", 100'000)), why);
}

TEST(JsonBody, HasNoMemberTwice) {
  EXPECT_EQ(refusal_of(R"({"a":1,"b":2,"a":1})"), R"(400 The body has "a" twice in one object.)");
  EXPECT_EQ(refusal_of(R"({"a":[{"b":1},{"b":1,"\u0062":2}]})"),
            R"(400 The body has "b" twice in one object.)");
  EXPECT_EQ(refusal_of(R"({"a":{"b":1},"b":{"a":1,"b":1}})"), "");
}

TEST(JsonBody, HasNoNumberThatCannotBe) {
  EXPECT_EQ(refusal_of(R"({"a":1e400})"), "400 The body has a number that cannot be represented.");
  EXPECT_EQ(refusal_of("{\"a\":1" + std::string(400, '0') + "}"),
            "400 The body has a number that cannot be represented.");
}

// What is wrong with the object, by place.
struct Reading {
  explicit Reading(const std::string& text, const std::vector<std::string_view>& known = {"a"},
                   const std::string& place = "")
      : body(json::parse(text)), object(body, place, faults, known) {}

  Faults found() const {
    Faults all;
    for (const Fault& fault : faults) all.emplace_back(fault.parameter, fault.detail);
    return all;
  }

  json body;
  std::vector<Fault> faults;
  Object object;
};

TEST(JsonObject, NamesWhatItDoesNotKnowAndWhatMayHaveBeenMeant) {
  EXPECT_EQ(Reading(R"({"gid":"1","xyz":1})", {"guid", "name"}, "vms[2]").found(),
            (Faults{{"vms[2].gid", "is not known here; did you mean \"guid\"?"},
                    {"vms[2].xyz", "is not known here"}}));
  EXPECT_EQ(Reading(R"({"\u0007\n":1})").found(), (Faults{{"  ", "is not known here"}}));
}

TEST(JsonObject, NamesNoMoreThan20Faults) {
  json many;
  for (int i = 0; i < 10'000; ++i) many["member" + std::to_string(i)] = i;

  EXPECT_EQ(Reading(many.dump(), {"member"}).found().size(), 20U);
}

TEST(JsonObject, TakesTextsOf1000BytesWithoutControlCharacters) {
  EXPECT_EQ(Reading(R"({"a":"\u00e4 b"})").object.text("a"), "\xc3\xa4 b");
  EXPECT_EQ(Reading(json{{"a", std::string(1000, 'x')}}.dump()).object.text("a"), std::string(1000, 'x'));
  for (const json& wrong : {json(std::string(1001, 'x')), json("a\nb"), json(std::string(1, '\0')),
                            json("\x7f"), json(1), json(true), json::array({"a"}), json::object()}) {
    Reading reading(json{{"a", wrong}}.dump());
    EXPECT_EQ(reading.object.text("a"), "");
    EXPECT_EQ(reading.found(),
              (Faults{{"a", "has to be text of at most 1000 bytes without control characters"}}))
        << wrong;
  }
}

TEST(JsonObject, TakesNullForWhatIsNotThere) {
  Reading reading(R"({"a":null})");

  EXPECT_FALSE(reading.object.has("a"));
  EXPECT_EQ(reading.object.text("a"), "");
  EXPECT_EQ(reading.object.word("a", {"x"}), "");
  EXPECT_TRUE(reading.object.flag("a", true));
  EXPECT_EQ(reading.object.whole("a", 0, 100), std::nullopt);
  EXPECT_EQ(reading.object.duration("a", 1min, 1h), std::nullopt);
  EXPECT_EQ(reading.object.time("a"), std::nullopt);
  EXPECT_TRUE(reading.object.objects("a", 0, 1).empty());
  EXPECT_EQ(reading.object.object("a"), nullptr);
  EXPECT_EQ(reading.found(), Faults{});
}

TEST(JsonObject, TakesWholeNumbersOfARange) {
  EXPECT_EQ(Reading(R"({"a":100})").object.whole("a", 0, 100), 100);
  for (const char* wrong : {"101", "-1", "1.0", "1e1", "\"1\"", "true", "18446744073709551615",
                            "-9223372036854775808", "123456789012345678901234567890"}) {
    Reading reading(std::string("{\"a\":") + wrong + "}");
    EXPECT_EQ(reading.object.whole("a", 0, 100), std::nullopt);
    EXPECT_EQ(reading.found(), (Faults{{"a", "has to be a whole number from 0 to 100"}})) << wrong;
  }
}

TEST(JsonObject, TakesDurationsAsTextAndAsSeconds) {
  EXPECT_EQ(Reading(R"({"a":"1h30m"})").object.duration("a", 1min, 24h), 90min);
  EXPECT_EQ(Reading(R"({"a":90.5})").object.duration("a", 1min, 24h), 90500ms);
  for (const char* wrong :
       {"59", "\"1s\"", "\"2d\"", "86401", "\"\"", "\"h\"", "1e300", "-1e300", "-60", "true", "[60]"}) {
    Reading reading(std::string("{\"a\":") + wrong + "}");
    EXPECT_EQ(reading.object.duration("a", 1min, 24h), std::nullopt);
    EXPECT_EQ(reading.found(),
              (Faults{{"a", "has to be a duration such as \"6h\", or seconds, from 1m to 1d"}}))
        << wrong;
  }
}

TEST(JsonObject, NamesAWrongWordMomentFlagListOrObjectOnce) {
  Reading reading(R"({"a":"","b":"yesterday","c":"true","d":[{},1],"e":[],"f":["x",1]})",
                  {"a", "b", "c", "d", "e", "f", "g"});
  reading.object.word("a", {"FULL", "INCREMENTAL"});
  reading.object.time("b");
  reading.object.flag("c");
  reading.object.objects("d", 1, 9);
  reading.object.object("e");
  reading.object.texts("f", 2);
  reading.object.objects("g", 1, 9);

  EXPECT_EQ(reading.found(), (Faults{{"a", "has to be one of FULL, INCREMENTAL"},
                                     {"b", "has to be a moment in UTC such as 2026-12-31T18:00:00Z"},
                                     {"c", "has to be true or false"},
                                     {"d", "has to be a list of 1 to 9 objects"},
                                     {"e", "has to be an object"},
                                     {"f", "has to be a list of at most 2 texts"},
                                     {"g", "has to be a list of 1 to 9 objects"}}));
}

TEST(JsonObject, MayBeOfMoreThanItKnows) {
  const json body{{"a", 1}, {"b", 2}};
  std::vector<Fault> faults;
  const Object object(body, "", faults, {}, Object::Unknown::are_ignored);

  EXPECT_EQ(object.whole("a", 0, 9), 1);
  EXPECT_EQ(faults, std::vector<Fault>{});
}

}  // namespace
}  // namespace web
