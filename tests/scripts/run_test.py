#!/usr/bin/env python3
"""The README's first command with its Prometheus: everything it starts answers, and nothing of it is left.

    run_test.py

With VPROTECT_LONG it stays until the alert has had the neglected VM backed up, some two minutes.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from running import PATIENCE, fetch, wait_for  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
SKIPPED = 77  # what ctest takes for it


def three_free_ports():
    """The first of three neighbours."""
    for first in range(20000, 30000, 3):
        try:
            for port in range(first, first + 3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise RuntimeError("no free ports")


class Run(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = three_free_ports()
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="vprotect-run."))
        cls.log = Path(cls.folder) / "log"
        with open(cls.log, "wb") as log:
            cls.run_sh = subprocess.Popen(
                [ROOT / "scripts/run.sh", "--no-build", "--port", str(cls.port), "--with-prometheus"], stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, env=os.environ | {"TMPDIR": "/tmp"})
        cls.addClassCleanup(cls.stop)
        wait_for("run.sh to say where to look", lambda: "Ctrl-C stops" in cls.said() or cls.run_sh.poll() is not None)
        assert cls.run_sh.poll() is None, cls.said()

    @classmethod
    def stop(cls):
        if cls.run_sh.poll() is None:
            cls.run_sh.send_signal(signal.SIGTERM)
            cls.run_sh.wait(PATIENCE)

    @classmethod
    def said(cls):
        return cls.log.read_text(errors="replace")

    def get(self, offset, path, headers=None):
        status, _, body = fetch(f"http://127.0.0.1:{self.port + offset}{path}", headers)
        self.assertEqual(status, 200, body[:300])
        return json.loads(body)

    def test_a_every_rule_is_evaluated(self):
        def rules():
            groups = self.get(1, "/api/v1/rules")["data"]["groups"]
            return [rule for group in groups for rule in group["rules"]]

        self.assertGreater(len(rules()), 60)
        wait_for("the first evaluation", lambda: all(rule["health"] != "unknown" for rule in rules()))
        self.assertEqual([rule for rule in rules() if rule["health"] != "ok"], [])

    def test_a_links_lead_to_pages(self):
        pages = re.findall(r"^  [a-z ]+? +(http://\S+)(?= \(plain|$)", self.said(), re.MULTILINE)
        self.assertEqual(len(pages), 4, pages)
        for page in pages:
            self.assertEqual(fetch(page)[0], 200, page)

    def test_b_alertmanager_is_told(self):
        wait_for("an alert of the demonstration", lambda: self.get(2, "/api/v2/alerts"))

    @unittest.skipUnless(os.environ.get("VPROTECT_LONG"), "short form")
    def test_c_the_neglected_vm_is_backed_up(self):
        token = re.search(r"Bearer ([\w-]+)", self.said())[1]

        def succeeded():
            operations = self.get(0, "/api/v1/operations?origin=alertmanager", {"Authorization": f"Bearer {token}"})["items"]
            return [o for o in operations if o["jobs"][0]["name"] == "orders-01" and o.get("outcome") == "succeeded"]

        for _ in range(5):
            try:
                return wait_for("the backup of orders-01", succeeded)
            except TimeoutError:
                continue
        self.fail("orders-01 was not backed up by its alert:\n" + self.said())

    def test_d_nothing_is_left(self):
        left = Path(re.search(r"configuration +(\S+)/config.yaml", self.said())[1])
        self.assertTrue(left.exists())
        self.stop()
        self.assertEqual(self.run_sh.returncode, 0, self.said())
        self.assertFalse(left.exists())
        for port in range(self.port, self.port + 3):
            with socket.socket() as probe:
                self.assertNotEqual(probe.connect_ex(("127.0.0.1", port)), 0)


if __name__ == "__main__":
    if not (ROOT / "build/release/src/vprotect_exporter").exists() or not os.environ.get("VPROTECT_PROMETHEUS"):
        print("needs the release build, and VPROTECT_PROMETHEUS, which scripts/test.sh sets")
        sys.exit(SKIPPED)
    unittest.main()
