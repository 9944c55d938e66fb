"""What an earlier step handed over, and what is taken in its place where it has not been run."""

from collections.abc import Callable

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.facts.engagement import Engagement


def upstream_estimate(engagement: Engagement, step: str, name: str, instead: Callable[[], Estimate]) -> Estimate:
    """An estimate of an earlier step, or what `instead` works out where that step has no result.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from referral_playbook.contract.evidence import assumed
    >>> alone = SimpleNamespace(upstream=lambda step: None)
    >>> fallback = assumed(0.1, 0, 0.2, unit="score", per="answer", source="x")
    >>> upstream_estimate(alone, "pmf_check", "nps", lambda: fallback).value
    0.1
    """
    result = engagement.upstream(step)
    return instead() if result is None or name not in result.estimates else result.estimates[name]


def upstream_check(engagement: Engagement, *steps: str) -> Check:
    """Which earlier steps were there to take numbers from."""
    there = [step for step in steps if engagement.upstream(step) is not None]
    absent = [step for step in steps if step not in there]
    text = f"taken from {', '.join(there)}" if there else "no earlier step has been run"
    if absent:
        text += f"; worked out here instead: {', '.join(absent)}"
    return Check(name="earlier_steps", passed=not absent, text=text)
