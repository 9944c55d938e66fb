"""Charts in the PDF: WeasyPrint draws them, but the letters of their labels are worked out once each.

A line of text in a chart is a path that goes from letter to letter (`referral_playbook.show.outlines`). WeasyPrint
reads its numbers one by one, for every letter again, which took a fifth of the time of a memo.
"""

from __future__ import annotations

import re
from base64 import b64decode
from functools import cache
from typing import Any
from xml.etree import ElementTree

from weasyprint.images import SVGImage
from weasyprint.svg import SVG

CHART = re.compile(r'(<figure><img [^>]*src=")data:image/svg\+xml;base64,([^"]+)"')
TEXT = re.compile(r"M-?\d+ -?\d+m")
"""How a line of text begins, and no path of matplotlib's does."""
LETTERS = re.compile(r"M(-?\d+) (-?\d+)(m[^M]*)")
STEPS = re.compile(r"([mlqcz])([^mlqcz]*)")
NUMBER = re.compile(r"-?\d+")
POINTS = {"q": 2, "c": 3}
OPERATOR = {"m": " m", "l": " l", "q": " c", "c": " c"}

Point = tuple[int, int]


def charts_apart(page: str, fetcher: Any) -> tuple[str, dict[str, Any]]:
    """Return a page with short addresses of its charts, and the charts by them, as WeasyPrint's cache takes them."""
    charts: dict[str, Any] = {}

    def shortened(image: re.Match[str]) -> str:
        url = f"chart:{len(charts)}"
        charts[url] = PrintedChart(b64decode(image[2]), url, fetcher)
        return f'{image[1]}{url}"'

    return CHART.sub(shortened, page), charts


class PrintedChart(SVGImage):  # type: ignore[misc]  # WeasyPrint has no types
    """A chart as WeasyPrint places it on a page."""

    def __init__(self, svg: bytes, url: str, fetcher: Any) -> None:
        tree = ElementTree.fromstring(svg)
        super().__init__(tree, url, fetcher, None)
        self._svg = Drawing(tree, url, None, fetcher)


class Drawing(SVG):  # type: ignore[misc]
    """WeasyPrint's drawing of SVG, except for lines of text."""

    def draw_node(self, node: Any, font_size: Any, fill_stroke: bool = True, context: Any = None) -> None:
        """Draw an element and what it contains."""
        if node.tag != "path" or "opacity" in node.attrib or not TEXT.match(node.get("d", "")):
            super().draw_node(node, font_size, fill_stroke, context)
            return
        self.stream.push_state()
        self.transform(node, font_size)
        self.set_graphical_state(node, font_size)
        pen = (0, 0)
        for x, y, letter in LETTERS.findall(node.get("d")):
            self.stream.stream += [b"1 0 0 1 %d %d cm" % (int(x) - pen[0], int(y) - pen[1]), _letter(letter)]
            pen = (int(x), int(y))
        self.stream.pop_state()


@cache
def _letter(path: str) -> bytes:
    """The instructions of PDF that fill a letter, from the steps of its path."""
    done, at, start = [], (0, 0), (0, 0)
    for step, numbers in STEPS.findall(path):
        values, size = list(map(int, NUMBER.findall(numbers))), 2 * POINTS.get(step, 1)
        for i in range(0, len(values), size):
            points = [(at[0] + dx, at[1] + dy) for dx, dy in zip(*[iter(values[i : i + size])] * 2, strict=True)]
            ends = _cubic(at, *points) if step == "q" else points
            done.append(" ".join(f"{x} {y}" for x, y in ends) + OPERATOR[step])
            at = points[-1]
        if step == "z":
            done.append("h")
            at = start
        elif step == "m":
            start = at
    return "\n".join([*done, "f"]).encode()


def _cubic(start: Point, control: Point, end: Point) -> list[Point]:
    """A quadratic curve as the cubic one that PDF knows, to a hundredth of a point."""
    first, second = (
        tuple(round(here + 2 / 3 * (middle - here)) for here, middle in zip(point, control, strict=True))
        for point in (start, end)
    )
    return [(first[0], first[1]), (second[0], second[1]), end]
