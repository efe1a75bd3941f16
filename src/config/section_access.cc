// access: who may do what.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/keys.h"
#include "config/sections.h"

namespace config {
namespace {

constexpr std::size_t kMostCredentials = 1000;  // each token that is presented is compared with all of them

web::Verb verb(const Value& value) {
  const auto named = web::verb_named(value.text());
  if (!named) value.fail("must be metrics, report, backup, restore or manage");
  return *named;
}

void read_verbs(const Value& list, web::Grant& grant) {
  const std::vector<Value> items = list.items();
  if (items.empty()) list.fail("lists no verb");
  for (const Value& item : items) grant.verbs.add(verb(item));
}

// Nobody changes anything without a credential.
void read_reading_verbs(const Value& list, web::Grant& grant) {
  read_verbs(list, grant);
  for (const Value& item : list.items()) {
    if (const web::Verb v = verb(item); v != web::Verb::metrics && v != web::Verb::report)
      item.fail("must be metrics or report: what changes something needs a credential");
  }
}

void read_tenants(const Value& list, web::Grant& grant) {
  std::vector<std::string> tenants;
  for (const Value& item : list.items()) tenants.push_back(item.label());
  if (tenants.empty()) list.fail("lists no tenant; [\"*\"] stands for all of them");
  const bool has_all = std::find(tenants.begin(), tenants.end(), "*") != tenants.end();
  if (has_all && tenants.size() > 1) list.fail("has \"*\", which stands for all tenants, and others too");
  grant.scope = has_all ? domain::Scope{} : domain::Scope{std::move(tenants)};
}

unsigned char half_byte(char digit) {
  return static_cast<unsigned char>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

base::Sha256 sha256(const Value& value) {
  const std::string digits = base::to_lower(value.text());
  base::Sha256 hash{};
  if (digits.size() != 2 * hash.size() || digits.find_first_not_of("0123456789abcdef") != std::string::npos)
    value.fail("must be the 64 hexadecimal digits that --token.new prints; never the token itself");
  for (std::size_t i = 0; i < hash.size(); ++i)
    hash.at(i) = static_cast<unsigned char>(half_byte(digits[2 * i]) << 4U | half_byte(digits[2 * i + 1]));
  return hash;
}

web::AltName san(const Value& value) {
  const std::string text = value.label();
  if (text.find('*') != std::string::npos) value.fail("must be an exact name: a * stands for nothing");
  auto name = web::parse_alt_name(text);
  if (!name) value.fail("must be dns:, email:, uri: or ip: and the name, as in dns:prom.example");
  return std::move(*name);
}

std::string user_name(const Value& value) {
  std::string name = value.label();
  if (name.find(':') != std::string::npos) value.fail("must have no colon");
  return name;
}

constexpr auto kTokenKeys = std::to_array<Key<web::TokenGrant>>({
    {"name", [](const Value& v, auto& o) { o.grant.name = v.label(); }},
    {"sha256", [](const Value& v, auto& o) { o.sha256 = sha256(v); }},
    {"verbs", [](const Value& v, auto& o) { read_verbs(v, o.grant); }},
    {"tenants", [](const Value& v, auto& o) { read_tenants(v, o.grant); }},
    {"expires", [](const Value& v, auto& o) { o.grant.expires = v.deadline(); }},
});

constexpr auto kUserKeys = std::to_array<Key<web::Grant>>({
    {"name", [](const Value& v, auto& o) { o.name = user_name(v); }},
    {"verbs", read_verbs},
    {"tenants", read_tenants},
});

constexpr auto kCertificateKeys = std::to_array<Key<web::CertificateGrant>>({
    {"name", [](const Value& v, auto& o) { o.grant.name = v.label(); }},
    {"san", [](const Value& v, auto& o) { o.san = san(v); }},
    {"verbs", [](const Value& v, auto& o) { read_verbs(v, o.grant); }},
    {"tenants", [](const Value& v, auto& o) { read_tenants(v, o.grant); }},
    {"expires", [](const Value& v, auto& o) { o.grant.expires = v.deadline(); }},
});

constexpr auto kAnonymousKeys = std::to_array<Key<web::Grant>>({
    {"verbs", read_reading_verbs},
    {"tenants", read_tenants},
});

// The entries of a list, each with its required keys.
template <class T, class Keys>
void read_entries(const Value& list, const Keys& keys, const std::vector<std::string_view>& required,
                  std::vector<T>& entries) {
  for (const Value& item : list.items()) {
    read_keys(item, keys, entries.emplace_back());
    for (const std::string_view key : required) require(item, key);
  }
  if (entries.size() > kMostCredentials)
    list.fail("must be at most " + std::to_string(kMostCredentials) + " entries");
}

// No two entries have the same under this key.
template <class T, class What>
void keep_apart(const Value& list, std::string_view key, const std::vector<T>& entries, What what) {
  Unique unique;
  const std::vector<Value> items = list.items();
  for (std::size_t i = 0; i < items.size(); ++i) unique.claim(what(entries[i]), items[i].at(key));
}

void read_tokens(const Value& list, web::AccessOptions& options) {
  auto& tokens = options.tokens;
  read_entries(list, kTokenKeys, {"name", "sha256", "verbs", "tenants"}, tokens);
  keep_apart(list, "name", tokens, [](const auto& token) { return token.grant.name; });
  keep_apart(list, "sha256", tokens,
             [](const auto& token) { return std::string(token.sha256.begin(), token.sha256.end()); });
}

void read_users(const Value& list, web::AccessOptions& options) {
  read_entries(list, kUserKeys, {"name", "verbs", "tenants"}, options.users);
  keep_apart(list, "name", options.users, [](const auto& user) { return user.name; });
}

void read_certificates(const Value& list, web::AccessOptions& options) {
  auto& certificates = options.certificates;
  read_entries(list, kCertificateKeys, {"name", "san", "verbs", "tenants"}, certificates);
  keep_apart(list, "name", certificates, [](const auto& one) { return one.grant.name; });
  keep_apart(list, "san", certificates,
             [](const auto& one) { return std::to_string(static_cast<int>(one.san.kind)) + one.san.value; });
}

void read_anonymous(const Value& map, web::AccessOptions& options) {
  options.anonymous = web::Grant{.name = "anonymous"};
  read_keys(map, kAnonymousKeys, *options.anonymous);
  for (const std::string_view key : {"verbs", "tenants"}) require(map, key);
}

constexpr auto kAccessKeys = std::to_array<Key<web::AccessOptions>>({
    {"tokens", read_tokens},
    {"users", read_users},
    {"client_certificates", read_certificates},
    {"anonymous", read_anonymous},
});

void warn_of_expired(const web::Grant& grant, base::TimePoint now, std::vector<std::string>& warnings) {
  if (grant.expires && *grant.expires <= now)
    warnings.push_back("access: the credential \"" + grant.name + "\" has expired");
}

}  // namespace

void read_access(const Value& map, web::AccessOptions& options) { read_keys(map, kAccessKeys, options); }

std::vector<std::string> access_keys() {
  std::vector<std::string> keys = prefixed_names("access.", kAccessKeys);
  for (const auto& more :
       {prefixed_names("access.tokens[].", kTokenKeys), prefixed_names("access.users[].", kUserKeys),
        prefixed_names("access.client_certificates[].", kCertificateKeys),
        prefixed_names("access.anonymous.", kAnonymousKeys)})
    keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

std::vector<std::string> expired_by(base::TimePoint now, const Config& config) {
  std::vector<std::string> warnings;
  for (const web::TokenGrant& token : config.access.tokens) warn_of_expired(token.grant, now, warnings);
  for (const web::CertificateGrant& certificate : config.access.certificates)
    warn_of_expired(certificate.grant, now, warnings);
  return warnings;
}

}  // namespace config
