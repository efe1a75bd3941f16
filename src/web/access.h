#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "domain/scope.h"

// Who may do what.
namespace web {

enum class Verb : std::uint8_t { metrics, report, backup, restore, manage };
inline constexpr std::size_t kVerbs = static_cast<std::size_t>(Verb::manage) + 1;

std::string_view name_of(Verb verb);  // "metrics"
std::optional<Verb> verb_named(std::string_view name);
inline constexpr std::array kAllVerbs{Verb::metrics, Verb::report, Verb::backup, Verb::restore, Verb::manage};

class Verbs {
 public:
  Verbs() = default;
  Verbs(std::initializer_list<Verb> verbs);

  bool has(Verb verb) const { return set_[static_cast<std::size_t>(verb)]; }
  bool has_any_of(const Verbs& others) const { return (set_ & others.set_).any(); }
  void add(Verb verb) { set_.set(static_cast<std::size_t>(verb)); }
  bool operator==(const Verbs&) const = default;

 private:
  std::bitset<kVerbs> set_;
};

std::string name_of(const Verbs& verbs);  // "backup or restore"

// Who asks.
struct Caller {
  std::string name;  // of its credential; fit for a log
  Verbs verbs;
  domain::Scope scope;

  bool operator==(const Caller&) const = default;
};

// What a route asks of its caller. There is no default: a route without a rule does not compile.
class Rule {
 public:
  static Rule open() { return Rule(Who::anyone, {}); }                         // it shows nothing of the site
  static Rule needs(Verb verb) { return Rule(Who::any_tenant, {verb}); }       // it shows the caller's scope
  static Rule needs_any(Verbs verbs) { return Rule(Who::any_tenant, verbs); }  // one of these verbs is enough
  static Rule needs_site(Verb verb) { return Rule(Who::whole_site, {verb}); }  // it shows every tenant's

  bool is_open() const { return who_ == Who::anyone; }
  bool is_of_site() const { return who_ == Who::whole_site; }
  const Verbs& verbs() const { return verbs_; }  // any of them; none when it is open
  bool operator==(const Rule&) const = default;

 private:
  enum class Who : std::uint8_t { anyone, any_tenant, whole_site };

  Rule(Who who, Verbs verbs) : who_(who), verbs_(verbs) {}

  Who who_;
  Verbs verbs_;
};

bool allows(const Rule& rule, const Caller& caller);

}  // namespace web
