#!/usr/bin/env python3
"""Tests what is drawn of a panel: numbers in units, colours, tables, lines.

    drawing_test.py
"""

import re
import unittest

from asking import Range
from fields import Field, Shown
from frames import Table, tables, transformed
from grafana import Panel
from panels import Canvas, draw, markdown
from units import formatted


def panel(kind="stat", defaults=None, overrides=(), **more):
    config = {"defaults": defaults or {}, "overrides": list(overrides)}
    return Panel({"type": kind, "gridPos": {}, "fieldConfig": config, **more})


def instant(ref, **rows):
    """(target, answer) with a row of each VM."""
    answer = [{"metric": {"vm": vm}, "value": [10, str(number)]} for vm, number in rows.items()]
    return {"refId": ref, "format": "table", "legendFormat": "{{vm}}"}, answer


def text_of(markup):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup)).strip()


class Units(unittest.TestCase):
    def test_numbers(self):
        for value, unit, text in ((0, "short", "0"), (1500, "short", "1.50 K"), (2_000_000, "short", "2 Mil"), (0.9333, "percentunit", "93.3%"),
                                  (1, "percentunit", "100%"), (1536, "bytes", "1.50 KiB"), (1500, "decbytes", "1.50 kB"), (46, "none", "46"),
                                  (3, "VMs", "3 VMs"), (12, "reqps", "12 req/s"), (1, "bool_yes_no", "Yes"),
                                  (float("nan"), "s", "NaN"), (float("inf"), "s", "∞")):
            with self.subTest(text):
                self.assertEqual(formatted(value, unit), text)

    def test_times(self):
        for value, unit, text in ((0, "s", "0 s"), (0.0042, "s", "4.20 ms"), (90, "s", "1.50 mins"), (3600, "s", "1 hour"),
                                  (432864, "s", "5.01 days"), (-7200, "s", "-2 hours"), (1500, "ms", "1.50 s"),
                                  (187200, "dtdurations", "2 days"), (0, "dtdurations", "0 seconds"), (-60, "dtdurations", "1 minute ago"),
                                  (1767229207000, "dateTimeAsIso", "2026-01-01 01:00:07")):
            with self.subTest(text):
                self.assertEqual(formatted(value, unit), text)

    def test_decimals_are_as_many_as_were_asked_for(self):
        self.assertEqual(formatted(5 * 2**40, "bytes", 1), "5.0 TiB")
        self.assertEqual(formatted(187200, "dtdurations", 1), "2 days, 4 hours")


class Fields(unittest.TestCase):
    def test_the_last_threshold_that_is_reached_gives_the_colour(self):
        steps = [{"color": "green", "value": None}, {"color": "orange", "value": 5}, {"color": "#123456", "value": 10}]
        field = Field(panel(defaults={"thresholds": {"mode": "absolute", "steps": steps}}), "a")
        self.assertEqual([field.colour(value) for value in (4.9, 5.0, 11.0)], ["#73BF69", "#FF9830", "#123456"])

    def test_a_mapping_gives_text_and_colour(self):
        mappings = [{"type": "value", "options": {"1": {"text": "up", "color": "green"}, "paused": {"text": "Paused"}}},
                    {"type": "range", "options": {"from": 2, "to": 3, "result": {"text": "some"}}}]
        field = Field(panel(defaults={"mappings": mappings}), "a")
        self.assertEqual([field.shown(value) for value in (1.0, "paused", 2.5, 7.0, None)],
                         [Shown("up", "#73BF69"), Shown("Paused", None), Shown("some", None), Shown("7", None), Shown("", None)])

    def test_an_override_is_for_those_that_it_names(self):
        override = {"matcher": {"id": "byName", "options": "Age"}, "properties": [{"id": "unit", "value": "s"}]}
        board = panel(defaults={"unit": "bytes"}, overrides=[override])
        self.assertEqual((Field(board, "Age").written(60.0), Field(board, "Size").written(60.0)), ("1 min", "60 B"))


class Tables(unittest.TestCase):
    def test_merge_puts_what_is_of_the_same_into_one_row(self):
        frames = transformed(tables([instant("A", a=1, b=2), instant("B", b=3)]), [{"id": "merge"}])
        self.assertEqual(frames, [Table(["Time", "vm", "Value #A", "Value #B"], [
            {"Time": 10000, "vm": "a", "Value #A": 1.0}, {"Time": 10000, "vm": "b", "Value #A": 2.0, "Value #B": 3.0}])])

    def test_join_numbers_what_several_have(self):
        frames = transformed(tables([instant("A", a=1), instant("B", a=2)]), [{"id": "joinByField", "options": {"byField": "vm"}}])
        self.assertEqual(frames, [Table(["vm", "Time 1", "Value #A", "Time 2", "Value #B"], [
            {"vm": "a", "Time 1": 10000, "Value #A": 1.0, "Time 2": 10000, "Value #B": 2.0}])])

    def test_organize_hides_orders_and_renames(self):
        options = {"excludeByName": {"Time": True}, "indexByName": {"Value": 0, "vm": 1}, "renameByName": {"vm": "VM"}}
        frames = transformed(tables([instant("A", a=1)]), [{"id": "organize", "options": options}])
        self.assertEqual(frames, [Table(["Value", "VM"], [{"Value": 1.0, "VM": "a"}], "A")])

    def test_filter_and_sort(self):
        steps = [{"id": "filterFieldsByName", "options": {"include": {"names": ["vm", "Value"]}}},
                 {"id": "sortBy", "options": {"sort": [{"field": "Value", "desc": True}]}}]
        frames = transformed(tables([instant("A", a=1, b=2)]), steps)
        self.assertEqual(frames, [Table(["vm", "Value"], [{"vm": "b", "Value": 2.0}, {"vm": "a", "Value": 1.0}], "A")])


class Drawing(unittest.TestCase):
    canvas = Canvas(400, 200, Range(60, 60, 10), [])

    def line(self, **points):
        return {"refId": "A", "legendFormat": "{{vm}}"}, [{"metric": {"vm": vm}, "values": values} for vm, values in points.items()]

    def test_nothing_is_said_to_be_nothing(self):
        self.assertEqual(text_of(draw(panel("timeseries"), [self.line()], self.canvas)), "No data")

    def test_a_stat_shows_the_last_number(self):
        drawn = draw(panel(defaults={"unit": "s"}), [self.line(a=[[10, "1"], [20, "120"]])], self.canvas)
        self.assertEqual(text_of(drawn), "2 mins")

    def test_a_table_shows_columns_and_rows(self):
        drawn = draw(panel("table"), [instant("A", a=1, b=2)], self.canvas)
        self.assertEqual(text_of(drawn), "Time vm Value 10000 a 1 10000 b 2")

    def test_lines_have_axes_and_a_legend(self):
        drawn = draw(panel("timeseries", {"min": 0}), [self.line(a=[[10, "0"], [20, "2"]], b=[[10, "1"]])], self.canvas)
        self.assertEqual(text_of(drawn), "0 1 2 00:00:15 00:00:30 00:00:45 a b")

    def test_an_axis_without_decimals_has_whole_numbers(self):
        drawn = draw(panel("timeseries", {"min": 0, "decimals": 0}), [self.line(a=[[10, "1"]])], Canvas(400, 400, Range(60, 60, 10), []))
        self.assertEqual(text_of(drawn).split(" 00:")[0], "0 1")

    def test_a_gap_stays_a_gap(self):
        drawn = draw(panel("timeseries"), [self.line(a=[[10, "1"], [20, "1"], [50, "1"], [60, "1"]])], self.canvas)
        self.assertEqual(len(re.findall(r'<path d="M[^"]*" fill="none"', drawn)), 2)

    def test_states_are_as_long_as_they_last(self):
        mapping = {"type": "value", "options": {"0": {"text": "down", "color": "red"}, "1": {"text": "up", "color": "green"}}}
        answer = self.line(a=[[0, "1"], [10, "1"], [20, "0"], [30, "0"]])
        drawn = draw(panel("state-timeline", {"mappings": [mapping]}), [answer], self.canvas)
        self.assertEqual(re.findall(r'fill="(#\w+)"', drawn), ["#73BF69", "#F2495C"])

    def test_names_are_no_markup(self):
        drawn = draw(panel("bargauge"), [self.line(**{"<b>": [[10, "1"]]})], self.canvas)
        self.assertIn("&lt;b&gt;", drawn)
        self.assertEqual(markdown("# A & B\n* **one**\n* `<two>`"),
                         "<h1>A &amp; B</h1><ul><li><b>one</b></li><li><code>&lt;two&gt;</code></li></ul>")


if __name__ == "__main__":
    unittest.main()
