#!/usr/bin/env python3
"""Tests the alerts with Debian's promtool (VPROTECT_PROMTOOL): each fires in one story at least and is silent in another.

    rules_test.py              runs every story of tests/alerts/*.yaml
    rules_test.py --self-test  breaks the rules in known ways and expects the stories to notice

A story is written shorter than promtool wants it. `series` are laid over a healthy world (`world` below; null takes one out of
it), and in the labels of a series `server`, `tenant` and `vm` stand for those of one server, tenant and VM. What a firing alert says
follows from the rule but for its description, which the story gives, so that the numbers and names in it are checked.
"""

import functools
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from promql import Binary, Call, Selector, breaches, catalogue, entry, labels_of, parse, walk  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
ALERTS = ROOT / "alerts"
STORIES = Path(__file__).parent
PAGES = ROOT / "docs" / "runbooks"
OF_COUNTERS = {"rate", "irate", "increase", "resets"}
OF_GAUGES = {"delta", "idelta", "deriv", "predict_linear"}
COMPARISONS = {"==", "!=", "<", "<=", ">", ">="}
SKIPPED = 77  # what ctest takes for it

TARGET = 'job="vprotect", instance="exporter:9777"'
SHORT = {"target": TARGET, "server": f'{TARGET}, server="prod"', "tenant": f'{TARGET}, server="prod", tenant="finance"',
         "vm": f'{TARGET}, server="prod", tenant="finance", vm="erp-db-01", guid="3c1b7a52-01"'}
def world(step, count):
    """A world in which everything is well, sampled every so many seconds. Time begins at 1970."""
    well, now = f"1*{count}", f"0+{step}x{count}"
    return {"up{target}": well, "vprotect_up{server}": well, "vprotect_server_clock_skew_seconds{server}": f"2*{count}",
            "vprotect_snapshot_timestamp_seconds{target}": now} | {
                f'vprotect_collector_last_success_timestamp_seconds{{server, collector="{name}"}}': now
                for name in ("virtual_machines", "backups", "schedules", "nodes")}


@functools.cache
def all_rules():
    return [rule | {"group": group["name"]} for file in sorted(ALERTS.glob("*.yaml"))
            for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


@functools.cache
def rules():
    """{name of an alert: its rule}"""
    alerts = [rule for rule in all_rules() if "alert" in rule]
    found = {rule["alert"]: rule for rule in alerts}
    assert len(found) == len(alerts), "an alert's name is there twice"
    return found


@functools.cache
def metrics():
    """The catalogue, and what the rules record."""
    recorded = {rule["record"]: ("gauge", None) for rule in all_rules() if "record" in rule}
    return catalogue(ROOT / "docs" / "metrics.md") | recorded


def written_out(series):
    """`name{vm, state="x"}` with the labels that `vm` stands for."""
    return re.sub(r"([{,]\s*)(target|server|tenant|vm)(?=\s*[,}])", lambda m: m[1] + SHORT[m[2]], series)


def values(text):
    """promtool's own notation, and `7*60`: 7 and sixty times more."""
    return re.sub(r"(\S+)\*(\d+)", r"\1+0x\2", str(text))


def seconds(text):
    return sum(int(number) * {"m": 60, "h": 3600, "d": 86400}[unit] for number, unit in re.findall(r"(\d+)([mhd])", text))


def input_series(story):
    step = seconds(story.get("interval", "1m"))
    series = world(step, seconds(story["at"]) // step + 5) | (story.get("series") or {})
    return [{"series": written_out(name), "values": values(text)} for name, text in series.items() if text is not None]


def dashboard_of(url, labels):
    """The rule's dashboard_url with the labels in it."""
    return re.sub(r"\{\{ \$labels\.(\w+) \| urlquery \}\}",
                  lambda m: urllib.parse.quote_plus(labels.get(m[1], "")), url)


def expected(rule, alert):
    labels = alert.get("labels") or {}
    annotations = rule["annotations"]
    return {"exp_labels": labels | rule["labels"],
            "exp_annotations": {"summary": annotations["summary"], "description": alert["description"],
                                "runbook_url": annotations["runbook_url"],
                                "dashboard_url": dashboard_of(annotations["dashboard_url"], labels)}}


def promtool_test(name, rule, story, fires):
    alerts = story.get("alerts", [story]) if fires else []
    return {"name": f"{name}: {story['story']}", "interval": story.get("interval", "1m"), "input_series": input_series(story),
            "alert_rule_test": [{"eval_time": story["at"], "alertname": name, "exp_alerts": [expected(rule, a) for a in alerts]}]}


@functools.cache
def stories():
    """{name of an alert: {"fires": [...], "silent": [...]}} of every file."""
    return {name: told for file in sorted(STORIES.glob("*.yaml")) for name, told in yaml.safe_load(file.read_text()).items()}


def kinds_of_run(rules_by_name):
    """{(the alerts' group, the time between evaluations, a file that is not loaded): promtool's tests}"""
    runs = {}
    for name, told in stories().items():
        for kind in ("fires", "silent"):
            for story in told[kind]:
                run = rules_by_name[name]["group"], story.get("interval", "1m"), story.get("without")
                runs.setdefault(run, []).append(promtool_test(name, rules_by_name[name], story, fires=kind == "fires"))
    return runs


def run(folder, kind, tests):
    """promtool's complaints about these tests of the rules in the folder."""
    group, interval, without = kind
    names = ["thresholds", "recording", group.removeprefix("vprotect-")]
    with tempfile.TemporaryDirectory(prefix="vprotect-alerts.") as scratch:
        file = Path(scratch) / "tests.yaml"  # JSON is YAML
        file.write_text(json.dumps({
            "rule_files": [str(folder / f"{name}.yaml") for name in names if f"{name}.yaml" != without],
            "evaluation_interval": interval, "group_eval_order": [f"vprotect-{name}" for name in names], "tests": tests}))
        done = subprocess.run([os.environ["VPROTECT_PROMTOOL"], "test", "rules", file], capture_output=True, text=True, timeout=600)
        return "" if done.returncode == 0 else done.stdout + done.stderr


def unreadable(folder=ALERTS):
    """What `promtool check rules` has to say; empty: nothing."""
    done = subprocess.run([os.environ["VPROTECT_PROMTOOL"], "check", "rules", "--lint=all", "--lint-fatal",
                           *sorted(folder.glob("*.yaml"))], capture_output=True, text=True, timeout=60)
    return "" if done.returncode == 0 else done.stdout + done.stderr


class Rules(unittest.TestCase):
    maxDiff = None

    def test_promtool_has_nothing_to_say(self):
        self.assertEqual(unreadable(), "")

    def test_each_alert_has_a_story_in_which_it_fires_and_one_in_which_it_is_silent(self):
        told = stories()
        self.assertEqual(sorted(told), sorted(rules()))
        for name, kinds in told.items():
            self.assertTrue(kinds["fires"] and kinds["silent"], name)

    def test_each_alert_says_what_people_and_programs_need(self):
        for name, rule in rules().items():
            with self.subTest(name):
                self.assertRegex(name, r"^Vprotect([A-Z][a-z]+)+$")
                self.assertIn(rule["labels"]["severity"], ("critical", "warning", "info"))
                annotations = rule["annotations"]
                self.assertEqual(sorted(annotations), ["dashboard_url", "description", "runbook_url", "summary"])
                self.assertRegex(annotations["summary"], r"^[A-Z][^{}]*\.$")
                self.assertTrue(annotations["runbook_url"].endswith(f"/docs/runbooks/{name}.md"))

    def test_alerts_of_a_vm_have_the_labels_by_which_it_is_found(self):
        for name, rule in rules().items():
            if name.startswith("VprotectVm"):
                self.assertRegex(rule["expr"], r"max by \(server, tenant, vm, guid\b", name)

    def test_expressions_ask_for_what_is_exported(self):
        for rule in all_rules():
            self.assertEqual(breaches(rule["expr"], metrics()), [], rule)

    def test_counters_and_gauges_are_each_asked_as_such(self):
        for rule in all_rules():
            for node, above in walk(parse(rule["expr"])):
                if isinstance(node, Selector):
                    kind = entry(node.name, metrics())[0]
                    functions = {one.function for one in above if isinstance(one, Call)}
                    self.assertFalse(functions & (OF_GAUGES if kind == "counter" else OF_COUNTERS), (node.name, rule["expr"]))

    def test_each_alert_compares_or_asks_for_absence(self):
        for name, rule in rules().items():
            nodes = [node for node, _ in walk(parse(rule["expr"]))]
            self.assertTrue(any(isinstance(node, Binary) and node.operator in COMPARISONS or
                                isinstance(node, Call) and node.function == "absent" for node in nodes), name)

    def test_texts_say_how_long_it_lasted_before_it_fired(self):
        for name, rule in rules().items():
            for minutes in re.findall(r"for (\d+) minutes", rule["annotations"]["description"]):
                self.assertEqual(rule["for"], f"{minutes}m", name)

    def test_texts_print_labels_that_are_there(self):
        for name, rule in rules().items():
            labels = labels_of(rule["expr"], metrics())
            for label in re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"])) if labels is not None else []:
                self.assertIn(label, labels, name)

    def test_the_documentation_lists_them(self):
        rows = re.findall(r"^\| \[(\w+)\]\(runbooks/(\w+)\.md\) \| (\w+) \| (\w*) \| (.+) \|$",
                          (ROOT / "docs" / "alerts.md").read_text(), re.MULTILINE)
        self.assertEqual(sorted(rows), sorted((name, name, rule["labels"]["severity"], rule.get("for", ""),
                                               rule["annotations"]["summary"]) for name, rule in rules().items()))

    def test_each_alert_has_a_page_and_each_page_an_alert(self):
        self.assertEqual(sorted(page.stem for page in PAGES.glob("*")), sorted(rules()))

    def test_pages_say_what_it_means_how_to_look_and_what_to_do(self):
        for page in PAGES.glob("*.md"):
            text = page.read_text()
            rule = rules()[page.stem]
            with self.subTest(page.name):
                self.assertEqual(re.findall("^#+ (.+)", text, re.MULTILINE),
                                 [page.stem, "What it means", "How to look", "What to do"])
                lasting = f" after {rule['for']}" if "for" in rule else ""
                self.assertIn(f"{rule['annotations']['summary']} *{rule['labels']['severity'].capitalize()}{lasting}*", text)

    def test_links_of_pages_lead_somewhere(self):
        for page in (*PAGES.glob("*.md"), ROOT / "docs" / "alerts.md"):
            for link in re.findall(r"\]\(([^)#]+)", page.read_text()):
                self.assertTrue((page.parent / link).exists(), f"{page.name}: {link}")

    def test_queries_of_pages_ask_for_what_is_exported(self):
        for page in PAGES.glob("*.md"):
            for block in re.findall(r"```promql\n(.*?)```", page.read_text(), re.DOTALL):
                for query in block.splitlines():
                    self.assertEqual(breaches(query, metrics()), [], f"{page.name}: {query}")

    def test_stories(self):
        for kind, tests in kinds_of_run(rules()).items():
            with self.subTest(kind):
                self.assertEqual(run(ALERTS, kind, tests), "")


class Broken(unittest.TestCase):
    """Faults of rules that were shipped by others, put into ours: the stories have to notice."""

    def expect_noticed(self, name, old, new):
        with tempfile.TemporaryDirectory(prefix="vprotect-alerts.") as scratch:
            for file in ALERTS.glob("*.yaml"):
                text = file.read_text()
                begin = text.find(f"- alert: {name}\n")
                end = text.find("- alert:", begin + 1) if begin >= 0 else -1
                if begin >= 0:
                    rule = text[begin:end if end > 0 else None]
                    self.assertIn(old, rule, name)
                    text = text.replace(rule, rule.replace(old, new, 1))
                (Path(scratch) / file.name).write_text(text)
            self.assertEqual(unreadable(Path(scratch)), "")
            complaints = [run(Path(scratch), kind, [test for test in tests if test["name"].startswith(name + ":")])
                          for kind, tests in kinds_of_run(rules()).items() if kind[0] == rules()[name]["group"]]
            self.assertNotEqual("".join(complaints), "", f"{name} with {new!r}")

    def test_an_inverted_comparison(self):
        self.expect_noticed("VprotectExporterDown", "== 0", "!= 0")

    def test_a_sum_of_times(self):
        self.expect_noticed("VprotectSnapshotOld", "max by (job, instance)", "sum by (job)")
        self.expect_noticed("VprotectVmOverdue", "max by (server", "sum by (server")

    def test_a_gate_that_is_missing(self):
        self.expect_noticed("VprotectVmOverdue", "and on (server) server:vprotect_data_fresh:bool == 1", "")

    def test_labels_that_do_not_match(self):
        self.expect_noticed("VprotectVmOverdue", "and on (job, instance, server, guid)", "and")

    def test_a_label_that_is_dropped_and_printed_empty(self):
        self.expect_noticed("VprotectVmOverdue", "(server, tenant, vm, guid)", "(server, tenant, guid)")

    def test_a_bool_where_a_filter_is_meant(self):
        self.expect_noticed("VprotectClockSkew", "> scalar", "> bool scalar")

    def test_a_difference_of_counters(self):
        self.expect_noticed("VprotectRunbookFailing", "increase(", "delta(")

    def test_one_threshold_for_all_schedules(self):
        self.expect_noticed("VprotectVmOverdue", '"overdue"} == 1', '"covered"} == 1')


if __name__ == "__main__":
    if not os.environ.get("VPROTECT_PROMTOOL"):
        print("VPROTECT_PROMTOOL is not set: scripts/test.sh sets it")
        sys.exit(SKIPPED)
    case = "Broken" if "--self-test" in sys.argv else "Rules"
    unittest.main(argv=[sys.argv[0], *[argument for argument in sys.argv[1:] if argument != "--self-test"], case])
