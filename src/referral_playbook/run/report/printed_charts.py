"""Charts in the PDF: what `referral_playbook.show.svg` writes, put into the instructions of PDF.

WeasyPrint draws any SVG, element by element through a cascade of styles, which took a fifth of the time of a memo. Our
writer uses few elements: paths, marks that are drawn again and again, lines of text, clips and hatches. An SVG that
holds anything else is left to WeasyPrint.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, fromstring

CHART = re.compile(r'(<figure><img [^>]*src=")data:image/svg\+xml;base64,([^"]+)"')
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
DRAWN = {"svg", "title", "metadata", "defs", "style", "g", "path", "use", "rect", "clipPath", "pattern"}
PIXELS = 96 / 72
"""Of a point, in which our charts are measured."""
REFERENCE = re.compile(r"url\(#(\w+)\)")
PLACE = re.compile(r"translate\((\S+) (\S+)\)(?: rotate\((\S+)\))? scale\((\S+) \S+\)")
SEGMENTS = re.compile(r"([MLCQz])([^MLCQz]*)")
DRAWS = {"M": "m", "L": "l", "C": "c", "Q": "c", "z": "h"}
"""The operator of PDF for each step of a path."""
LETTERS = re.compile(r"M(-?\d+) (-?\d+)(m[^M]*)")
STEPS = re.compile(r"([mlqcz])([^mlqcz]*)")
NUMBER = re.compile(r"-?\d+")
POINTS = {"q": 2, "c": 3}
OPERATOR = {"m": " m", "l": " l", "q": " c", "c": " c"}
BEGIN = b"1 j 0 J 4 M"
"""Round joins, butt ends and the miter limit of SVG, as the style of our charts has them."""

Point = tuple[float, float]


def charts_apart(page: str) -> tuple[str, dict[str, Any]]:
    """Return a page with short addresses of its charts, and the charts by them, as WeasyPrint's cache takes them."""
    charts: dict[str, Any] = {}

    def shortened(image: re.Match[str]) -> str:
        tree = fromstring(b64decode(image[2]))
        tags = {element.tag.removeprefix(SVG) for element in tree.iter() if element.tag.startswith(SVG)}
        if not tags <= DRAWN:
            return image[0]
        charts[url := f"chart:{len(charts)}"] = PrintedChart(tree)
        return f'{image[1]}{url}"'

    return CHART.sub(shortened, page), charts


class PrintedChart:
    """A chart as WeasyPrint places and draws an image."""

    def __init__(self, tree: Element) -> None:
        self.tree = tree
        self.by_id = {element.attrib["id"]: element for element in tree.iter() if "id" in element.attrib}
        self.width, self.height = (float(tree.attrib[side].removesuffix("pt")) for side in ("width", "height"))
        self.hatches: dict[str, str] = {}

    def get_intrinsic_size(self, _resolution: Any, _font_size: Any) -> tuple[float, float, float]:
        """Width and height in pixels, and their ratio."""
        return self.width * PIXELS, self.height * PIXELS, self.width / self.height

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        """Draw the chart on a page, with its upper left corner where the page is."""
        stream.transform(a=width / self.width, d=height / self.height)
        stream.stream.append(BEGIN)
        self.hatches = {}
        for element in self.tree:
            self._draw(element, stream)

    def _draw(self, element: Element, stream: Any) -> None:
        kind = element.tag.removeprefix(SVG)
        if kind not in ("g", "path", "use", "rect"):
            return
        stream.push_state()
        if clip := REFERENCE.fullmatch(element.get("clip-path", "")):
            stream.stream += [_path(self.by_id[clip[1]][0]), b"W n"]
        if kind == "g":
            for child in element:
                self._draw(child, stream)
        elif kind == "use":
            self._mark(element, stream)
        elif "transform" in element.attrib:
            _set_alpha(stream, float(element.get("opacity", 1)))
            stream.stream += _line(element)
        else:
            self._fill(element, element.get("style", ""), stream)
        stream.pop_state()

    def _mark(self, use: Element, stream: Any) -> None:
        """Draw a shape that is defined elsewhere, with what its own style leaves open."""
        shape = self.by_id[use.attrib[HREF][1:]]
        stream.stream.append(f"1 0 0 1 {use.attrib['x']} {use.attrib['y']} cm".encode())
        self._fill(shape, f"{use.get('style', '')};{shape.get('style', '')}", stream)

    def _fill(self, shape: Element, style: str, stream: Any) -> None:
        paint = _paint(style or f"fill: {shape.get('fill', '#000000')}")
        if paint.hatch:
            stream.stream.append(f"/Pattern cs /{self._hatch(paint.hatch, stream)} scn".encode())
        _set_alpha(stream, paint.fill_alpha)
        _set_alpha(stream, paint.stroke_alpha, stroke=True)
        stream.stream += [paint.look, _path(shape), paint.operator]

    def _hatch(self, name: str, stream: Any) -> str:
        """The name of a pattern on this page, drawn when it is first asked for."""
        if name not in self.hatches:
            pattern = self.by_id[name]
            width, height = (float(pattern.attrib[side]) for side in ("width", "height"))
            drawn = stream.add_pattern(0, 0, width, height, width, height, stream.ctm)
            for shape in pattern:
                self._draw(shape, drawn)
            self.hatches[name] = drawn.id
        return self.hatches[name]


def _set_alpha(stream: Any, alpha: float, *, stroke: bool = False) -> None:
    """Set the opacity of a shape; WeasyPrint begins an image with none that shows through."""
    if alpha != 1:
        stream.set_alpha(alpha, stroke=stroke)


@dataclass(frozen=True)
class Paint:
    """How a shape is painted: colours and lines, the operator that paints, opacities and the hatch within."""

    look: bytes
    operator: bytes
    fill_alpha: float
    stroke_alpha: float
    hatch: str


@cache
def _paint(style: str) -> Paint:
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    look = {name.strip(): value.strip() for name, _, value in pairs}
    fill, stroke = look.get("fill", "#000000"), look.get("stroke", "none")
    hatch, opacity = REFERENCE.fullmatch(fill), float(look.get("opacity", 1))
    if look.get("stroke-width") == "0":
        stroke = "none"
    fills, strokes = fill != "none", stroke != "none"
    parts = [f"{_colour(fill)} rg"] if fills and not hatch else []
    if strokes:
        parts += [f"{_colour(stroke)} RG {look.get('stroke-width', '1')} w", *_lines(look)]
    return Paint(
        look=" ".join(parts).encode(),
        operator={(True, True): b"B", (True, False): b"f", (False, True): b"S"}.get((fills, strokes), b"n"),
        fill_alpha=opacity * float(look.get("fill-opacity", 1)),
        stroke_alpha=opacity * float(look.get("stroke-opacity", 1)),
        hatch=hatch[1] if hatch else "",
    )


def _lines(look: dict[str, str]) -> Iterator[str]:
    """Joins, ends and dashes of lines where they are not the usual ones."""
    if "stroke-linejoin" in look:
        yield f"{('miter', 'round', 'bevel').index(look['stroke-linejoin'])} j"
    if "stroke-linecap" in look:
        yield f"{('butt', 'round', 'square').index(look['stroke-linecap'])} J"
    if (dashes := look.get("stroke-dasharray", "none")) != "none":
        yield f"[{dashes.replace(',', ' ')}] {look.get('stroke-dashoffset', '0')} d"


@cache
def _colour(colour: str) -> str:
    """A colour such as ``#0072b2`` as three parts of 1."""
    return " ".join(f"{int(colour[i : i + 2], 16) / 255:.4g}" for i in (1, 3, 5))


def _path(shape: Element) -> bytes:
    """The instructions of PDF for a path or a rectangle."""
    if shape.tag == f"{SVG}rect":
        return " ".join([*(shape.attrib[side] for side in ("x", "y", "width", "height")), "re"]).encode()
    done, last = [], ""
    for step, text in SEGMENTS.findall(shape.attrib["d"]):
        numbers = text.strip()
        if step == "Q":
            at, control, end = _points(f"{last} {numbers}")[-3:]
            numbers = " ".join(f"{x:.6f} {y:.6f}" for x, y in _cubic(at, control, end, 6))
        done.append(f"{numbers} {DRAWS[step]}".lstrip())
        last = numbers or last
    return "\n".join(done).encode()


def _points(numbers: str) -> list[Point]:
    return list(zip(*[map(float, numbers.split())] * 2, strict=True))


def _line(text: Element) -> Iterator[bytes]:
    """A line of text: a path that goes from letter to letter (`referral_playbook.show.outlines`)."""
    place = PLACE.fullmatch(text.attrib["transform"])
    assert place is not None, "a line of text is placed, turned and scaled"
    x, y, turned, scale = place[1], place[2], math.radians(float(place[3] or 0)), float(place[4])
    along, across = scale * math.cos(turned), scale * math.sin(turned)
    yield f"{_colour(text.attrib['fill'])} rg".encode()
    yield f"{along:.6f} {across:.6f} {across:.6f} {-along:.6f} {x} {y} cm".encode()
    pen = (0, 0)
    for across_by, up_by, letter in LETTERS.findall(text.attrib["d"]):
        yield b"1 0 0 1 %d %d cm" % (int(across_by) - pen[0], int(up_by) - pen[1])
        yield _letter(letter)
        pen = (int(across_by), int(up_by))


@cache
def _letter(path: str) -> bytes:
    """The instructions of PDF that fill a letter, from the steps of its path."""
    done, at, start = [], (0.0, 0.0), (0.0, 0.0)
    for step, numbers in STEPS.findall(path):
        values, size = list(map(int, NUMBER.findall(numbers))), 2 * POINTS.get(step, 1)
        for i in range(0, len(values), size):
            points = [(at[0] + dx, at[1] + dy) for dx, dy in zip(*[iter(values[i : i + size])] * 2, strict=True)]
            ends = _cubic(at, points[0], points[1], 0) if step == "q" else points
            done.append(" ".join(f"{x:.0f} {y:.0f}" for x, y in ends) + OPERATOR[step])
            at = points[-1]
        if step == "z":
            done.append("h")
            at = start
        elif step == "m":
            start = at
    return "\n".join([*done, "f"]).encode()


def _cubic(start: Point, control: Point, end: Point, digits: int) -> list[Point]:
    """A quadratic curve as the cubic one that PDF knows."""
    first, second = (
        tuple(round(here + 2 / 3 * (middle - here), digits) for here, middle in zip(point, control, strict=True))
        for point in (start, end)
    )
    return [(first[0], first[1]), (second[0], second[1]), end]
