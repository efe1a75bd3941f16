#!/usr/bin/env python3
"""Asks a real Prometheus, which scrapes the real exporter of the demonstration, every query of every dashboard.

    live_test.py EXPORTER SIMULATOR

Each has to parse and to have an answer, unless it is in EMPTY.
"""

import sys
import time
import unittest

from asking import Asking, Range
from demo import ROOT, Demo, Prometheus, wait_for
from grafana import Dashboard

SKIPPED = 77  # what ctest takes for it
FILES = sorted((ROOT / "dashboards").glob("*.json"))
SECONDS, STEP, RATE_INTERVAL = 20, 2, "10s"
VM = "erp-db-01"  # which the dashboard of a VM shows

# (dashboard, panel, refId): why there is nothing to be seen in the demonstration.
EMPTY = {
    ("vprotect-exporter", "Series dropped", "A"): "no family has more series than its budget",
    ("vprotect-exporter", "Reads that were not used", "B"): "every login succeeds",
}


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
