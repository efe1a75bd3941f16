#include "exposition/publisher.h"

#include <gtest/gtest.h>

#include "exposition/self_metrics.h"
#include "unit/exposition/snapshots.h"

namespace {

using exposition::Encoding;
using exposition::Filter;
using exposition::Format;
using snapshots::text_of;

TEST(Publisher, HasNothingBeforeTheFirstSnapshot) {
  exposition::SelfMetrics self("1.0");
  const exposition::Publisher publisher(self);

  EXPECT_FALSE(publisher.body(Format::text, Encoding::identity));
}

TEST(Publisher, TheLengthIsThatOfTheText) {
  exposition::SelfMetrics self("1.0");
  exposition::Publisher publisher(self);
  domain::ServerState server = snapshots::server("prod");
  snapshots::add_vms(server, {snapshots::vm("finance", "erp", "a")});

  publisher.publish(snapshots::snapshot({server}));

  const auto body = publisher.body(Format::text, Encoding::identity);
  ASSERT_TRUE(body);
  EXPECT_EQ(text_of(*body).size(), body->length);
}

}  // namespace
