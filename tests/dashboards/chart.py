"""Draws lines over time, and states over time, as SVG: axes, thresholds, annotations."""

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone

from fields import colour
from markup import tag, width_of

TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]
SPAN_STEPS = [*TIME_STEPS, *(86400 * days for days in (2, 5, 7, 14, 30, 60, 90, 180, 365))]
FOOT, TOP, RIGHT = 22, 8, 14  # pixels around a plot


@dataclass
class Mark:
    """An annotation: from one time to another, which may be the same."""

    start: float
    end: float
    colour: str


@dataclass
class Frame:
    """Where a plot is: pixels from the left and right edge, and the times and values at its borders."""

    width: float
    height: float
    start: float
    end: float
    left: float
    low: float = 0
    high: float = 1
    marks: list = field(default_factory=list)

    @property
    def bottom(self):
        return self.height - FOOT

    def x(self, time):
        return self.left + (time - self.start) / (self.end - self.start) * (self.width - self.left - RIGHT)

    def y(self, value):
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - TOP)


def nice_step(span, count, unit):
    """The distance of about so many ticks, in steps that the unit likes."""
    wanted = span / max(count, 1)
    if unit in ("s", "dtdurations") and wanted > 0.5:
        return next((step for step in SPAN_STEPS if step >= wanted), 365 * 86400)
    if unit in ("bytes", "binBps"):
        return 2.0 ** math.ceil(math.log2(wanted)) if wanted > 0 else 1
    magnitude = 10.0 ** math.floor(math.log10(wanted))
    return next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= wanted * 0.999)


def borders(values, config):
    """The lowest and highest value of the axis."""
    low, high = config.get("min"), config.get("max")
    soft = [config.get(f"custom.axisSoft{end}") for end in ("Min", "Max")]
    smallest = min([*values, *([soft[0]] if soft[0] is not None else [])], default=0)
    largest = max([*values, *([soft[1]] if soft[1] is not None else [])], default=1)
    low = low if low is not None else smallest
    high = high if high is not None else largest
    if high <= low:
        high = low + (abs(low) or 1) * (0.2 if config.get("max") is None else 1)
    return low, high


def ticks(low, high, step):
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def value_axis(values, config, height):
    """(low, high, ticks): the borders widened to ticks where they are not given."""
    low, high = borders(values, config)
    step = nice_step(high - low, (height - FOOT - TOP) / 40, config.get("unit"))
    if config.get("decimals") == 0 and config.get("unit") != "percentunit":
        step = max(step, 1)
    if config.get("max") is None:
        high = math.ceil(high / step - 1e-9) * step
    if config.get("min") is None:
        low = math.floor(low / step + 1e-9) * step
    return low, high, ticks(low, high, step)


def clock(time, step):
    return datetime.fromtimestamp(time, timezone.utc).strftime("%H:%M" if step >= 60 else "%H:%M:%S")


def time_axis(frame):
    room = frame.width - frame.left - RIGHT
    step = next((step for step in TIME_STEPS if (frame.end - frame.start) / step <= room / 80), TIME_STEPS[-1])
    for time in ticks(frame.start, frame.end, step):
        x = frame.x(time)
        label = clock(time, step)
        yield tag("line", x1=x, x2=x, y1=TOP, y2=frame.bottom, class_="grid")
        if frame.left < x - width_of(label, 12) / 2 + 10 and x + width_of(label, 12) / 2 < frame.width:
            yield tag("text", label, x=x, y=frame.height - 6, text_anchor="middle")


def tick(number, config):
    return re.sub(r"(\.\d*?)0+(?!\d)", r"\1", config.written(float(number))).replace(". ", " ")


def value_lines(frame, numbers, config):
    for number in numbers:
        y = frame.y(number)
        yield tag("line", x1=frame.left, x2=frame.width - RIGHT, y1=y, y2=y, class_="grid")
        yield tag("text", tick(number, config), x=frame.left - 6, y=y + 4, text_anchor="end")


def annotations(frame):
    for mark in frame.marks:
        begin, end = frame.x(max(mark.start, frame.start)), frame.x(min(mark.end, frame.end))
        if end > begin:
            yield tag("rect", x=begin, y=TOP, width=end - begin, height=frame.bottom - TOP, fill=colour(mark.colour), fill_opacity=0.08)
            yield tag("rect", x=begin, y=frame.bottom, width=end - begin, height=3, fill=colour(mark.colour))
        for x in {begin, end}:
            yield tag("line", x1=x, x2=x, y1=TOP, y2=frame.bottom, stroke=colour(mark.colour), stroke_dasharray="5 3", opacity=0.8)
        yield tag("path", d=f"M{begin - 4:.1f} {frame.bottom + 5}h8l-4 -5z", fill=colour(mark.colour))


def threshold_lines(frame, config):
    style = config.get("custom.thresholdsStyle", {}).get("mode", "off")
    for step in config.steps() if style != "off" else []:
        if step["value"] is not None and frame.low <= step["value"] <= frame.high:
            y = frame.y(step["value"])
            yield tag("line", x1=frame.left, x2=frame.width - RIGHT, y1=y, y2=y, stroke=colour(step["color"]), stroke_width=1.5,
                      stroke_dasharray="10 6" if "dashed" in style else None)


@dataclass
class Line:
    points: list
    colour: str
    config: object


def stacked(lines):
    """The lines, each on top of the stacking ones before it, with what it stands on."""
    sums = {}
    for line in lines:
        stack = line.config.get("custom.stacking", {}).get("mode") == "normal"
        base = {time: sums.get(time, 0) if stack else 0 for time, _ in line.points}
        tops = [(time, value + base[time]) for time, value in line.points]
        sums.update(dict(tops) if stack else {})
        yield line, tops, base


def pieces(points, step):
    """Runs of points without a gap."""
    piece = []
    for point in points:
        if piece and point[0] - piece[-1][0] > step * 1.5:
            yield piece
            piece = []
        piece.append(point)
    if piece:
        yield piece


def path(frame, points, stepped):
    words = []
    for time, value in points:
        x, y = f"{frame.x(time):.1f}", f"{frame.y(value):.1f}"
        words.append(f"M{x} {y}" if not words else f"H{x}V{y}" if stepped else f"L{x} {y}")
    return "".join(words)


def draw_line(frame, line, points, base, step):
    style = line.config.get("custom.drawStyle", "line")
    if style == "bars":
        yield from draw_bars(frame, line, points, base, step)
        return
    opacity, width = line.config.get("custom.fillOpacity", 0) / 100, line.config.get("custom.lineWidth", 1)
    stepped = "step" in line.config.get("custom.lineInterpolation", "linear")
    for piece in pieces(points, step):
        d = path(frame, piece, stepped)
        if opacity:
            floor = "".join(f"L{frame.x(time):.1f} {frame.y(max(base[time], frame.low)):.1f}" for time, _ in reversed(piece))
            yield tag("path", d=d + floor + "Z", fill=line.colour, fill_opacity=opacity)
        yield tag("path", d=d, fill="none", stroke=line.colour, stroke_width=max(width, 1), stroke_linejoin="round")
        if len(piece) == 1 or style == "points":
            yield [tag("circle", cx=frame.x(time), cy=frame.y(value), r=2.5, fill=line.colour) for time, value in piece]


def draw_bars(frame, line, points, base, step):
    width = max(1, frame.x(frame.start + step) - frame.x(frame.start)) * 0.8
    for time, value in points:
        bottom, top = frame.y(max(base[time], frame.low)), frame.y(value)
        yield tag("rect", x=frame.x(time) - width / 2, y=top, width=width, height=max(bottom - top, 0), fill=line.colour,
                  fill_opacity=line.config.get("custom.fillOpacity", 100) / 100, stroke=line.colour)


def time_series(lines, axis, width, height, range, marks):
    """Lines on one axis, which is as `axis`, a Field, says."""
    drawn = list(stacked(lines))
    values = [value for _, points, _ in drawn for _, value in points if math.isfinite(value)]
    low, high, numbers = value_axis(values, axis, height)
    left = max([width_of(tick(number, axis), 12) for number in numbers] or [0]) + 14
    frame = Frame(width, height, range.start, range.end, left, low, high, marks)
    plots = [draw_line(frame, line, [point for point in points if math.isfinite(point[1])], base, range.step)
             for line, points, base in drawn]
    return svg(frame, *value_lines(frame, numbers, axis), *time_axis(frame), *threshold_lines(frame, axis),
               *(list(plot) for plot in plots), *annotations(frame))


def spans(points, step, end):
    """[from, to, value] of runs of the same value."""
    found = []
    for time, value in points:
        if found and found[-1][2] == value and time - found[-1][1] < step * 0.5:
            found[-1][1] = min(time + step, end)
        else:
            found.append([time, min(time + step, end), value])
    return found


def state_timeline(rows, width, height, range, marks):
    """`rows` are (name, points, Field); each state is as long as it lasted."""
    left = min(max(width_of(name, 12) for name, *_ in rows) + 14, width * 0.35)
    frame = Frame(width, height, range.start, range.end, left, marks=marks)
    pitch = (frame.bottom - TOP) / len(rows)
    bars = [state_row(frame, row, TOP + number * pitch, pitch, range.step) for number, row in enumerate(rows)]
    return svg(frame, *time_axis(frame), *bars, *annotations(frame))


def state_row(frame, row, top, pitch, step):
    name, points, config = row
    height, middle = pitch * config.get("custom.rowHeight", 0.85), top + pitch / 2
    yield tag("text", name, x=frame.left - 6, y=middle + 4, text_anchor="end")
    for begin, end, value in spans(points, step, frame.end):
        x, shown = frame.x(begin), config.shown(value)
        width = frame.x(end) - x
        yield tag("rect", x=x, y=middle - height / 2, width=width, height=height, fill=shown.colour or colour("green"), fill_opacity=0.75)
        if width_of(shown.text, 12) + 8 < width and height > 14:
            yield tag("text", shown.text, x=x + 5, y=middle + 4, class_="state")


def svg(frame, *content):
    return tag("svg", *content, width=frame.width, height=frame.height, class_="chart")


def sparkline(points, range, width, height, stroke):
    values = [value for _, value in points]
    low, high = min(values), max(values)
    margin = (high - low) * 0.1 or 1
    frame = Frame(width + RIGHT, height + FOOT, range.start, range.end, 0, low - margin, high + margin)
    line = path(frame, points, False)
    area = f"{line}V{frame.bottom}H{frame.x(points[0][0]):.1f}Z"
    return tag("svg", tag("path", d=area, fill=stroke, fill_opacity=0.2), tag("path", d=line, fill="none", stroke=stroke),
               width=width, height=height, class_="spark")
