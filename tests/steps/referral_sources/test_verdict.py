"""The verdict of step 07 rests on what is known, and a small record does not stop anybody."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import Basis, Estimate, Status, undefined
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.referral_sources.finding import Thresholds
from referral_playbook.steps.referral_sources.verdict import verdict

LIMITS = Thresholds()


def won_by_referral(value, high=None, n=1000, basis=Basis.MEASURED):
    top = value if high is None else high
    return Estimate(
        value=value,
        low=value,
        high=top,
        confidence=None,
        n=n,
        unit="share",
        per="lead, won",
        basis=basis,
        source="leads",
    )


def blank(k, n):
    return proportion(k, n, per="lead received", source="leads")


@pytest.mark.parametrize(
    ("unknown", "by_referral", "status", "words"),
    [
        (blank(10, 1000), won_by_referral(0.2), Status.GO, "guide where effort goes"),
        (blank(10, 1000), won_by_referral(0.2, basis=Basis.ASSUMED), Status.TEST_SMALL, "test small first"),
        (blank(220, 1000), won_by_referral(0.2), Status.TEST_SMALL, "may be more than the 20%"),
        (blank(300, 1000), won_by_referral(0.2), Status.TEST_SMALL, "is more than the 20%"),
        (blank(520, 1000), won_by_referral(0.2), Status.NOT_ENOUGH_DATA, "compulsory"),
        (blank(10, 1000), won_by_referral(0.0, 0.015), Status.STOP, "no source to build on"),
        (blank(1, 40), won_by_referral(0.0, 0.0, n=40), Status.TEST_SMALL, "40 won are too few"),
        (blank(0, 5), undefined("nothing was won", unit="share", per="x"), Status.NOT_ENOUGH_DATA, "nothing was won"),
        (
            undefined("no table has a source", unit="share", per="x"),
            won_by_referral(0.2),
            Status.NOT_ENOUGH_DATA,
            "no table",
        ),
    ],
)
def test_it_follows_from_the_shares(unknown, by_referral, status, words):
    found = verdict(unknown, by_referral, LIMITS)
    assert found.status is status
    assert words in found.reason


def test_an_undefined_share_is_never_called_half_or_more():
    reason = verdict(blank(0, 9), undefined("nothing was won", unit="share", per="x"), LIMITS).reason
    assert "50%" not in reason
