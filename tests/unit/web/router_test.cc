#include "web/router.h"

#include <gtest/gtest.h>

namespace web {
namespace {

void nothing(const Asked&, httplib::Response&) {}

const Router kRouter({{"GET", "/", Rule::open(), nothing},
                      {"GET", "/vms", Rule::open(), nothing},
                      {"GET", "/vms/{guid}", Rule::open(), nothing},
                      {"DELETE", "/vms/{guid}", Rule::open(), nothing},
                      {"GET", "/vms/{guid}/backups", Rule::open(), nothing}});

std::string found(std::string_view path) {
  const auto answer = kRouter.find("GET", path);
  const auto* match = std::get_if<Match>(&answer);
  if (match == nullptr) return std::to_string(std::get<Problem>(answer).status);
  std::string text = match->route->path;
  for (const std::string& part : match->parts) text += " " + part;
  return text;
}

TEST(Router, FindsARouteWithoutNamesByItsPath) {
  EXPECT_EQ(found("/"), "/");
  EXPECT_EQ(found("/vms"), "/vms");
}

TEST(Router, TellsWhatStandsForANameOfThePath) {
  EXPECT_EQ(found("/vms/a-1"), "/vms/{guid} a-1");
  EXPECT_EQ(found("/vms/a-1/backups"), "/vms/{guid}/backups a-1");
}

TEST(Router, TakesOneSpellingOfAPathOnly) {
  for (const char* path : {"/vms/", "//vms", "/vms//", "/vms//backups", "/vms/a/", "/vms/a/backups/", "/VMS",
                           "vms", "", "/vms/a/b", "/vms/a/backups/b"}) {
    EXPECT_EQ(found(path), "404") << path;
  }
}

TEST(Router, TellsWhichMethodsAPathWithNamesTakes) {
  EXPECT_EQ(std::get<Problem>(kRouter.find("PUT", "/vms/a")).allow, "GET, HEAD, DELETE");
}

}  // namespace
}  // namespace web
