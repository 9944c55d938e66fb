"""A figure as SVG, by matplotlib's own writer, with each line of text as one path and without groups and comments."""

from __future__ import annotations

from io import StringIO
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from referral_playbook.show.layout import lay_out
from referral_playbook.show.outlines import GRID, line_room, outline

DPI = 72
"""In the SVG a unit is a point."""


def as_svg(figure: Figure, title: str) -> str:
    """Return the figure as SVG with its title, what it shows in words; the same figure gives the same bytes."""
    out = StringIO()
    renderer = Canvas(figure, out, title).get_renderer()
    lay_out(figure, renderer)
    figure.draw(renderer)  # type: ignore[arg-type]  # it is one in all but name
    renderer.finalize()
    return out.getvalue()


class Canvas(FigureCanvasBase):
    """Give a figure one renderer, with which it is both laid out and drawn."""

    fixed_dpi = DPI

    def __init__(self, figure: Figure, out: StringIO, title: str) -> None:
        super().__init__(figure)
        dots, figure.dpi = figure.dpi, DPI
        width, height = figure.get_size_inches()
        metadata = {"Title": title, "Date": None, "Creator": None}
        writer: Any = Writer(DPI * width, DPI * height, out, image_dpi=dots, metadata=metadata)  # type: ignore[no-untyped-call]
        self._renderer = MixedModeRenderer(figure, width, height, dots, writer)

    def get_renderer(self) -> MixedModeRenderer:
        """Return the renderer that writes to the SVG."""
        return self._renderer


class Writer(RendererSVG):
    """matplotlib's writer of SVG, but text is measured and drawn by `outline`, which reads each glyph only once.

    matplotlib shapes every text three times: to lay it out, to measure it again and to draw it. Text is never cut
    off at the edge of the axes here.
    """

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Return the room that a line takes, in points."""
        line, size = outline(s, prop), prop.get_size_in_points()
        return line.width * size, line.height * size, line.descent * size

    def _get_font_height_metrics(self, prop: Any) -> tuple[float, ...]:
        """Return the room above and below a line: matplotlib 3.11 reads it from the font for every text otherwise."""
        size = prop.get_size_in_points()
        return tuple(part * size for part in line_room(prop))

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:
        """Write a line of text as one path."""
        if not (path := outline(s, prop).path):
            return
        scale = prop.get_size_in_points() / GRID
        turned = f" rotate({-angle:g})" if angle else ""
        where = f"translate({x:.2f} {y:.2f}){turned} scale({scale:.6g} {-scale:.6g})"
        opacity = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        look = {"fill": to_hex(gc.get_rgb()), "opacity": f"{opacity:g}" if opacity != 1 else ""}
        self.writer.element("path", transform=where, d=path, attrib=look)

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Write no group, for nothing refers to one."""

    def close_group(self, s: str) -> None:
        """Close no group."""
