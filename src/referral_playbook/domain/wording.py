"""How sentences of the steps write money, shares and months: rounded, in the client's currency style."""

from __future__ import annotations

import math

from referral_playbook.contract.writing.formatting import money
from referral_playbook.contract.writing.formatting import number as written_number
from referral_playbook.contract.writing.formatting import share as percent


def money_text(amount: float, currency: str) -> str:
    """An amount to three significant digits, in whole units.

    Examples
    --------
    >>> money_text(683.4, "GBP"), money_text(-12_345, "EUR"), money_text(0.2, "GBP")
    ('£683', '-€12,300', '£0')
    """
    step = 10 ** max(0, math.floor(math.log10(abs(amount))) - 2) if abs(amount) >= 1 else 1
    return money(round(amount / step) * step + 0.0, currency)


def percent_text(share: float) -> str:
    """A probability or share in whole percents, never 0% or 100%.

    Examples
    --------
    >>> percent_text(0.934), percent_text(0.001), percent_text(1.0)
    ('93%', 'less than 1%', 'more than 99%')
    """
    if share < 0.01:
        return f"less than {percent(0.01)}"
    return f"more than {percent(0.99)}" if share > 0.99 else percent(round(share, 2))


def count_text(number: float, noun: str) -> str:
    """A count with its noun, one or many.

    Examples
    --------
    >>> count_text(1, "month"), count_text(12.4, "month")
    ('1 month', '12 months')
    """
    whole = round(number)
    return f"{written_number(whole)} {noun}" + ("" if whole == 1 else "s")
