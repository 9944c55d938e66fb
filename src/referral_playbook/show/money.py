"""Numbers as people write them; `contract.formatting` is the one place that does it, for steps and pictures alike."""

from __future__ import annotations

from referral_playbook.contract.writing.formatting import (
    NOT_KNOWN,
    NPS,
    PLAIN_UNITS,
    interval,
    is_symbol,
    money,
    months,
    number,
    quantity,
    share,
    whole,
    written,
)

__all__ = [
    "NOT_KNOWN",
    "NPS",
    "PLAIN_UNITS",
    "interval",
    "is_symbol",
    "money",
    "months",
    "number",
    "quantity",
    "share",
    "whole",
    "written",
]
