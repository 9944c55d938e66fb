"""Measured uplifts that clients of a portfolio agreed to share, as text without a name.

A client that sets ``share_evidence = true`` lets the portfolio write down its measured uplift. It is written only once
three clients or more share theirs, in order of size, so that no line leads back to a client. Another client takes the
lines over into its client.toml as ``shared_uplifts``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FILE = "shared-evidence.toml"
LEAST_CLIENTS = 3
CONFIDENCE = 0.95
_WRITTEN = re.compile(r"(\d+(?:\.\d+)?) \((\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)\)")


@dataclass(frozen=True, kw_only=True, order=True)
class SharedUplift:
    """A measured uplift with its 95% interval, all above 0."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"

    @classmethod
    def read(cls, text: str) -> SharedUplift:
        """From a text like ``1.31 (0.92 to 1.87)``.

        Another text, or a range that does not hold its value, raises ValueError.

        Examples
        --------
        >>> SharedUplift.read("1.31 (0.92 to 1.87)").high
        1.87
        """
        match = _WRITTEN.fullmatch(text.strip())
        numbers = [float(x) for x in match.groups()] if match else [0.0] * 3
        uplift = cls(value=numbers[0], low=numbers[1], high=numbers[2])
        if not 0 < uplift.low < uplift.value < uplift.high:
            raise ValueError(
                f"shared_uplifts: {text!r} cannot be read. Write the uplift with its 95% range, like "
                '"1.31 (0.92 to 1.87)"'
            )
        return uplift


def shared_text(uplifts: Iterable[SharedUplift]) -> str | None:
    """The lines for client.toml; None where fewer than three clients share theirs.

    Examples
    --------
    >>> one = SharedUplift(value=1.5, low=1.1, high=2.0)
    >>> shared_text([one, one]) is None, shared_text([one] * 3).splitlines()[-1]
    (True, 'shared_uplifts = ["1.5 (1.1 to 2)", "1.5 (1.1 to 2)", "1.5 (1.1 to 2)"]')
    """
    ordered: Sequence[SharedUplift] = sorted(uplifts)
    if len(ordered) < LEAST_CLIENTS:
        return None
    written = ", ".join(f'"{uplift}"' for uplift in ordered)
    return (
        f"# Uplifts that {len(ordered)} clients measured and agreed to share, by size and without a name.\n"
        "# Put the line under [parameters] in the client.toml of a client that is not among them.\n"
        f"shared_uplifts = [{written}]\n"
    )
