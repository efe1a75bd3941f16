#include "runbook/callbacks.h"

#include <gtest/gtest.h>

#include <mutex>

#include "support/wait.h"

namespace runbook {
namespace {

CallbackTarget target(const std::string& url) { return {.url = url, .key = base::Secret("key")}; }

bool may_be_called(const std::string& url, const std::string& configured) {
  return target_of({target(configured)}, url) != nullptr;
}

TEST(CallbackTarget, IsWhatTheUrlBeginsWith) {
  EXPECT_TRUE(may_be_called("https://a.example/hook", "https://a.example/hook"));
  EXPECT_TRUE(may_be_called("https://a.example/hook/1?x=2", "https://a.example/hook"));
  EXPECT_TRUE(may_be_called("https://a.example/hook/1", "https://a.example/"));
}

TEST(CallbackTarget, IsNoOtherHostAndNoOtherFolder) {
  for (const char* url : {"https://a.example.evil/", "https://a.example@evil/", "https://a.example:1@evil/",
                          "http://a.example/", "https://a.examplehook", "https://a.example/../x",
                          "https://a.example/ x", "https://a.example\\@evil/"})
    EXPECT_FALSE(may_be_called(url, "https://a.example")) << url;
  EXPECT_FALSE(may_be_called("https://a.example/hook-of-others", "https://a.example/hook"));
  EXPECT_FALSE(may_be_called("https://a.example/hook/../others", "https://a.example/hook"));
}

TEST(CallbackSignature, IsTheHmacOfTheBody) {
  EXPECT_EQ(signature_of(target("https://a"), "what do ya want for nothing?"),
            "sha256=8f547faca905d8655cd4fea0f3627558e946959b94bf63d43edb148332ab50de");
}

TEST(Callbacks, AreTriedAgainUntilTheyAreTaken) {
  std::mutex mutex;
  std::vector<std::string> bodies;
  Callbacks callbacks([&](const std::string&, const std::string& body, const std::string&) {
    const std::lock_guard lock(mutex);
    bodies.push_back(body);
    return bodies.size() == 2;
  });
  callbacks.add(target("https://a"), "https://a/x", "one");
  EXPECT_TRUE(support::eventually([&] {
    const std::lock_guard lock(mutex);
    return bodies.size() == 2;
  }));
  callbacks.add(target("https://a"), "https://a/x", "two");
  EXPECT_TRUE(support::eventually([&] {
    const std::lock_guard lock(mutex);
    return bodies == std::vector<std::string>{"one", "one", "two"};
  }));
}

}  // namespace
}  // namespace runbook
