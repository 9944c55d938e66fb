"""What a memo is made of: paragraphs, bullets, cards, tables and charts. Text is plain and not yet escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes

from referral_playbook.show.picture import Picture, as_png, picture


@dataclass(frozen=True)
class Text:
    """A paragraph; `soft` for a remark below a table or chart."""

    text: str
    soft: bool = False
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Bullets:
    """A short list, with a heading above it."""

    heading: str
    items: tuple[str, ...]
    kind: str = field(default="bullets", init=False)


@dataclass(frozen=True)
class Card:
    """One of the four numbers: what it is, the value, its range, and where it comes from."""

    label: str
    value: str
    range: str
    basis: str
    note: str = ""


@dataclass(frozen=True)
class Cards:
    cards: tuple[Card, ...]
    kind: str = field(default="cards", init=False)


@dataclass(frozen=True)
class Grid:
    """A table of cells that are text already; `numeric` columns are set to the right."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    kind: str = field(default="grid", init=False)


@dataclass(frozen=True)
class Chart:
    """A picture and a caption that says what to see in it; `draw` draws it again for papers that take no SVG."""

    picture: Picture
    caption: str
    draw: Callable[[], Axes] = field(repr=False, compare=False)
    kind: str = field(default="chart", init=False)

    def png(self) -> bytes:
        """The picture as PNG."""
        ax = self.draw()
        picture(ax)  # which lays it out
        return as_png(ax.get_figure(root=True))


Block = Text | Bullets | Cards | Grid | Chart


@dataclass(frozen=True)
class Section:
    """A part of the memo and the sections of the working papers that it rests on."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    evidence: tuple[str, ...] = ()


def section(id: str, title: str, blocks: Sequence[Block | None], *evidence: str) -> Section | None:
    """A section of the blocks that there are; None where there are none."""
    there = tuple(block for block in blocks if block is not None)
    return Section(id, title, there, evidence) if there else None
