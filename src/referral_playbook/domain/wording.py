"""A count with its noun, for the sentences of the steps."""

from __future__ import annotations

from referral_playbook.contract.writing.formatting import whole


def count_text(number: float, noun: str) -> str:
    """A count with its noun, one or many.

    Examples
    --------
    >>> count_text(1, "month"), count_text(12.4, "month")
    ('1 month', '12 months')
    """
    return f"{whole(number)} {noun}" + ("" if round(number) == 1 else "s")
