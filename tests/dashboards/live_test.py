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
BACKED_UP = ("erp-db-01", "erp-db-03")  # through the exporter, one after the other; the dashboard of a VM shows the first

# (dashboard, panel, refId): why there is nothing to be seen in the demonstration.
EMPTY = {}


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = cls.enterClassContext(Demo(*sys.argv[1:3], speed=60))
        began = time.time()
        wait_for("the first scrape", lambda: cls.demo.prometheus.query("vprotect_vm_info"))
        guids = [cls.demo.back_up(name) for name in BACKED_UP]
        cls.wanted = {"vm": BACKED_UP[0], "guid": guids[0]}
        wait_for("the range to be full", lambda: time.time() > began + SECONDS)
        cls.asking = Asking(cls.demo.prometheus, Range(time.time(), SECONDS, STEP, RATE_INTERVAL))
        cls.boards = [Dashboard(file) for file in FILES]
        for board in cls.boards:
            cls.asking.choose(board, cls.wanted)

    def queries(self):
        """(name for EMPTY, board, what has an expression)"""
        for board in self.boards:
            for panel in board.panels:
                yield from (((board.uid, panel.title, target["refId"]), board, target) for target in panel.targets)
            yield from (((board.uid, one["name"], "annotation"), board, one) for one in board.annotations)

    def test_every_query_is_answered_unless_it_is_known_to_be_empty(self):
        queries = list(self.queries())
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
