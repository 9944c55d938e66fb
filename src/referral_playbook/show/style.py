"""The house style: figures drawn, labelled and written under the same settings, whatever the session has set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from textwrap import wrap
from typing import Any, Concatenate, ParamSpec

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from referral_playbook.show.words import clean

PREPARED: list[Axes] = []
"""Axes that were made in advance; each is handed out once."""
P = ParamSpec("P")
Drawing = Callable[Concatenate[Axes, P], str]


@cache
def settings() -> mpl.RcParams:
    """The settings of ``style.mplstyle``, read once."""
    return mpl.rc_params_from_file(Path(__file__).with_name("style.mplstyle"), use_default_template=True)


@cache
def _ours() -> dict[str, Any]:
    """The settings without the back end, for drawing does not choose where it is shown."""
    return {k: v for k, v in dict.items(settings()) if k not in ("backend", "interactive", "backend_fallback")}


@contextmanager
def house() -> Iterator[None]:
    """Give matplotlib the house style and nothing else within this context.

    Values are put in as they were read: `matplotlib.rc_context` would copy and check all of them every time.
    """
    now, ours = mpl.rcParams, _ours()
    before = {key: now._get(key) for key in ours}  # type: ignore[arg-type]
    now._update_raw(ours)
    try:
        yield
    finally:
        now._update_raw(before)


def axes(*, width: float = 5.0, height: float = 3.0, polar: bool = False) -> Axes:
    """Return fresh axes in the house style, outside pyplot's global state.

    Parameters
    ----------
    width, height : float
        Inches; wider pictures shrink on a phone until their labels are too small to read.
    polar : bool
        For a spidergram.

    Examples
    --------
    >>> axes(height=2).figure.get_size_inches().tolist()
    [5.0, 2.0]
    """
    if PREPARED and not polar:
        ax = PREPARED.pop()
        ax.figure.set_size_inches(width, height)  # type: ignore[union-attr]
        return ax
    with house():
        return Figure(figsize=(width, height)).add_subplot(projection="polar" if polar else None)


def prepare_axes(count: int = 4) -> None:
    """Make axes with their ticks in advance, in the process whose forks draw: a third of the time of a chart.

    A notebook, and the memo, draws up to four.
    """
    with house():
        for _ in range(count):
            ax = Figure().add_subplot()
            ax.xaxis.get_major_ticks(8)
            ax.yaxis.get_major_ticks(8)
            PREPARED.append(ax)


def prepare_more_axes() -> None:
    """Make as many as all notebooks of a client draw: of several clients, those of each run in one fork."""
    prepare_axes(28)


def figure(draw: Drawing[P]) -> Callable[Concatenate[Axes, P], Axes]:
    """Make a figure function of one that draws on axes and returns what the picture shows, in words.

    The words become ``ax.alt_text``; the function made returns the axes.
    """

    @wraps(draw)
    def drawn(ax: Axes, /, *args: P.args, **kwargs: P.kwargs) -> Axes:
        with house():
            ax.alt_text = clean(draw(ax, *args, **kwargs))  # type: ignore[attr-defined]
        return ax

    return drawn


def label(text: str, width: int = 28, *, lines: int = 3) -> str:
    """Client text for a picture: cleaned, wrapped, cut after `lines` lines, without glyphs that the font lacks.

    Examples
    --------
    >>> label("a very long name of a market segment", 16)
    'a very long name\\nof a market\\nsegment'
    >>> label("漢字 Ltd")
    '□□ Ltd'
    """
    there = glyphs()
    drawable = "".join(c if ord(c) in there else "□" for c in clean(text))
    return "\n".join(wrap(drawable, width, max_lines=lines, placeholder=" …"))


@cache
def glyphs() -> frozenset[int]:
    """Characters that both the plain and the bold font have."""
    fonts = (
        font_manager.findfont(font_manager.FontProperties(family="DejaVu Sans", weight=w)) for w in ("normal", "bold")
    )
    return frozenset.intersection(*(frozenset(font_manager.get_font(path).get_charmap()) for path in fonts))
