"""Parameters as evidence: what the client or the consultant said, with the range they hold possible."""

from typing import NamedTuple

from referral_playbook.contract.evidence import Basis, Estimate, assumed, exact

DEFAULT = "playbook default, not confirmed"
STATED = "stated by the client"
"""Sources of a number that no table measures."""


class Default(NamedTuple):
    """What the playbook assumes where nobody said anything: most likely value and range."""

    value: float
    low: float
    high: float


def assumed_value(name: str, value: float | None, default: Default, *, unit: str, per: str) -> Estimate:
    """A number that was stated, or the playbook's default where it was not; basis `assumed` both times.

    A stated value keeps the default's relative range, for someone who states a number knows it no better; a share stays
    within 0 and 1. Raises a ValueError for a share outside 0 to 1, or a negative value.

    Parameters
    ----------
    name : str
        The parameter, named in an error.
    value : float or None
        In `unit`; None takes the default.

    Examples
    --------
    >>> half = assumed_value("incremental_share", None, Default(0.5, 0.25, 0.75), unit="share", per="conversion")
    >>> half.low, half.value, half.high
    (0.25, 0.5, 0.75)
    >>> assumed_value("incremental_share", 0.8, Default(0.5, 0.25, 0.75), unit="share", per="conversion").high
    1.0
    """
    if value is None:
        return assumed(*default, unit=unit, per=per, source=DEFAULT)
    most = 1.0 if unit == "share" else float("inf")
    if not 0 <= value <= most:
        raise ValueError(f"{name} = {value}: give {'a share from 0 to 1' if unit == 'share' else 'a number from 0'}")
    low, high = (value * limit / default.value for limit in (default.low, default.high))
    return assumed(value, low, min(high, most), unit=unit, per=per, source=STATED)


def decided_value(name: str, value: float, *, unit: str, per: str) -> Estimate:
    """A number that the firm sets itself (a reward, a price): assumed, and without a range.

    Examples
    --------
    >>> decided_value("reward_friend", 25.0, unit="GBP", per="conversion").high
    25.0
    """
    if value < 0:
        raise ValueError(f"{name} = {value}: give a number from 0")
    return exact(value, unit=unit, per=per, basis=Basis.ASSUMED, source="decided by the firm")
