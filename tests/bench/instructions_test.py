#!/usr/bin/env python3
"""Counts what it takes to write an exposition, in valgrind's instructions, which no other work on the machine changes.

    instructions_test.py EXPOSITION_BENCH
"""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest

MOST_PER_SERIES = 800
SKIPPED = 77  # what ctest takes for it
PATIENCE = 600  # seconds


def instructions_of_writing(vms):
    with tempfile.TemporaryDirectory(prefix="vprotect-callgrind.") as folder:
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                               "--toggle-collect=exposition::Page::write*", BENCH, str(vms), "write"],
                              capture_output=True, text=True, timeout=PATIENCE, check=True)
        return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def series_of(vms):
    done = subprocess.run([BENCH, str(vms), "series"], capture_output=True, text=True, timeout=PATIENCE, check=True)
    return int(done.stdout)


def per_series(vms):
    return instructions_of_writing(vms) / series_of(vms)


class Instructions(unittest.TestCase):
    def test_a_series_takes_few_and_no_more_when_there_are_many(self):
        few, many = per_series(1_000), per_series(8_000)
        print(f"instructions per series: {few:.0f} of 1,000 VMs, {many:.0f} of 8,000")
        self.assertLessEqual(few, MOST_PER_SERIES)
        self.assertLessEqual(many, few * 1.05)


if __name__ == "__main__":
    if not shutil.which("valgrind"):
        print("valgrind is not installed: scripts/packages.sh installs it")
        sys.exit(SKIPPED)
    BENCH = sys.argv.pop(1)
    unittest.main()
