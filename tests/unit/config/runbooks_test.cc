#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "config/config.h"
#include "config/error.h"
#include "support/temp_dir.h"
#include "unit/config/example_env.h"

// What may be started.
namespace {

using namespace std::chrono_literals;
using runbook::Matcher;

const std::string kLeast = "servers:\n  - {name: n, url: https://h, username: u, password: p}\n";

config::Config load(const std::string& runbooks) {
  const support::TempDir folder;
  return config::load(folder.write("c.yaml", kLeast + runbooks).string(), config_test::environment());
}

// What is wrong, without the file's name.
std::string fault(const std::string& runbooks) {
  try {
    load(runbooks);
  } catch (const config::ConfigError& error) {
    const std::string text = error.what();
    return text.substr(text.find("c.yaml:") + 7);
  }
  return "nothing";
}

TEST(Runbooks, TakeEveryKey) {
  const auto options = load(R"(runbooks:
  enabled: false
  window: 2h
  guard:
    cool_down: 30m
    tenant_budget: 0
    blackouts:
      - {days: [Saturday, sunday], from: "22:30", length: 12h, tenants: [finance], reason: move}
  follow: {settle: 1s, lease: 20s}
  alerts:
    - match: ['alertname="VmOverdue"', 'team=~"a|b"', "x!=y"]
      action: backup
      type: INCREMENTAL
      priority: 70
      window: 1h
      destination: xfs-main
  callbacks:
    - {url: "https://hooks.example/x", key: secret}
)")
                           .runbooks;

  EXPECT_FALSE(options.enabled);
  EXPECT_EQ(options.window, 2h);
  EXPECT_EQ(options.guard.cool_down, 30min);
  EXPECT_EQ(options.guard.tenant_budget, 0U);
  EXPECT_EQ(options.guard.blackouts,
            (std::vector<runbook::Blackout>{{.days = {std::chrono::Saturday, std::chrono::Sunday},
                                             .from = 22h + 30min,
                                             .length = 12h,
                                             .tenants = {"finance"},
                                             .reason = "move"}}));
  EXPECT_EQ(options.follow.lease, 20s);
  EXPECT_EQ(options.alerts,
            (std::vector<runbook::AlertAction>{{.match = {{Matcher::Kind::equal, "alertname", "VmOverdue"},
                                                          {Matcher::Kind::like, "team", "a|b"},
                                                          {Matcher::Kind::not_equal, "x", "y"}},
                                                .type = domain::BackupType::incremental,
                                                .priority = 70,
                                                .window = 1h,
                                                .destination = "xfs-main"}}));
  EXPECT_EQ(options.callbacks.at(0).url, "https://hooks.example/x");
}

TEST(Runbooks, RefuseWhatCannotBeMeant) {
  EXPECT_EQ(fault("runbooks:\n  alerts:\n    - {match: [], action: backup}\n"),
            "5: runbooks.alerts[0].match: has no matcher, so every alert would start something");
  EXPECT_EQ(fault("runbooks:\n  alerts:\n    - {match: ['a=b']}\n"), "5: runbooks.alerts[0].action: missing");
  EXPECT_EQ(fault("runbooks:\n  alerts:\n    - {match: ['a=~(']}\n"),
            "5: runbooks.alerts[0].match[0]: must be a matcher as Alertmanager has them, as in "
            R"('alertname="Name"' or 'team=~"a|b"')");
  EXPECT_EQ(fault("runbooks:\n  guard:\n    blackouts:\n      - {from: \"24:00\", length: 1h}\n"),
            "6: runbooks.guard.blackouts[0].from: must be a time of the UTC day, as in \"22:30\"");
  EXPECT_EQ(
      fault("runbooks:\n  callbacks:\n    - {url: \"https://u@h/\", key: k}\n"),
      "5: runbooks.callbacks[0].url: must be http:// or https:// and a host, with neither user nor query");
  EXPECT_EQ(fault("runbooks:\n  callbacks:\n    - {url: \"https://h/\"}\n"),
            "5: runbooks.callbacks[0].key: give it or a key_file, and one of them only");
  EXPECT_EQ(fault("runbooks:\n  guard: {cooldown: 1h}\n").substr(0, 30), "4: runbooks.guard.cooldown: un");
}

TEST(Runbooks, AreStartedByAnAccountOfTheirOwnWhereThereIsOne) {
  const support::TempDir folder;
  const auto servers = config::load(folder
                                        .write("c.yaml",
                                               "servers:\n  - {name: n, url: https://h, username: u, "
                                               "password: p, runbook_account: {username: w, "
                                               "password: q}}\n")
                                        .string(),
                                    config_test::environment())
                           .servers;

  EXPECT_EQ(servers.at(0).runbook_account,
            (config::ServerConfig::Account{.username = "w", .password = base::Secret("q")}));
}

}  // namespace
