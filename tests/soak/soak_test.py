#!/usr/bin/env python3
"""Polls and scrapes again and again, and expects the exporter's memory to stay what it was.

    soak_test.py EXPORTER SIMULATOR

40 polls; with VPROTECT_LONG 1,000, some 17 minutes. Meanwhile the simulated server lives through hours: backups begin, end, and leave the history.
"""

import os
import re
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from running import Site, fetch  # noqa: E402

VMS = 2000
PAGES = 3  # of a list of so many VMs: the second one is full, so a third is asked for
LONG = bool(os.environ.get("VPROTECT_LONG"))
POLLS = 1000 if LONG else 40
WARM_UP = 20
MOST_GROWTH = 1.03 if LONG else 1.10  # what a heap of 50 MB does in its first seconds is no leak
PATIENCE = 2000 if LONG else 200  # seconds


def memory_of(pid):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1])


def polls_of(site):
    text = fetch(f"{site.url}/metrics?collect[]=exporter&name[]=vprotect_exporter_api_requests_total")[2].decode()
    asked = re.findall(r'^vprotect_exporter_api_requests_total\{.*endpoint="[^"]*virtual-machines".* (\d+)$', text, re.MULTILINE)
    return sum(map(int, asked)) // PAGES


def scrape(site):
    for encoding in ("gzip", "identity"):
        for query in ("", "?labels=slim", "?collect[]=vms", "?tenant=tenant-07"):
            assert fetch(f"{site.url}/metrics{query}", {"Accept-Encoding": encoding})[0] == 200


def poll_until(site, polls):
    deadline = time.monotonic() + PATIENCE
    while polls_of(site) < polls:
        assert time.monotonic() < deadline, "out of time"
        scrape(site)
        time.sleep(1)


class Soak(unittest.TestCase):
    def test_memory_stays_what_it_was(self):
        with Site(self.exporter, self.simulator, f"--vms={VMS}", "--history-days=2", "--speed=6000",
                  collection="  history: 1d\n") as site:
            poll_until(site, WARM_UP)  # more than a day passes: what begins and ends each day has been there
            fetch(f"{site.control}/clock", method="POST", body=b'{"speed": 60}')
            poll_until(site, WARM_UP + POLLS // 10)
            early = memory_of(site.pid)
            poll_until(site, WARM_UP + POLLS)
            late = memory_of(site.pid)
        print(f"{POLLS} polls: {early} kB early, {late} kB at the end", file=sys.stderr)
        self.assertLessEqual(late, early * MOST_GROWTH)


if __name__ == "__main__":
    Soak.exporter, Soak.simulator = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
