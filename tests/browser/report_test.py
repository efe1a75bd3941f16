#!/usr/bin/env python3
"""Opens the report of the real exporter in a real browser.

    report_test.py EXPORTER SIMULATOR [PICTURES]

With PICTURES, a folder, the screenshots of the README are written there; else they are made and thrown away.
"""

import csv
import hashlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE)]
from running import Site, fetch, wait_for  # noqa: E402
from webdriver import Browser  # noqa: E402

EXPORTER, SIMULATOR, *PICTURES = sys.argv[1:]
ENTER, ESCAPE = "\ue007", "\ue00c"
ROWS = "#vms tbody tr"
SHOWN = "!document.querySelector('#report').hidden && document.querySelector('#count').textContent !== ''"


class Page(unittest.TestCase):
    world = ("--scenario", "demo", "--speed", "0")
    config = ""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="vprotect-browser.")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.site = cls.enterClassContext(Site(EXPORTER, SIMULATOR, *cls.world, config=cls.config))
        cls.browser = cls.enterClassContext(Browser(cls.folder))
        cls.browser.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(cls.folder))

    def setUp(self):
        self.browser.size(1280, 900)
        self.browser.prefer("light")
        self.browser.complaints()  # of the test before

    def open(self, query=""):
        self.browser.open(self.site.url + "/report" + query)
        self.browser.until(SHOWN)

    def api(self, path):
        return json.loads(fetch(self.site.url + "/api/v1/" + path)[2])

    def names(self):
        return self.browser.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", ROWS + " .name button")

    def rows_become(self, names):
        wait_for(f"the rows {names}", lambda: self.names() == names)

    def asked(self):
        return self.browser.run("return location.search")


class Demo(Page):
    def test_shows_what_the_api_says_without_a_complaint(self):
        self.open()
        totals = self.api("report?detail=summary")["totals"]
        tiles = self.browser.texts("#tiles b")

        self.assertEqual(tiles[:5], [str(totals[name]) for name in (
            "vms", "vms_covered", "vms_overdue", "vms_never_backed_up", "vms_failing")])
        self.assertEqual(self.names(), [vm["name"] for vm in self.api("vms?limit=50")["items"]])
        self.assertEqual(len(self.browser.texts("#tenants tbody tr")), len(self.api("report?detail=summary")["tenants"]))
        self.assertEqual(self.browser.complaints(), [])

    def test_shows_each_day_of_a_vm(self):
        self.open("?q=erp-db-01&from=2026-11-01&to=2026-11-10")
        vm = self.api("vms?q=erp-db-01&from=2026-11-01&to=2026-11-10")["items"][0]

        days = self.browser.run("return [...document.querySelectorAll('#vms .days i')].map((i) => i.title)")
        self.assertEqual(days, [f"2026-11-{day + 1:02}: {word}" for day, word in enumerate(vm["days"])])

    def test_filters_by_state_and_keeps_it_in_its_url(self):
        self.open()
        state = "no_policy"
        wanted = [vm["name"] for vm in self.api(f"vms?limit=50&state={state}")["items"]]

        self.browser.click(f"#states li:has(.s-{state}) button")
        self.rows_become(wanted)
        self.assertEqual(self.asked(), f"?state={state}")
        self.assertEqual(self.browser.run("return document.querySelectorAll('#states [aria-pressed=true]').length"), 1)
        self.open(self.asked())
        self.rows_become(wanted)

    def test_sorts_by_a_column_and_then_the_other_way_round(self):
        self.open()
        for sort, order in (("last_success", "ascending"), ("-last_success", "descending")):
            self.browser.click("#vms [data-sort=last_success]")
            self.rows_become([vm["name"] for vm in self.api(f"vms?limit=50&sort={sort}")["items"]])
            self.assertEqual(self.browser.run("return document.querySelector('#vms [aria-sort]').getAttribute('aria-sort')"), order)
            self.assertEqual(self.asked(), f"?sort={sort}")

    def test_searches_as_one_types(self):
        self.open()
        self.browser.type("#search [name=q]", "LEDGER")
        self.rows_become([f"ledger-{n:02}" for n in range(1, 7)])
        self.assertEqual(self.asked(), "?q=LEDGER")

    def test_pages_and_goes_back(self):
        self.open()
        first = self.names()
        self.browser.click("#next")
        self.browser.until("document.querySelector('#place').textContent === '51 to 60 of 60'")
        second = self.names()
        self.assertEqual(len(first), 50)
        self.assertEqual(len(set(first) | set(second)), len({vm["name"] for vm in self.api("vms?limit=100")["items"]}))
        self.browser.click("#previous")
        self.rows_become(first)

    def test_narrows_all_of_it_to_a_tenant_and_a_period(self):
        self.open()
        self.browser.run("document.querySelector('#period [name=tenant]').value = 'finance'")
        self.browser.click("#period button")
        self.browser.until("document.querySelectorAll('#tenants tbody tr').length === 1")
        self.assertIn("tenant=finance", self.asked())
        self.assertEqual(self.browser.texts("#tiles b")[0], str(self.api("vms?tenant=finance")["total"]))

    def test_downloads_what_is_shown(self):
        self.open("?tenant=finance&state=covered")
        self.browser.click("[data-format=csv]")
        file = wait_for("the CSV", lambda: next(iter(self.folder.glob("vprotect-report-*.csv")), None))
        rows = wait_for("all of the CSV", lambda: list(csv.DictReader(io.StringIO(file.read_text(), newline=""))))

        wanted = self.api("vms?limit=1000&tenant=finance&state=covered")["items"]
        self.assertEqual(sorted(row["name"] for row in rows if row["row"] == "vm"), sorted(vm["name"] for vm in wanted))

    def test_shows_details_by_keyboard_alone(self):
        self.open("?q=erp-db-02")
        self.browser.run("document.querySelector('#vms .name button').focus()")
        self.browser.press(ENTER)
        self.browser.until("document.querySelector('#details').open && document.querySelectorAll('#details tbody tr').length > 0")
        self.assertIn("staging_space", self.browser.texts("#details")[0])
        self.browser.press(ESCAPE)
        self.browser.until("!document.querySelector('#details').open")

    def test_names_every_control(self):
        self.open()
        nameless = self.browser.run("""
            return [...document.querySelectorAll("button, input, select, a, [role=img]")].filter((control) => {
              const name = control.getAttribute("aria-label") ?? control.labels?.[0]?.innerText ?? control.textContent;
              return !name.trim() && control.checkVisibility();
            }).map((control) => control.outerHTML)""")
        self.assertEqual(nameless, [])
        self.assertEqual(self.browser.run("return document.querySelectorAll('th:not([scope])').length"), 0)

    def test_keeps_the_focus_on_the_state_that_was_chosen(self):
        self.open()
        self.browser.run("document.querySelector('#states li:has(.s-failing) button').focus()")
        self.browser.press(" ")
        self.browser.until("location.search === '?state=failing'")
        self.assertTrue(self.browser.run("return document.activeElement.querySelector('.s-failing') !== null"))

    def test_goes_back_out_of_the_details(self):
        self.open()
        self.browser.click("#vms [data-sort=name]")
        self.browser.click("#vms tbody tr .name button")
        self.browser.until("document.querySelector('#details').open")
        self.browser.run("history.back()")
        self.browser.until("!document.querySelector('#details').open && location.search === ''")

    def test_offers_a_way_out_of_a_link_that_is_no_good(self):
        self.browser.open(self.site.url + "/report?from=2026-01-02&to=2026-01-01")
        self.browser.until("!document.querySelector('#failure').hidden")
        self.browser.click("#failure a")
        self.browser.until(SHOWN)

    def test_fits_a_phone(self):
        self.browser.size(375, 800)
        self.open()
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), 375)

    def test_is_dark_where_that_is_preferred(self):
        self.open()
        light = self.browser.run("return getComputedStyle(document.body).backgroundColor")
        self.browser.prefer("dark")
        dark = self.browser.run("return getComputedStyle(document.body).backgroundColor")

        self.assertEqual(light, "rgb(255, 255, 255)")
        self.assertLess(max(int(part) for part in dark[4:-1].split(",")), 40)

    def test_looks_like_this(self):
        folder = Path(PICTURES[0]) if PICTURES else self.folder
        self.open("?sort=-overdue_by_seconds")
        self.browser.picture(folder / "report-light.png", 1500)
        self.browser.prefer("dark")
        self.browser.picture(folder / "report-dark.png", 1500)
        self.browser.prefer("light")
        self.browser.picture(folder / "report-vms.png", 1000, self.browser.run("return document.querySelector('#vms').offsetTop"))
        self.browser.print(folder / "report-print.pdf")
        self.browser.paper(folder / "report-print.png")
        self.browser.size(375, 800)
        self.browser.picture(folder / "report-phone.png", 1600)

        for picture in ("light", "dark", "vms", "phone", "print"):
            self.assertEqual((folder / f"report-{picture}.png").read_bytes()[:4], b"\x89PNG")
        self.assertEqual((folder / "report-print.pdf").read_bytes()[:5], b"%PDF-")


class Hostile(Page):
    world = ("--scenario-file", str(HERE / "hostile.json"))

    def test_shows_names_and_texts_as_they_are(self):
        self.open("?from=2026-01-01&to=2026-01-07")
        names = self.names()

        self.assertEqual(sorted(names), ["\"><svg onload=document.title='broken'>", "<script>document.title='broken'</script>",
                                         "=HYPERLINK(\"http://127.0.0.1/\")"])
        self.assertIn("<img src=x onerror=\"document.title='broken'\"> said 'no' & \"never\"", " ".join(self.browser.texts(ROWS)))
        self.browser.click("#vms tbody tr .name button")
        self.browser.until("document.querySelector('#details dl')")
        self.assertEqual(self.browser.run("return document.querySelectorAll('main script, main img, #details script, main svg[onload]').length"), 0)
        self.assertNotEqual(self.browser.run("return document.title"), "broken")
        self.assertEqual(self.browser.complaints(), [])

    def test_writes_no_formula_into_the_csv(self):
        rows = list(csv.DictReader(io.StringIO(fetch(self.site.url + "/api/v1/report?format=csv")[2].decode(), newline="")))

        self.assertIn("'=HYPERLINK(\"http://127.0.0.1/\")", [row["name"] for row in rows])
        self.assertFalse([cell for row in rows for cell in row.values() if cell.lstrip()[:1] in ("=", "+", "-", "@")])


class SignedIn(Page):
    config = ("access:\n  tokens:\n  - name: finance\n    verbs: [report]\n    tenants: [finance]\n    sha256: "
              + hashlib.sha256(b"open-sesame").hexdigest() + "\n")

    def test_asks_for_a_token_and_shows_what_it_may_see(self):
        self.browser.open(self.site.url + "/report")
        self.browser.until("!document.querySelector('#sign-in').hidden")
        for wrong in ("wrong", "za\u017c\u00f3\u0142\u0107"):
            self.browser.type("#token", wrong + ENTER)
            self.browser.until("document.querySelector('#refused').textContent !== ''")
            self.browser.run("document.querySelector('#token').value = document.querySelector('#refused').textContent = ''")
        self.browser.type("#token", "open-sesame" + ENTER)
        self.browser.until(SHOWN)

        self.assertEqual(self.browser.run("return document.querySelectorAll('#tenants tbody tr').length"), 1)
        self.assertNotIn("shop-web-01", self.browser.texts("main")[0])
        self.assertEqual(self.asked(), "")
        self.browser.click("[data-format=md]")
        wait_for("the report in Markdown", lambda: any(self.folder.glob("vprotect-report*.md")))


class Large(Page):
    world = ("--vms", "10000")

    def test_shows_ten_thousand_vms_a_page_at_a_time(self):
        self.open()
        self.assertEqual(self.browser.texts("#count"), ["10,000 virtual machines"])
        self.assertEqual(len(self.names()), 50)
        self.browser.type("#search [name=q]", "vm-009")
        wanted = self.api("vms?limit=50&q=vm-009")
        self.rows_become([vm["name"] for vm in wanted["items"]])
        self.assertLess(self.browser.run("return document.querySelectorAll('*').length"), 5000)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
