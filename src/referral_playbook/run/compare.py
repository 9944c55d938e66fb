"""What changed between two runs, number by number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.names import STEPS
from referral_playbook.show.money import interval
from referral_playbook.show.words import STATUS, name


class NotARunError(ValueError):
    """A folder without results."""


def compare_runs(before: Path, after: Path) -> list[str]:
    """The differences, a line each: verdicts, then numbers, in the order of the steps.

    Parameters
    ----------
    before, after
        Run folders, or their ``results`` folders.

    Returns
    -------
    list of str
        Empty where nothing changed.

    Raises
    ------
    NotARunError
        A folder holds no results.
    """
    old, new = _results(before), _results(after)
    lines = _context(old, new)
    for step in (s for s in STEPS if s in old or s in new):
        lines += _compared(step, old.get(step), new.get(step))
    return lines


def _results(folder: Path) -> dict[str, StepResult]:
    place = folder / "results" if (folder / "results").is_dir() else folder
    found = {path.stem: path for path in place.glob("*.json") if path.stem in STEPS}
    if not found:
        raise NotARunError(f"{folder} holds no results of a run")
    return {step: StepResult.from_dict(json.loads(path.read_text(encoding="utf-8"))) for step, path in found.items()}


def _context(old: Mapping[str, StepResult], new: Mapping[str, StepResult]) -> list[str]:
    one, two = next(iter(old.values())), next(iter(new.values()))
    lines = [f"client: {one.client} -> {two.client}"] if one.client != two.client else []
    return lines + ([f"as of: {one.as_of} -> {two.as_of}"] if one.as_of != two.as_of else [])


def _compared(step: str, old: StepResult | None, new: StepResult | None) -> list[str]:
    if old is None or new is None:
        return [f"{step}: {'not in the first run' if old is None else 'not in the second run'}"]
    lines = [] if old.verdict.status is new.verdict.status else [f"{step}: {_verdict(old)} -> {_verdict(new)}"]
    for key in dict.fromkeys((*old.estimates, *new.estimates)):
        one, two = old.estimates.get(key), new.estimates.get(key)
        if one != two:
            lines.append(f"{step}, {name(key)}: {_said(one, two)} -> {_said(two, one)}")
    return lines


def _verdict(result: StepResult) -> str:
    return STATUS[result.verdict.status]


def _said(estimate: Estimate | None, other: Estimate | None) -> str:
    if estimate is None:
        return "not there"
    text = f"{interval(estimate)} {_per(estimate)}".strip()
    return f"{text} [{estimate.basis.value}]" if other is None or estimate.basis is not other.basis else text


def _per(estimate: Estimate) -> Any:
    return f"per {estimate.per}" if estimate.per else ""
