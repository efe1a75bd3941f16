"""Writes elements of HTML and SVG; what is not an element is escaped."""

from html import escape


class Markup(str):
    """Text that is markup already."""


EMPTY_ELEMENTS = {"rect", "line", "path", "circle", "polyline", "polygon"}


def tag(name, *content, **attributes):
    """`class_` and `stroke_width` are written `class` and `stroke-width`; None is left out. Content may be nested."""
    words = [f' {key.rstrip("_").replace("_", "-")}="{escape(text(value))}"' for key, value in attributes.items() if value is not None]
    inner = "".join(one if isinstance(one, Markup) else escape(text(one)) for one in flat(content))
    if not inner and name in EMPTY_ELEMENTS:
        return Markup(f"<{name}{''.join(words)}/>")
    return Markup(f"<{name}{''.join(words)}>{inner}</{name}>")


def text(value):
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def flat(content):
    for one in content:
        if isinstance(one, (str, int, float)):
            yield one
        elif one is not None:
            yield from flat(one)


def width_of(words, size):
    """About so many pixels, in a font of that size."""
    return sum(0.95 if ord(letter) > 0x2E80 else 0.56 for letter in words) * size
