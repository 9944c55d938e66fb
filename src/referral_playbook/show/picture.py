"""A figure as it goes into a notebook: SVG with words for those who do not see it, the same bytes every time."""

from __future__ import annotations

import sys
from base64 import b64encode
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from matplotlib.axes import Axes

from referral_playbook.show.live import live
from referral_playbook.show.style import axes, house
from referral_playbook.show.svg import as_svg
from referral_playbook.show.words import clean, escaped

__all__ = ["Picture", "as_png", "axes", "picture"]

SVG = "image/svg+xml"
LARGE = "width:100%;max-width:60em;height:auto"


@dataclass(frozen=True)
class Picture:
    """SVG and what it shows in words; a notebook displays the one, a test compares the other.

    A picture with a name is found again in the notebook that displayed it.
    """

    svg: str = field(repr=False)
    alt: str
    name: str = ""

    def __repr__(self) -> str:
        return self.alt

    @property
    def html(self) -> str:
        """The picture as an image element that carries its own data and its alt text.

        Inside an image nothing of an SVG can run, and its ids cannot clash with those of another picture.
        """
        data = b64encode(self.svg.encode("utf-8")).decode("ascii")
        return f'<img alt="{escaped(self.alt)}" src="data:{SVG};base64,{data}">'

    @property
    def large(self) -> str:
        """The picture as wide as the page, for a screen that several people look at."""
        return self.html.replace("<img ", f'<img style="{LARGE}" ', 1)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        if live():
            return {"text/html": self.large, "text/plain": self.alt}, {}
        about = {"alt": self.alt, "name": self.name} if self.name else {"alt": self.alt}
        return {SVG: self.svg, "text/plain": self.alt}, {SVG: about}


def picture(ax: Axes, *, name: str = "") -> Picture:
    """Return the figure of `ax` as a picture with its alt text.

    Parameters
    ----------
    ax : Axes
        Drawn by a figure function, which sets ``ax.alt_text``.
    name : str
        By which the picture is found in the notebook, where others show it too.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        The axes carry no alt text: a picture that some cannot read is not shown.

    Examples
    --------
    >>> ax = axes()
    >>> ax.alt_text = "An empty frame."
    >>> picture(ax)
    An empty frame.
    """
    alt = clean(getattr(ax, "alt_text", ""))
    if not alt:
        raise ValueError("set ax.alt_text to a sentence, with its numbers, that says what the picture shows")
    with house():
        figure = ax.get_figure(root=True)
        assert figure is not None, "axes were removed from their figure"
        svg = as_svg(figure, alt)
        _close(figure)
    return Picture(svg, alt, name)


def as_png(figure: Any) -> bytes:
    """A figure as PNG of 200 dots an inch, in the house style; the same bytes every time."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    out = BytesIO()
    with house():
        figure.set_dpi(200)
        FigureCanvasAgg(figure).print_png(out, metadata={"Software": None})
    return out.getvalue()


def _close(figure: Any) -> None:
    """Close a figure made by pyplot, which would show it a second time; ours are none of pyplot's."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)
