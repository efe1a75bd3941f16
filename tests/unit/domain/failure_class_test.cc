#include "domain/failure_class.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using domain::failure_class_of;
using domain::FailureClass;

TEST(FailureClass, IsFoundByTheWordsOfTheText) {
  const std::vector<std::pair<std::string, FailureClass>> cases{
      {"Task was not started within its window", FailureClass::window},
      {"Task cancelled by administrator", FailureClass::cancelled},
      {"Export failed: not enough space in staging area /vprotect_data", FailureClass::staging_space},
      {"No space left on device", FailureClass::destination_space},
      {"LICENSE limit of hosts exceeded", FailureClass::licence},
      {"Authentication failed for user admin@internal", FailureClass::authentication},
      {"Permission denied: /etc/shadow", FailureClass::permission},
      {"Read timed out after 300 s", FailureClass::timeout},
      {"Export failed: connection to the hypervisor lost\n  at disk \"vda\"", FailureClass::connection},
      {"Export failed: snapshot could not be created", FailureClass::snapshot},
      {"Cannot quiesce the file systems", FailureClass::guest},
      {"Disk vda does not exist", FailureClass::not_found},
      {"Backup destination is not available", FailureClass::destination},
      {"No usable node", FailureClass::node},
      {"Checksum mismatch", FailureClass::data},
      {"Nie mo\xC5\xBCna utworzy\xC4\x87 migawki", FailureClass::other},
      {" \n", FailureClass::unspecified},
      {"", FailureClass::unspecified}};
  for (const auto& [text, wanted] : cases)
    EXPECT_EQ(name_of(failure_class_of(text)), name_of(wanted)) << text;
}

TEST(FailureClass, EachClassButTheTwoThatNeedNoneHasWords) {
  std::vector<FailureClass> with_words;
  for (const domain::FailureWords& words : domain::failure_words()) with_words.push_back(words.failure);
  EXPECT_EQ(with_words.size(), static_cast<std::size_t>(FailureClass::other) - 1);
}

}  // namespace
