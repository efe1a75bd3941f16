#include "domain/vm.h"

namespace domain {

std::string_view name_of(Protection protection) {
  switch (protection) {
    case Protection::is_protected:
      return "protected";
    case Protection::not_protected:
      return "not_protected";
    case Protection::no_schedule:
      return "no_schedule";
  }
  return "";
}

}  // namespace domain
