#include "base/digest.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Digest, IsSha256) {
  EXPECT_EQ(to_hex(sha256_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, IsHmacSha256) {  // RFC 4231, test case 2
  EXPECT_EQ(to_hex(hmac_of("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace base
