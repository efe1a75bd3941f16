#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/config.h"
#include "support/temp_dir.h"
#include "unit/config/example_env.h"

namespace {

using config_test::environment;

constexpr const char* kSecret = "s3cr3t-value";

// Six lines of a good file; the cases add to them from line 7 on.
const std::string kGood = R"(servers:
  - name: prod
    url: https://vprotect.example:8181
    username: monitoring
    password: s3cr3t-value
    page_size: 10
)";

struct Case {
  std::string text;
  std::string error;  // behind the file's name
};

class BadFile : public testing::Test {
 protected:
  // The message without the folder's name, or "no error".
  std::string error_of(const std::string& text) const {
    return error_of_file(folder_.write("vp.yaml", text));
  }

  std::string error_of_file(const std::filesystem::path& path) const {
    try {
      config::load(path.string(), variables_);
      return "no error";
    } catch (const config::ConfigError& e) {
      const std::string message = e.what();
      EXPECT_EQ(message.find(kSecret), std::string::npos) << message;
      EXPECT_EQ(message.find('\n'), std::string::npos) << message;
      return message.rfind(path.string(), 0) == 0 ? message.substr(path.string().size()) : message;
    }
  }

  void expect_errors(const std::vector<Case>& cases) const {
    for (const auto& [text, error] : cases) EXPECT_EQ(error_of(text), error) << text;
  }
  void expect_errors_of_server(const std::vector<Case>& cases) const {
    for (const auto& [lines, error] : cases) EXPECT_EQ(error_of(kGood + lines), error) << lines;
  }
  // In place of a line of the good file.
  void expect_errors_instead_of(const std::string& line, const std::vector<Case>& cases) const {
    for (const auto& [other, error] : cases) {
      std::string text = kGood;
      text.replace(text.find(line), line.size(), other);
      EXPECT_EQ(error_of(text), error) << text;
    }
  }

  support::TempDir folder_;
  config::Environment variables_ = environment({{"SECRET", kSecret}, {"EMPTY", ""}});
};

TEST_F(BadFile, TheGoodOneIsGood) { EXPECT_EQ(error_of(kGood), "no error"); }

TEST_F(BadFile, IsNamedWhenItCannotBeRead) {
  std::filesystem::create_directory(folder_ / "folder");
  mkfifo((folder_ / "pipe").c_str(), 0600);

  EXPECT_EQ(error_of_file(folder_ / "none.yaml"),
            ": cannot read the configuration: No such file or directory");
  EXPECT_EQ(error_of_file(folder_ / "folder"), ": cannot read the configuration: is a directory");
  EXPECT_EQ(error_of_file(folder_ / "pipe"), ": cannot read the configuration: not a regular file");
}

TEST_F(BadFile, MayBeOfOneMebibyte) {
  const std::string comment(1024UL * 1024 - kGood.size(), '#');

  EXPECT_EQ(error_of(kGood + comment), "no error");
  EXPECT_EQ(error_of(kGood + comment + "#"), ": cannot read the configuration: larger than 1024 KiB");
}

TEST_F(BadFile, SaysWhereItIsNotYaml) {
  const std::string yaml = "not valid YAML: ";
  expect_errors_of_server({
      {"    username: \"s3cr3t-value\n", ":7: " + yaml + "a quote is never closed"},
      {"    username: 's3cr3t-value", ":7: " + yaml + "a quote is never closed"},
      {"    username: \"s3cr3t-value\\q\"\n", ":7: " + yaml + "unknown escape in double quotes"},
      {"    username: \"s3cr3t-value\\ud800\"\n",
       ":7: " + yaml + "an escape in double quotes is no character"},
      {"    username: @s3cr3t-value\n", ":7: " + yaml + "a value cannot begin like this; quote it"},
      {"    username: a: s3cr3t-value\n",
       ":7: " + yaml +
           "a colon where none may be; quote a value that has one, or end the key above with one"},
      {"\tusername: s3cr3t-value\n", ":7: " + yaml + "a tab in the indentation"},
      {"    tls_config: {server_name: ${SECRET}}\n",
       ":7: " + yaml + "a { is never closed; quote a value that has ${...} in it"},
      {"    tenants: [s3cr3t-value\n", ":7: " + yaml + "a [ is never closed"},
      {"    username: *s3cr3t-value\n",
       ":7: " + yaml + "anchors and aliases are not allowed; quote a value that begins with & or *"},
      {"  username: s3cr3t-value\n", ":7: " + yaml + "a key without a colon, or wrong indentation"},
      {"   s3cr3t-value\n", ":7: " + yaml + "check the indentation and the quotes"},
  });
}

TEST_F(BadFile, HasOneDocumentOfPlainYaml) {
  const std::string second = "does not belong to what is above it; check the indentation";
  const std::string anchors = "anchors and aliases are not allowed; quote a value that begins with & or *";
  const std::string tags = "tags are not allowed; quote a value that begins with !";
  expect_errors({
      {kGood + "---\nservers:\n", ":7: " + second},
      {",,,,", ":1: " + second},
      {"- s3cr3t-value\nservers:\n", ":2: " + second},
      {"servers: &s3cr3t-value []\n", ":1: " + anchors},
      {"servers: [&a x, *a]\n", ":1: " + anchors},
      {"servers:\n  - !s3cr3t-value x\n", ":2: " + tags},
      {"servers: !!binary czNjcjN0\n", ":1: " + tags},
      {"servers: " + std::string(40, '['), ":1: nested too deep"},
  });
}

TEST_F(BadFile, IsUtf8Text) {
  const std::string problem = "not UTF-8 text, or a control character";
  expect_errors({
      {"# \xFF\n" + kGood, ":1: " + problem},
      {kGood + "# \x04", ":7: " + problem},
      {kGood + std::string(1, '\0'), ":7: " + problem},
      {std::string("\xFF\xFEs\0e\0", 6), ":1: " + problem},
  });
}

TEST_F(BadFile, SurvivesWhatMakesParsersSlow) {
  for (const std::string piece : {"[", "{", "- ", "? ", "!", "&a ", "\"", ": ", "{a: ", ",", "- |\n", "%"}) {
    std::string text;
    while (text.size() < 100'000) text += piece;
    EXPECT_NE(error_of(text), "no error") << piece;
  }
}

TEST_F(BadFile, HasKnownKeysOnceEach) {
  const std::string unknown = "unknown key";
  expect_errors_of_server({
      {"    pasword: s3cr3t-value\n", ":7: servers[0].pasword: unknown key; did you mean \"password\"?"},
      {"    page-size: 1\n", ":7: servers[0].page-size: unknown key; did you mean \"page_size\"?"},
      {"    Url: x\n", ":7: servers[0].Url: unknown key; did you mean \"url\"?"},
      {"    nonsense: s3cr3t-value\n", ":7: servers[0].nonsense: unknown key"},
      {"    s3cr3t-value:\n", ":7: servers[0]: unknown key"},
      {"    \"s3cr3t-value !\": x\n", ":7: servers[0]: unknown key"},
      {"    ? [s3cr3t-value]\n    : x\n", ":7: servers[0]: unknown key"},
      {"    <<: {url: x}\n", ":7: servers[0]: unknown key"},
      {"    ${SECRET}: x\n", ":7: servers[0]: unknown key"},
      {"    page_size: 20\n", ":7: servers[0].page_size: duplicate key"},
      {"    tls_config: {ca: x}\n", ":7: servers[0].tls_config.ca: unknown key"},
      {"    tls_config: {cafile: x}\n",
       ":7: servers[0].tls_config.cafile: unknown key; did you mean \"ca_file\"?"},
      {"    tenants: [{project: x}]\n",
       ":7: servers[0].tenants[0].project: unknown key; did you mean \"projects\"?"},
      {"    tls_config: {ca_file: , ca_file: }\n", ":7: servers[0].tls_config.ca_file: duplicate key"},
      {"server: x\n", ":7: server: unknown key; did you mean \"servers\"?"},
      {"servers: []\n", ":7: servers: duplicate key"},
      {"collection: {intervall: 1m}\n", ":7: collection.intervall: unknown key; did you mean \"interval\"?"},
      {"collection:\n  max_retries: 1\n", ":8: collection.max_retries: unknown key"},
  });
}

TEST_F(BadFile, HasEveryKeyThatIsNeeded) {
  const std::string none = ":1: servers: missing";
  expect_errors({{"", none},
                 {"# nothing\n", none},
                 {"~", none},
                 {"---\n...\n", none},
                 {"servers:\n", ":1: servers: missing"},
                 {"collection: {}\n", none},
                 {"\nservers: []\n", ":2: servers: lists no server"},
                 {"servers: [{}]\n", ":1: servers[0].name: missing"}});
  expect_errors_instead_of("    url: https://vprotect.example:8181\n", {{"", ":2: servers[0].url: missing"}});
  expect_errors_instead_of("    username: monitoring\n",
                           {{"    username:\n", ":4: servers[0].username: missing"}});
  expect_errors_instead_of(
      "    password: s3cr3t-value\n",
      {{"", ":2: servers[0].password: missing; give it or a password_file"},
       {"    password: ~\n", ":5: servers[0].password: missing; give it or a password_file"}});
  expect_errors_of_server({{"    tenants: [{projects: [x]}]\n", ":7: servers[0].tenants[0].name: missing"},
                           {"    tenants: [{name: x}]\n", ":7: servers[0].tenants[0].projects: missing"}});
}

TEST_F(BadFile, HasValuesOfTheRightType) {
  const std::string text = "must be a text or a number";
  const std::string map = "must be a mapping of keys to values";
  expect_errors({{"s3cr3t-value", ":1: " + map},
                 {"[s3cr3t-value]", ":1: " + map},
                 {"password:s3cr3t-value", ":1: " + map},
                 {"servers: s3cr3t-value\n", ":1: servers: must be a list"},
                 {"servers: {s3cr3t-value: x}\n", ":1: servers: must be a list"},
                 {"servers:\n  - s3cr3t-value\n", ":2: servers[0]: " + map},
                 {"servers:\n  -\n", ":2: servers[0]: " + map}});
  expect_errors_of_server(
      {{"collection: 60s\n", ":7: collection: " + map},
       {"    tls_config: s3cr3t-value\n", ":7: servers[0].tls_config: " + map},
       {"    tenants: {finance: [x]}\n", ":7: servers[0].tenants: must be a list"},
       {"    tenants: [{name: a, projects: x}]\n", ":7: servers[0].tenants[0].projects: must be a list"},
       {"    tenants: [{name: a, projects: [[x]]}]\n", ":7: servers[0].tenants[0].projects[0]: " + text},
       {"    tenants: [{name: a, projects: [~]}]\n", ":7: servers[0].tenants[0].projects[0]: " + text}});
  expect_errors_instead_of("    password: s3cr3t-value\n",
                           {{"    password:\n      s3cr3t-value: x\n", ":6: servers[0].password: " + text},
                            {"    password: [s3cr3t-value]\n", ":5: servers[0].password: " + text}});
}

TEST_F(BadFile, HasDurationsInTheirLimits) {
  const std::string duration = "must be a duration such as 90s or 1h30m";
  expect_errors_of_server({
      {"collection: {interval: 60}\n", ":7: collection.interval: " + duration},
      {"collection: {interval: s3cr3t-value}\n", ":7: collection.interval: " + duration},
      {"collection: {interval: \"${SECRET}\"}\n", ":7: collection.interval: " + duration},
      {"collection: {interval: -1s}\n", ":7: collection.interval: " + duration},
      {"collection: {interval: \"\"}\n", ":7: collection.interval: " + duration},
      {"collection: {interval: 999ms}\n", ":7: collection.interval: must be from 1s to 1d"},
      {"collection: {tasks_interval: 0s}\n", ":7: collection.tasks_interval: must be from 1s to 1d"},
      {"collection: {slow_interval: 2d}\n", ":7: collection.slow_interval: must be from 1s to 1d"},
      {"collection: {snapshot_interval: 2h}\n", ":7: collection.snapshot_interval: must be from 1s to 1h"},
      {"collection: {stale_after: 31d}\n", ":7: collection.stale_after: must be from 1s to 30d"},
      {"collection: {history: 23h}\n", ":7: collection.history: must be from 1d to 400d"},
      {"collection: {history: 401d}\n", ":7: collection.history: must be from 1d to 400d"},
      {"collection: {backups_overlap: 10ms}\n", ":7: collection.backups_overlap: must be from 1s to 30d"},
      {"collection: {history_refresh: 1s}\n", ":7: collection.history_refresh: must be from 1m to 30d"},
      {"    connect_timeout: 1ms\n", ":7: servers[0].connect_timeout: must be from 100ms to 5m"},
      {"    request_timeout: 2h\n", ":7: servers[0].request_timeout: must be from 1s to 1h"},
  });
}

TEST_F(BadFile, NamesFamiliesThatMayBeSwitchedOffOrCutShort) {
  const std::string health = "alerts need it to trust the other families";
  const std::string own = "it is one of the exporter's own";
  expect_errors_of_server({
      {"metrics: {disabled: [vprotect_vm_warning]}\n",
       ":7: metrics.disabled[0]: unknown family; did you mean \"vprotect_vm_warnings\"?"},
      {"metrics:\n  disabled:\n    - vprotect_vm_info\n    - s3cr3t-value\n",
       ":10: metrics.disabled[1]: unknown family"},
      {"metrics: {disabled: [vprotect_up]}\n", ":7: metrics.disabled[0]: cannot be switched off: " + health},
      {"metrics: {disabled: [vprotect_collector_success]}\n",
       ":7: metrics.disabled[0]: cannot be switched off: " + health},
      {"metrics: {disabled: [vprotect_exporter_build_info]}\n",
       ":7: metrics.disabled[0]: cannot be switched off: " + own},
      {"metrics: {disabled: [vprotect_vm_info, vprotect_vm_info]}\n",
       ":7: metrics.disabled[1]: the same as metrics.disabled[0]"},
      {"metrics: {disabled: vprotect_vm_info}\n", ":7: metrics.disabled: must be a list"},
      {"metrics: {budgets: [{family: vprotect_vm-info, series: 1}]}\n",
       ":7: metrics.budgets[0].family: unknown family; did you mean \"vprotect_vm_info\"?"},
      {"metrics: {budgets: [{family: vprotect_up, series: 1}]}\n",
       ":7: metrics.budgets[0].family: cannot be given a budget: " + health},
      {"metrics: {budgets: [{family: process_threads, series: 1}]}\n",
       ":7: metrics.budgets[0].family: cannot be given a budget: " + own},
      {"metrics:\n  budgets:\n    - {family: vprotect_tasks, series: 1}\n"
       "    - {family: vprotect_tasks, series: 2}\n",
       ":10: metrics.budgets[1].family: the same as metrics.budgets[0].family"},
  });
}

TEST_F(BadFile, HasBudgetsOfAtLeastOneSeries) {
  const std::string number = "must be a whole number from 1 to 1000000000";
  expect_errors_of_server({
      {"metrics: {series_budget: 0}\n", ":7: metrics.series_budget: " + number},
      {"metrics: {series_budget: 1e6}\n", ":7: metrics.series_budget: " + number},
      {"metrics: {budgets: [{family: vprotect_tasks, series: 0}]}\n",
       ":7: metrics.budgets[0].series: " + number},
      {"metrics: {budgets: [{family: vprotect_tasks}]}\n", ":7: metrics.budgets[0].series: missing"},
      {"metrics: {budgets: [{series: 3}]}\n", ":7: metrics.budgets[0].family: missing"},
      {"metrics: {budgets: {vprotect_tasks: 3}}\n", ":7: metrics.budgets: must be a list"},
      {"metrics: {budget: 3}\n", ":7: metrics.budget: unknown key; did you mean \"budgets\"?"},
      {"metrics: 3\n", ":7: metrics: must be a mapping of keys to values"},
  });
}

TEST_F(BadFile, HasIntervalsThatFitEachOther) {
  expect_errors_of_server({
      {"collection: {stale_after: 1m, slow_interval: 30s}\n",
       ":7: collection.stale_after: must be longer than interval, which is 1m by default"},
      {"collection:\n  interval: 10m\n  stale_after: 10m\n",
       ":8: collection.interval: must be shorter than stale_after"},
      {"collection: {tasks_interval: 15m}\n",
       ":7: collection.tasks_interval: must be shorter than stale_after, which is 15m by default"},
      {"collection: {stale_after: 5m}\n",
       ":7: collection.stale_after: must be longer than slow_interval, which is 5m by default"},
      {"coverage: {grace: 31d}\n", ":7: coverage.grace: must be from 0s to 30d"},
      {"coverage: {exclusions: [{name: x}]}\n", ":7: coverage.exclusions[0].reason: missing"},
      {"coverage: {exclusions: [{reason: x, server: n}]}\n",
       ":7: coverage.exclusions[0]: names no vm, name, policy or tenant, so it would exclude every VM"},
      {"coverage:\n  exclusions:\n    - {reason: x, name: a}\n    - {reason: x, name: b, until: tomorrow}\n",
       ":10: coverage.exclusions[1].until: must be a day such as 2026-12-31 or a moment such as "
       "2026-12-31T18:00:00Z"},
      {"coverage: {exclusions: [{reason: x, name: a, until: 2026-02-29}]}\n",
       ":7: coverage.exclusions[0].until: must be a day such as 2026-12-31 or a moment such as "
       "2026-12-31T18:00:00Z"},
      {"coverage: {exclusions: [{reason: x, name: a, server: elsewhere}]}\n",
       ":7: coverage.exclusions[0].server: is the name of no server"},
      {"collection: {history: 1d, backups_overlap: 1d}\n",
       ":7: collection.backups_overlap: must be shorter than history"},
  });
}

TEST_F(BadFile, HasStrictNumbersAndFlags) {
  const std::string flag = ":7: servers[0].tls_config.insecure_skip_verify: must be true or false";
  for (const char* word : {"yes", "True", "1", "on", "s3cr3t-value", "''"}) {
    EXPECT_EQ(error_of(kGood + "    tls_config: {insecure_skip_verify: " + word + "}\n"), flag);
  }
  for (const char* number :
       {"0", "10001", "-1", "1.5", "0x10", "1e3", "+1", "'1 '", "''", "99999999999999999999"}) {
    expect_errors_instead_of("    page_size: 10\n",
                             {{std::string("    page_size: ") + number + "\n",
                               ":6: servers[0].page_size: must be a whole number from 1 to 10000"}});
  }
}

TEST_F(BadFile, HasTheUrlOfAServer) {
  const std::string url = "must be http:// or https:// and a host, as in https://vprotect.example:8181";
  const std::string credentials = "must carry no credentials; use username and password_file";
  const std::string extra = "must have no query and no fragment";
  const std::vector<Case> cases{{"vprotect.example:8181", url},
                                {"ftp://h", url},
                                {"https:///api", url},
                                {"https://", url},
                                {"https://:8181", url},
                                {"https://h:", url},
                                {"https://h:0", url},
                                {"https://h:65536", url},
                                {"https://h:81x", url},
                                {"https://h h", url},
                                {"https://h/a b", url},
                                {"https://h\\@x", url},
                                {"https://[::1", url},
                                {"https://[h]", url},
                                {"https://::1", url},
                                {"https://h/\xC3\xA4", url},
                                {"https://" + std::string(2000, 'h'), url},
                                {"https://monitoring:s3cr3t-value@h", credentials},
                                {"https://s3cr3t-value@h", credentials},
                                {"https://h?token=s3cr3t-value", extra},
                                {"https://h/#s3cr3t-value", extra},
                                {"", url},
                                {"${SECRET}", url}};
  for (const auto& [value, problem] : cases) {
    expect_errors_instead_of("https://vprotect.example:8181",
                             {{"'" + value + "'", ":3: servers[0].url: " + problem}});
  }
}

TEST_F(BadFile, HasPrintableNames) {
  const std::string label = "must be 1 to 200 bytes of printable text, without space around it";
  for (const std::string name :
       {"\"\"", "\" x\"", "\"x \"", "\"a\\nb\"", "\"a\\x7f\"", "\"a\\x85\"", "${EMPTY}"}) {
    expect_errors_instead_of("name: prod", {{"name: " + name, ":2: servers[0].name: " + label}});
    expect_errors_instead_of("username: monitoring",
                             {{"username: " + name, ":4: servers[0].username: " + label}});
    EXPECT_EQ(error_of(std::string(kGood).append("    tenants:\n      - name: ").append(name)),
              ":8: servers[0].tenants[0].name: " + label);
    EXPECT_EQ(error_of(std::string(kGood).append("    tenants:\n      - projects:\n        - ").append(name)),
              ":9: servers[0].tenants[0].projects[0]: " + label);
  }
  expect_errors_instead_of("prod", {{std::string(201, 'x'), ":2: servers[0].name: " + label}});
}

TEST_F(BadFile, HasNoNameFromTheEnvironmentThatIsNotUtf8) {
  variables_ = environment({{"BAD", "\xFF"}});

  expect_errors_instead_of(
      "prod",
      {{"${BAD}", ":2: servers[0].name: must be 1 to 200 bytes of printable text, without space around it"}});
}

TEST_F(BadFile, RepeatsNoServerTenantOrProject) {
  const std::string server = "  - {name: prod, url: 'https://h', username: u, password: s3cr3t-value}\n";
  const std::string guid = "5e0f2f1c-6a7f-4a15-8f06-dd00000000aa";
  const std::string same_guid = "5E0F2F1C-6A7F-4A15-8F06-DD00000000AA";
  expect_errors_of_server({
      {server, ":7: servers[1].name: the same as servers[0].name"},
      {"    tenants: [{name: a, projects: [x]}, {name: a, projects: [y]}]\n",
       ":7: servers[0].tenants[1].name: the same as servers[0].tenants[0].name"},
      {"    tenants: [{name: a, projects: [x, y]}, {name: b, projects: [y]}]\n",
       ":7: servers[0].tenants[1].projects[0]: the same as servers[0].tenants[0].projects[1]"},
      {"    tenants: [{name: a, projects: [x, x]}]\n",
       ":7: servers[0].tenants[0].projects[1]: the same as servers[0].tenants[0].projects[0]"},
      {"    tenants: [{name: a, projects: [" + guid + "]}, {name: b, projects: [" + same_guid + "]}]\n",
       ":7: servers[0].tenants[1].projects[0]: the same as servers[0].tenants[0].projects[0]"},
  });
  EXPECT_EQ(error_of(kGood + "    tenants: [{name: a, projects: [x]}, {name: A, projects: [X]}]\n"),
            "no error");
}

TEST_F(BadFile, HasTenantsThatMakeSense) {
  expect_errors_of_server({
      {"    tenants: [{name: a, projects: []}]\n", ":7: servers[0].tenants[0].projects: lists no project"},
      {"    tenants: [{name: unassigned, projects: [x]}]\n",
       ":7: servers[0].tenants[0].name: is the name of what belongs to no tenant"},
      {"    tenant_filter: project-uuid\n", ":7: servers[0].tenant_filter: needs tenants to filter by"},
      {"    tenant_filter: project-uuid\n    tenants: []\n",
       ":7: servers[0].tenant_filter: needs tenants to filter by"},
      {"    tenant_filter: s3cr3t-value\n",
       ":7: servers[0].tenant_filter: must be tenantid, tenant-id or project-uuid"},
  });
}

TEST_F(BadFile, HasVariablesThatAreSet) {
  const std::string form =
      "${ must be followed by the name of an environment variable and }; write $${ for ${ itself";
  expect_errors_instead_of(
      "monitoring",
      {{"${NOT_SET}", ":4: servers[0].username: the environment variable is not set: NOT_SET"},
       {"a${SECRET}${NOT_SET}b", ":4: servers[0].username: the environment variable is not set: NOT_SET"},
       {"${SECRET", ":4: servers[0].username: " + form},
       {"${}", ":4: servers[0].username: " + form},
       {"${1A}", ":4: servers[0].username: " + form},
       {"${s3cr3t-value}", ":4: servers[0].username: " + form}});
}

TEST_F(BadFile, DoesNotNameTheVariableThatAPasswordMayOnlyLookLike) {
  expect_errors_instead_of("s3cr3t-value",
                           {{"${s3cr3t}", ":5: servers[0].password: the environment variable is not set"}});
}

TEST_F(BadFile, HasNoTextBeyondItsLimit) {
  variables_ = environment({{"HUGE", std::string(60'000, 'x')}});

  expect_errors_instead_of("s3cr3t-value",
                           {{"${HUGE}${HUGE}", ":5: servers[0].password: longer than 64 KiB"}});
}

TEST_F(BadFile, HasOnePasswordThatCanBeRead) {
  folder_.write("good", "s3cr3t-value\n");
  folder_.write("empty", "\r\n\n");
  folder_.write("two", "s3cr3t-value\nmore\n");
  folder_.write("big", std::string(4097, 'x'));
  std::filesystem::create_directory(folder_ / "folder");
  const std::string at = ":5: servers[0].password_file: ";
  const std::string unreadable = at + "cannot read the file: ";
  const std::vector<Case> cases{
      {"none", unreadable + "No such file or directory"},
      {"s3cr3t-value", unreadable + "No such file or directory"},
      {"folder", unreadable + "is a directory"},
      {"/dev/zero", unreadable + "not a regular file"},
      {"big", unreadable + "larger than 4 KiB"},
      {"empty", at + "the file is empty"},
      {"two", at + "the file must have the password in one line and nothing else"},
      {"''", at + "must be the path of a file"},
  };

  for (const auto& [file, error] : cases)
    expect_errors_instead_of("password: s3cr3t-value", {{"password_file: " + file, error}});
  expect_errors_of_server({{"    password_file: good\n",
                            ":7: servers[0].password_file: there is a password too; give one of them"}});
  expect_errors_instead_of("s3cr3t-value", {{"''", ":5: servers[0].password: is empty"},
                                            {"${EMPTY}", ":5: servers[0].password: is empty"}});
}

TEST_F(BadFile, HasCertificatesThatCanBeRead) {
  folder_.write("good.pem", "-----BEGIN CERTIFICATE-----\n");
  folder_.write("der", "0\x82");
  folder_.write("big.pem", std::string(1024UL * 1024 + 1, 'x'));
  const std::string at = ":7: servers[0].tls_config.";
  expect_errors_of_server({
      {"    tls_config: {ca_file: s3cr3t-value}\n",
       at + "ca_file: cannot read the file: No such file or directory"},
      {"    tls_config: {ca_file: /}\n", at + "ca_file: cannot read the file: is a directory"},
      {"    tls_config: {ca_file: big.pem}\n", at + "ca_file: cannot read the file: larger than 1024 KiB"},
      {"    tls_config: {ca_file: der}\n", at + "ca_file: not a PEM file"},
      {"    tls_config: {cert_file: none, key_file: good.pem}\n",
       at + "cert_file: cannot read the file: No such file or directory"},
      {"    tls_config: {cert_file: good.pem, key_file: none}\n",
       at + "key_file: cannot read the file: No such file or directory"},
      {"    tls_config: {cert_file: good.pem}\n", at + "key_file: missing, but there is a cert_file"},
      {"    tls_config: {key_file: good.pem}\n", at + "cert_file: missing, but there is a key_file"},
      {"    tls_config: {server_name: 'h:8181'}\n", at + "server_name: must be a host's name"},
      {"    tls_config: {server_name: 'https://h'}\n", at + "server_name: must be a host's name"},
      {"    tls_config: {server_name: 'a b'}\n", at + "server_name: must be a host's name"},
  });
}

// Slips of the pen in and around the password: none of its text, not even three letters, is in the error.
TEST_F(BadFile, NeverQuotesThePasswordHoweverItIsBroken) {
  const std::string password = "Qz7xK#9vJw2$Xj";
  const std::string before = "servers:\n  - name: prod\n    url: https://h\n    username: u\n    password: ";
  const std::string line = before + password + "\n    page_size: 10\n";
  for (const std::string slip :
       {"{",       "}",         "[",   "]",         ":",  ": ",   ",",    "\"",  "'",
        "|",       "|\n",       ">",   "&",         "*",  "!",    "%",    "@",   "`",
        "#",       " #",        "?",   "? ",        "- ", "-",    "\n",   "\n ", "\n  ",
        "\n    ",  "\n      ",  "\t",  " ",         "\\", "$",    "${",   "}\n", "\n---\n",
        "\n...\n", "\n    x: ", ":\n", ":\n      ", "~",  "<<: ", "\x01", "\xFF"}) {
    for (std::size_t at = before.size() - 12; at <= before.size() + password.size(); ++at) {
      const std::string error = error_of(std::string(line).insert(at, slip));
      for (std::size_t i = 0; i + 3 <= password.size(); ++i)
        ASSERT_EQ(error.find(password.substr(i, 3)), std::string::npos) << error;
    }
  }
}

}  // namespace
