#include "report/writers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "unit/report/site.h"

namespace {

using nlohmann::ordered_json;
using site::day;
using site::everything;
using site::kNoon;
using site::Made;
using site::Server;
using site::vm;
using site::whole;
using namespace std::chrono_literals;

std::string json_of(const Made& made) { return whole(report::json_of(made.shared())); }
std::string csv_of(const Made& made) { return whole(report::csv_of(made.shared())); }

// One VM of hr, and one that vanished.
Server small() {
  Server server("prod");
  server.with(vm("hr", "payroll"), {.success = day(1, 1), .days = "SSSSSFFFFFFFFB", .size = 3})
      .without("gone-id", day(12, 30, 9h),
               domain::LastKnown{
                   .name = "gone", .tenant = base::SharedText("hr"), .policy = base::SharedText("Gold")});
  return server;
}

Server named(std::string_view name) {
  Server server("prod");
  server.with(vm("a", name), {});
  return server;
}

Server many(std::size_t count) {
  Server server("prod");
  for (std::size_t i = 0; i < count; ++i) server.with(vm("a", "vm-" + std::to_string(i)), {});
  return server;
}

// The lines of the text with the line end that it has, and those of the source without.
std::string with_crlf(std::string_view text) {
  std::string result;
  for (const char c : text) (c == '\n' ? result += '\r' : result) += c;
  return result;
}

std::string without_line_ends(std::string text) {
  std::erase(text, '\n');
  return text;
}

std::string rules_as_json() {
  ordered_json rules;
  for (const report::Statement& rule : report::rules()) rules[std::string(rule.about)] = rule.text;
  return rules.dump();
}

// Without its line ends, and with the rules at RULES.
const char* const kSmallJson =
    R"json({"schema":"vprotect_exporter/report/v1","snapshot_time":"2026-01-01T12:00:00Z"
,"period":{"from":"2025-12-26","to":"2026-01-01"},"previous_period":{"from":"2025-12-19"
,"to":"2025-12-25"}
,"scope":{"tenants":["hr"],"servers":["prod"]}
,"complete":true
,"warnings":[]
,"sources":[{"server":"prod","collector":"virtual_machines","ok":true,"stale":false
,"last_success":"2026-01-01T12:00:00Z","age_seconds":0,"rows":null,"skipped_records":null
,"reported_rows":null,"error_class":null,"error":null},
{"server":"prod","collector":"backups","ok":true,"stale":false
,"last_success":"2026-01-01T12:00:00Z","age_seconds":0,"rows":null,"skipped_records":null
,"reported_rows":null,"error_class":null,"error":null},
{"server":"prod","collector":"tasks","ok":false,"stale":false,"last_success":null
,"age_seconds":null,"rows":null,"skipped_records":null,"reported_rows":null,"error_class":null
,"error":null},
{"server":"prod","collector":"schedules","ok":true,"stale":false
,"last_success":"2026-01-01T12:00:00Z","age_seconds":0,"rows":null,"skipped_records":null
,"reported_rows":null,"error_class":null,"error":null},
{"server":"prod","collector":"policies","ok":true,"stale":false
,"last_success":"2026-01-01T12:00:00Z","age_seconds":0,"rows":null,"skipped_records":null
,"reported_rows":null,"error_class":null,"error":null},
{"server":"prod","collector":"rules","ok":true,"stale":false
,"last_success":"2026-01-01T12:00:00Z","age_seconds":0,"rows":null,"skipped_records":null
,"reported_rows":null,"error_class":null,"error":null},
{"server":"prod","collector":"nodes","ok":false,"stale":false,"last_success":null
,"age_seconds":null,"rows":null,"skipped_records":null,"reported_rows":null,"error_class":null
,"error":null},
{"server":"prod","collector":"backup_destinations","ok":false,"stale":false,"last_success":null
,"age_seconds":null,"rows":null,"skipped_records":null,"reported_rows":null,"error_class":null
,"error":null},
{"server":"prod","collector":"protection","ok":false,"stale":false,"last_success":null
,"age_seconds":null,"rows":null,"skipped_records":null,"reported_rows":null,"error_class":null
,"error":null}]
,"rules":RULES
,"totals":{"vms":1,"vms_covered":1,"vms_failing":0,"vms_overdue":0,"vms_never_backed_up":0
,"vms_no_policy":0,"vms_no_schedule":0,"vms_paused":0,"vms_excluded":0,"vms_not_present":0
,"vms_unknown":0,"due_vms":1,"past_due_vms":0,"rpo_compliance_ratio":1,"backup_successes":1
,"backup_failures":7,"backup_success_ratio":0.125,"protected_bytes":3,"stored_bytes":6}
,"tenants":[{"server":"prod","tenant":"hr","vms":1,"vms_covered":1,"vms_failing":0,"vms_overdue":0
,"vms_never_backed_up":0,"vms_no_policy":0,"vms_no_schedule":0,"vms_paused":0,"vms_excluded":0
,"vms_not_present":0,"vms_unknown":0,"due_vms":1,"past_due_vms":0,"rpo_compliance_ratio":1
,"backup_successes":1,"backup_failures":7,"backup_success_ratio":0.125,"protected_bytes":3
,"stored_bytes":6}]
,"worst":{"count":0,"items":[]}
,"never_backed_up":{"count":0,"items":[]}
,"not_present":{"count":0,"items":[]}
,"vanished":{"count":1,"items":[{"server":"prod","tenant":"hr","name":"gone","guid":"gone-id"
,"policy":"Gold","first_seen":"2025-12-02T12:00:00Z","gone_since":"2025-12-30T09:00:00Z"}]}
,"changes":{"new":{"count":0,"items":[]}
,"newly_failing":{"count":0,"items":[]}
,"recovered":{"count":1,"items":[{"server":"prod","tenant":"hr","name":"payroll"
,"guid":"payroll-id","last_success":"2026-01-01T01:30:00Z"}]}
,"gone":{"count":1,"items":[{"server":"prod","tenant":"hr","name":"gone","guid":"gone-id"
,"gone_since":"2025-12-30T09:00:00Z"}]}}
,"vms":{"count":1,"items":[{"server":"prod","tenant":"hr","name":"payroll","guid":"payroll-id"
,"uuid":null,"platform":null,"hypervisor":null,"cluster":null,"project":null,"policy":"Gold"
,"policy_guid":null,"present":true,"state":"covered","protection_status":"no_schedule"
,"excluded_because":null,"first_seen":"2025-12-02T12:00:00Z","last_success":"2026-01-01T01:30:00Z"
,"last_success_age_seconds":37800,"last_full":"2026-01-01T01:30:00Z","last_size_bytes":3
,"last_full_size_bytes":3,"last_attempt":"2026-01-01T01:30:00Z","last_attempt_success":true
,"last_duration_seconds":null,"consecutive_failures":0,"failing_since":null,"failure_class":null
,"failure_text":null,"last_restore":null,"backup_failures_total":null,"due":"2026-01-02T08:00:00Z"
,"next_run":"2026-01-02T01:00:00Z","overdue":false
,"overdue_by_seconds":null,"rpo_target_seconds":86400,"restorable":null
,"warnings":null,"kept_backups":2,"kept_bytes":6,"days":["failure","failure","failure","failure"
,"failure","failure","success"],"sizes":[]}]}}
)json";

TEST(ReportAsJson, TellsAll) {
  const Made made({small().inventory()}, {.scope = {{{"hr"}}}, .servers = {{"prod"}}});
  std::string expected = kSmallJson;
  expected.replace(expected.find("RULES"), 5, rules_as_json());
  EXPECT_EQ(without_line_ends(json_of(made)), without_line_ends(expected));
}

TEST(ReportAsJson, IsJsonOfASilentServerToo) {
  const ordered_json json = ordered_json::parse(json_of(Made({site::silent("lab")})));
  EXPECT_EQ(json["complete"], false);
  EXPECT_EQ(json["totals"]["vms"], nullptr);
  EXPECT_EQ(json["totals"]["vms_covered"], nullptr);
  EXPECT_EQ(json["vanished"], nullptr);
  EXPECT_EQ(json["changes"]["new"], nullptr);
  EXPECT_EQ(json["changes"]["gone"], nullptr);
}

TEST(ReportAsJson, HasFewOfEachListWhenThatIsAskedFor) {
  const Made made({many(60).inventory()}, {.lists_whole = false});
  const ordered_json json = ordered_json::parse(json_of(made));
  EXPECT_EQ(json["worst"]["count"], 60);
  EXPECT_EQ(json["worst"]["items"].size(), report::kFewItems);
  EXPECT_FALSE(json.contains("vms"));
}

TEST(ReportAsJson, HasEachVmOnceAcrossPieces) {
  const Made made({many(500).inventory()});
  const ordered_json json = ordered_json::parse(json_of(made));
  std::set<std::string> names;
  for (const auto& item : json["vms"]["items"]) names.insert(item["name"].get<std::string>());
  EXPECT_EQ(names.size(), 500U);
  EXPECT_EQ(json["vms"]["count"], 500);
}

TEST(ReportAsJson, StaysJsonWhateverTheNames) {
  const Made made({named("a\"\\\n\xFF\x01").inventory()});
  EXPECT_EQ(ordered_json::parse(json_of(made))["vms"]["items"][0]["name"], "a\"\\\n\xEF\xBF\xBD\x01");
}

TEST(Pieces, AreOfSomeSixtyFourKibibytes) {
  const Made made({many(500).inventory()});
  const report::Pieces pieces = report::json_of(made.shared());
  std::vector<std::size_t> sizes;
  for (std::string piece; pieces(piece); piece.clear()) sizes.push_back(piece.size());
  EXPECT_GT(sizes.size(), 5U);
  EXPECT_LT(*std::max_element(sizes.begin(), sizes.end()), 70U * 1024);
  EXPECT_GE(*std::min_element(sizes.begin(), sizes.end() - 1), 64U * 1024);
}

TEST(Pieces, EndAndStayEnded) {
  const Made made({small().inventory()});
  const report::Pieces pieces = report::csv_of(made.shared());
  std::string text;
  EXPECT_TRUE(pieces(text));
  EXPECT_FALSE(pieces(text));
  EXPECT_FALSE(pieces(text));
}

const char* const kCsv =
    R"csv(row,server,tenant,name,guid,uuid,platform,hypervisor,cluster,project,policy,policy_guid,present,state,protection_status,excluded_because,first_seen,last_success,last_success_age_seconds,last_full,last_size_bytes,last_full_size_bytes,last_attempt,last_attempt_success,last_duration_seconds,consecutive_failures,failing_since,failure_class,failure_text,last_restore,backup_failures_total,due,next_run,overdue,overdue_by_seconds,rpo_target_seconds,restorable,warnings,kept_backups,kept_bytes,days,data_as_of,note
vm,prod,finance,erp-db,erp-db-id,,,,,,Gold,,true,failing,no_schedule,,2025-12-02T12:00:00Z,2026-01-01T01:30:00Z,37800,2026-01-01T01:30:00Z,1000,1000,2026-01-01T06:00:00Z,false,,1,2026-01-01T06:00:00Z,connection,connection refused,,,2026-01-02T08:00:00Z,2026-01-02T01:00:00Z,false,,86400,,,2,2000,success success success success success success success,2026-01-01T12:00:00Z,
vm,prod,finance,fresh,fresh-id,,,,,,Gold,,true,never_backed_up,no_schedule,,2025-12-31T12:00:00Z,,,,,,,,,0,,,,,,2026-01-01T08:00:00Z,2026-01-02T01:00:00Z,true,14400,86400,,,0,0,none none none none none missed missed,2026-01-01T12:00:00Z,
vm,prod,finance,mail,mail-id,,,,,,Gold,,true,overdue,no_schedule,,2025-12-02T12:00:00Z,2025-12-29T01:30:00Z,297000,2025-12-29T01:30:00Z,20,20,2026-01-01T01:30:00Z,false,,1,2025-12-30T01:30:00Z,connection,"'=cmd|' /C calc'!A0, no
host",,,2025-12-30T08:00:00Z,2026-01-02T01:00:00Z,true,187200,86400,,,2,40,success success success success failure failure failure,2026-01-01T12:00:00Z,
vm,prod,finance,old,old-id,,,,,,Gold,,false,not_present,no_schedule,,2025-12-02T12:00:00Z,2025-12-01T01:30:00Z,2716200,2025-12-01T01:30:00Z,7,7,2025-12-01T01:30:00Z,true,,0,,,,,,,,,,,,,2,14,none none none none none none none,2026-01-01T12:00:00Z,
vm,prod,finance,web,web-id,,,,,,Gold,,true,covered,no_schedule,,2025-12-02T12:00:00Z,2026-01-01T01:30:00Z,37800,2026-01-01T01:30:00Z,100,100,2026-01-01T01:30:00Z,true,,0,,,,,,2026-01-02T08:00:00Z,2026-01-02T01:00:00Z,false,,86400,,,2,200,success success success success success success success,2026-01-01T12:00:00Z,
vm,prod,hr,scratch,scratch-id,,,,,,,,true,no_policy,no_schedule,,2025-12-02T12:00:00Z,,,,,,,,,0,,,,,,,,,,,,,0,0,none none none none none none none,2026-01-01T12:00:00Z,
vm,prod,hr,payroll,payroll-id,,,,,,Gold,,true,covered,no_schedule,,2025-12-02T12:00:00Z,2026-01-01T01:30:00Z,37800,2026-01-01T01:30:00Z,3,3,2026-01-01T01:30:00Z,true,,0,,,,,,2026-01-02T08:00:00Z,2026-01-02T01:00:00Z,false,,86400,,,2,6,failure failure failure failure failure failure success,2026-01-01T12:00:00Z,
vanished,prod,finance,gone,gone-id,,,,,,Gold,,,,,,2025-12-02T12:00:00Z,,,,,,,,,,,,,,,,,,,,,,,,,2026-01-01T12:00:00Z,no longer listed since 2025-12-30T09:00:00Z
vanished,prod,,,nameless-id,,,,,,,,,,,,2025-12-02T12:00:00Z,,,,,,,,,,,,,,,,,,,,,,,,,2026-01-01T12:00:00Z,no longer listed since 2025-12-31T09:00:00Z
unknown,l*b,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,its VMs are not known: they have not been read yet
)csv";

TEST(ReportAsCsv, HasARowForEachVmEachVanishedOneAndEachSilentServer) {
  const Made made({everything().inventory(), site::silent("l*b")});
  std::string expected = with_crlf(kCsv);
  const std::size_t in_cell = expected.find("no\r\nhost");
  expected.erase(in_cell + 2, 1);  // the line end of that text is its own
  EXPECT_EQ(csv_of(made), expected);
}

// The cell of the only VM's name.
std::string csv_cell_of(std::string_view name) {
  Server server("prod");
  domain::Vm only = vm("a", name);
  only.id = domain::VmId("the-guid");
  const std::string csv = csv_of(Made({server.with(only, {}).inventory()}));
  const std::size_t begin = csv.find("vm,prod,a,") + 10;
  return csv.substr(begin, csv.find(",the-guid,") - begin);
}

TEST(ReportAsCsv, APlainTextIsAsItIs) { EXPECT_EQ(csv_cell_of("erp-db 1"), "erp-db 1"); }

TEST(ReportAsCsv, AFormulaIsText) {
  EXPECT_EQ(csv_cell_of("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(csv_cell_of("+1"), "\"'+1\"");
  EXPECT_EQ(csv_cell_of("-1"), "\"'-1\"");
  EXPECT_EQ(csv_cell_of("@SUM"), "\"'@SUM\"");
  EXPECT_EQ(csv_cell_of("\t=1"), "\"'\t=1\"");
  EXPECT_EQ(csv_cell_of("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(csv_cell_of("  =1"), "\"'  =1\"");
}

TEST(ReportAsCsv, WhatOneProgramDropsDoesNotHideAFormulaFromAnother) {
  EXPECT_EQ(csv_cell_of("\xC2\xA0=1"), "\"'\xC2\xA0=1\"");
  EXPECT_EQ(csv_cell_of("\xEF\xBB\xBF=1"), "\"'\xEF\xBB\xBF=1\"");
  EXPECT_EQ(csv_cell_of("\xEF\xBC\x9D"
                        "1"),
            "\"'\xEF\xBC\x9D"
            "1\"");
  EXPECT_EQ(csv_cell_of("'=1"), "\"''=1\"");
}

TEST(ReportAsCsv, AControlIsNotWritten) { EXPECT_EQ(csv_cell_of("a\x1B[2J"), "a\xEF\xBF\xBD[2J"); }

TEST(ReportAsCsv, QuotesAreDoubled) { EXPECT_EQ(csv_cell_of("a \"b\""), "\"a \"\"b\"\"\""); }

TEST(ReportAsCsv, WhatCutsACellInOtherDialectsIsQuoted) {
  EXPECT_EQ(csv_cell_of("a;=1"), "\"a;=1\"");
  EXPECT_EQ(csv_cell_of("a\nb"), "\"a\nb\"");
  EXPECT_EQ(csv_cell_of(" a"), "\" a\"");
}

TEST(ReportAsCsv, SaysSinceWhenAServerIsNotRead) {
  domain::Inventory inventory = small().inventory();
  inventory.vms.health.success = false;
  inventory.vms.health.last_success = kNoon - 5min;
  const std::string csv = csv_of(Made({inventory}));
  EXPECT_NE(
      csv.find(",2026-01-01T11:55:00Z,the server's VMs could not be read since 2026-01-01T11:55:00Z\r\n"),
      std::string::npos);
}

TEST(ReportAsCsv, HasOnlyTheVmsThatWereAskedFor) {
  const Made made({everything().inventory()}, {.scope = {{{"nobody"}}}});
  const std::string csv = csv_of(made);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1);
}

const char* const kMarkdown =
    R"md(# Backup report 2025-12-26 to 2026-01-01

As of 2026-01-01T12:00:00Z; tenants: all; servers: all; changes against 2025-12-19 to 2025-12-25.

**Warning: some of this is stale or missing.**

- Server l\*b: its VMs are not known: none of them is in this report.
- Server l\*b: policies and schedules are not known: no state, due time or compliance is told.
- Server l\*b: the backup history is not known: last attempts, failures and stored bytes are not told.
- Server l\*b: when VMs were first and last seen is not known: new and vanished ones are not told.
- Server l\*b: the results of past days are not known: no backup is counted.
- Server l\*b: virtual\_machines has not been read yet (unreachable).
- Server l\*b: backups has not been read yet.
- Server l\*b: schedules has not been read yet.
- Server l\*b: policies has not been read yet.
- Server l\*b: rules has not been read yet.

## Totals

| what | |
| --- | ---: |
| vms | 7 |
| vms covered | 2 |
| vms failing | 1 |
| vms overdue | 1 |
| vms never backed up | 1 |
| vms no policy | 1 |
| vms no schedule | 0 |
| vms paused | 0 |
| vms excluded | 0 |
| vms not present | 1 |
| vms unknown | 0 |
| due vms | 5 |
| past due vms | 2 |
| rpo compliance | 60.0 % |
| backup successes | 19 |
| backup failures | 11 |
| backup success | 63.3 % |
| protected bytes | 1.1 KiB |
| stored bytes | 2.2 KiB |

## Tenants

| server | tenant | vms | vms covered | vms failing | vms overdue | vms never backed up | rpo compliance | backup successes | backup failures | backup success | protected bytes | stored bytes |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| prod | finance | 5 | 1 | 1 | 1 | 1 | 50.0 % | 18 | 4 | 81.8 % | 1.1 KiB | 2.2 KiB |
| prod | hr | 2 | 1 | 0 | 0 | 0 | 100.0 % | 1 | 7 | 12.5 % | 3 B | 6 B |

## VMs

### Worst first: 3

| server | tenant | name | state | policy | overdue by | failing since | last success | failure class | failure text | consecutive failures | due | next run |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| prod | finance | mail | overdue | Gold | 2 d 4 h | 2025-12-30T01:30:00Z | 2025-12-29T01:30:00Z | connection | =cmd\|' /C calc'!A0, no host | 1 | 2025-12-30T08:00:00Z | 2026-01-02T01:00:00Z |
| prod | finance | fresh | never\_backed\_up | Gold | 4 h 0 min | n/a | n/a | n/a | n/a | 0 | 2026-01-01T08:00:00Z | 2026-01-02T01:00:00Z |
| prod | finance | erp-db | failing | Gold | n/a | 2026-01-01T06:00:00Z | 2026-01-01T01:30:00Z | connection | connection refused | 1 | 2026-01-02T08:00:00Z | 2026-01-02T01:00:00Z |

### Never backed up: 2

| server | tenant | name | state | policy | first seen | due | overdue by | failing since | failure class | failure text |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| prod | finance | fresh | never\_backed\_up | Gold | 2025-12-31T12:00:00Z | 2026-01-01T08:00:00Z | 4 h 0 min | n/a | n/a | n/a |
| prod | hr | scratch | no\_policy | n/a | 2025-12-02T12:00:00Z | n/a | n/a | n/a | n/a | n/a |

### No longer on their platform: 1

| server | tenant | name | policy | last success | kept backups | kept bytes |
| --- | --- | --- | --- | --- | --- | --- |
| prod | finance | old | Gold | 2025-12-01T01:30:00Z | 2 | 14 B |

### Vanished: 2

| server | tenant | name | guid | policy | first seen | gone since |
| --- | --- | --- | --- | --- | --- | --- |
| prod | finance | gone | gone-id | Gold | 2025-12-02T12:00:00Z | 2025-12-30T09:00:00Z |
| prod | n/a | n/a | nameless-id | n/a | 2025-12-02T12:00:00Z | 2025-12-31T09:00:00Z |

## Changes

### New: 1

| server | tenant | name | first seen | state | policy |
| --- | --- | --- | --- | --- | --- |
| prod | finance | fresh | 2025-12-31T12:00:00Z | never\_backed\_up | Gold |

### Newly failing: 2

| server | tenant | name | failing since | last success | failure class | failure text |
| --- | --- | --- | --- | --- | --- | --- |
| prod | finance | erp-db | 2026-01-01T06:00:00Z | 2026-01-01T01:30:00Z | connection | connection refused |
| prod | finance | mail | 2025-12-30T01:30:00Z | 2025-12-29T01:30:00Z | connection | =cmd\|' /C calc'!A0, no host |

### Recovered: 1

| server | tenant | name | last success |
| --- | --- | --- | --- |
| prod | hr | payroll | 2026-01-01T01:30:00Z |

## RPO rule

A VM is compliant while it is not past its due time: the end of the start window of the first run of its schedules after its last success (or, without one, after it was first seen), plus the configured grace. rpo\_compliance\_ratio is the share of the VMs that have a due time which are not past it, at the moment of the snapshot.
)md";

TEST(ReportAsMarkdown, IsShortAndSaysFirstHowFreshItIs) {
  EXPECT_EQ(markdown_of(Made({everything().inventory(), site::silent("l*b")}).report), kMarkdown);
}

TEST(ReportAsMarkdown, SaysThatAllIsFresh) {
  const std::string text = markdown_of(Made({everything().inventory()}).report);
  EXPECT_NE(text.find("\n\nAll data is fresh and complete.\n\n## Totals"), std::string::npos);
}

TEST(ReportAsMarkdown, CountsWhatItLeavesOut) {
  const std::string text = markdown_of(Made({many(60).inventory()}).report);
  EXPECT_NE(text.find("### Worst first: 60\n"), std::string::npos);
  EXPECT_NE(text.find("\nand 10 more\n"), std::string::npos);
}

TEST(ReportAsMarkdown, SaysWhatIsNotKnown) {
  const std::string text = markdown_of(Made({site::silent("lab")}).report);
  EXPECT_NE(text.find("### Vanished\n\nNot known.\n"), std::string::npos);
  EXPECT_NE(text.find("| vms | n/a |\n"), std::string::npos);
}

std::string markdown_cell_of(std::string_view name) {
  const std::string text = markdown_of(Made({named(name).inventory()}).report);
  const std::size_t begin = text.find("| prod | a | ", text.find("### Worst")) + 13;
  return text.substr(begin, text.find(" | never", begin) - begin);
}

TEST(ReportAsMarkdown, NamesStayText) {
  EXPECT_EQ(markdown_cell_of("a|b`c*d_e[f]#g\\h"), "a\\|b\\`c\\*d\\_e\\[f\\]\\#g\\\\h");
  EXPECT_EQ(markdown_cell_of("<b>&amp;"), "&lt;b&gt;&amp;amp;");
  EXPECT_EQ(markdown_cell_of("a\r\nb"), "a  b");
  EXPECT_EQ(markdown_cell_of("\xFF"), "\xEF\xBF\xBD");
}

TEST(ReportAsMarkdown, NoNameTurnsTheDirectionOfTheText) {
  const std::string text = report::markdown_of(Made({named("\xE2\x80\xAEgnp.exe").inventory()}).report);
  EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(text.find("\xEF\xBF\xBDgnp.exe"), std::string::npos);
}

TEST(ReportAsMarkdown, NoNameIsALink) {
  EXPECT_EQ(markdown_cell_of("https://a.b"), "https\\://a.b");
  EXPECT_EQ(markdown_cell_of("www.a.b"), "www\\.a.b");
  EXPECT_EQ(markdown_cell_of("me@a.b ~x~ $y$"), "me\\@a.b \\~x\\~ \\$y\\$");
}

TEST(ReportAsMarkdown, ALongTextIsCut) {
  EXPECT_EQ(markdown_cell_of(std::string(300, 'x')), std::string(200, 'x') + "...");
}

}  // namespace
