#include "web/request_head.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace web {
namespace {

// 0 for a head that is one.
int status_of(const std::string& head) {
  const auto parsed = parse_head(head);
  const auto* problem = std::get_if<Problem>(&parsed);
  return problem == nullptr ? 0 : problem->status;
}

std::string with(const std::string& headers) { return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n"; }

TEST(RequestHead, ReadsWhatIsThere) {
  const auto parsed = parse_head(
      "POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nAccept:\t text/plain \r\nempty:\r\ncontent-length: 12\r\n"
      "EXPECT: 100-Continue\r\n\r\n");
  const RequestHead expected{.method = "POST",
                             .target = "/a/b?c=d",
                             .headers = {{"Host", "x"},
                                         {"Accept", "text/plain"},
                                         {"empty", ""},
                                         {"content-length", "12"},
                                         {"EXPECT", "100-Continue"}},
                             .keep_alive = true,
                             .length = 12,
                             .expects_continue = true};
  EXPECT_EQ(std::get<RequestHead>(parsed), expected);
  EXPECT_EQ(expected.path(), "/a/b");
}

TEST(RequestHead, KeepsTheConnectionAsTheVersionAndTheClientSay) {
  const auto keeps = [](const std::string& head) {
    return std::get<RequestHead>(parse_head(head)).keep_alive;
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, Close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

struct Case {
  std::string head;
  int status;
};

TEST(RequestHead, RefusesWhatIsDoubtful) {
  const Case cases[] = {
      {with(""), 0},
      {with("Content-Length: 0\r\n"), 0},
      {with("Transfer-Encoding: chunked\r\n"), 0},
      // Smuggling: two readers would see two ends of the body.
      {with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
      {with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
      {with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
      {with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
      {with("Content-Length: 5, 5\r\n"), 400},
      {with("Content-Length: -1\r\n"), 400},
      {with("Content-Length: +1\r\n"), 400},
      {with("Content-Length: 0x10\r\n"), 400},
      {with("Content-Length: 1 2\r\n"), 400},
      {with("Content-Length:\r\n"), 400},
      {with("Content-Length: 99999999999999999999999\r\n"), 413},
      {with("Content-Length: 99999999999999999999999x\r\n"), 400},
      {with("Content-Length : 5\r\n"), 400},
      {with("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {with("Transfer-Encoding: xchunked\r\n"), 501},
      {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {with("X: a\r\n folded\r\n"), 400},
      {with("X: a\rContent-Length: 5\r\n"), 400},
      {with(std::string("X: a\0b\r\n", 8)), 400},
      {with("X\r\n"), 400},
      {with(": x\r\n"), 400},
      {with("a b: x\r\n"), 400},
      {with("Host: b\r\n"), 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {with("Expect: the worst\r\n"), 417},
      // The line.
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"\r\n\r\n", 400},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /" + std::string(kMostTarget, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"GET /" + std::string(kMostTarget - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 0},
  };
  for (const auto& [head, status] : cases) EXPECT_EQ(status_of(head), status) << head.substr(0, 200);
}

TEST(RequestHead, LimitsTheNumberOfHeaders) {
  std::string headers;
  for (std::size_t i = 1; i < kMostHeaders; ++i) headers += "X: y\r\n";
  EXPECT_EQ(status_of(with(headers)), 0);
  EXPECT_EQ(status_of(with(headers + "X: y\r\n")), 431);
}

}  // namespace
}  // namespace web
