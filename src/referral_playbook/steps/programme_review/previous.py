"""What changed since the previous run, number by number, and whether more than the ranges explain."""

from pathlib import Path
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, StepResult
from referral_playbook.contract.handover import load
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.writing.formatting import number, whole
from referral_playbook.domain.lists.progress import actual
from referral_playbook.facts.engagement import Engagement

OURS = ("programme_review", "client_report")
"""Written after this comparison: what is there of them is of another run."""
COLUMNS = ["step", "number", "before", "now", "change", "reading"]
SAME, CHANGED, WITHIN = "the same", "changed, the ranges do not overlap", "within the ranges"


def previous_run(folder: str | None) -> dict[str, StepResult] | None:
    """The results of a previous run by step; a run folder or its results folder; None where none is named.

    A folder without results raises a ValueError.
    """
    if folder is None:
        return None
    place = Path(folder)
    place = place / "results" if (place / "results").is_dir() else place
    results = {step: load(step, place) for step in STEPS}
    if not any(results.values()):
        raise ValueError(f"previous_results = {folder!r}: no results of a run are in this folder")
    return {step: result for step, result in results.items() if result is not None}


def changes(engagement: Engagement, before: dict[str, StepResult] | None) -> pd.DataFrame:
    """Numbers that both runs have and that differ: step, number, before, now (Estimates), change, reading.

    `change` is relative to before. Two ranges that do not overlap differ for sure; overlapping ones may.
    """
    rows = [row for step, old in (before or {}).items() if step not in OURS for row in _step(step, old, engagement)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _step(step: str, old: StepResult, engagement: Engagement) -> list[dict[str, Any]]:
    new = engagement.upstream(step)
    if new is None:
        return []
    return [
        _row(step, name, e, new.estimates[name])
        for name, e in old.estimates.items()
        if name in new.estimates and e != new.estimates[name]
    ]


def _row(step: str, name: str, before: Estimate, now: Estimate) -> dict[str, Any]:
    known = before.value is not None and now.value is not None
    change = (now.point - before.point) / abs(before.point) if known and before.point else None
    return {
        "step": step,
        "number": name,
        "before": before,
        "now": now,
        "change": change,
        "reading": reading(before, now),
    }


def reading(before: Estimate, now: Estimate) -> str:
    """What a difference between two runs says.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> labels = {"unit": "share", "per": "lead", "source": "x"}
    >>> reading(assumed(0.1, 0.05, 0.15, **labels), assumed(0.3, 0.25, 0.35, **labels))
    'changed, the ranges do not overlap'
    """
    if before.value is None or now.value is None:
        return "known now" if before.value is None and now.value is not None else "not known in both runs"
    if (before.unit, before.per) != (now.unit, now.per):
        return "not the same quantity any more"
    if before.value == now.value:
        return SAME
    if before.basis is not now.basis:
        return f"{before.basis.value} before, {now.basis.value} now"
    high, other = (float("inf") if e.high is None else e.high for e in (before, now))
    return CHANGED if now.lower > high or before.lower > other else WITHIN


def verdict_rows(engagement: Engagement, before: dict[str, StepResult] | None) -> list[dict[str, Any]]:
    """Verdicts that changed: step, before, now."""
    rows = []
    for step, old in (before or {}).items():
        new = None if step in OURS else engagement.upstream(step)
        if new is not None and new.verdict.status is not old.verdict.status:
            rows.append({"step": step, "before": old.verdict.status.value, "now": new.verdict.status.value})
    return rows


def describe(rows: pd.DataFrame, has_previous: bool) -> str:
    """What changed, in words."""
    if not has_previous:
        return "No previous run was named, so there is nothing to compare with."
    if rows.empty:
        return "No number of the earlier steps differs from the previous run."
    sure = rows[rows["reading"] == CHANGED]
    names = ", ".join(str(n).replace("_", " ") for n in sure["number"])
    more = f"{len(sure)} of them by more than their ranges: {names}." if len(sure) else "none by more than its range."
    return f"{len(rows)} numbers differ from the previous run, {more}"


def last_goal(engagement: Engagement, before: dict[str, StepResult] | None) -> Check:
    """The programme's goal of the previous run against what the whole months since then brought."""
    old = None if before is None else before.get("goal_setting")
    goal = None if old is None else old.estimates.get("programme_goal")
    name = "goal_of_the_last_run"
    if old is None or goal is None or not goal.defined:
        return Check(name=name, passed=None, text="There is no goal of a previous run to compare with.")
    seen = actual(engagement)
    months = [m for m in seen.index if m > f"{old.as_of:%Y-%m}"] if "referrals" in seen else []
    if not months:
        return Check(name=name, passed=None, text=f"No whole month has passed since the goal was set on {old.as_of}.")
    made = seen.loc[months, "referrals"]
    below = int((made < goal.low).sum())
    text = (
        f"The {len(months)} months since then brought {number(float(made.mean()))} referrals each against a goal of "
        f"{number(goal.value)} ({whole(goal.low)} to {whole(goal.high)}); {below} of them were below the band."
    )
    return Check(name=name, passed=bool(made.mean() >= goal.low), text=text)
