"""Days and months as people write them; `contract.dates` is the one place that does it."""

from __future__ import annotations

from referral_playbook.contract.writing.dates import day, month

__all__ = ["day", "month"]
