"""Footnotes of the working papers: what each number means and how it is computed, as `playbook explain` says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from referral_playbook.contract.quantities import quantities
from referral_playbook.show.words import title

_WHAT = re.compile(r'(<td\b[^>]* data-label="What"[^>]*>)([^<]+)(</td>)')


@dataclass
class Footnotes:
    """Numbers of the page in the order in which tables of estimates first name them.

    Examples
    --------
    >>> notes = Footnotes.of(["nrr"])
    >>> print(notes.marked('<td data-label="What">Net revenue retention (NRR)</td>'))
    <td data-label="What">Net revenue retention (NRR)<sup><a href="#number-nrr">1</a></sup></td>
    >>> notes.order
    ['nrr']
    """

    by_title: Mapping[str, str]
    order: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, names: Iterable[str]) -> Footnotes:
        """Footnotes for the numbers of some results; one that is not described gets none."""
        return cls(by_title={title(name): name for name in names if name in quantities()})

    def marked(self, html: str) -> str:
        """A section with a mark at each number that its tables of estimates name."""
        return _WHAT.sub(self._mark, html)

    def _mark(self, found: re.Match[str]) -> str:
        opening, text, closing = found.groups()
        name = self.by_title.get(unescape(text))
        if name is None:
            return found.group()
        if name not in self.order:
            self.order.append(name)
        mark = self.order.index(name) + 1
        return f'{opening}{text}<sup><a href="#number-{escape(name)}">{mark}</a></sup>{closing}'

    def html(self) -> str:
        """The notes themselves as a numbered list; empty where nothing was marked."""
        items = "".join(f'<li id="number-{escape(name)}">{_note(name)}</li>' for name in self.order)
        return f"<h2>What each number means</h2>\n<ol>{items}</ol>" if items else ""


def _note(name: str) -> str:
    entry = quantities()[name]
    return (
        f"<strong>{escape(entry.title)}.</strong> {escape(entry.meaning)} <em>Formula:</em> "
        f"{escape(entry.formula_text)} <em>To measure it better:</em> {escape(entry.better)}"
    )
