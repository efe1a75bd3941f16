#include "web/engine.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "web/answer_stream.h"
#include "web/answers.h"
#include "web/negotiation.h"

namespace web {
namespace {

using Setup = std::function<void(httplib::Request&)>;

// The line that the library reads. The headers are handed over already parsed; a second question mark, which
// is data, would be an error to it.
std::string request_line(const RequestHead& head) {
  std::string target = head.target;
  for (std::size_t at = target.find('?'); at != std::string::npos && at + 1 < target.size();) {
    at = target.find('?', at + 1);
    if (at != std::string::npos) target.replace(at, 1, "%3F");
  }
  return head.method + " " + target + " HTTP/1.1\r\n\r\n";
}

// Headers that would wake what the library does by itself, and the one that no handler needs to know.
bool is_for_us_alone(std::string_view name) {
  constexpr std::array<std::string_view, 6> ours = {"Range",      "If-Range",         "Expect",
                                                    "Connection", "Content-Encoding", "Authorization"};
  return std::any_of(ours.begin(), ours.end(),
                     [&](std::string_view one) { return base::equal_ignoring_case(one, name); });
}

// What the library compresses, which is what comes in chunks, it may compress with gzip only: its brotli
// takes minutes for what gzip does in a second.
httplib::Headers headers_of(const RequestHead& head) {
  httplib::Headers headers;
  std::string encodings;
  for (const auto& [name, value] : head.headers) {
    if (base::equal_ignoring_case(name, "Accept-Encoding")) {
      encodings += (encodings.empty() ? "" : ",") + value;
    } else if (!is_for_us_alone(name)) {
      headers.emplace(name, value);
    }
  }
  if (encoding_for(encodings) == exposition::Encoding::gzip) headers.emplace("Accept-Encoding", "gzip");
  return headers;
}

// What this thread serves; the library has no place to hand it through.
struct Served {
  const Connection& connection;
  const RequestHead& head;
};
thread_local const Served* served = nullptr;

class Serving {
 public:
  explicit Serving(const Served& what) { served = &what; }
  ~Serving() { served = nullptr; }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;
};

Credentials credentials_for(const Route& route) {
  Credentials credentials{.authorization = {},
                          .peer = served->connection.peer.address,
                          .certificate = served->connection.certificate.value_or(ShownCertificate()),
                          .route = route.method + " " + route.path};
  for (const auto& [name, value] : served->head.headers) {
    if (base::equal_ignoring_case(name, "Authorization")) credentials.authorization.push_back(value);
  }
  return credentials;
}

// A body whose length is known and that comes from a provider is the only one that the library never
// compresses by itself.
void keep_as_it_is(httplib::Response& response) {
  if (response.body.empty()) return;
  const std::string type = response.get_header_value("Content-Type");
  response.headers.erase("Content-Type");
  const std::size_t size = response.body.size();
  response.set_content_provider(size, type,
                                [body = std::exchange(response.body, {})](
                                    std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                                  if (offset > body.size() || length > body.size() - offset) return false;
                                  return sink.write(body.data() + offset, length);
                                });
}

std::string text_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  }
}

void answer_failure(const httplib::Request& request, httplib::Response& response,
                    const std::exception_ptr& failure) {
  base::log::error("request failed", {{"path", request.path}, {"error", text_of(failure)}});
  response = httplib::Response();
  answer_problem({.status = 500, .detail = "The server failed at this request; its log says more."},
                 response);
  keep_as_it_is(response);
}

}  // namespace

// Nothing is ever accepted by the library; its socket only tells it that it is not shutting down.
class Engine::Library final : public httplib::Server {
 public:
  Library(const Router& router, Gate& gate, const std::atomic<bool>& closing)
      : router_(router), gate_(gate), closing_(closing) {
    svr_sock_ = 0;
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      route(request, response);
      return HandlerResponse::Handled;
    });
    set_exception_handler(
        [](const httplib::Request& request, httplib::Response& response, const std::exception_ptr& failure) {
          answer_failure(request, response, failure);
        });
    set_post_routing_handler(
        [this](const httplib::Request&, httplib::Response& response) { complete(response); });
  }

  ~Library() override { svr_sock_ = INVALID_SOCKET; }

  bool process(AnswerStream& stream, const Endpoint& peer, bool last, const Setup& setup) {
    return call(&Library::process_request, stream, peer, last, setup);
  }

 private:
  // As in 0.11.
  using ByStream = bool (httplib::Server::*)(httplib::Stream&, bool, bool&, const Setup&);
  // As in 0.18.
  using ByAddress = bool (httplib::Server::*)(httplib::Stream&, const std::string&, int, const std::string&,
                                              int, bool, bool&, const Setup&);

  bool call(ByStream process_it, AnswerStream& stream, const Endpoint&, bool last, const Setup& setup) {
    bool closed = false;
    return (this->*process_it)(stream, last, closed, setup);
  }

  bool call(ByAddress process_it, AnswerStream& stream, const Endpoint& peer, bool last, const Setup& setup) {
    std::string address;
    int port = 0;
    stream.get_local_ip_and_port(address, port);
    bool closed = false;
    return (this->*process_it)(stream, peer.address, peer.port, address, port, last, closed, setup);
  }

  void route(const httplib::Request& request, httplib::Response& response) const {
    const auto found = router_.find(request.method, request.path);
    if (const auto* problem = std::get_if<Problem>(&found)) {
      answer_problem(*problem, response);
    } else {
      answer(std::get<Match>(found), request, response);
    }
    keep_as_it_is(response);
  }

  void answer(const Match& match, const httplib::Request& request, httplib::Response& response) const {
    const auto admitted = gate_.admit(match.route->rule, credentials_for(*match.route));
    if (const auto* problem = std::get_if<Problem>(&admitted)) return answer_problem(*problem, response);
    const Caller& caller = std::get<Caller>(admitted);
    match.route->handler({.request = request, .caller = caller, .parts = match.parts}, response);
  }

  void complete(httplib::Response& response) const {
    for (const char* boast : {"Keep-Alive", "Accept-Ranges"}) response.headers.erase(boast);
    if (closing_ && !response.has_header("Connection")) response.set_header("Connection", "close");
    const auto protection = gate_.protection();  // a reload may drop it meanwhile
    for (const auto& [name, value] : protection->front.headers) set_unless_ours(name, value, response);
    if (!response.has_header("X-Content-Type-Options")) {
      response.set_header("X-Content-Type-Options", "nosniff");
    }
  }

  // A page of ours keeps the policy by which nothing of it runs, and all else gets the configured header.
  static void set_unless_ours(const std::string& name, const std::string& value,
                              httplib::Response& response) {
    if (name == "Content-Security-Policy" && response.has_header(name)) return;
    response.headers.erase(name);
    response.set_header(name, value);
  }

  const Router& router_;
  Gate& gate_;
  const std::atomic<bool>& closing_;
};

Engine::Engine(const Options& options, const Router& router, Gate& gate)
    : options_(options), library_(std::make_unique<Library>(router, gate, closing_)) {}

Engine::~Engine() = default;

void Engine::serve(Connection& connection) {
  const Request request = std::move(*connection.request);
  connection.request.reset();
  const bool last = closing_ || !request.head.keep_alive;
  try {
    const bool taken = process(connection, request, last);
    const auto whole = last || closing_ ? Connection::Outcome::close : Connection::Outcome::keep;
    connection.outcome = taken ? whole : Connection::Outcome::cut;
  } catch (const std::exception& error) {  // while the body was written: the head is gone, so the rest is too
    base::log::error("answer failed", {{"path", std::string(request.head.path())}, {"error", error.what()}});
    connection.outcome = Connection::Outcome::cut;
  }
}

bool Engine::process(Connection& connection, const Request& request, bool last) {
  const std::string line = request_line(request.head);
  const Served what{connection, request.head};
  const Serving serving(what);
  AnswerStream stream(connection, line, options_.write_timeout);
  const Setup setup = [&](httplib::Request& seen) {
    seen.headers = headers_of(request.head);
    seen.body = request.body;
  };
  return library_->process(stream, connection.peer, last, setup) && stream.finish();
}

}  // namespace web
