"""A dashboard's answers as one page without anything from elsewhere, laid out as Grafana does it."""

from chart import Mark
from frames import points
from grafana import interpolate
from markup import tag
from panels import PADDING, Canvas, draw

COLUMNS, ROW, GAP, MARGIN, HEAD = 24, 30, 8, 16, 34
THEMES = {
    "dark": "--canvas:#111217;--panel:#181b1f;--border:#2a2c32;--text:#ccccdc;--dim:#8e8e9c;--grid:#2b2d33;--link:#6e9fff;--bar:#22252b",
    "light": "--canvas:#f4f5f5;--panel:#fff;--border:#e2e3e5;--text:#24292e;--dim:#6d7278;--grid:#e8e9ea;--link:#1f62e0;--bar:#eeeff0",
}
STYLE = """
* { box-sizing: border-box } body { margin: 0; background: var(--canvas); color: var(--text);
  font: 14px/1.5 Inter, Roboto, "DejaVu Sans Condensed", Arial, sans-serif }
header { padding: 10px 16px 0; height: 84px } header h1 { font-size: 18px; font-weight: 500; margin: 0 0 6px }
header span { display: inline-flex; margin-right: 8px; font-size: 12px; border: 1px solid var(--border); border-radius: 2px }
header span b { padding: 4px 8px; background: var(--panel); font-weight: 500 } header span em { padding: 4px 8px; font-style: normal }
main { position: relative } section { position: absolute; background: var(--panel); border: 1px solid var(--border);
  border-radius: 2px; overflow: hidden } section.bare, section.row { background: none; border: 0 }
section h2 { font-size: 14px; font-weight: 500; margin: 0; padding: 6px 8px 0; height: 34px; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis } section.row h2 { padding: 4px 0; height: 30px } section.row h2::before { content: "⌄ "; color: var(--dim) }
.body { position: absolute; inset: 34px 8px 8px; overflow: hidden } .bare .body { top: 8px }
.empty { height: 100%; display: grid; place-items: center; color: var(--dim) }
.fit { white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
svg.chart { display: block } svg text { font-size: 12px; fill: var(--text); opacity: .85 } svg text.state { fill: #fff; opacity: 1 }
svg .grid { stroke: var(--grid) }
.stats { display: flex; height: 100%; gap: 4px } .stats.upright { flex-direction: column }
.tile { flex: 1; min-width: 0; display: flex; flex-direction: column; justify-content: center; align-items: center; position: relative;
  border-radius: 2px; padding: 0 8px } .tile .value { font-weight: 500; line-height: 1.2; max-width: 100%; z-index: 1 }
.tile .name { max-width: 100%; color: var(--text); z-index: 1 } .tile[style*=background] .name { color: inherit }
.tile .spark { position: absolute; bottom: 0; left: 0 }
.gauges { height: 100%; display: flex; flex-direction: column; justify-content: center; gap: 6px }
.gauge { display: flex; align-items: center; gap: 8px } .gauge .name { text-align: right; font-size: 13px; flex: none }
.bar { flex: 1; background: var(--bar); height: 100%; min-height: 12px; border-radius: 2px } .bar i { display: block; height: 100%;
  min-height: 12px; border-radius: 2px } .gauge .value { min-width: 48px; text-align: right; font-weight: 500 }
td .gauge { height: 18px }
.above { height: 100% } .beside { display: flex; height: 100% }
.legend { overflow: hidden; font-size: 12px; padding: 4px 0 0 4px } .legend span { display: inline-block; margin-right: 14px;
  white-space: nowrap }
.legend i { display: inline-block; width: 14px; height: 4px; border-radius: 2px; margin: 0 6px 3px 0; vertical-align: middle }
.legend b { font-weight: 400; color: var(--dim); margin-left: 8px } .legend table { width: 100%; border-spacing: 0; table-layout: auto }
.legend th { text-align: right; font-weight: 500; color: var(--link) } .legend th:first-child { text-align: left }
.legend td { border-top: 1px solid var(--border); text-align: right; white-space: nowrap } .legend td:first-child { text-align: left }
table.grid { border-spacing: 0; table-layout: fixed; font-size: 13px } .grid th { text-align: left; font-weight: 500; padding: 6px; }
.grid td, .grid th { height: 36px; border-bottom: 1px solid var(--border) } .grid td { padding: 0 6px } a { color: var(--link) }
.words { font-size: 14px; overflow: hidden } .words p, .words ul { margin: 0 0 8px } .words h1, .words h2, .words h3 { margin: 0 0 6px;
  height: auto;
  padding: 0; font-size: 16px; white-space: normal } .words code { background: var(--bar); padding: 0 3px; font-size: 12px }
"""


def page(board, asking, theme="dark", width=1600):
    """HTML; what stands in a panel is cut at its border as it is in Grafana."""
    marks = [mark for one in board.annotations for mark in marks_of(one, *asking.annotation(one, board))
             if mark.end >= asking.range.start]
    boxes = [box(panel, board, asking, marks, width) for panel in board.panels]
    bottom = max(panel.place["y"] + panel.place["h"] for panel in board.panels)
    main = tag("main", boxes, style=f"height:{bottom * (ROW + GAP) + MARGIN}px")
    body = tag("body", head(board, asking.range), main, style=THEMES[theme])
    about = f'<meta charset="utf-8"><title>{board.title}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{about}</head>{body}</html>'


def head(board, range):
    shown = [one for one in board.variables if not one.json.get("hide")]
    choices = [tag("span", tag("b", one.json.get("label") or one.name), tag("em", chosen(one))) for one in shown]
    minutes = tag("span", tag("b", "Time"), tag("em", f"Last {range.seconds // 60} minutes"))
    return tag("header", tag("h1", board.title), choices, minutes)


def chosen(variable):
    words = "All" if variable.value == "$__all" else variable.value
    return " + ".join(words) if isinstance(words, list) else words


def marks_of(annotation, answer, step):
    """Moments in which a series is above zero, and those next to each other as one."""
    found = []
    for one in answer:
        mark = None
        for time in (time for time, value in points(one) if value > 0):
            if mark and time - mark.end <= step:
                mark.end = time
            else:
                mark = Mark(time, time, annotation.get("iconColor", "red"))
                found.append(mark)
    return found


def box(panel, board, asking, marks, width):
    left, top, across, down = pixels(panel.place, width)
    style = f"left:{left:.0f}px;top:{top}px;width:{across:.0f}px;height:{down}px"
    title = interpolate(panel.title, board.variables)
    if panel.type == "row":
        return tag("section", tag("h2", title), class_="row", style=style)
    answers = [(target, asking.target(target, board)) for target in panel.targets]
    height = down - 2 - PADDING - (HEAD if title else PADDING)
    inside = draw(panel, answers, Canvas(across - 2 - 2 * PADDING, height, asking.range, marks))
    kinds = ("" if title else "bare ") + panel.type
    return tag("section", tag("h2", title, class_="fit") if title else None, tag("div", inside, class_="body"), class_=kinds, style=style,
               data_title=title or panel.type)


def pixels(place, width):
    """(left, top, width, height) of a place in the grid."""
    column = (width - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS
    return (MARGIN + place["x"] * (column + GAP), place["y"] * (ROW + GAP), place["w"] * (column + GAP) - GAP,
            place["h"] * (ROW + GAP) - GAP)
