#!/usr/bin/env python3
"""Tests how dashboards are read, and their variables filled in; what Grafana does is seen in its own sources.

    grafana_test.py
"""

import json
import tempfile
import unittest
from pathlib import Path

from grafana import ALL, Dashboard, Variable, interpolate, parse_label_values, times


def several(value, options=(), **more):
    return Variable({"name": "tenant", "type": "query", "multi": True, "includeAll": True, **more}, list(options), value)


def one(value):
    return Variable({"name": "vm", "type": "query"}, [value], value)


class Interpolation(unittest.TestCase):
    def test_all_is_the_value_for_all_as_it_is(self):
        self.assertEqual(interpolate('up{tenant=~"$tenant"}', [several(ALL, ["a", "b"], allValue=".+")]), 'up{tenant=~".+"}')

    def test_all_without_a_value_of_its_own_is_every_option(self):
        self.assertEqual(interpolate('up{tenant=~"${tenant}"}', [several(ALL, ["a.b", "c"])]), r'up{tenant=~"(a\\.b|c)"}')

    def test_one_of_several_is_escaped_for_a_regular_expression_in_quotes(self):
        self.assertEqual(interpolate("[[tenant]]", [several(["R&D (new)"])]), r"R&D \\(new\\)")
        self.assertEqual(interpolate("$tenant", [several("C:\\lab")]), r"C:\\\\lab")

    def test_the_only_value_is_escaped_for_quotes_alone(self):
        self.assertEqual(interpolate("$vm", [one("C:\\lab (8)")]), r"C:\\lab (8)")

    def test_formats(self):
        variables = [several(["a.b", "c"])]
        for form, text in (("regex", r"(a\.b|c)"), ("pipe", "a.b|c"), ("csv", "a.b,c"), ("raw", "{a.b,c}"), ("text", "a.b + c")):
            with self.subTest(form):
                self.assertEqual(interpolate("${tenant:%s}" % form, variables), text)

    def test_times(self):
        self.assertEqual(interpolate("[$__rate_interval] ${__range} $__interval_ms", [], times(3600, 15)), "[60s] 3600s 15000")

    def test_a_rate_covers_four_scrapes_and_more_than_a_step(self):
        self.assertEqual([times(3600, step)["__rate_interval"] for step in (15, 300)], ["60s", "315s"])

    def test_what_is_no_variable_stays(self):
        text = "/d/vm?var-guid=${__data.fields.guid}&$other"
        self.assertEqual(interpolate(text, [one("a")], times(60, 1)), text)


class Variables(unittest.TestCase):
    def test_label_values(self):
        self.assertEqual(parse_label_values('label_values(up{job=~"$job", a="b"}, instance)'), ('up{job=~"$job", a="b"}', "instance"))
        self.assertEqual(parse_label_values("label_values(job)"), (None, "job"))
        with self.assertRaises(ValueError):
            parse_label_values("query_result(up)")

    def test_the_first_option_is_chosen_where_there_is_no_all(self):
        variable = one("")
        variable.filter_options(["b", "a", "b"])
        variable.choose()
        self.assertEqual((variable.options, variable.value), (["a", "b"], "a"))

    def test_a_pattern_chooses_options_and_a_part_of_them(self):
        variable = several("", regex="/^v-(.*)/")
        variable.filter_options(["v-2", "x-3", "v-1"])
        variable.choose()
        self.assertEqual((variable.options, variable.value), (["1", "2"], ALL))


class File(unittest.TestCase):
    def test_panels_of_rows_are_panels(self):
        place = {"x": 0, "y": 0, "w": 24, "h": 1}
        inner = {"type": "stat", "title": "inner", "gridPos": place, "targets": [{"expr": "up"}, {"expr": "down", "hide": True}]}
        text = json.dumps({"uid": "u", "title": "t", "panels": [{"type": "row", "gridPos": place, "panels": [inner]}],
                           "templating": {"list": []}})
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "dashboard.json"
            file.write_text(text)
            board = Dashboard(file)
        self.assertEqual([(panel.type, panel.title, panel.targets) for panel in board.panels],
                         [("row", "", []), ("stat", "inner", [{"expr": "up"}])])


if __name__ == "__main__":
    unittest.main()
