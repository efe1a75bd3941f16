#include "web/authorization.h"

#include <gtest/gtest.h>

#include "web/alt_name.h"

namespace web {
namespace {

TEST(ParseAuthorization, TakesBearerAndBasicInAnyCase) {
  EXPECT_EQ(parse_authorization("BEARER  a-b.c_d~e+f/g="), Authorization(BearerToken{"a-b.c_d~e+f/g="}));
  EXPECT_EQ(parse_authorization("basic YWxpY2U6b3BlbjpzZXNhbWU="),
            Authorization(UserPassword{"alice", "open:sesame"}));
}

TEST(ParseAuthorization, TakesNothingElse) {
  for (const char* header : {"", "Bearer", "Bearer ", "Bearer a b", "Bearer \"a\"", "Basic",
                             "Basic YWxpY2U=", "Basic YWxpY2U6b", "Basic YWxpY2U6AHg=", "Basic YWxp Y2U6",
                             "Digest YWxpY2U6b3BlbjpzZXNhbWU=", "YWxpY2U6b3BlbjpzZXNhbWU="})
    EXPECT_EQ(parse_authorization(header), std::nullopt) << header;
}

TEST(ParseAltName, SpellsEachNameInOneWay) {
  EXPECT_EQ(parse_alt_name("dns:Prom.Example"), (AltName{AltName::Kind::dns, "prom.example"}));
  EXPECT_EQ(parse_alt_name("email:Ops@Prom.Example"), (AltName{AltName::Kind::email, "Ops@prom.example"}));
  EXPECT_EQ(parse_alt_name("uri:spiffe://Site/Prom"), (AltName{AltName::Kind::uri, "spiffe://Site/Prom"}));
  EXPECT_EQ(parse_alt_name("ip:2001:DB8:0:0::1"), (AltName{AltName::Kind::ip, "2001:db8::1"}));
}

}  // namespace
}  // namespace web
