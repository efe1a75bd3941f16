"""What a panel's fieldConfig makes of a value: its text and its colour."""

import re
from dataclasses import dataclass

from units import formatted

HUES = {
    "red": "#FFA6B0 #FF7383 #F2495C #E02F44 #C4162A",
    "orange": "#FFCB7D #FFB357 #FF9830 #FF780A #FA6400",
    "yellow": "#FFF899 #FFEE52 #FADE2A #F2CC0C #E0B400",
    "green": "#C8F2C2 #96D98D #73BF69 #56A64B #37872D",
    "blue": "#C0D8FF #8AB8FF #5794F2 #3274D9 #1F60C4",
    "purple": "#DEB6F2 #CA95E5 #B877D9 #A352CC #8F3BB8",
}
SHADES = ["super-light-", "light-", "", "semi-dark-", "dark-"]
COLOURS = {shade + hue: code for hue, codes in HUES.items() for shade, code in zip(SHADES, codes.split())}
COLOURS |= {"text": "var(--text)", "transparent": "transparent", "gray": "#808080", "grey": "#808080"}
CLASSIC = ["green", "semi-dark-yellow", "light-blue", "semi-dark-orange", "red", "blue", "purple", "#705DA0", "dark-green", "yellow",
           "#447EBC", "#C15C17", "#890F02", "#0A437C", "#6D1F62", "#584477", "#B7DBAB", "#F4D598", "#70DBED", "#F9BA8F", "#F29191",
           "#82B5D8", "#E5A8E2", "#AEA2E0", "#629E51", "#E5AC0E", "#64B0C8", "#E0752D"]


def colour(name):
    return COLOURS.get(name, name)


@dataclass
class Shown:
    text: str
    colour: str | None


class Field:
    """The configuration of one series or column: the panel's defaults and the overrides that match it."""

    def __init__(self, panel, name, ref="", number=True):
        config = panel.json.get("fieldConfig", {})
        self.name, self.number, self.properties = name, number, {}
        for key, value in config.get("defaults", {}).items():
            self.set(key, value)
        for override in config.get("overrides", []):
            if matches(override["matcher"], name, ref, number):
                for one in override["properties"]:
                    self.set(one["id"], one["value"])

    def set(self, key, value):
        if isinstance(value, dict) and key == "custom":
            self.properties |= {f"custom.{inner}": one for inner, one in value.items()}
        else:
            self.properties[key] = value

    def get(self, key, default=None):
        return self.properties.get(key, default)

    def shown(self, value):
        """A number, a text or None, as it is written."""
        mapped = next((result for mapping in self.get("mappings", []) if (result := map_value(mapping, value))), {})
        text = mapped.get("text") or self.written(value)
        return Shown(text, colour(mapped["color"]) if "color" in mapped else self.colour(value))

    def written(self, value):
        if value is None:
            return self.get("noValue", "")
        if isinstance(value, str):
            return value
        return formatted(value, self.get("unit", ""), self.get("decimals"))

    def colour(self, value):
        """That of the threshold which the value has reached, or the field's own."""
        if self.fixed_colour():
            return self.fixed_colour()
        if isinstance(value, str) or value is None:
            return None
        steps = [step for step in self.steps() if step["value"] is None or value >= step["value"]]
        return colour(steps[-1]["color"]) if steps else None

    def fixed_colour(self):
        mode = self.get("color", {})
        return colour(mode["fixedColor"]) if mode.get("mode") == "fixed" else None

    def steps(self):
        """The thresholds, in values of the field."""
        thresholds = self.get("thresholds", {})
        steps = thresholds.get("steps", [])
        if thresholds.get("mode") != "percentage":
            return steps
        low, high = self.get("min", 0), self.get("max", 100)
        return [step | {"value": step["value"] and low + step["value"] / 100 * (high - low)} for step in steps]

    def series_colour(self, index, last):
        """Of a line: by the palette, unless the panel has another mode."""
        if self.get("color", {}).get("mode") == "thresholds":
            return self.colour(last) or colour(CLASSIC[0])
        return self.fixed_colour() or colour(CLASSIC[index % len(CLASSIC)])


def matches(matcher, name, ref, number):
    option = matcher.get("options", "")
    return {"byName": lambda: option == name, "byFrameRefID": lambda: option == ref,
            "byRegexp": lambda: re.search(option.strip("/"), name) is not None,
            "byType": lambda: (option == "number") == number}[matcher["id"]]()


def map_value(mapping, value):
    """The result of a value mapping, or None when it says nothing of the value."""
    options = mapping["options"]
    if mapping["type"] == "value":
        return options.get(plain(value))
    if mapping["type"] == "range":
        low, high = options.get("from"), options.get("to")
        inside = isinstance(value, float) and (low is None or value >= low) and (high is None or value <= high)
        return options["result"] if inside else None
    if mapping["type"] == "regex":
        return options["result"] if isinstance(value, str) and re.search(options["pattern"].strip("/"), value) else None
    special = {"null": value is None, "nan": value != value, "null+nan": value is None or value != value, "empty": value == ""}
    return options["result"] if special.get(options["match"]) else None


def plain(value):
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
