// Every way to spoil a good answer a little: the client survives, and never takes the rest for an empty list.
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "unit/vprotect/rig.h"
#include "vprotect/decoding.h"
#include "vprotect/page_reader.h"

namespace {

using namespace std::string_literals;

const std::string kGood =
    R"([{"guid":"3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11","name":"erp\n\u00e4","present":true,"lastBackup":1767232805000,)"
    R"("hypervisor":{"guid":"h","name":"compute-03"},"lastSuccessfulBackupSize":1.5e3},)"
    R"( {"guid":"b","vmBackupPolicy":null,"networks":[{"guid":"n"},[]],"backupUpToDate":false}])";

// What means something in JSON, and some bytes that mean nothing.
const std::string kBytes = "{}[]\",:\\ \n09-+.eEtfnu<x\0\x01\x7F\x80\xC3\xFF"s;

// Rows of a page with this body; absent when the page is refused.
std::optional<std::size_t> rows_of(std::string_view body, std::size_t piece) {
  vprotect::Record record;
  base::TextPool pool;
  std::size_t rows = 0;
  vprotect::PageReader reader(record, 10'000, [&](const vprotect::Value& value) {
    domain::Vm vm;
    if (vprotect::decode(value, pool, vm) == vprotect::Verdict::unreadable)
      return vprotect::Taken::unreadable;
    ++rows;
    return vprotect::Taken::fresh;
  });
  const auto sink = reader.sink();
  for (std::size_t at = 0; at < body.size(); at += piece) {
    if (!sink(body.substr(at, piece))) break;
  }
  return reader.finish("GET /virtual-machines", {}) ? std::nullopt : std::optional(rows);
}

TEST(Fuzz, TheGoodBodyIsGood) {
  for (std::size_t piece = 1; piece <= kGood.size(); ++piece) EXPECT_EQ(rows_of(kGood, piece), 2U);
}

TEST(Fuzz, NoPrefixIsAList) {
  for (std::size_t size = 0; size < kGood.size(); ++size)
    EXPECT_EQ(rows_of(std::string_view(kGood).substr(0, size), 7), std::nullopt) << size;
}

TEST(Fuzz, NoChangeOfOneByteMakesAnEmptyList) {
  for (std::size_t at = 0; at < kGood.size(); ++at) {
    for (const char byte : kBytes) {
      std::string body = kGood;
      body[at] = byte;
      EXPECT_NE(rows_of(body, 64), 0U) << "byte " << int{byte} << " at " << at;
    }
  }
}

TEST(Fuzz, NoByteThatIsMissingOrTwiceMakesAnEmptyList) {
  for (std::size_t at = 0; at < kGood.size(); ++at) {
    std::string less = kGood;
    less.erase(at, 1);
    EXPECT_NE(rows_of(less, 64), 0U) << at;
    std::string more = kGood;
    more.insert(at, 1, kGood[at]);
    EXPECT_NE(rows_of(more, 64), 0U) << at;
  }
}

TEST(Fuzz, ManyChangesAtOnceDoNoHarm) {
  std::mt19937 random(20260101);
  for (int round = 0; round < 5000; ++round) {
    std::string body = kGood;
    for (int change = 0; change < 8; ++change)
      body[random() % body.size()] = static_cast<char>(random() % 256);
    EXPECT_NE(rows_of(body, 1 + random() % 100), 0U);
  }
}

TEST(Fuzz, AnswersCutOffAnywhereAreErrors) {
  const std::string whole = rig::http_reply(200, kGood).bytes;
  const auto cut = std::make_shared<std::atomic<std::size_t>>(0);
  rig::Rig rig(rig::with_login([&, cut](const rig::RawRequest&) {
                 return rig::RawReply{.bytes = whole.substr(0, *cut), .then = rig::RawReply::Then::close};
               }),
               [](auto& options) { options.retries = 0; });
  for (; *cut < whole.size(); *cut += 7) EXPECT_FALSE(rig.client->virtual_machines()) << *cut;
}

}  // namespace
