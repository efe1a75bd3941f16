#include "ledger/location.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using ledger::Database;
using ledger::Location;
using ledger::parse_location;

TEST(Location, OfASqliteFileIsItsPath) {
  EXPECT_EQ(*parse_location("sqlite:///var/lib/x y.db"),
            (Location{Database::sqlite, base::Secret("/var/lib/x y.db"), "sqlite:///var/lib/x y.db"}));
}

TEST(Location, OfASqliteFileMayBeRelative) {
  EXPECT_EQ(parse_location("sqlite://x.db")->address, base::Secret("./x.db"));
  EXPECT_EQ(parse_location("sqlite://:memory:")->address, base::Secret("./:memory:"));
}

TEST(Location, OfPostgresqlIsItsUrlWithLimits) {
  EXPECT_EQ(parse_location("postgresql://me:secret@db:5433/x")->address.reveal(),
            "postgresql://me:secret@db:5433/x?connect_timeout=5&keepalives_idle=10&keepalives_interval=5"
            "&keepalives_count=3&tcp_user_timeout=20000&fallback_application_name=vprotect_exporter");
}

TEST(Location, OfPostgresqlKeepsTheLimitsThatItNames) {
  const std::string all =
      "postgres://db/x?tcp_user_timeout=1&connect_timeout=60&keepalives_idle=1&keepalives_count=1"
      "&keepalives_interval=1&fallback_application_name=y";
  EXPECT_EQ(parse_location(all)->address.reveal(), all);
}

TEST(Location, HasATextWithoutPassword) {
  EXPECT_EQ(parse_location("postgresql://me:secret@db:5433/x?sslpassword=secret")->text,
            "postgresql://db:5433/x");
  EXPECT_EQ(parse_location("postgres://db/x?password=secret&user=me")->text, "postgresql://db/x");
  EXPECT_EQ(parse_location("postgresql://me:secret@/x?host=/run")->text, "postgresql:///x?host=/run");
}

TEST(Location, ABadOneIsAnErrorThatQuotesNothing) {
  for (const char* url :
       {"", "secret", "mysql://me:secret@db/x", "sqlite://", "sqlite:secret", "sqlite:///folder/",
        "sqlite:///\"secret\"", "sqlite:///secret\n", "postgresql://me:sec%ret@db/x",
        "postgresql://db/x?secret=1", "postgresql://me:secret@[db/x", "POSTGRESQL://me:secret@db/x"}) {
    const auto location = parse_location(url);
    ASSERT_FALSE(location) << url;
    EXPECT_EQ(location.error().message.find("sec"), std::string::npos) << location.error().message;
  }
}

}  // namespace
