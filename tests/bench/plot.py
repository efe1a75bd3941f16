"""A plot as SVG, written by hand: each server a line, the number of VMs and the cost of each on logarithmic axes."""
import math

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 440, 300, 64, 44, 32, 48  # of one panel
COLOURS = {"vprotect_exporter": "#1a7f37", "and with its poll": "#8250df", "prometheus-cpp": "#bc4c00", "client_golang": "#0969da"}
OTHER = "#6e7781"
PANELS = (
    ("CPU of a cycle, µs per VM", "cycle", 1e6),
    ("Most memory, KiB per VM", "peak_mib", 1024),
)


class Axis:
    """Whole powers of ten around the values, onto [begin, end]."""

    def __init__(self, values, begin, end):
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self.begin, self.end = begin, end

    def at(self, value):
        return self.begin + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self):
        return [10.0**power for power in range(self.low, self.high + 1)]


def text(x, y, words, anchor="middle", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{words}</text>'


def grid(x, y):
    for tick in x.ticks():
        yield f'<path class="grid" d="M{x.at(tick):.1f} {y.begin}V{y.end}"/>'
        yield text(x.at(tick), y.begin + 18, f"{tick:,.0f}")
    for tick in y.ticks():
        yield f'<path class="grid" d="M{x.begin} {y.at(tick):.1f}H{x.end}"/>'
        yield text(x.begin - 8, y.at(tick) + 4, f"{tick:,g}", "end")


def line(name, points, x, y):
    colour = COLOURS.get(name, OTHER)
    places = [(x.at(vms), y.at(value)) for vms, value in points]
    yield (f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="'
           + " ".join(f"{px:.1f},{py:.1f}" for px, py in places) + '"/>')
    for (px, py), (vms, value) in zip(places, points):
        yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="{colour}"><title>{name}, {vms:,} VMs: {value:.3g}</title></circle>'


def panel(title, lines, left):
    lines = {name: line_points for name, line_points in lines.items() if line_points}
    points = [point for line_points in lines.values() for point in line_points]
    x = Axis([vms for vms, _ in points], left + LEFT, left + WIDTH - RIGHT)
    y = Axis([value for _, value in points], HEIGHT - BOTTOM, TOP)
    yield text(left + LEFT, TOP - 18, title, "start", ' font-weight="600"')
    yield from grid(x, y)
    yield text((x.begin + x.end) / 2, HEIGHT - 10, "VMs")
    for name, line_points in lines.items():
        yield from line(name, line_points, x, y)


def legend(names):
    for at, name in enumerate(names):
        x = LEFT + at * 150
        yield f'<circle cx="{x}" cy="{HEIGHT + 14}" r="5" fill="{COLOURS.get(name, OTHER)}"/>'
        yield text(x + 12, HEIGHT + 18, name, "start")


def drawn(points):
    """Of {server: [(VMs, its figures)]}; who has not the figure of a panel has no line there."""
    parts = []
    for at, (title, key, scale) in enumerate(PANELS):
        lines = {name: [(vms, one[key] * scale / vms) for vms, one in ones if key in one] for name, ones in points.items()}
        parts += panel(title, lines, at * WIDTH)
    parts += legend(points)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT + 34}" font-family="sans-serif" font-size="12" fill="#1f2328">\n'
            "<title>What a VM costs, by the number of VMs</title>\n"
            '<style>.grid{stroke:#d0d7de;fill:none}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")
