#include "config/web_config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/suggestion.h"
#include "base/text.h"
#include "config/document.h"
#include "config/keys.h"
#include "config/value.h"

namespace config {
namespace {

using web::ClientCertificate;
using web::TlsVersion;

constexpr std::size_t kMostFile = 1024UL * 1024;
constexpr std::size_t kMostHeader = 4096;

// What a word of the file stands for.
template <class T>
using Word = std::pair<std::string_view, T>;

template <class T, std::size_t size>
T meaning_of(const Value& value, const std::array<Word<T>, size>& words) {
  const std::string text = value.text();
  std::vector<std::string_view> known;
  for (const auto& [word, meaning] : words) {
    if (word == text) return meaning;
    known.push_back(word);
  }
  value.fail("is none of the names that are known here" + base::did_you_mean(text, known));
}

constexpr std::array<Word<ClientCertificate>, 5> kClientCertificates{{
    {"NoClientCert", ClientCertificate::none},
    {"RequestClientCert", ClientCertificate::request},
    {"RequireAnyClientCert", ClientCertificate::require_any},
    {"VerifyClientCertIfGiven", ClientCertificate::verify_if_given},
    {"RequireAndVerifyClientCert", ClientCertificate::require_and_verify},
}};

constexpr std::array<Word<TlsVersion>, 4> kVersions{{
    {"TLS10", TlsVersion::tls10},
    {"TLS11", TlsVersion::tls11},
    {"TLS12", TlsVersion::tls12},
    {"TLS13", TlsVersion::tls13},
}};

// Go's names and OpenSSL's. Those of TLS 1.3 cannot be chosen, as in Go.
constexpr std::array<Word<std::string_view>, 19> kCiphers{{
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
    {"TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256"},
    {"TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384"},
    {"TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"},
    {"TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA"},
    {"TLS_AES_128_GCM_SHA256", ""},
    {"TLS_AES_256_GCM_SHA384", ""},
    {"TLS_CHACHA20_POLY1305_SHA256", ""},
}};

constexpr std::array<Word<std::string_view>, 4> kCurves{{
    {"CurveP256", "P-256"},
    {"CurveP384", "P-384"},
    {"CurveP521", "P-521"},
    {"X25519", "X25519"},
}};

// The meanings of a list's words, as OpenSSL takes lists.
template <std::size_t size>
std::string joined(const Value& list, const std::array<Word<std::string_view>, size>& words) {
  std::string result;
  for (const Value& item : list.items()) {
    const std::string_view meaning = meaning_of(item, words);
    if (!result.empty() && !meaning.empty()) result += ':';
    result += meaning;
  }
  return result;
}

std::string pem_text(const Value& value) {
  std::string text = value.text();
  if (text.find("-----BEGIN ") == std::string::npos) value.fail("not PEM");
  return text;
}

void read_allowed_sans(const Value& list, web::ServerTls& tls) {
  for (const Value& item : list.items()) tls.client_allowed_sans.push_back(item.label());
}

constexpr auto kTlsKeys = std::to_array<Key<web::ServerTls>>({
    {"cert", [](const Value& v, auto& o) { o.certificate = pem_text(v); }},
    {"cert_file", [](const Value& v, auto& o) { o.certificate = v.pem_content(); }},
    {"key", [](const Value& v, auto& o) { o.key = base::Secret(pem_text(v)); }},
    {"key_file", [](const Value& v, auto& o) { o.key = base::Secret(v.pem_content()); }},
    {"client_ca", [](const Value& v, auto& o) { o.client_ca = pem_text(v); }},
    {"client_ca_file", [](const Value& v, auto& o) { o.client_ca = v.pem_content(); }},
    {"client_auth_type",
     [](const Value& v, auto& o) { o.client_certificate = meaning_of(v, kClientCertificates); }},
    {"client_allowed_sans", read_allowed_sans},
    {"min_version", [](const Value& v, auto& o) { o.min_version = meaning_of(v, kVersions); }},
    {"max_version", [](const Value& v, auto& o) { o.max_version = meaning_of(v, kVersions); }},
    {"cipher_suites", [](const Value& v, auto& o) { o.ciphers = joined(v, kCiphers); }},
    {"prefer_server_cipher_suites", [](const Value& v, auto& o) { o.prefers_own_ciphers = v.flag(); }},
    {"curve_preferences", [](const Value& v, auto& o) { o.groups = joined(v, kCurves); }},
});

void check_given_once(const Value& map, std::string_view inline_key, std::string_view file_key) {
  if (map.has(inline_key) && map.has(file_key))
    map.at(file_key).fail("there is a " + std::string(inline_key) + " too; give one of them");
}

// What would let in somebody whom nobody meant, or nobody at all.
void check_clients(const Value& map, const web::ServerTls& tls) {
  const auto type = tls.client_certificate;
  const bool verifies =
      type == ClientCertificate::verify_if_given || type == ClientCertificate::require_and_verify;
  const bool requires_one =
      type == ClientCertificate::require_any || type == ClientCertificate::require_and_verify;
  if (verifies && tls.client_ca.empty())
    map.at("client_ca_file").fail("missing, but client_auth_type verifies certificates");
  if (type == ClientCertificate::none && !tls.client_ca.empty())
    map.at("client_auth_type").fail("missing, but there is an authority of clients");
  if (!requires_one && !tls.client_allowed_sans.empty())
    map.at("client_allowed_sans")
        .fail("needs client_auth_type RequireAndVerifyClientCert or RequireAnyClientCert");
}

void read_tls(const Value& map, web::FrontOptions& front) {
  if (map.entries().empty()) return;  // Prometheus' exporters take it for plain HTTP
  web::ServerTls& tls = front.tls.emplace();
  read_keys(map, kTlsKeys, tls);
  check_given_once(map, "cert", "cert_file");
  check_given_once(map, "key", "key_file");
  check_given_once(map, "client_ca", "client_ca_file");
  if (tls.certificate.empty()) map.at("cert_file").fail("missing");
  if (tls.key.empty()) map.at("key_file").fail("missing");
  if (tls.min_version > tls.max_version) map.at("min_version").fail("is above max_version");
  check_clients(map, tls);
}

// The one value of those that is meant, in either case.
void check_one_of(const Value& value, const std::string& text, const std::vector<std::string_view>& allowed) {
  const auto is_it = [&](std::string_view one) { return base::equal_ignoring_case(one, text); };
  if (!text.empty() && std::none_of(allowed.begin(), allowed.end(), is_it))
    value.fail("must be " + std::string(allowed.front()) +
               (allowed.size() > 1 ? " or " + std::string(allowed.back()) : ""));
}

void add_header(const std::string& name, const Value& value, std::vector<web::Header>& headers) {
  const std::string text = value.text();
  const auto is_plain = [](char c) { return c >= ' ' && c < 0x7F; };
  if (text.size() > kMostHeader || !std::all_of(text.begin(), text.end(), is_plain))
    value.fail("must be plain text in one line");
  if (!text.empty()) headers.emplace_back(name, text);
}

using Headers = std::vector<web::Header>;

constexpr auto kHeaderKeys = std::to_array<Key<Headers>>({
    {"Content-Security-Policy", [](const Value& v, auto& o) { add_header("Content-Security-Policy", v, o); }},
    {"X-Frame-Options",
     [](const Value& v, auto& o) {
       check_one_of(v, v.text(), {"deny", "sameorigin"});
       add_header("X-Frame-Options", v, o);
     }},
    {"X-Content-Type-Options",
     [](const Value& v, auto& o) {
       check_one_of(v, v.text(), {"nosniff"});
       add_header("X-Content-Type-Options", v, o);
     }},
    {"X-XSS-Protection", [](const Value& v, auto& o) { add_header("X-XSS-Protection", v, o); }},
    {"Strict-Transport-Security",
     [](const Value& v, auto& o) { add_header("Strict-Transport-Security", v, o); }},
});

constexpr auto kHttpKeys = std::to_array<Key<web::FrontOptions>>({
    {"http2",
     [](const Value& v, auto&) { static_cast<void>(v.flag()); }},  // HTTP/1.1 is spoken, whatever it says
    {"headers", [](const Value& v, auto& o) { read_keys(v, kHeaderKeys, o.headers); }},
});

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "$2b$", two digits of cost, "$", 22 characters of salt and 31 of hash.
bool is_bcrypt(std::string_view text) {
  constexpr std::string_view kCharacters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  if (text.size() != 60 || text.find_first_not_of(kCharacters, 7) != std::string_view::npos) return false;
  const bool is_known = text.starts_with("$2a$") || text.starts_with("$2b$") || text.starts_with("$2y$");
  return is_known && is_digit(text[4]) && is_digit(text[5]) && text[6] == '$';
}

base::Secret bcrypt_hash(const Value& value) {
  base::Secret hash = value.secret();
  const std::string& text = hash.reveal();
  if (!is_bcrypt(text)) value.fail("must be a bcrypt hash, $2a$, $2b$ or $2y$; never the password itself");
  const int cost = (text[4] - '0') * 10 + text[5] - '0';
  if (cost < 4 || cost > 16) value.fail("must be a bcrypt hash with a cost from 4 to 16");
  return hash;
}

void read_users(const Value& map, web::FrontOptions& front) {
  constexpr std::size_t kMost = 1000;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  for (const auto& [name, value] : map.entries()) {
    if (name.empty() || name.find(':') != std::string::npos ||
        std::any_of(name.begin(), name.end(), is_control))
      value.fail("the user's name must be text without a colon");
    front.passwords.emplace(name, bcrypt_hash(value));
  }
  if (front.passwords.size() > kMost) map.fail("must be at most " + std::to_string(kMost) + " users");
}

constexpr DurationLimits kInterval{{}, std::chrono::hours(1)};
constexpr CountLimits kBurst{1, 1'000'000};

constexpr auto kRateKeys = std::to_array<Key<web::RateLimit>>({
    {"interval",
     [](const Value& v, auto& o) { o.interval = v.text() == "0" ? kInterval.least : v.duration(kInterval); }},
    {"burst", [](const Value& v, auto& o) { o.burst = v.count(kBurst); }},
});

void read_rate_limit(const Value& map, web::FrontOptions& front) {
  web::RateLimit limit;
  read_keys(map, kRateKeys, limit);
  for (const std::string_view key : {"interval", "burst"}) require(map, key);
  if (limit.interval > limit.interval.zero()) front.rate_limit = limit;
}

constexpr auto kWebKeys = std::to_array<Key<web::FrontOptions>>({
    {"tls_server_config", read_tls},
    {"http_server_config", [](const Value& v, auto& o) { read_keys(v, kHttpKeys, o); }},
    {"basic_auth_users", read_users},
    {"rate_limit", read_rate_limit},
});

bool says_nothing(const Element& document) {
  const auto is_null = [](const Element& value) { return value.kind == Element::Kind::null; };
  return is_null(document) || (document.kind == Element::Kind::map &&
                               std::all_of(document.items.begin(), document.items.end(), is_null));
}

}  // namespace

web::FrontOptions load_web_config(const std::string& path, const Environment& environment, FileStamps& files,
                                  EmptyFile empty_file) {
  files = {{path, stamp_of(path)}};
  const std::string file = base::excerpt(path, 1024);
  const auto text = read_file(path, kMostFile);
  if (!text) throw ConfigError(file + ": cannot read the web configuration: " + text.error().message);
  Reading reading{file, std::filesystem::path(path).parent_path().string(), environment, {}, &files};
  const Element document = parse_document(*text, file);
  const Value root(document, "", reading);
  if (empty_file == EmptyFile::is_an_error && says_nothing(document))
    throw ConfigError(file + ": has no key any more; write \"basic_auth_users: {}\" if that is meant");
  web::FrontOptions front;
  if (!root.is_null()) read_keys(root, kWebKeys, front);
  return front;
}

std::vector<std::string> web_config_keys() {
  std::vector<std::string> keys = prefixed_names("", kWebKeys);
  for (const auto& more :
       {prefixed_names("tls_server_config.", kTlsKeys), prefixed_names("http_server_config.", kHttpKeys),
        prefixed_names("http_server_config.headers.", kHeaderKeys), prefixed_names("rate_limit.", kRateKeys)})
    keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

}  // namespace config
