#!/usr/bin/env python3
"""Asks a real Prometheus, which scrapes the real exporter of the demonstration, every query of every dashboard, and whether
what the rules of the alerts ask for is there.

    live_test.py EXPORTER SIMULATOR

Each has to parse and to have an answer, unless it is in EMPTY.
"""

import sys
import time
import unittest

from asking import Asking, Range
from demo import ROOT, Demo, Prometheus, wait_for
from grafana import Dashboard
from promql import selectors_of

SKIPPED = 77  # what ctest takes for it
FILES = sorted((ROOT / "dashboards").glob("*.json"))
SECONDS, STEP, RATE_INTERVAL = 20, 2, "10s"
VM = "erp-db-01"  # which the dashboard of a VM shows

# (dashboard, panel, refId): why there is nothing to be seen in the demonstration.
EMPTY = {
    ("vprotect-exporter", "Series dropped", "A"): "no family has more series than its budget",
    ("vprotect-exporter", "Reads that were not used", "B"): "every login succeeds",
}
# A selector of a rule: why it finds nothing in the demonstration.
NOT_THERE = {
    "server_schedule:vprotect_schedule_expected_run:timestamp_seconds{}": "it looks a quarter of an hour back",
    'vprotect_collector_error{collector="virtual_machines", kind="forbidden"}': "nothing else would be there",
    'vprotect_exporter_shard_info{shards!="1"}': "one exporter shows everything",
    "vprotect_exporter_series_dropped_total{}": "no family has more series than its budget",
    'vprotect_runbook_refusals_total{rule="mass_alert"}': "the closed loop in tests/integration has it",
    "vprotect_tenant_filter_effective{}": "no tenant filter is configured",
}


def text_of(selector):
    """As PromQL."""
    matchers = ", ".join(f'{label}{operator}"{value}"' for label, operator, value in selector.matchers)
    return f"{selector.name}{{{matchers}}}"


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = cls.enterClassContext(Demo(*sys.argv[1:3], speed=60))
        began = time.time()
        cls.await_answer("vprotect_vm_info")
        cls.make_trouble()
        cls.await_answer('vprotect_vm_coverage{state="overdue"}')
        wait_for("the range to be full", lambda: time.time() > began + SECONDS)
        cls.demo.control("/tasks/hold", {"held": True})
        cls.await_answer("vprotect_task_oldest_queued_seconds > 0")
        cls.asking = Asking(cls.demo.prometheus, Range(time.time(), SECONDS, STEP, RATE_INTERVAL))
        cls.boards = [Dashboard(file) for file in FILES]
        for board in cls.boards:
            cls.asking.choose(board, {"vm": VM, "guid": cls.demo.guid(VM)})

    @classmethod
    def make_trouble(cls):
        """Counters that are absent until something happens have risen only when it happens again."""
        cls.demo.let_fail("orders-01")
        cls.demo.control("/faults", {"kind": "status", "status": 403, "path": "/dashboard"})
        cls.demo.be_refused()
        cls.demo.await_end(cls.demo.begin_backup(VM))
        cls.demo.be_refused()
        cls.demo.await_end(cls.demo.begin_restore(VM))

    @classmethod
    def await_answer(cls, expr):
        wait_for(expr, lambda: cls.demo.prometheus.query(expr))

    def queries(self):
        """(name for EMPTY, board, what has an expression)"""
        for board in self.boards:
            for panel in board.panels:
                yield from (((board.uid, panel.title, target["refId"]), board, target) for target in panel.targets)
            yield from (((board.uid, one["name"], "annotation"), board, one) for one in board.annotations)

    def test_every_query_is_answered_unless_it_is_known_to_be_empty(self):
        queries = list(self.queries())
        self.assertNotEqual(queries, [])
        for name, board, target in queries:
            with self.subTest(name):
                answer = self.asking.target(target, board)
                self.assertEqual(bool(answer), name not in EMPTY, EMPTY.get(name, self.asking.expression(target, board)))
        self.assertEqual(EMPTY.keys() - {name for name, *_ in queries}, set())
        print(f"{len(queries)} queries answered")

    def test_every_rule_can_be_evaluated(self):
        rules = [rule for group in self.demo.prometheus.ask("rules")["groups"] for rule in group["rules"]]
        self.assertGreater(len(rules), 60)
        self.assertEqual([(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"], [])
        asked = {text_of(selector) for rule in rules for selector in selectors_of(rule["query"])}
        self.assertEqual({text for text in asked if not self.demo.prometheus.query(text)}, set(NOT_THERE))

    def test_every_variable_has_options(self):
        for board in self.boards:
            for variable in board.variables:
                with self.subTest(f"{board.uid} ${variable.name}"):
                    self.assertNotEqual(variable.options, [])


if __name__ == "__main__":
    if not Prometheus.binary:
        print("VPROTECT_PROMETHEUS is not set: scripts/test.sh sets it")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1])
