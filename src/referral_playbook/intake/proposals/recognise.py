"""Known exports by their headers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from referral_playbook.intake.declared.presets import preset, preset_names


@dataclass(frozen=True)
class Recognised:
    """A preset whose telling headers are all in a file."""

    preset: str
    table: str
    headers: tuple[str, ...]

    @property
    def why(self) -> str:
        """Why the file is taken for this export, in one sentence."""
        named = ", ".join(f'"{header}"' for header in self.headers)
        return f"it has the headers {named}"


def recognise(headers: Collection[str]) -> list[Recognised]:
    """The presets that fit, most telling headers first; more than one only where as many headers speak for each.

    Examples
    --------
    >>> [found.preset for found in recognise(["mql_id", "first_contact_date", "landing_page_id", "origin"])]
    ['olist_leads']
    >>> recognise(["id", "amount"])
    []
    """
    matches = []
    for name in preset_names():
        known = preset(name)
        telling = tuple(known["recognise"])
        if set(telling) <= set(headers):
            matches.append(Recognised(name, known["table"], telling))
    most = max((len(one.headers) for one in matches), default=0)
    return [one for one in matches if len(one.headers) == most]
