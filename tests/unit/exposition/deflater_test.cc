#include "exposition/deflater.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "support/gunzip.h"

namespace {

using exposition::Deflated;
using exposition::Deflater;

class DeflaterTest : public ::testing::TestWithParam<Deflater::Library> {};

Deflated deflated(std::string_view text, Deflater::End end) {
  Deflater deflater(DeflaterTest::GetParam());
  deflater.write(text);
  return deflater.finish(end);
}

std::string member(const Deflated& first, const Deflated& last) {
  std::string bytes = exposition::gzip_header();
  for (const Deflated* part : {&first, &last}) {
    for (const std::string& block : part->blocks) bytes += block;
  }
  return bytes + exposition::gzip_trailer(first, last);
}

std::string random_text(std::size_t size) {
  std::mt19937 random(7);
  std::string text(size, ' ');
  std::generate(text.begin(), text.end(), [&] { return static_cast<char>(random()); });
  return text;
}

TEST_P(DeflaterTest, TwoPartsAreOneMember) {
  const Deflated first = deflated("alpha\n", Deflater::End::more_follows);
  const Deflated last = deflated("omega\n", Deflater::End::whole);

  EXPECT_EQ(support::gunzip(member(first, last)), "alpha\nomega\n");
}

TEST_P(DeflaterTest, EitherPartMayBeEmpty) {
  const Deflated nothing = deflated("", Deflater::End::more_follows);
  const Deflated end = deflated("", Deflater::End::whole);

  EXPECT_EQ(support::gunzip(member(nothing, end)), "");
  EXPECT_EQ(support::gunzip(member(nothing, deflated("z", Deflater::End::whole))), "z");
  EXPECT_EQ(support::gunzip(member(deflated("a", Deflater::End::more_follows), end)), "a");
}

TEST_P(DeflaterTest, BlocksAreBoundedAndAddUp) {
  const std::string text = random_text(2'200'000);

  const Deflated first = deflated(text, Deflater::End::more_follows);

  std::size_t sum = 0;
  for (const std::string& block : first.blocks) {
    EXPECT_LE(block.size(), 1024 * 1024U);
    sum += block.size();
  }
  EXPECT_EQ(sum, first.length);
  EXPECT_EQ(first.text_length, text.size());
  EXPECT_EQ(support::gunzip(member(first, deflated("end", Deflater::End::whole))), text + "end");
}

INSTANTIATE_TEST_SUITE_P(Libraries, DeflaterTest, ::testing::ValuesIn(Deflater::libraries()),
                         [](const auto& library) {
                           return library.param == Deflater::Library::isal ? "isal" : "zlib";
                         });

}  // namespace
