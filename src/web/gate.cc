#include "web/gate.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/digest.h"
#include "base/log.h"
#include "web/authorization.h"

namespace web {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RateLimit kGuesses{.interval = seconds{6}, .burst = 10};   // ten a minute
constexpr RateLimit kLogLines{.interval = seconds{20}, .burst = 3};  // three a minute
constexpr std::size_t kMostSources = 4096;

using Headers = std::vector<std::pair<std::string, std::string>>;

// An answer with 401 has to name a way in; where none is configured but certificates, it is that of tokens.
Headers challenges(const Protection& protection) {
  Headers headers;
  const bool has_users = !protection.front.passwords.empty();
  if (!protection.access.tokens.empty() || !has_users)
    headers.emplace_back("WWW-Authenticate", R"(Bearer realm="vprotect_exporter")");
  if (has_users)
    headers.emplace_back("WWW-Authenticate", R"(Basic realm="vprotect_exporter", charset="UTF-8")");
  return headers;
}

Problem unauthorized(const Protection& protection, std::string detail) {
  return {.status = 401, .detail = std::move(detail), .headers = challenges(protection)};
}

Problem again_after(int status, std::string detail, milliseconds wait) {
  const auto whole = std::max(std::chrono::ceil<seconds>(wait), seconds{1});
  return {.status = status,
          .detail = std::move(detail),
          .headers = {{"Retry-After", std::to_string(whole.count())}}};
}

// What callers without a credential may. Where nothing is configured, reads are open as in every exporter.
Grant anonymous(const Protection& protection) {
  if (protection.access.anonymous) return *protection.access.anonymous;
  if (has_credentials(protection)) return {.name = "anonymous"};
  return {.name = "anonymous", .verbs = {Verb::metrics, Verb::report}, .scope = {}};
}

Grant grant_of(const AccessOptions& access, const std::string& user) {
  const auto listed = std::find_if(access.users.begin(), access.users.end(),
                                   [&](const Grant& grant) { return grant.name == user; });
  if (listed != access.users.end()) return *listed;
  return {.name = user, .verbs = {Verb::metrics, Verb::report}, .scope = {}};
}

// Compared with every one: how long it takes tells nothing.
const Grant* find_token(const AccessOptions& access, const std::string& token) {
  const base::Sha256 presented = base::sha256_of(token);
  const Grant* found = nullptr;
  for (const TokenGrant& known : access.tokens) {
    if (base::are_equal(known.sha256, presented)) found = &known.grant;
  }
  return found;
}

const Grant* find_certificate(const AccessOptions& access, const std::vector<AltName>& names) {
  const auto is_shown = [&](const CertificateGrant& known) {
    return std::find(names.begin(), names.end(), known.san) != names.end();
  };
  const auto found = std::find_if(access.certificates.begin(), access.certificates.end(), is_shown);
  return found == access.certificates.end() ? nullptr : &found->grant;
}

Caller anyone() { return {.name = "anyone", .verbs = {}, .scope = {std::vector<std::string>{}}}; }

std::string lacking(const Rule& rule, const Caller& caller) {
  if (caller.verbs.has_any_of(rule.verbs()))
    return "This is about every tenant, and the credential is for some tenants only.";
  return "The credential lacks the verb " + name_of(rule.verbs()) + ".";
}

void warn_of_loss(const Protection& before, const Protection& after) {
  if (before.front.tls && !after.front.tls)
    base::log::warn("the configuration has no TLS any more: plain HTTP is served");
  if (has_credentials(before) && !has_credentials(after))
    base::log::warn("the configuration has no credential any more: what may be read needs none");
}

}  // namespace

std::string_view name_of(AuthFailure failure) {
  constexpr std::array<std::string_view, 6> names{"bad_token", "bad_password", "expired",
                                                  "forbidden", "limited",      "malformed"};
  return names.at(static_cast<std::size_t>(failure));
}

Gate::Gate(const base::Clock& clock, OnFailure on_failure, Protection protection)
    : clock_(clock),
      on_failure_(std::move(on_failure)),
      guesses_(kGuesses, kMostSources),
      log_lines_(kLogLines, kMostSources) {
  protect(std::move(protection));
}

void Gate::protect(Protection protection) {
  if (const auto before = protection_.get()) warn_of_loss(*before, protection);
  if (!has_credentials(protection) && !protection.access.anonymous)
    base::log::info("no access is configured: everybody may read, nobody may change anything");
  protection_.publish(std::make_shared<const Protection>(std::move(protection)));
}

std::variant<Caller, Problem> Gate::admit(const Rule& rule, const Credentials& credentials) {
  if (rule.is_open()) return anyone();
  const auto protection = protection_.get();
  const Known known = identify(*protection, credentials);
  if (const auto* problem = std::get_if<Problem>(&known)) return *problem;
  const auto* nobody = std::get_if<Anonymous>(&known);
  const Grant& grant = nobody != nullptr ? nobody->grant : std::get<Grant>(known);
  Caller caller{.name = grant.name, .verbs = grant.verbs, .scope = grant.scope};
  if (allows(rule, caller)) return serve_within_rate(protection->front, std::move(caller));
  if (nobody != nullptr) return turn_away(rule, *protection, credentials);
  return failed(AuthFailure::forbidden, {.status = 403, .detail = lacking(rule, caller)}, credentials,
                caller.name);
}

// Who is refused takes nothing from those that are served.
std::variant<Caller, Problem> Gate::serve_within_rate(const FrontOptions& front, Caller caller) {
  if (!front.rate_limit) return caller;
  const std::lock_guard lock(mutex_);
  const auto wait = requests_.take(*front.rate_limit, clock_.now());
  if (!wait) return caller;
  return again_after(429, "There are more requests than the exporter was told to serve.", *wait);
}

Gate::Known Gate::identify(const Protection& protection, const Credentials& credentials) {
  const auto& headers = credentials.authorization;
  if (headers.empty()) return by_certificate(protection, credentials);
  if (headers.size() > 1)
    return failed(AuthFailure::malformed,
                  {.status = 400, .detail = "There is more than one Authorization header."}, credentials);
  const auto presented = parse_authorization(headers.front());
  if (!presented)
    return guessed(protection, AuthFailure::malformed,
                   "The Authorization header is neither Bearer nor Basic with what belongs to it.",
                   credentials);
  if (const auto* token = std::get_if<BearerToken>(&*presented))
    return by_token(protection, *token, credentials);
  return by_password(protection, std::get<UserPassword>(*presented), credentials);
}

Gate::Known Gate::by_token(const Protection& protection, const BearerToken& presented,
                           const Credentials& credentials) {
  if (const Grant* grant = find_token(protection.access, presented.token))
    return good_until(protection, *grant, credentials);
  return guessed(protection, AuthFailure::bad_token, "The token is not known.", credentials);
}

Gate::Known Gate::by_password(const Protection& protection, const UserPassword& presented,
                              const Credentials& credentials) {
  const auto& hashes = protection.front.passwords;
  if (passwords_.remembers(hashes, presented)) return grant_of(protection.access, presented.user);
  const std::string source = source_of(credentials.peer);
  if (const auto wait = guesses_.take(source, clock_.now())) return limited(*wait, credentials);
  const auto verdict = passwords_.check(hashes, presented);
  if (verdict != Passwords::Verdict::bad) guesses_.give_back(source);
  if (verdict == Passwords::Verdict::good) return grant_of(protection.access, presented.user);
  if (verdict == Passwords::Verdict::busy)
    return again_after(503, "Too many passwords are being checked.", seconds{5});
  return failed(AuthFailure::bad_password, unauthorized(protection, "The user or the password is wrong."),
                credentials, hashes.contains(presented.user) ? presented.user : "");
}

Gate::Known Gate::by_certificate(const Protection& protection, const Credentials& credentials) {
  const ShownCertificate& shown = credentials.certificate;
  const bool is_current = clock_.now() < shown.expires;  // a connection may outlive its certificate
  const Grant* grant = is_current ? find_certificate(protection.access, shown.names) : nullptr;
  if (grant == nullptr) return Anonymous{anonymous(protection)};
  return good_until(protection, *grant, credentials);
}

Gate::Known Gate::good_until(const Protection& protection, const Grant& grant,
                             const Credentials& credentials) {
  if (!grant.expires || clock_.now() < *grant.expires) return grant;
  return failed(AuthFailure::expired, unauthorized(protection, "The credential has expired."), credentials,
                grant.name);
}

Problem Gate::guessed(const Protection& protection, AuthFailure failure, const std::string& detail,
                      const Credentials& credentials) {
  if (const auto wait = guesses_.take(source_of(credentials.peer), clock_.now()))
    return limited(*wait, credentials);
  return failed(failure, unauthorized(protection, detail), credentials);
}

Problem Gate::limited(milliseconds wait, const Credentials& credentials) {
  return failed(AuthFailure::limited,
                again_after(429, "Too many attempts with wrong credentials came from this address.", wait),
                credentials);
}

// Somebody without a credential.
Problem Gate::turn_away(const Rule& rule, const Protection& protection, const Credentials& credentials) {
  if (has_credentials(protection)) return unauthorized(protection, "This needs a credential.");
  const std::string verb = name_of(rule.verbs());
  return failed(AuthFailure::forbidden,
                {.status = 403,
                 .detail = "This needs a credential with the verb " + verb +
                           ", and none is configured: see docs/access.md."},
                credentials);
}

Problem Gate::failed(AuthFailure failure, Problem problem, const Credentials& credentials,
                     const std::string& name) {
  if (on_failure_) on_failure_(failure);
  if (!log_lines_.take(source_of(credentials.peer), clock_.now()))
    base::log::info("access refused", {{"client", credentials.peer},
                                       {"route", credentials.route},
                                       {"reason", std::string(name_of(failure))},
                                       {"credential", name.empty() ? "unknown" : name}});
  return problem;
}

}  // namespace web
