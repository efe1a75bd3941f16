#pragma once

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

class Verbs {
 public:
  Verbs() = default;
  Verbs(std::initializer_list<Verb> verbs);

  bool has(Verb verb) const { return set_[static_cast<std::size_t>(verb)]; }
  void add(Verb verb) { set_.set(static_cast<std::size_t>(verb)); }
  bool operator==(const Verbs&) const = default;

 private:
  std::bitset<kVerbs> set_;
};

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
  static Rule open() { return Rule(Who::anyone, {}); }                       // it shows nothing of the site
  static Rule needs(Verb verb) { return Rule(Who::any_tenant, verb); }       // it shows the caller's scope
  static Rule needs_site(Verb verb) { return Rule(Who::whole_site, verb); }  // it shows every tenant's

  bool is_open() const { return who_ == Who::anyone; }
  bool is_of_site() const { return who_ == Who::whole_site; }
  Verb verb() const { return verb_; }  // of no meaning when it is open
  bool operator==(const Rule&) const = default;

 private:
  enum class Who : std::uint8_t { anyone, any_tenant, whole_site };

  Rule(Who who, Verb verb) : who_(who), verb_(verb) {}

  Who who_;
  Verb verb_;
};

bool allows(const Rule& rule, const Caller& caller);

}  // namespace web
