"""Numbers as Grafana writes them in its units."""

import math
from datetime import datetime, timezone

SHORT = ["", " K", " Mil", " Bil", " Tri"]
BINARY = [" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"]
DECIMAL = [" B", " kB", " MB", " GB", " TB", " PB", " EB"]
SPANS = [("year", 31536000), ("week", 604800), ("day", 86400), ("hour", 3600), ("min", 60), ("s", 1), ("ms", 1e-3), ("µs", 1e-6)]
LONG_SPANS = [("year", 31536000), ("month", 2628000), ("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)]
SUFFIXES = {"none": "", "reqps": " req/s", "ops": " ops/s", "cps": " c/s", "percent": "%", "rps": " reads/s", "locale": ""}
WORDS = {"bool": ("False", "True"), "bool_yes_no": ("No", "Yes"), "bool_on_off": ("Off", "On")}


def decimals_for(value):
    """How many Grafana gives a number that was given none: three digits or so, and none to a whole number."""
    if value == int(value):
        return 0
    decimals = 1 - math.floor(math.log10(abs(value)))
    return max(0, decimals + (abs(value) * 10**decimals > 2.25))


def fixed(value, decimals=None):
    decimals = decimals_for(value) if decimals is None else decimals
    return f"{value:.{decimals}f}"


def scaled(value, decimals, factor, suffixes):
    power = 0
    while abs(value) >= factor and power < len(suffixes) - 1:
        value, power = value / factor, power + 1
    return fixed(value, decimals) + suffixes[power]


def span(value, decimals):
    if value == 0:
        return "0 s"
    name, length = next((one for one in SPANS if abs(value) >= one[1]), SPANS[-1])
    number = fixed(value / length, decimals)
    plural = "s" if length >= 60 and number != "1" else ""
    return f"{number} {name}{plural}"


def long_span(value, decimals):
    """`decimals` are further units: "2 days", with one "2 days, 3 hours"."""
    if value < 0:
        return long_span(-value, decimals) + " ago"
    parts = []
    for name, length in LONG_SPANS:
        count, value = divmod(value, length) if length > 1 else (round(value), 0)
        if (count or parts) and len(parts) <= (decimals or 0):
            parts.append(f"{count:.0f} {name}{'s' * (count != 1)}")
    return ", ".join(parts) or "0 seconds"


def moment(value, _):
    return datetime.fromtimestamp(value / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


UNITS = {
    "short": lambda value, decimals: scaled(value, decimals, 1000, SHORT),
    "bytes": lambda value, decimals: scaled(value, decimals, 1024, BINARY),
    "decbytes": lambda value, decimals: scaled(value, decimals, 1000, DECIMAL),
    "Bps": lambda value, decimals: scaled(value, decimals, 1000, DECIMAL) + "/s",
    "binBps": lambda value, decimals: scaled(value, decimals, 1024, BINARY) + "/s",
    "percentunit": lambda value, decimals: fixed(value * 100, decimals) + "%",
    "s": span,
    "ms": lambda value, decimals: span(value / 1000, decimals),
    "dtdurations": long_span,
    "dateTimeAsIso": moment,
}


def formatted(value, unit="", decimals=None):
    """A number in a unit; one that Grafana does not know is written behind it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if unit in UNITS:
        return UNITS[unit](value, decimals)
    if unit in WORDS:
        return WORDS[unit][value != 0]
    return fixed(value, decimals) + SUFFIXES.get(unit, " " + unit.removeprefix("suffix:") if unit else "")
