#!/usr/bin/env python3
"""Draws the dashboards from a demonstration that ran for a while: docs/images/dashboard-NAME.png. Says what looks wrong.

    pictures.py EXPORTER SIMULATOR [MINUTES] [FOLDER]
"""

import contextlib
import sys
import tempfile
import time
from pathlib import Path

from asking import Asking, Range
from demo import ROOT, Demo
from grafana import Dashboard
from render import page

sys.path.insert(0, str(ROOT / "tests" / "browser"))
from webdriver import Browser  # noqa: E402

WIDTH = 1600
COMPLAINTS = """
const cut = (e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2;
const beyond = (e, svg) => { const box = e.getBoundingClientRect(), all = svg.getBoundingClientRect();
  return box.left < all.left - 1 || box.right > all.right + 1; };
const all = (root, css) => [...root.querySelectorAll(css)];
return all(document, "section").flatMap((panel) => [
  ...all(panel, ".empty").map(() => "no data"),
  ...all(panel, ".fit").filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => "cut: " + e.innerText),
  ...all(panel, ".legend").filter(cut).map(() => "the legend does not fit"),
  ...all(panel, ".words").filter(() => cut(panel.querySelector(".body"))).map(() => "the text does not fit"),
  ...all(panel, ".gauges, .stats").filter(cut).map(() => "the figures do not fit"),
  ...all(panel, "svg.chart text").filter((e) => beyond(e, e.ownerSVGElement)).map((e) => "beyond the chart: " + e.textContent),
  ...all(panel, "table.grid").filter((e) => e.offsetWidth > e.parentElement.clientWidth + 1).map(() => "the table is wider than its panel"),
  ...all(panel, "table.grid").filter((e) => e.dataset.rows == 0).map(() => "the table has no rows"),
].map((words) => (panel.dataset.title ?? "row") + ": " + words));
"""


def draw(board, asking, browser, folder, picture):
    file = folder / f"{board.uid}.html"
    file.write_text(page(board, asking))
    browser.size(WIDTH, 900)
    browser.open(file.as_uri())
    browser.picture(picture, browser.run("return document.documentElement.scrollHeight"))
    for words in browser.run(COMPLAINTS):
        print(f"warning: {board.uid}: {words}")
    print(f"{picture}: {picture.stat().st_size // 1024} KiB")


def live_through(demo, seconds):
    """So many seconds, in which now and then somebody asks for something, and is refused while the schedule has the VM."""
    demo.let_fail("orders-01")
    events = [demo.begin_restore, demo.begin_backup, demo.begin_backup, demo.begin_backup]
    for event, name in zip(events, ("erp-db-01", "hr-app-01", "erp-db-02", "hr-app-02")):
        time.sleep(seconds / (len(events) + 1))
        with contextlib.suppress(RuntimeError):
            event(name)
        demo.be_refused()
    time.sleep(seconds / (len(events) + 1))


def main(exporter, simulator, minutes="15", folder=ROOT / "docs" / "images"):
    seconds = round(float(minutes) * 60)
    with Demo(exporter, simulator, speed=1, patient=True) as demo, tempfile.TemporaryDirectory() as scratch, \
            Browser(Path(scratch)) as browser:
        live_through(demo, seconds)
        asking = Asking(demo.prometheus, Range(time.time(), seconds, max(1, seconds // 300), "10s"))
        for file in sorted((ROOT / "dashboards").glob("*.json")):
            board = Dashboard(file)
            asking.choose(board, {"vm": "erp-db-01"})
            draw(board, asking, browser, Path(scratch), Path(folder) / f"dashboard-{file.stem.removeprefix('vprotect-')}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
