"""Reads Grafana's dashboards, as far as ours go, and fills in their variables as Grafana does it for Prometheus."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

ALL = "$__all"
REFERENCE = re.compile(r"\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]")
LABEL_VALUES = re.compile(r"label_values\(\s*(?:(?P<metric>.+),)?\s*(?P<label>[a-zA-Z_]\w*)\s*\)", re.DOTALL)


@dataclass
class Panel:
    """One of a dashboard, those of collapsed rows among them; `json` is what the file says of it."""

    json: dict

    def __post_init__(self):
        self.type, self.title = self.json["type"], self.json.get("title", "")
        self.place = self.json["gridPos"]
        self.targets = [target for target in self.json.get("targets", []) if not target.get("hide")]


@dataclass
class Variable:
    """`value` is ALL, a text, or a list of texts where several may be chosen."""

    json: dict
    options: list = field(default_factory=list)
    value: object = ""

    def __post_init__(self):
        self.name, self.type = self.json["name"], self.json["type"]
        self.multi = self.json.get("multi", False) or self.json.get("includeAll", False)
        query = self.json.get("query", "")
        self.query = query["query"] if isinstance(query, dict) else query

    def choose(self, wanted=None):
        """What is wanted, else All, else the first option, as when a dashboard is opened without a link."""
        self.value = wanted or (ALL if self.json.get("includeAll") else next(iter(self.options), ""))

    def chosen(self):
        return self.options if self.value == ALL else self.value

    def filter_options(self, values):
        """Those that the variable's `regex` takes, in order."""
        pattern = self.json.get("regex", "").strip("/")
        matches = [match for value in values if (match := re.search(pattern, value))]
        self.options = sorted({match[1] if match.re.groups else match.string for match in matches})


class Dashboard:
    def __init__(self, file):
        self.json = json.loads(Path(file).read_text())
        self.uid, self.title = self.json["uid"], self.json["title"]
        self.panels = [Panel(panel) for panel in flat(self.json["panels"])]
        self.variables = [Variable(variable) for variable in self.json["templating"]["list"]]
        self.annotations = [one for one in self.json.get("annotations", {}).get("list", []) if one.get("expr")]


def flat(panels):
    for panel in panels:
        yield panel
        yield from panel.get("panels", [])


def parse_label_values(query):
    """(series selector or None, label) of label_values(); ValueError for another kind of query."""
    if not (match := LABEL_VALUES.fullmatch(query.strip())):
        raise ValueError(f"not label_values(): {query}")
    return match["metric"] and match["metric"].strip(), match["label"]


def times(seconds, step, rate_interval=None, scrape=15):
    """The built-in variables of a range of so many seconds that is drawn every so many, of what is scraped every so many."""
    return {"__range": f"{seconds}s", "__range_s": str(seconds), "__range_ms": str(seconds * 1000), "__interval": f"{step}s",
            "__interval_ms": str(step * 1000), "__rate_interval": rate_interval or f"{max(step + scrape, 4 * scrape)}s"}


def seconds_of(interval):
    """Of a text like 5m; 0 of none."""
    return int(interval[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[interval[-1]] if interval else 0


def interpolate(text, variables, builtin=None):
    """The expression with its variables filled in; what is no variable stays."""
    known = {variable.name: variable for variable in variables}

    def fill(match):
        name = match[1] or match[2] or match[4]
        if name in (builtin or {}):
            return builtin[name]
        return written(known[name], match[3] or match[5]) if name in known else match[0]

    return REFERENCE.sub(fill, text)


def written(variable, form=None):
    """A variable's value in one of Grafana's formats; `allValue` is never escaped."""
    if variable.value == ALL and variable.json.get("allValue"):
        return variable.json["allValue"]
    value = variable.chosen()
    if form is None:
        return for_prometheus(variable, value)
    return FORMATS[form](value if isinstance(value, list) else [value])


def for_prometheus(variable, value):
    if isinstance(value, list):
        return joined([escape_twice(one) for one in value])
    return escape_twice(value) if variable.multi else value.replace("\\", "\\\\").replace("'", "\\'")


def escape_twice(text):
    """As part of a regular expression, and that within quotes."""
    return re.sub(r"[$^*{}\[\]'+?.()|]", lambda match: "\\\\" + match[0], text.replace("\\", "\\\\\\\\"))


def escape_once(text):
    return re.sub(r"[\\^$*+?.()|\[\]{}/]", lambda match: "\\" + match[0], text)


def joined(texts):
    return texts[0] if len(texts) == 1 else "(" + "|".join(texts) + ")"


def braced(texts):
    return texts[0] if len(texts) == 1 else "{" + ",".join(texts) + "}"


FORMATS = {"regex": lambda values: joined([escape_once(value) for value in values]), "pipe": "|".join, "csv": ",".join,
           "raw": braced, "glob": braced, "text": " + ".join}
