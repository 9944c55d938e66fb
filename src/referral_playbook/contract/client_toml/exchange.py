"""An exchange rate that a client declares, as facts hand it on: reading it needs no validation library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ExchangeRate:
    """One unit of another currency buys `rate` units of `to` on that day."""

    to: str
    rate: float
    on: date
