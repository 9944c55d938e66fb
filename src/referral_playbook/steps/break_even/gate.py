"""The gate of three tests: value, cash and evidence, each with its threshold.

Nothing here reads a client: the decision study puts simulated clients through the same gate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.formatting import chance_of, money, share, whole
from referral_playbook.contract.writing.input_labels import INPUT_LABELS
from referral_playbook.contract.writing.wording import counted


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """What was fixed before the data were looked at."""

    # probability of a value result of 0 or more by the date, from which the answer is go, and up to which it is stop
    go: float = 0.80
    stop: float = 0.20
    purse: float | None = None  # the most cash that the client will have out at any time; None where it was not stated
    payback_months: int = 36  # the longest acceptable time to cash pay-back

    @classmethod
    def of(cls, p: Parameters) -> Thresholds:
        """From the step's parameters."""
        purse = p.optional_number("purse")
        return cls(go=p.number("go"), stop=p.number("stop"), purse=purse, payback_months=p.count("payback_months"))

    def __post_init__(self) -> None:
        if not 0 <= self.stop < self.go <= 1 or self.payback_months < 1 or (self.purse is not None and self.purse < 0):
            raise ValueError(f"stop lies below go, both from 0 to 1, and the purse is 0 or more: {self}")


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What the gate looks at."""

    probability: float  # of a value result of 0 or more by the date, against doing nothing
    contribution: float  # what one extra conversion leaves after its reward; at 0 or below no volume is enough
    extra_conversions: float  # in the middle of the futures, by the date
    peak_need: float  # peak cash need of the worst one in ten (p90)
    payback: float  # cash pay-back month of the median future; infinity where it is never
    # middle result with each input that is not measured at its unfavourable end
    at_low_end: Mapping[str, float] = field(default_factory=dict)
    low_end: Mapping[str, str] = field(default_factory=dict)  # that end of each input, in words


@dataclass(frozen=True, kw_only=True)
class GateTest:
    """One test: its value, its threshold, and whether it was passed (None where it is not known)."""

    test: str
    value: float | None
    threshold: float | None
    passed: bool | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The three tests and what follows from them."""

    status: Status
    tests: tuple[GateTest, ...]

    @property
    def open(self) -> bool:
        """Whether something has to be measured or changed first."""
        return self.status is Status.TEST_SMALL

    def test(self, name: str) -> GateTest:
        """The test of this name: value, cash or evidence."""
        return next(t for t in self.tests if t.test == name)

    def rows(self) -> list[dict[str, Any]]:
        """Rows test, value, threshold, passed, text."""
        return [dict(vars(test)) for test in self.tests]


def gate(seen: Outlook, limits: Thresholds, *, currency: str = "GBP", months: int = 12) -> Gate:
    """Decide from the three tests.

    A conversion that leaves nothing, or a probability at or below the lower threshold, is `stop`. `go` takes all three
    tests and more conversions than would come anyway. Everything else is `test_small`.

    Examples
    --------
    >>> seen = Outlook(probability=0.9, contribution=200, extra_conversions=12, peak_need=900, payback=8)
    >>> gate(seen, Thresholds(purse=1_000)).status.value
    'go'
    >>> gate(seen, Thresholds(purse=500)).status.value
    'test_small'
    """
    tests = (
        value_test(seen, limits, months=months),
        cash_test(seen, limits, currency=currency),
        evidence_test(seen, currency=currency),
    )
    return Gate(status=_status(seen, limits, tests), tests=tests)


def _status(seen: Outlook, limits: Thresholds, tests: tuple[GateTest, ...]) -> Status:
    if seen.contribution <= 0 or seen.probability <= limits.stop:
        return Status.STOP
    if all(t.passed is not False for t in tests) and seen.extra_conversions > 0:
        return Status.GO
    return Status.TEST_SMALL


def value_test(seen: Outlook, limits: Thresholds, *, months: int) -> GateTest:
    """Whether the value of customers won by the date covers all cost, in enough of the futures."""
    text = (
        f"In {chance_of(seen.probability)} of simulated futures, the value of extra customers covers all costs by "
        f"month {months}. A go needs {share(limits.go)} or more; {share(limits.stop)} or less is a stop."
    )
    passed = seen.probability >= limits.go and seen.contribution > 0
    return GateTest(test="value", value=seen.probability, threshold=limits.go, passed=passed, text=text)


def cash_test(seen: Outlook, limits: Thresholds, *, currency: str) -> GateTest:
    """Whether the cash is paid back in time, and whether the purse is large enough until then."""
    in_time = seen.payback <= limits.payback_months
    within = None if limits.purse is None else seen.peak_need <= limits.purse
    need = f"One future in ten needs more than {money(seen.peak_need, currency)} in advance"
    limit = f"the limit on cash is {money(limits.purse, currency)}" if limits.purse is not None else NO_PURSE
    text = f"In the median future the cash is {_back(seen.payback, limits.payback_months)}. {need}, and {limit}."
    return GateTest(
        test="cash",
        value=seen.payback if math.isfinite(seen.payback) else None,
        threshold=float(limits.payback_months),
        passed=in_time and within is not False,
        text=text,
    )


NO_PURSE = "no limit on cash was stated"


def _back(month: float, latest: int) -> str:
    if not math.isfinite(month):
        return f"not paid back within the limit of {counted(latest, 'month')}"
    if month > latest:
        return f"paid back in month {whole(month)}, after the limit of {counted(latest, 'month')}"
    return f"paid back in month {whole(month)}, within the limit of {counted(latest, 'month')}"


def evidence_test(seen: Outlook, *, currency: str) -> GateTest:
    """Whether the median result stays at 0 or above with each unmeasured input at its unfavourable end."""
    if not seen.at_low_end:
        text = "Every input was measured or decided by the client."
        return GateTest(test="evidence", value=None, threshold=0.0, passed=True, text=text)
    worst = min(seen.at_low_end, key=lambda name: seen.at_low_end[name])
    result = seen.at_low_end[worst]
    end = f", {seen.low_end[worst]}," if worst in seen.low_end else ""
    text = (
        f"The {INPUT_LABELS.get(worst, worst.replace('_', ' '))} is not measured. At the unfavourable end of its "
        f"range{end} the median result is {money(result, currency)}."
    )
    return GateTest(test="evidence", value=result, threshold=0.0, passed=result >= 0, text=text)
