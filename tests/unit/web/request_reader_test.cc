#include "web/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace web {
namespace {

constexpr ReadLimits kLimits{.most_head = 1024, .most_body = 64};

std::optional<Problem> admit_all(const RequestHead&) { return std::nullopt; }

std::string text_of(const RequestReader::Next& next) {
  if (const auto* request = std::get_if<Request>(&next)) {
    return request->head.method + " " + request->head.target + " [" + request->body + "]";
  }
  if (const auto* refusal = std::get_if<Refusal>(&next)) {
    return std::to_string(refusal->problem.status) + (refusal->shape.closing ? " closing" : "");
  }
  return "incomplete";
}

// What a reader makes of bytes that arrive in pieces of one size, until it wants more or the connection is
// over.
std::vector<std::string> read_in_pieces(std::string_view bytes, std::size_t piece,
                                        const Admission& admission = admit_all) {
  RequestReader reader(kLimits, admission);
  std::vector<std::string> seen;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (std::string next = text_of(reader.next()); next != "incomplete"; next = text_of(reader.next())) {
      seen.push_back(next);
      if (next.ends_with("closing")) return seen;
    }
  }
  return seen;
}

using Seen = std::vector<std::string>;

void expect_seen(const std::string& bytes, const Seen& expected) {
  for (const std::size_t piece : {1, 2, 3, 7, 1000})
    EXPECT_EQ(read_in_pieces(bytes, piece), expected) << bytes;
}

std::string post(const std::string& rest) { return "POST /x HTTP/1.1\r\nHost: a\r\n" + rest; }
std::string chunked(const std::string& body) { return post("Transfer-Encoding: chunked\r\n\r\n" + body); }

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(RequestReader, FindsEveryRequestOfAPipeline) {
  expect_seen(kGet + post("Content-Length: 3\r\n\r\nabc") + "\r\n" + chunked("2\r\nde\r\n0\r\n\r\n") + kGet,
              {"GET / []", "POST /x [abc]", "POST /x [de]", "GET / []"});
}

TEST(RequestReader, PutsChunksTogether) {
  expect_seen(chunked("3\r\nabc\r\nA;name=value\r\n0123456789\r\n000\r\nTrailer: x\r\n\r\n"),
              {"POST /x [abc0123456789]"});
}

TEST(RequestReader, RefusesMalformedChunks) {
  for (const char* body :
       {"\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", "1 \r\na\r\n", "1\na\r\n", "1\r\nab\r\n"}) {
    expect_seen(chunked(body), {"400 closing"});
  }
  expect_seen(chunked("1;" + std::string(2000, 'x')), {"400 closing"});
  std::string trailers;
  for (int i = 0; i < 1000; ++i) trailers += "X: y\r\n";
  expect_seen(chunked("0\r\n" + trailers), {"400 closing"});
}

TEST(RequestReader, LimitsTheBody) {
  expect_seen(post("Content-Length: 64\r\n\r\n" + std::string(64, 'x')),
              {"POST /x [" + std::string(64, 'x') + "]"});
  expect_seen(post("Content-Length: 65\r\n\r\n"), {"413 closing"});
  expect_seen(chunked("41\r\n"), {"413 closing"});
  expect_seen(chunked("20\r\n" + std::string(32, 'x') + "\r\n21\r\n"), {"413 closing"});
  expect_seen(chunked("ffffffffffffffffff\r\n"), {"413 closing"});
  expect_seen(chunked("ffffffffffffffff\r\n"), {"413 closing"});
}

TEST(RequestReader, LimitsTheHead) {
  expect_seen(std::string(1100, 'G'), {"414 closing"});
  expect_seen("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1100, 'x'), {"431 closing"});
  expect_seen("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1100, 'x') + "\r\n\r\n", {"431 closing"});
}

TEST(RequestReader, RefusesALineThatEndsInALineFeedAlone) {
  expect_seen("GET / HTTP/1.1\nHost: a\n\n", {"400 closing"});
  expect_seen("GET / HTTP/1.1\r\nHost: a\n", {"400 closing"});
  expect_seen("\nGET / HTTP/1.1\r\n", {"400 closing"});
}

TEST(RequestReader, RefusesWithoutReadingTheBody) {
  const Admission refuse_posts = [](const RequestHead& head) -> std::optional<Problem> {
    if (head.method == "GET") return std::nullopt;
    return Problem{.status = 404};
  };
  EXPECT_EQ(read_in_pieces(post("\r\n") + kGet, 1000, refuse_posts), (Seen{"404", "GET / []"}));
  EXPECT_EQ(read_in_pieces(post("Content-Length: 5\r\n\r\n"), 1000, refuse_posts), (Seen{"404 closing"}));
  EXPECT_EQ(read_in_pieces(chunked(""), 1000, refuse_posts), (Seen{"404 closing"}));
}

TEST(RequestReader, AsksOnceForABodyThatIsHeldBack) {
  const Admission admission = admit_all;
  RequestReader reader(kLimits, admission);
  reader.feed(post("Content-Length: 1\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(text_of(reader.next()), "incomplete");
  EXPECT_TRUE(reader.take_continue());
  EXPECT_FALSE(reader.take_continue());
  reader.feed("x");
  EXPECT_EQ(text_of(reader.next()), "POST /x [x]");
}

TEST(RequestReader, KnowsWhereItIs) {
  const Admission admission = admit_all;
  RequestReader reader(kLimits, admission);
  EXPECT_TRUE(reader.empty());
  reader.feed("POST");
  EXPECT_EQ(text_of(reader.next()), "incomplete");
  EXPECT_FALSE(reader.empty());
  EXPECT_FALSE(reader.in_body());
  reader.feed(" /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  EXPECT_EQ(text_of(reader.next()), "incomplete");
  EXPECT_TRUE(reader.in_body());
  EXPECT_EQ(reader.size(), 3U);
}

}  // namespace
}  // namespace web
