#include "vprotect/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "base/text.h"

namespace vprotect {
namespace {

constexpr std::size_t kMostHeaderBytes = 64UL * 1024;
constexpr std::size_t kMostErrorBody = 4096;  // kept for the message
constexpr std::size_t kMostErrorRead = 64UL * 1024;
constexpr std::size_t kMostCookieHeaders = 64;
constexpr std::size_t kMostIdle = 16;
constexpr long kBufferSize = 128L * 1024;
constexpr int kMostPoll = 1000;  // milliseconds

template <auto free>
struct With {
  template <class T>
  void operator()(T* resource) const {
    free(resource);
  }
};
using Easy = std::unique_ptr<CURL, With<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, With<curl_multi_cleanup>>;
using List = std::unique_ptr<curl_slist, With<curl_slist_free_all>>;
using Url = std::unique_ptr<CURLU, With<curl_url_cleanup>>;
using Text = std::unique_ptr<char, With<curl_free>>;

// libcurl asks for this once per process, before anything else. With CURLOPT_NOSIGNAL, which threads need, it
// leaves SIGPIPE to us: OpenSSL raises it when the server has hung up.
void initialise_curl() {
  static const CURLcode done = (std::signal(SIGPIPE, SIG_IGN), curl_global_init(CURL_GLOBAL_DEFAULT));
  if (done != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  const Text owner(text);
  return text;
}

void append(List& list, const std::string& header) {
  curl_slist* longer = curl_slist_append(list.get(), header.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());  // the longer list owns it
  list.reset(longer);
}

// "name:" and what follows it, case aside.
bool take_header(std::string_view line, std::string_view name, std::string_view& value) {
  if (line.size() <= name.size() || line[name.size()] != ':') return false;
  if (!base::equal_ignoring_case(line.substr(0, name.size()), name)) return false;
  value = base::trimmed(line.substr(name.size() + 1));
  return true;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void read_header(HttpHead& head, std::string_view line) {
  std::string_view value;
  if (take_header(line, "content-type", value)) head.content_type = value;
  if (take_header(line, "retry-after", value)) head.retry_after = value;
  if (take_header(line, "date", value)) head.date = value;
  if (take_header(line, "x-total-count", value)) head.total_count = parse_count(value);
  if (take_header(line, "set-cookie", value) && head.cookies.size() < kMostCookieHeaders)
    head.cookies.emplace_back(value);
}

base::ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return base::ErrorKind::timeout;
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return base::ErrorKind::malformed;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FILESIZE_EXCEEDED:
      return base::ErrorKind::too_large;
    default:
      return base::ErrorKind::unreachable;
  }
}

// A certificate that is wrong stays wrong: it is no connection that a second try could bring.
bool is_permanent(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_ISSUER_ERROR || code == CURLE_OUT_OF_MEMORY;
}

}  // namespace

std::string with_api(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url.ends_with("/api") ? url : url + "/api";
}

// Where requests go: read from the options once.
struct Http::Target {
  std::string base;        // "https://name:8181/api", without a slash at its end
  std::string connect_to;  // "name:8181:host:8181" when the certificate carries another name
  std::string host;        // value of the Host header, when it is not what the base says

  explicit Target(const ServerOptions& options) {
    const Url url(curl_url());
    const std::string text = options.url;
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
      throw std::invalid_argument("server " + options.name + ": url is not a URL");
    check(url.get(), options.name);
    const std::string real_host = part_of(url.get(), CURLUPART_HOST);
    const std::string port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    const std::string explicit_port = part_of(url.get(), CURLUPART_PORT);
    const std::string& name = options.tls.server_name;
    if (!name.empty() && part_of(url.get(), CURLUPART_SCHEME) == "https") {
      connect_to = name + ":" + port + ":" + real_host + ":" + port;
      host = explicit_port.empty() ? real_host : real_host + ":" + explicit_port;
      if (curl_url_set(url.get(), CURLUPART_HOST, name.c_str(), 0) != CURLUE_OK)
        throw std::invalid_argument("server " + options.name + ": server_name is not a host name");
    }
    base = with_api(part_of(url.get(), CURLUPART_URL));
  }

 private:
  static void check(CURLU* url, const std::string& server) {
    const std::string scheme = part_of(url, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
      throw std::invalid_argument("server " + server + ": url must be http or https");
    if (!part_of(url, CURLUPART_USER).empty() || !part_of(url, CURLUPART_PASSWORD).empty())
      throw std::invalid_argument("server " + server + ": url must not carry a user name or password");
    if (!part_of(url, CURLUPART_QUERY).empty() || !part_of(url, CURLUPART_FRAGMENT).empty())
      throw std::invalid_argument("server " + server + ": url must not carry a query or fragment");
  }
};

// One libcurl handle and its connection. One thread at a time.
class Http::Connection {
 public:
  Connection(const ServerOptions& options, const Target& target)
      : target_(target), most_body_(options.most_body), easy_(curl_easy_init()), multi_(curl_multi_init()) {
    if (!easy_ || !multi_) throw std::bad_alloc();
    append(headers_, "Accept: application/json");
    append(headers_, "Content-Type: application/json");
    append(headers_, "Expect:");  // none, however long the body
    if (!target.host.empty()) append(headers_, "Host: " + target.host);
    if (!target.connect_to.empty()) append(connect_to_, target.connect_to);
    set_up_transfer(options);
    set_up_tls(options.tls);
  }

  HttpAnswer exchange(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop) {
    answer_ = {};
    sink_ = &sink;
    header_bytes_ = body_bytes_ = 0;
    stopped_by_sink_ = false;
    message_[0] = '\0';
    prepare(request);
    finish(perform(stop), stop);
    return std::move(answer_);
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK)
      throw std::runtime_error("libcurl refuses an option");
  }

  void set_up_transfer(const ServerOptions& options) {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_BUFFERSIZE, kBufferSize);
    set(CURLOPT_USERAGENT, "vprotect_exporter");
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_HTTPHEADER, headers_.get());
    if (connect_to_) set(CURLOPT_CONNECT_TO, connect_to_.get());
    set(CURLOPT_ERRORBUFFER, message_.data());
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  }

  void set_up_tls(const TlsOptions& tls) {
    if (!tls.ca_file.empty()) {
      set(CURLOPT_CAINFO, tls.ca_file.c_str());
      set(CURLOPT_CAPATH, static_cast<char*>(nullptr));  // this file only, not the system's as well
    }
    if (!tls.cert_file.empty()) set(CURLOPT_SSLCERT, tls.cert_file.c_str());
    if (!tls.key_file.empty()) set(CURLOPT_SSLKEY, tls.key_file.c_str());
    if (!tls.insecure_skip_verify) return;
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }

  void prepare(const HttpRequest& request) {
    set(CURLOPT_URL, (target_.base + request.path).c_str());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, request.timeout.count())));
    set(CURLOPT_COOKIE, request.cookies.empty() ? nullptr : request.cookies.c_str());
    set(CURLOPT_FRESH_CONNECT, request.once ? 1L : 0L);
    set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
    if (request.method == Method::put) set(CURLOPT_CUSTOMREQUEST, "PUT");
    if (request.method == Method::remove) set(CURLOPT_CUSTOMREQUEST, "DELETE");
    if (request.method == Method::get || request.method == Method::remove) {
      set(CURLOPT_HTTPGET, 1L);
    } else {
      set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
      set(CURLOPT_COPYPOSTFIELDS, request.body.c_str());
    }
  }

  CURLcode perform(const std::stop_token& stop) {
    if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) return CURLE_FAILED_INIT;
    const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_.get()); });
    int running = 1;
    bool sound = true;
    while (sound && running > 0 && !stop.stop_requested()) {
      sound = curl_multi_perform(multi_.get(), &running) == CURLM_OK;
      if (sound && running > 0)
        sound = curl_multi_poll(multi_.get(), nullptr, 0, kMostPoll, nullptr) == CURLM_OK;
    }
    const CURLcode code = running == 0 ? outcome() : CURLE_ABORTED_BY_CALLBACK;
    curl_multi_remove_handle(multi_.get(), easy_.get());
    return sound ? code : CURLE_FAILED_INIT;
  }

  CURLcode outcome() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE) return message->data.result;
    }
    return CURLE_FAILED_INIT;
  }

  void finish(CURLcode code, const std::stop_token& stop) {
    answer_.head.status = status();
    answer_.sent = header_bytes_ > 0 || was_sent();
    answer_.progress = reached();
    if (answer_.fault || stopped_by_sink_ || code == CURLE_OK) return;
    if (stop.stop_requested()) {
      answer_.fault = base::Error{base::ErrorKind::cancelled, "cancelled"};
      return;
    }
    const std::string_view message(message_.data());
    answer_.fault = base::Error{kind_of(code), message.empty() ? curl_easy_strerror(code) : message_.data()};
    if (code == CURLE_OPERATION_TIMEDOUT && answer_.progress == Progress::not_connected)
      answer_.fault->kind = base::ErrorKind::unreachable;
    // What will not change is no failure to connect: see Transport, which tries those again.
    if (is_permanent(code)) answer_.progress = Progress::answered;
  }

  int status() const {
    long code = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &code);
    return static_cast<int>(code);
  }

  Progress reached() const {
    if (header_bytes_ > 0) return Progress::answered;
    return answer_.sent ? Progress::not_answered : Progress::not_connected;
  }

  // Either may be told alone: the time when all of the head was sent, the size when a part was.
  bool was_sent() const {
    curl_off_t sent_at = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &sent_at);
    long bytes = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &bytes);
    return sent_at > 0 || bytes > 0;
  }

  bool refuse(std::string message) {
    answer_.fault = base::Error{base::ErrorKind::too_large, std::move(message)};
    return false;
  }

  bool take_header_line(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > kMostHeaderBytes) return refuse("more than 64 KiB of headers");
    if (line.starts_with("HTTP/")) answer_.head = {};  // also after a 1xx
    read_header(answer_.head, line);
    return true;
  }

  bool take_body(std::string_view bytes) {
    body_bytes_ += bytes.size();
    if (const int code = status(); code < 200 || code > 299) return take_error_body(bytes);
    if (body_bytes_ > most_body_)
      return refuse("a body of more than " + std::to_string(most_body_) + " bytes");
    stopped_by_sink_ = !(*sink_)(bytes);
    return !stopped_by_sink_;
  }

  // An error page of any length is an error; only its beginning is read.
  bool take_error_body(std::string_view bytes) {
    const std::size_t room = kMostErrorBody - answer_.error_body.size();
    answer_.error_body += bytes.substr(0, room);
    stopped_by_sink_ = body_bytes_ > kMostErrorRead;
    return !stopped_by_sink_;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(data, size * count);
    return static_cast<Connection*>(self)->take_header_line(line) ? line.size() : 0;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view bytes(data, size * count);
    return static_cast<Connection*>(self)->take_body(bytes) ? bytes.size() : 0;
  }

  // Constant after construction.
  const Target& target_;
  const std::size_t most_body_;
  List headers_;
  List connect_to_;

  // Of the exchange under way.
  HttpAnswer answer_;
  const BodySink* sink_ = nullptr;
  std::size_t header_bytes_ = 0;
  std::size_t body_bytes_ = 0;
  bool stopped_by_sink_ = false;
  std::array<char, CURL_ERROR_SIZE> message_{};

  Easy easy_;
  Multi multi_;
};

Http::Http(const ServerOptions& options)
    : options_(options), target_((initialise_curl(), new Target(options))) {}

Http::~Http() = default;

HttpAnswer Http::exchange(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop) {
  auto connection = take();
  HttpAnswer answer = connection->exchange(request, sink, stop);
  give_back(std::move(connection));
  return answer;
}

std::unique_ptr<Http::Connection> Http::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<Connection>(options_, *target_);
}

void Http::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
}

}  // namespace vprotect
