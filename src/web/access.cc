#include "web/access.h"

namespace web {

std::string_view name_of(Verb verb) {
  switch (verb) {
    case Verb::metrics:
      return "metrics";
    case Verb::report:
      return "report";
    case Verb::backup:
      return "backup";
    case Verb::restore:
      return "restore";
    case Verb::manage:
      return "manage";
  }
  return "";
}

std::optional<Verb> verb_named(std::string_view name) {
  for (const Verb verb : kAllVerbs) {
    if (name_of(verb) == name) return verb;
  }
  return std::nullopt;
}

Verbs::Verbs(std::initializer_list<Verb> verbs) {
  for (const Verb verb : verbs) add(verb);
}

std::string name_of(const Verbs& verbs) {
  std::string text;
  for (const Verb verb : kAllVerbs) {
    if (verbs.has(verb)) text += (text.empty() ? "" : " or ") + std::string(name_of(verb));
  }
  return text;
}

bool allows(const Rule& rule, const Caller& caller) {
  if (rule.is_open()) return true;
  return caller.verbs.has_any_of(rule.verbs()) && (!rule.is_of_site() || caller.scope.is_everything());
}

}  // namespace web
