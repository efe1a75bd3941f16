"""Answers of Prometheus as Grafana's panels see them: as series with names, or as tables that transformations change."""

import re
from dataclasses import dataclass


@dataclass
class Series:
    name: str
    ref: str
    points: list  # of (seconds since 1970, number)

    @property
    def last(self):
        return self.points[-1][1] if self.points else None


@dataclass
class Table:
    columns: list
    rows: list  # of {column: number or text}, without what is not known
    ref: str = ""


def legend(target, labels):
    form = target.get("legendFormat", "__auto")
    if form in ("", "__auto"):
        inner = ", ".join(f'{name}="{value}"' for name, value in labels.items() if name != "__name__")
        return labels.get("__name__", "") + ("{" + inner + "}" if inner else "") or target["refId"]
    return re.sub(r"\{\{\s*(.+?)\s*\}\}", lambda match: labels.get(match[1], ""), form)


def all_series(answers):
    """Of (target, answer) pairs, in their order."""
    return [Series(legend(target, one["metric"]), target["refId"], points(one)) for target, answer in answers for one in answer]


def points(one):
    return [(time, float(text)) for time, text in one.get("values") or [one["value"]]]


def tables(answers):
    several = len(answers) > 1
    return [table(target, answer, f"Value #{target['refId']}" if several else "Value") for target, answer in answers]


def table(target, answer, value):
    labels = sorted({name for one in answer for name in one["metric"]})
    rows = [{"Time": points(one)[-1][0] * 1000, **one["metric"], value: points(one)[-1][1]} for one in answer]
    return Table(["Time", *labels, value], rows, target["refId"])


def transformed(frames, transformations):
    for one in transformations:
        if not one.get("disabled"):
            frames = TRANSFORMATIONS[one["id"]](frames, one.get("options", {}))
    return frames


def union(frames):
    return list(dict.fromkeys(column for frame in frames for column in frame.columns))


def merge(frames, _):
    """Rows become one where all that they share is equal; they are compared by the columns that all tables have."""
    filled = [frame for frame in frames if frame.rows]
    keys = [column for column in union(filled) if all(column in frame.columns for frame in filled)]
    found = {}
    for row in (row for frame in filled for row in frame.rows):
        alike = found.setdefault(tuple(row.get(key) for key in keys), [])
        fitting = next((one for one in alike if all(one[name] == row[name] for name in one.keys() & row.keys())), None)
        alike.append(dict(row)) if fitting is None else fitting.update(row)
    return [Table(union(filled), [row for rows in found.values() for row in rows])]


def join_by_field(frames, options):
    """Columns that several tables have are numbered by the tables, as `vm 1`, `vm 2`."""
    by, found = options["byField"], {}
    filled = [frame for frame in frames if by in frame.columns]
    shared = {column for column in union(filled) if column != by and sum(column in frame.columns for frame in filled) > 1}
    columns = [by]
    for number, frame in enumerate(filled, 1):
        names = {column: f"{column} {number}" if column in shared else column for column in frame.columns if column != by}
        columns += names.values()
        for row in frame.rows:
            found.setdefault(row.get(by), {by: row.get(by)}).update({names[name]: value for name, value in row.items() if name != by})
    rows = [row for row in found.values() if options.get("mode") != "inner" or len(row) == len(columns)]
    return [Table(columns, rows)]


def organize(frames, options):
    order, names, excluded = (options.get(key, {}) for key in ("indexByName", "renameByName", "excludeByName"))
    return [rearranged(frame, sorted([name for name in frame.columns if not excluded.get(name)],
                                     key=lambda name: order.get(name, len(order) + 100)), names) for frame in frames]


def rearranged(frame, columns, names=None):
    names = {name: (names or {}).get(name) or name for name in columns}
    rows = [{names[name]: row[name] for name in columns if name in row} for row in frame.rows]
    return Table([names[name] for name in columns], rows, frame.ref)


def filter_fields(frames, options):
    include, exclude = options.get("include"), options.get("exclude")
    return [rearranged(frame, [name for name in frame.columns
                               if (not include or named(include, name)) and not (exclude and named(exclude, name))])
            for frame in frames]


def named(choice, name):
    return name in choice.get("names", []) or bool(choice.get("pattern") and re.search(choice["pattern"].strip("/"), name))


def sort_by(frames, options):
    for one in reversed(options.get("sort", [])):
        for frame in frames:
            frame.rows.sort(key=lambda row: sort_key(row.get(one["field"])), reverse=one.get("desc", False))
    return frames


def sort_key(value):
    return (value is not None, isinstance(value, str), value if value is not None else 0)


TRANSFORMATIONS = {"merge": merge, "joinByField": join_by_field, "organize": organize, "filterFieldsByName": filter_fields,
                   "sortBy": sort_by}

REDUCERS = {
    "lastNotNull": lambda values: values[-1], "last": lambda values: values[-1], "first": lambda values: values[0],
    "firstNotNull": lambda values: values[0], "max": max, "min": min, "sum": sum,
    "mean": lambda values: sum(values) / len(values), "count": lambda values: float(len(values)),
    "delta": lambda values: values[-1] - values[0], "range": lambda values: max(values) - min(values),
}


def reduced(series, calculation):
    return REDUCERS[calculation]([value for _, value in series.points]) if series.points else None
