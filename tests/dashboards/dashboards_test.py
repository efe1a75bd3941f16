#!/usr/bin/env python3
"""Holds the dashboards against the rules of Grafana's dashboard-linter, without exclusions, and against rules of ours.

    dashboards_test.py              checks dashboards/*.json
    dashboards_test.py --self-test  checks the rules, each on a dashboard that breaks it and no other
"""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
from promql import catalogue  # noqa: E402
from rules import RULES, SETTINGS, SOURCE, Shelf, broken, everything_in  # noqa: E402

FOLDER = ROOT / "dashboards"


def on_disk():
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


class Dashboards(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.shelf = Shelf(on_disk(), catalogue(ROOT / "docs" / "metrics.md"))

    def test_there_are_five(self):
        self.assertEqual(sorted(self.shelf.dashboards), ["vprotect-exporter", "vprotect-fleet", "vprotect-operations",
                                                         "vprotect-tenant", "vprotect-vm"])

    def test_no_rule_is_broken(self):
        for name, d in self.shelf.dashboards.items():
            with self.subTest(name):
                self.assertEqual(d["uid"], name)
                self.assertEqual(self.shelf.breaches(d), [])

    def test_they_are_what_make_py_writes(self):
        done = subprocess.run([sys.executable, "-B", FOLDER / "make.py", "--check"], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_alerts_lead_to_them(self):
        urls = [url for path in (ROOT / "alerts").glob("*.yaml")
                for url in re.findall(r'dashboard_url: "?([^"\n]+)', path.read_text(encoding="utf-8"))]
        self.assertGreater(len(urls), 0)
        for url in urls:
            self.assertEqual(list(broken(url, None, None, self.shelf)), [])

    @unittest.skipUnless(os.environ.get("VPROTECT_PROMTOOL"), "VPROTECT_PROMTOOL is not set: scripts/test.sh sets it")
    def test_prometheus_can_read_every_query(self):
        exprs = [a for d in self.shelf.dashboards.values() for a in everything_in(d, "expr")]
        rules = [{"record": "r", "expr": re.sub(r"\[\$\w+\]", "[5m]", expr), "labels": {"n": str(n)}}
                 for n, expr in enumerate(exprs)]
        with tempfile.TemporaryDirectory(prefix="vprotect-dashboards.") as scratch:
            file = Path(scratch) / "rules.yaml"  # JSON is YAML
            file.write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}))
            done = subprocess.run([os.environ["VPROTECT_PROMTOOL"], "check", "rules", file], capture_output=True, text=True,
                                  timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


METRICS = {"a_ratio": ("gauge", ["server", "tenant"]), "b_total": ("counter", ["server"]),
           "vm_info": ("info", ["server", "vm", "guid"])}
ALL = 'job=~"$job", instance=~"$instance", server=~`${server:regex}`'


def sound():
    """A dashboard that breaks no rule: a stat, a time series and a table."""
    def query(expr, ref="A", legend=""):
        return {"datasource": SOURCE, "expr": expr, "legendFormat": legend, "refId": ref}

    def panel(kind, place, targets, **more):
        grid = {"x": 8 * place, "y": 0, "w": 8, "h": 4}
        config = {"defaults": {"unit": "short", "thresholds": {"steps": [{}]}}, "overrides": []}
        return {"id": place, "type": kind, "title": kind, "description": "It is there.", "datasource": SOURCE, "gridPos": grid,
                "targets": targets, "fieldConfig": config} | more

    def variable(name, text):
        return {"name": name, "label": name.title(), "type": "query", "multi": True, "allValue": ".+", "datasource": SOURCE,
                "refresh": 2, "query": {"query": text}}

    info = f'max by (server, vm, guid) (vm_info{{{ALL}, guid="$guid"}})'
    organize = {"excludeByName": {"Time": True},
                "renameByName": {"server": "Server", "vm": "VM", "guid": "GUID", "Value #A": "Listed", "Value #B": "Date"}}
    overrides = [{"matcher": {"options": title}, "properties": [{"id": "unit", "value": unit}]}
                 for title, unit in (("Listed", "none"), ("Date", "dateTimeAsIso"))]
    url = {"id": "links", "value": [{"url": "/d/vprotect-sound?${job:queryparam}&var-guid=${__data.fields.guid}"}]}
    overrides.append({"matcher": {"options": "VM"}, "properties": [url]})
    ratio = f'a_ratio{{{ALL}, tenant=~`${{tenant:regex}}`}}'
    rate = f"max by (server) (rate(b_total{{{ALL}}}[$__rate_interval]))"
    source = {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"}
    return SETTINGS | {
        "uid": "vprotect-sound", "editable": False,
        "links": [{"type": "dashboards", "tags": ["vprotect"], "keepTime": True, "includeVars": True}],
        "annotations": {"list": [{"name": name, "datasource": SOURCE, "expr": "ALERTS"}
                                 for name in ("Triggered backups", "Alerts")]},
        "templating": {"list": [source, *(variable(name, f"label_values(up, {name})") for name in ("job", "instance")),
                                variable("server", 'label_values(vm_info{job=~"$job"}, server)'),
                                variable("tenant", "label_values(a_ratio, tenant)"),
                                variable("guid", "label_values(vm_info, guid)")]},
        "panels": [panel("stat", 0, [query(f"sum(max by (server, tenant) ({ratio}))")]),
                   panel("timeseries", 1, [query(rate, legend="{{server}}")]),
                   panel("table", 2, [query(info), query("1000 * " + info, "B")],
                         fieldConfig={"defaults": {"unit": "none"}, "overrides": overrides},
                         transformations=[{"id": "organize", "options": organize}])]}


# rule: what breaks it, and it alone, in place of what is at these members.
BREACHES = {
    "template-datasource-rule": [("templating.list.0.label", "Source"), ("templating.list.0.query", "loki")],
    "template-job-rule": [("templating.list.1.multi", False), ("templating.list.1.allValue", ".*"),
                          ("templating.list.1.datasource", "prometheus")],
    "template-instance-rule": [("templating.list.2.label", "instance"), ("templating.list.2.type", "custom")],
    "template-label-promql-rule": [("templating.list.3.query.query", "label_values(vm_info{, server)"),
                                   ("templating.list.3.query.query", "values(vm_info, server)")],
    "template-on-time-change-reload-rule": [("templating.list.3.refresh", 1)],
    "panel-datasource-rule": [("panels.0.datasource", {"type": "prometheus", "uid": "abc"}), ("panels.2.datasource", None)],
    "panel-title-description-rule": [("panels.0.title", ""), ("panels.0.description", ""), ("panels.0.description", "a number")],
    "panel-units-rule": [("panels.0.fieldConfig.defaults.unit", ""), ("panels.1.fieldConfig.defaults.unit", "parsecs"),
                         ("panels.2.fieldConfig.overrides.0.properties.0.id", "width")],
    "panel-no-targets-rule": [("panels.0.targets", [])],
    "target-promql-rule": [("panels.0.targets.0.expr", "sum("), ("panels.0.targets.0.expr", "sum(a_ratio))")],
    "target-rate-interval-rule": [("panels.1.targets.0.expr", f"max by (server) (rate(b_total{{{ALL}}}[5m]))"),
                                  ("panels.1.targets.0.expr", f"max by (server) (rate(b_total{{{ALL}}}[$__range]))")],
    "target-job-rule": [("panels.0.targets.0.expr", 'max(up{instance=~"$instance"})'),
                        ("panels.0.targets.0.expr", 'max(up{job="$job", instance=~"$instance"})')],
    "target-instance-rule": [("panels.0.targets.0.expr", 'max(up{job=~"$job"})')],
    "target-counter-agg-rule": [("panels.1.targets.0.expr", f"max by (server) (b_total{{{ALL}}})"),
                                ("panels.1.targets.0.expr", f"max by (server) (delta(b_total{{{ALL}}}[$__rate_interval]))")],
    "uneditable-dashboard": [("editable", True), ("editable", None)],
    "identity": [("uid", "vprotect-other"), ("__inputs", [])],
    "settings": [("id", 7), ("refresh", "5s"), ("schemaVersion", 27), ("timezone", "")],
    "one-datasource": [("annotations.list.0.datasource", {"type": "grafana", "uid": "-- Grafana --"}),
                       ("panels.0.targets.0.datasource", {"type": "prometheus", "uid": "${DS_PROMETHEUS}"})],
    "grid": [("panels.1.gridPos.x", 7), ("panels.2.gridPos.w", 7), ("panels.0.gridPos.h", 5)],
    "panels": [("panels.0.type", "gauge"), ("panels.1.id", 0), ("panels.1.title", "stat")],
    "metrics": [("annotations.list.1.expr", "ALARMS"), ("templating.list.3.query.query", "label_values(vm_info, host)"),
                ("panels.0.targets.0.expr", 'max(gone{job=~"$job", instance=~"$instance"})'),
                ("panels.0.targets.0.expr", 'max by (server) (up{job=~"$job", instance=~"$instance"})'),
                ("panels.0.targets.0.expr", 'max(up{job=~"$job", instance=~"$instance", host="a"})')],
    "narrowed": [("panels.0.targets.0.expr", f"max(a_ratio{{{ALL}}})"),
                 ("panels.2.targets.0.expr", f"max by (vm, guid) (vm_info{{{ALL}}})"),
                 ("panels.0.targets.0.expr", f'max(a_ratio{{{ALL}, tenant="$tenant"}})')],
    "known-variables": [("annotations.list.1.expr", 'ALERTS{vm="$vm"}'),
                        ("templating.list.1.query.query", 'label_values(up{instance=~"$instance"}, job)')],
    "counted-once": [("panels.0.targets.0.expr", f'sum(a_ratio{{{ALL}, tenant=~`${{tenant:regex}}`}})'),
                     ("panels.0.targets.0.expr", f'sum(sum by (server) (a_ratio{{{ALL}, tenant=~`${{tenant:regex}}`}}))'),
                     ("panels.0.targets.0.expr", f'sum(max by (instance) (a_ratio{{{ALL}, tenant=~`${{tenant:regex}}`}}))')],
    "legends": [("panels.1.targets.0.legendFormat", ""), ("panels.1.targets.0.legendFormat", "{{tenant}}")],
    "links": [("links", []), ("links.0.keepTime", False)] + [
        ("panels.2.fieldConfig.overrides.2.properties.0.value.0.url", "/d/vprotect-" + url)
        for url in ("gone", "sound?var-host=a", "sound?${node:queryparam}", "sound?var-guid=${__data.fields.id}")],
    "tables": [("panels.2.transformations.0.options.excludeByName", {}),
               ("panels.2.transformations.0.options.renameByName.node", "Node"),
               ("panels.2.transformations.0.options.renameByName",
                {"vm": "VM", "guid": "GUID", "Value #A": "Listed", "Value #B": "Date"}),
               ("panels.2.fieldConfig.overrides.2.matcher.options", "Machine")],
    "ratios": [("panels.0.fieldConfig.defaults.unit", "percentunit")],
    "dates": [("panels.0.fieldConfig.defaults.unit", "dateTimeAsIso"),
              ("panels.2.targets.0.expr", f'1000 * max by (server, vm, guid) (vm_info{{{ALL}, guid="$guid"}})')],
    "stats": [("panels.0.fieldConfig.defaults.thresholds.steps", []), ("panels.0.fieldConfig.defaults.unit", "none")],
    "annotations": [("annotations.list.0.name", "Deployments")],
}


def changed(value, path, new):
    """The value with another one at `a.0.b`."""
    value = copy.deepcopy(value)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = value
    for part in way:
        place = place[part]
    place[last] = new
    return value


class Rules(unittest.TestCase):
    def found(self, d):
        return {name for name, _ in Shelf({"vprotect-sound": d}, METRICS).breaches(d)}

    def test_a_sound_dashboard_breaks_none(self):
        self.assertEqual(Shelf({"vprotect-sound": sound()}, METRICS).breaches(sound()), [])

    def test_each_rule_is_broken_by_something(self):
        self.assertEqual(sorted(BREACHES), sorted(name for name, _, _ in RULES))

    def test_each_breach_is_found_by_its_rule_alone(self):
        for name, breaks in BREACHES.items():
            for path, new in breaks:
                with self.subTest(f"{name}: {path} = {new}"):
                    self.assertEqual(self.found(changed(sound(), path, new)), {name})


def main(arguments):
    cases = Rules if arguments == ["--self-test"] else Dashboards
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(cases))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
