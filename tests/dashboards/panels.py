"""Draws the inside of a panel, by its type, from the answers to its targets."""

import re
from dataclasses import dataclass
from html import escape

import chart
from fields import Field, colour
from frames import all_series, reduced, tables, transformed
from markup import Markup, tag, width_of

LEGEND_LINE, TABLE_LINE, PADDING = 22, 36, 8


@dataclass
class Canvas:
    """What is drawn on: pixels, the range of time, and annotations."""

    width: float
    height: float
    range: object
    marks: list


NO_DATA = tag("div", "No data", class_="empty")


def draw(panel, answers, canvas):
    """`answers` are (target, series) pairs."""
    if panel.type != "text" and not any(answer for _, answer in answers):
        return tag("div", panel.json.get("fieldConfig", {}).get("defaults", {}).get("noValue", "No data"), class_="empty")
    return DRAWN[panel.type](panel, answers, canvas)


def named_series(panel, answers):
    """(name as displayed, Series, Field)"""
    found = []
    for series in all_series(answers):
        config = Field(panel, series.name, series.ref)
        found.append((config.get("displayName") or series.name, series, config))
    return found


# Numbers

def figures(panel, answers):
    """(name, value, Field, points) of what a stat or a gauge shows: one of each series, or of each column of a table."""
    options = panel.json.get("options", {}).get("reduceOptions", {})
    if any(target.get("format") == "table" for target, _ in answers):
        return table_figures(panel, answers, options)
    calculation = (options.get("calcs") or ["lastNotNull"])[0]
    return [(name, reduced(series, calculation), config, series.points) for name, series, config in named_series(panel, answers)]


def table_figures(panel, answers, options):
    found, wanted = [], options.get("fields", "")
    for frame in framed(panel, answers):
        for column in frame.columns:
            values = [row[column] for row in frame.rows if column in row]
            named = re.search(wanted.strip("/"), column) if wanted else column != "Time" and isinstance(values[-1], float)
            if values and named:
                chosen = values if options.get("values") else values[-1:]
                found += [(column, value, Field(panel, column, frame.ref, isinstance(value, float)), []) for value in chosen]
    return found


def framed(panel, answers):
    return transformed(tables(answers), panel.json.get("transformations", []))


def stat(panel, answers, canvas):
    shown = figures(panel, answers)
    across = len(shown) if canvas.width >= canvas.height else 1
    width, height = canvas.width / across, canvas.height / (len(shown) / across)
    tiles = [stat_tile(panel, figure, len(shown) > 1, canvas.range, width, height) for figure in shown]
    return tag("div", tiles, class_="stats" if across > 1 else "stats upright")


def stat_tile(panel, figure, several, range, width, height):
    name, value, config, points = figure
    options, shown = panel.json.get("options", {}), config.shown(value)
    mode, hue = options.get("textMode", "auto"), shown.colour or colour("text")
    with_name = mode == "value_and_name" or (mode == "auto" and several)
    words = {"name": name, "none": ""}.get(mode, shown.text)
    spark = options.get("graphMode", "area") == "area" and len(points) > 1
    size = fitting(words, width - 20, height * (0.42 if with_name or spark else 0.6))
    background = options.get("colorMode", "value").startswith("background")
    tone = f"background:{hue};color:#fff" if background else f"color:{hue}" if options.get("colorMode", "value") == "value" else ""
    label = tag("div", name, class_="name fit") if with_name else None
    lines = chart.sparkline(points, range, width - 4, height * 0.35, hue) if spark and not background else None
    return tag("div", label, tag("div", words, class_="value fit", style=f"font-size:{size:.0f}px"), lines, class_="tile", style=tone)


def fitting(words, width, height):
    return max(12, min(height, width / max(width_of(words, 1), 1), 90))


def bar_gauge(panel, answers, canvas):
    shown = figures(panel, answers)
    values = [value for _, value, *_ in shown if isinstance(value, float)]
    pitch = min(canvas.height / len(shown), 60)
    names = min(max(width_of(name, 13) for name, *_ in shown) + 12, canvas.width * 0.45)
    return tag("div", [gauge_line(figure, values, names, pitch) for figure in shown], class_="gauges")


def gauge_line(figure, values, names, pitch):
    name, value, config, _ = figure
    low, high = config.get("min", min(0, *values, 0)), config.get("max", max(*values, 0) if len(values) > 1 else 100)
    share = max(0, min(1, (value - low) / ((high - low) or 1))) * 100
    shown = config.shown(value)
    bar = tag("div", tag("i", style=f"width:{share:.1f}%;background:{shown.colour or colour('green')}"), class_="bar")
    return tag("div", tag("span", name, class_="name fit", style=f"width:{names:.0f}px"), bar,
               tag("span", shown.text, class_="value", style=f"color:{shown.colour}"), class_="gauge",
               style=f"height:{pitch - 6:.0f}px")


# Lines

def time_series(panel, answers, canvas):
    lines = [(name, series, chart.Line(series.points, config.series_colour(index, series.last), config))
             for index, (name, series, config) in enumerate(named_series(panel, answers))]
    options = panel.json.get("options", {}).get("legend", {})
    axis = axis_of(panel, lines)
    if not options.get("showLegend", True) or options.get("displayMode") == "hidden":
        return chart.time_series([line for *_, line in lines], axis, canvas.width, canvas.height, canvas.range, canvas.marks)
    width, height = plot_size(options, lines, canvas)
    plot = chart.time_series([line for *_, line in lines], axis, width, height, canvas.range, canvas.marks)
    beside = options.get("placement") == "right"
    room = f"width:{canvas.width - width:.0f}px" if beside else f"height:{canvas.height - height:.0f}px"
    return tag("div", plot, legend(options, lines, room), class_="beside" if beside else "above")


def axis_of(panel, lines):
    """The Field of the axis: that of the first line, as Grafana's left axis has it."""
    return lines[0][2].config if lines else Field(panel, "")


def plot_size(options, lines, canvas):
    """What the legend leaves: at the bottom at most a third of the height is its, on the right as much as its names need."""
    calcs = options.get("calcs", [])
    if options.get("placement") == "right":
        names = max(width_of(name, 12) for name, *_ in lines) + 40 + 75 * len(calcs)
        return canvas.width - min(names, canvas.width * 0.5), canvas.height
    if options.get("displayMode") == "table":
        rows = len(lines) + 1
    else:
        rows = -(-sum(width_of(name, 12) + 36 + 90 * len(calcs) for name, *_ in lines) // canvas.width)
    return canvas.width, canvas.height - min(rows * LEGEND_LINE + 6, canvas.height * 0.35)


def legend(options, lines, room):
    calcs, table = options.get("calcs", []), options.get("displayMode") == "table"
    rows = [legend_entry(name, series, line, calcs, table) for name, series, line in lines]
    if table:
        head = tag("tr", tag("th", "Name"), [tag("th", HEADINGS.get(calc, calc.capitalize())) for calc in calcs])
        rows = tag("table", head, rows)
    return tag("div", rows, class_="legend", style=room)


HEADINGS = {"lastNotNull": "Last *", "firstNotNull": "First *"}


def legend_entry(name, series, line, calcs, table):
    numbers = [line.config.written(reduced(series, calc)) for calc in calcs]
    dash = tag("i", style=f"background:{line.colour}")
    if table:
        return tag("tr", tag("td", dash, name, class_="fit"), [tag("td", number) for number in numbers])
    words = [f"{HEADINGS.get(calc, calc.capitalize())}: {number}" for calc, number in zip(calcs, numbers)]
    return tag("span", dash, name, *(tag("b", word) for word in words))


def state_timeline(panel, answers, canvas):
    rows = [(name, series.points, config) for name, series, config in named_series(panel, answers)]
    legend = states_legend(rows)
    height = canvas.height - (LEGEND_LINE + 6 if legend else 0)
    return tag("div", chart.state_timeline(rows, canvas.width, height, canvas.range, canvas.marks), legend, class_="above")


def states_legend(rows):
    """Every state that has a name or a colour of its own."""
    shown = {one.text: one.colour for _, points, config in rows for _, value in points if (one := config.shown(value)).colour}
    entries = [tag("span", tag("i", style=f"background:{hue}"), words) for words, hue in shown.items()]
    return tag("div", entries, class_="legend", style=f"height:{LEGEND_LINE + 6}px") if entries else None


# Tables

def table(panel, answers, canvas):
    frame = framed(panel, answers)[0]
    for one in reversed(panel.json.get("options", {}).get("sortBy", [])):
        frame = transformed([frame], [{"id": "sortBy", "options": {"sort": [{"field": one["displayName"], "desc": one.get("desc")}]}}])[0]
    columns = [(name, Field(panel, name, frame.ref, is_number(frame, name))) for name in frame.columns]
    columns = [(name, config) for name, config in columns if not config.get("custom.hidden")]
    widths = column_widths(columns, canvas.width)
    head = tag("tr", [tag("th", config.get("displayName") or name, class_="fit", style=f"text-align:{side_of(config)}")
                      for name, config in columns])
    rows = [tag("tr", [cell(row.get(name), config, frame, name) for name, config in columns]) for row in frame.rows[:100]]
    return tag("table", tag("colgroup", [tag("col", style=f"width:{width:.0f}px") for width in widths]), head, rows, class_="grid",
               style=f"width:{sum(widths):.0f}px", data_rows=len(frame.rows))


def is_number(frame, name):
    return any(isinstance(row.get(name), float) for row in frame.rows)


def column_widths(columns, width):
    """As configured; the rest share what is left, and have 150 pixels at least."""
    given = [config.get("custom.width") for _, config in columns]
    free = given.count(None)
    share = max((width - sum(one or 0 for one in given)) / free, 150) if free else 0
    return [one or share for one in given]


def cell(value, config, frame, name):
    shown, style = config.shown(value), config.get("custom.cellOptions", {}).get("type", "auto")
    tone, hue = "", shown.colour or "inherit"
    if style == "color-text":
        tone = f"color:{hue}"
    elif style == "color-background" and shown.colour:
        tone = f"background:{hue};color:#fff"
    words = gauge_in_cell(value, shown, config, frame, name) if style == "gauge" and isinstance(value, float) else shown.text
    if config.get("links"):
        words = tag("a", words)
    return tag("td", words, class_="fit", style=f"text-align:{side_of(config)};{tone}")


def side_of(config):
    side = config.get("custom.align") or "auto"
    return ("right" if config.number else "left") if side == "auto" else side


def gauge_in_cell(value, shown, config, frame, name):
    highest = config.get("max") or max(row[name] for row in frame.rows if name in row) or 1
    bar = tag("i", style=f"width:{min(1, value / highest) * 100:.0f}%;background:{shown.colour or colour('green')}")
    return tag("div", tag("div", bar, class_="bar"), tag("span", shown.text), class_="gauge")


# Words

def words(panel, answers, canvas):
    return tag("div", markdown(panel.json["options"]["content"]), class_="words")


def markdown(source):
    """Headings, lists, paragraphs; bold, code and links in them."""
    return Markup("".join(block(part) for part in re.split(r"\n\s*\n", source.strip())))


def block(part):
    lines = part.split("\n")
    if match := re.match(r"(#+) (.*)", lines[0]):
        rest = block("\n".join(lines[1:])) if lines[1:] else ""
        return f"<h{len(match[1])}>{inline(match[2])}</h{len(match[1])}>{rest}"
    if re.match(r"[-*] ", lines[0]):
        return "<ul>" + "".join(f"<li>{inline(item)}</li>" for item in re.split(r"(?:^|\n)[-*] ", part)[1:]) + "</ul>"
    return f"<p>{inline(part)}</p>"


def inline(line):
    line = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(line))
    line = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", line)
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"<a>\1</a>", line)


DRAWN = {"stat": stat, "bargauge": bar_gauge, "timeseries": time_series, "state-timeline": state_timeline, "table": table, "text": words}
