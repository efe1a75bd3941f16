"""Asks a Prometheus what Grafana would ask it for a dashboard: variables, panels and annotations over one range of time."""

from dataclasses import dataclass

from grafana import interpolate, parse_label_values, seconds_of, times


@dataclass
class Range:
    """`seconds` up to `end`, drawn every `step` seconds. A target's own `interval` is for scrapes a minute apart, ours are a second."""

    end: float
    seconds: int
    step: int
    rate_interval: str | None = None

    @property
    def start(self):
        return self.end - self.seconds

    def variables(self):
        return times(self.seconds, self.step, self.rate_interval)


class Asking:
    def __init__(self, prometheus, range):
        self.prometheus, self.range = prometheus, range

    def choose(self, board, wanted=None):
        """Gives the board's variables their options and values, each by those before it; `wanted` are values by name."""
        for number, variable in enumerate(board.variables):
            variable.filter_options(self.options(variable, board.variables[:number]))
            variable.choose((wanted or {}).get(variable.name))

    def options(self, variable, before):
        if variable.type == "datasource":
            return ["Prometheus"]
        if variable.type == "custom":
            return [option.strip() for option in variable.query.split(",")]
        metric, label = parse_label_values(interpolate(variable.query, before, self.range.variables()))
        window = {"start": self.range.start, "end": self.range.end}
        return self.prometheus.ask(f"label/{label}/values", **window, **({"match[]": metric} if metric else {}))

    def expression(self, target, board):
        return interpolate(target["expr"], board.variables, self.range.variables())

    def target(self, target, board):
        """The series of a panel's target: with `value` where it asks for one moment, else with `values`."""
        expr = self.expression(target, board)
        if target.get("instant"):
            return self.prometheus.query(expr, self.range.end)
        return self.prometheus.query_range(expr, self.range.start, self.range.end, self.range.step)

    def annotation(self, annotation, board):
        """(series, step): at the multiples of its own step, where that is the longer one."""
        if (step := seconds_of(annotation.get("step"))) <= self.range.step:
            return self.target(annotation, board), self.range.step
        end = self.range.end // step * step
        coarse = Range(end, max(0, int((end - self.range.start) // step * step)), step, f"{step + 1}s")
        return Asking(self.prometheus, coarse).target(annotation, board), step
