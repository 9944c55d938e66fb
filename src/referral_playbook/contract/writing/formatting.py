"""Numbers as people write them: money, shares, months and ranges, with no more digits than are known.

This is the one place that writes a number for a reader, so that a sum reads "£683" in a sentence of a step, a table,
a chart and the memo alike. The locale is that of the client (see `contract.language`), so that the same result reads
the same on every machine.

Examples
--------
>>> money(683, "GBP"), money(-683, "GBP"), share(0.4123), months(1), written(2, "referrals")
('£683', '-£683', '41%', '1 month', '2 referrals')
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeGuard

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent

from referral_playbook.contract.estimate import Estimate
from referral_playbook.contract.writing.language import locale
from referral_playbook.contract.writing.units import NPS, TIMES, is_currency, is_symbol

NOT_KNOWN = "not known"
PLAIN_UNITS = ("", "count", "number", "ratio")
"""Units that are not written after the number."""
TINY, HUGE = 1e-6, 1e15
"""Outside these a number is not written out: nobody counts the zeros."""
_DIGITS = re.compile(r"#[#,0.]*")


def money(x: float | None, currency: str) -> str:
    """Write an amount: three significant digits where it was computed, in full where somebody wrote it down.

    An amount of at most two decimals was written down, such as a price. It is one rule for all places, so that an
    amount reads the same in a card, a sentence and a table. Pence are shown of a price below 100 and of a
    computed amount below 10.

    The currency is an ISO 4217 code.

    Examples
    --------
    >>> money(1299, "GBP"), money(1298.76432, "GBP"), money(12.5, "EUR"), money(-25, "USD"), money(None, "GBP")
    ('£1,299', '£1,300', '€12.50', '-US$25', 'not known')
    """
    if not _known(x):
        return NOT_KNOWN
    if abs(x) >= HUGE:
        return f"{currency} {x:.3g}"
    rounded = _amount(x)
    return _money(rounded, currency, 0 if rounded == int(rounded) else 2)


def about(x: float | None, unit: str) -> str:
    """Write a number to at most three significant digits; a probability never as 0% or 100%.

    Examples
    --------
    >>> about(12_151.372, "GBP"), about(-683.4123, "GBP"), about(0.9989, "share"), about(0.28, "share"), about(None, "")
    ('£12,200', '-£683', 'over 99%', '28%', 'not known')
    """
    if not _known(x):
        return NOT_KNOWN
    if unit == "share":
        return chance_of(x)
    if abs(x) < 100:
        return written(x, unit)
    rounded = _rounded(x, step := 10.0 ** (_magnitude(x) - 2))
    return _money(rounded, unit, 0) if is_currency(unit) else _suffixed(_decimal(rounded, step, trim=True), unit)


def chance_of(x: float | None) -> str:
    """Write a probability in whole percents, never as 0% or 100%.

    Examples
    --------
    >>> chance_of(0.934), chance_of(0.001), chance_of(1.0), chance_of(None)
    ('93%', 'under 1%', 'over 99%', 'not known')
    """
    if not _known(x):
        return NOT_KNOWN
    if 0.01 <= x <= 0.99:
        return _percent(x, 0.01, trim=True)
    return f"under {share(0.01)}" if x < 0.01 else f"over {share(0.99)}"


def times(x: float | None) -> str:
    """Write a factor to two significant digits.

    Examples
    --------
    >>> times(1.54), times(1.52), times(1), times(0.896), times(12.3), times(None)
    ('about 1.5 times', 'about 1.5 times', 'about 1.0 times', 'about 0.90 times', 'about 12 times', 'not known')
    """
    if not _known(x):
        return NOT_KNOWN
    return f"about {two_digits(x)} times"


def two_digits(x: float) -> str:
    """Write a factor to two significant digits, and in full where it has more before the point.

    Examples
    --------
    >>> two_digits(1.04), two_digits(9.96), two_digits(123.4)
    ('1.0', '10', '123')
    """
    step = min(1.0, 10.0 ** (_magnitude(x) - 1))
    rounded = _rounded(x, step)  # 9.96 becomes 10, which needs no digit after the point
    return _decimal(rounded, min(1.0, 10.0 ** (_magnitude(float(rounded)) - 1)), trim=False)


def whole(x: float | None) -> str:
    """Write the nearest whole number.

    Examples
    --------
    >>> whole(12.4), whole(1234.4), whole(None)
    ('12', '1,234', 'not known')
    """
    if not _known(x):
        return NOT_KNOWN
    return str(round(x)) if abs(x) < 1000 else number(round(x))  # lists write it for every customer


def number(x: float | None) -> str:
    """Write a number: whole numbers in full, others to three significant digits.

    Examples
    --------
    >>> number(1234), number(0.012345), number(12.3456), number(1234.5), number(None)
    ('1,234', '0.0123', '12.3', '1,234', 'not known')
    """
    if not _known(x):
        return NOT_KNOWN
    if x and not TINY <= abs(x) < HUGE:
        return f"{x:.3g}"
    step = 1.0 if x == round(x) else min(1.0, 10.0 ** (_magnitude(x) - 2))
    return _decimal(_rounded(x, step), step, trim=True)


def share(x: float | None) -> str:
    """Write a share of one as a percentage: two significant digits, and never 100% for less than all.

    Examples
    --------
    >>> share(0.4123), share(0.0083), share(0.0363), share(1.25), share(0.998), share(0), share(None)
    ('41%', '0.8%', '3.6%', '125%', '99.8%', '0%', 'not known')
    """
    if not _known(x):
        return NOT_KNOWN
    if 0 < abs(x) < TINY:
        return "under 0.0001%" if x > 0 else "-0.0001% to 0%"
    if 1 - TINY < x < 1:
        return "over 99.9999%"
    if abs(x) >= HUGE:
        return f"{100 * x:.3g}%"
    return _percent(x, _share_step(x), trim=True)


def months(x: float | None) -> str:
    """Write a time in months.

    Examples
    --------
    >>> months(7.24), months(1), months(14.2), months(None)
    ('7.2 months', '1 month', '14 months', 'not known')
    """
    if not _known(x):
        return NOT_KNOWN
    step = 1.0 if abs(x) >= 10 or x == round(x) else 0.1
    return _suffixed(_decimal(_rounded(x, step), step, trim=True), "months")


def written(x: float | None, unit: str) -> str:
    """Write one number by its unit: `share`, an ISO currency, `months`, `p`, `count`, or any word that follows it.

    Examples
    --------
    >>> written(0.41, "share"), written(12.5, "GBP"), written(3, "referrals"), written(250, "count")
    ('41%', '£12.50', '3 referrals', '250')
    >>> written(1, "month"), written(1, "times")
    ('1 month', '1.0 times')
    """
    if not _known(x):
        return NOT_KNOWN
    if unit == "share":
        return share(x)
    if is_currency(unit):
        return money(x, unit)
    if unit == "months":
        return months(x)
    if unit == NPS:
        return _points(x)
    if unit == "p":  # further zeros would claim more than any sample can
        step = 10.0 ** (_magnitude(x) - 1)
        return f"under {number(1e-4)}" if x < 1e-4 else _decimal(_rounded(x, step), step, trim=True)
    return _suffixed(two_digits(x) if unit == TIMES else number(x), unit)


def quantity(estimate: Estimate) -> str:
    """Write the value of an estimate by its unit, to the digits that its range supports.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> quantity(assumed(1234.567, 1000, 1500, unit="GBP", per="customer", source="owner"))
    '£1,230'
    """
    if not estimate.defined:
        return NOT_KNOWN
    if _of_futures(estimate):
        return chance_of(estimate.value)
    if estimate.low == estimate.high:
        return written(estimate.value, estimate.unit)
    return _suffixed(_to_step(estimate.value, estimate.unit, _step(estimate)), _suffix(estimate.unit))


def interval(estimate: Estimate) -> str:
    """Write an estimate with its range.

    A number that was decided, so that low equals high, just stands; one that is undefined is `not known`.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> interval(assumed(0.412, 0.362, 0.464, unit="share", per="answer", source="survey"))
    '41% (36% to 46%)'
    >>> interval(assumed(7.24, 6.1, 8.4, unit="months", per="client", source="owner"))
    '7.2 months (6.1 to 8.4)'
    >>> interval(assumed(25, 25, 25, unit="GBP", per="reward", source="owner"))
    '£25'
    >>> interval(assumed(1.001, 0.9995, 1.0025, unit="times", per="rate", source="arms"))
    '1.001 times (1.000 to 1.002)'
    >>> interval(assumed(0.283, 0.01, 3, unit="referrals", per="month", source="x"))
    '0.28 referrals (0.01 to 3)'
    >>> from dataclasses import replace
    >>> months_needed = assumed(45, 30, 60, unit="months", per="plan", source="x")
    >>> interval(replace(months_needed, high=None, reason="it may never"))
    '45 months (30 or more, no upper limit)'
    """
    if not estimate.defined:
        return NOT_KNOWN
    if _of_futures(estimate):
        chance, least, most = (chance_of(x) for x in (estimate.value, estimate.low, estimate.high))
        return chance if chance == least == most else f"{chance} ({least} to {most})"
    if estimate.low == estimate.high:
        return written(estimate.value, estimate.unit)
    step, unit = _step(estimate), estimate.unit
    value = _to_step(estimate.value, unit, min(step, _least_step(estimate.value, unit)))
    low, *high = (_to_step(x, unit, step) for x in (estimate.low, estimate.high) if x is not None)
    top = f"to {high[0]}" if high else "or more, no upper limit"
    return f"{_suffixed(value, _suffix(estimate.unit))} ({low} {top})"


def at_most(limit: Estimate) -> str:
    """Write a limit on what may be given, which is never below nothing.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> at_most(assumed(622, -2690, 2330, unit="EUR", per="conversion", source="s * V - R"))
    '€622 (€0 to €2,330)'
    """
    return interval(limit if limit.low is None else limit.as_(low=max(0.0, limit.low)))


def _of_futures(estimate: Estimate) -> bool:
    """Whether an estimate is a share of simulated futures, which is never written as 0% or 100%."""
    return estimate.unit == "share" and estimate.per == "future"


def _known(x: float | None) -> TypeGuard[float]:
    return x is not None and math.isfinite(x)


def _magnitude(x: float) -> int:
    """Power of ten of the first digit, with room for 0.1 being a little less than 0.1."""
    return math.floor(math.log10(abs(x)) + 1e-9) if x else 0


def _rounded(x: float, step: float) -> Decimal:
    quantum = Decimal(1).scaleb(_magnitude(step))
    return Decimal(repr(float(x))).quantize(quantum, rounding=ROUND_HALF_EVEN)


def _places(step: float) -> int:
    return max(0, -_magnitude(step))


def _pattern(places: int, *, trim: bool) -> str:
    return "#,##0." + ("#" if trim else "0") * places if places > 0 else "#,##0"


def _within(usual: str, digits: str) -> str:
    """A locale's usual pattern with these digits in place of its own: where the sign or the symbol stands is kept."""
    return _DIGITS.sub(digits, usual.partition(";")[0])


def _decimal(x: Decimal, step: float, *, trim: bool) -> str:
    return str(format_decimal(x, format=_pattern(_places(step), trim=trim), locale=locale()))


def _percent(x: float, step: float, *, trim: bool) -> str:
    pattern = _within(Locale.parse(locale()).percent_formats[None].pattern, _pattern(_places(step) - 2, trim=trim))
    return str(format_percent(_rounded(x, min(step, 0.01)), format=pattern, locale=locale()))


def _money(x: Decimal, currency: str, places: int) -> str:
    pattern = _within(Locale.parse(locale()).currency_formats["standard"].pattern, _pattern(places, trim=False))
    return str(format_currency(x, currency, format=pattern, currency_digits=False, locale=locale()))


def _share_step(x: float) -> float:
    if 0.99 < abs(x) < 1:
        return min(0.001, 10.0 ** _magnitude(1 - abs(x)))
    if abs(x) < 0.01:
        return 10.0 ** _magnitude(x) if x else 0.01
    return 0.01 if abs(x) >= 0.1 else 0.001


def _step(estimate: Estimate) -> float:
    """The last digit worth writing: a fifth of the range; of counts a twentieth, so that sums add up."""
    assert estimate.value is not None
    assert estimate.low is not None
    if estimate.unit == TIMES:
        return _step_of_factor(estimate.low, estimate.high)
    width = 2 * (estimate.value - estimate.low) if estimate.high is None else estimate.high - estimate.low
    return (
        float(10.0 ** _magnitude(width / (5 if estimate.unit in ("share", NPS, "months") else 20)))
        if width > 0
        else 1.0
    )


def _least_step(x: float | None, unit: str) -> float:
    """A count below 1 keeps two digits however wide its range is, as where it stands without one (`two_digits`)."""
    return max(10.0 ** (_magnitude(x) - 1), TINY) if x and abs(x) < 1 and not is_symbol(unit) else math.inf


def _step_of_factor(low: float, high: float | None) -> float:
    """0, for two significant digits; where they would write both ends alike, the first digit of the range."""
    return 0.0 if high is None or two_digits(low) != two_digits(high) else 10.0 ** _magnitude(high - low)


def _to_step(x: float | None, unit: str, step: float) -> str:
    assert x is not None
    if unit == TIMES and abs(x) < HUGE:
        return _decimal(_rounded(x, step), step, trim=False) if step else two_digits(x)
    # A number far smaller than its range keeps its first digit: 0.4% does not become 0%.
    step = min(step, max(10.0 ** _magnitude(x), TINY)) if x else step
    if abs(x) >= HUGE:
        return f"{x:.3g}"
    if unit == NPS:
        return _points(x)
    if unit == "share":
        return _percent(x, max(step, 0.001) if 0.02 <= abs(x) <= 0.98 else step, trim=False)
    if is_currency(unit):
        return money(x, unit)
    return _decimal(_rounded(x, step), step, trim=float(x).is_integer())


def _amount(x: float) -> Decimal:
    """An amount as it is shown: whole from 100 on, and to three digits unless it was written down."""
    written_down = math.isclose(x, round(x, 2), rel_tol=0.0, abs_tol=1e-9)
    if written_down:
        return _rounded(x, 1.0 if abs(x) >= 100 else 0.01)
    return _rounded(x, max(1.0, 10.0 ** (_magnitude(x) - 2)) if abs(x) >= 10 else 0.01)


def _points(x: float) -> str:
    """A net promoter score from -1 to 1 as the field writes it, from -100 to +100."""
    return f"{round(100 * x):+d}" if round(100 * x) else "0"


def _suffix(unit: str) -> str:
    return "" if unit in ("share", NPS) or is_currency(unit) else unit


def _suffixed(text: str, unit: str) -> str:
    if unit in PLAIN_UNITS:
        return text
    if unit == TIMES:  # a factor of one is "1.0", not a single time
        return f"{text} times"
    return f"{text} {unit.removesuffix('s') if text == '1' else unit}"
