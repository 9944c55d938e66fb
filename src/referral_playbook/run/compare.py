"""What changed between two runs: verdicts first, then numbers, each beyond its noise or within it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.contract.estimate import Estimate
from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.handover import load_all
from referral_playbook.contract.names import STEPS, Step
from referral_playbook.contract.quantities import quantities, title
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import NOT_KNOWN, interval
from referral_playbook.show.words import STATUS, clean, name


class NotARunError(CommandFaultError):
    """A folder without results."""


@dataclass(frozen=True)
class VerdictChange:
    """A step whose verdict is another one now."""

    step: str
    before: str
    after: str


@dataclass(frozen=True)
class NumberChange:
    """A number that reads differently now; `beyond_noise` where the two ranges do not overlap."""

    step: str
    key: str
    before: str
    after: str
    beyond_noise: bool

    @property
    def label(self) -> str:
        return title(self.key) if self.key in quantities() else name(self.key)


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side; a number that reads the same in both is left out."""

    client: str
    before: date
    after: date
    verdicts: tuple[VerdictChange, ...]
    numbers: tuple[NumberChange, ...]
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def beyond_noise(self) -> tuple[NumberChange, ...]:
        return tuple(change for change in self.numbers if change.beyond_noise)

    @property
    def within_noise(self) -> tuple[NumberChange, ...]:
        return tuple(change for change in self.numbers if not change.beyond_noise)

    def __bool__(self) -> bool:
        return bool(self.verdicts or self.numbers or self.gone or self.new or self.before != self.after)


def compare_runs(before: Path, after: Path) -> Comparison:
    """Compare two runs.

    Either is a run folder or its ``results`` folder.

    A folder that holds no results raises NotARunError.
    """
    return compare(read_results(before), read_results(after))


def compare(old: Mapping[str, StepResult], new: Mapping[str, StepResult]) -> Comparison:
    """Compare results by step; both hold at least one."""
    first, second = next(iter(old.values())), next(iter(new.values()))
    both = [step for step in STEPS if step in old and step in new]
    numbers: dict[tuple[str, str, str], NumberChange] = {}
    for step in both:
        for change in _numbers(step, old[step], new[step]):
            numbers.setdefault((change.key, change.before, change.after), change)  # steps hand numbers on: tell it once
    return Comparison(
        client=clean(second.client),
        before=first.as_of,
        after=second.as_of,
        verdicts=tuple(c for step in both if (c := _verdict(step, old[step], new[step]))),
        numbers=tuple(numbers.values()),
        gone=tuple(step for step in STEPS if step in old and step not in new),
        new=tuple(step for step in STEPS if step in new and step not in old),
    )


def read_results(folder: Path) -> dict[str, StepResult]:
    """The results of a run by step."""
    results = load_all(folder / "results" if (folder / "results").is_dir() else folder)
    if not results:
        raise NotARunError(f"{folder} holds no results of a run. Give a run folder, such as reports/acme")
    return results


def markdown(comparison: Comparison) -> str:
    """The comparison as Markdown, for a pull request or an e-mail.

    Examples
    --------
    >>> same = Comparison("Acme", date(2026, 9, 30), date(2026, 9, 30), (), ())
    >>> markdown(same)
    'Nothing changed.'
    """
    if not comparison:
        return "Nothing changed."
    title = f"# {_cell(comparison.client)}: what changed from {day(comparison.before)} to {day(comparison.after)}"
    parts = [title, _verdict_part(comparison)]
    parts += _number_part("Changed beyond the noise", comparison.beyond_noise)
    parts += _number_part("Changed within the noise", comparison.within_noise)
    parts += [f"Not in the first run: {', '.join(map(name, comparison.new))}."] if comparison.new else []
    parts += [f"Not in the second run: {', '.join(map(name, comparison.gone))}."] if comparison.gone else []
    return "\n\n".join(parts)


def _verdict_part(comparison: Comparison) -> str:
    if not comparison.verdicts:
        return "No verdict changed."
    rows = [f"| {_step(c.step)} | {c.before} | {c.after} |" for c in comparison.verdicts]
    return "\n".join(["## New verdicts", "", "| Step | Before | Now |", "|---|---|---|", *rows])


def _number_part(heading: str, changes: tuple[NumberChange, ...]) -> list[str]:
    if not changes:
        return []
    rows = [f"| {_cell(c.label)} | {_cell(c.before)} | {_cell(c.after)} |" for c in changes]
    return ["\n".join([f"## {heading}", "", "| Number | Before | Now |", "|---|---|---|", *rows])]


def _step(step: str) -> str:
    return "**Decision**" if step == Step.CLIENT_REPORT else name(step)


def _cell(text: str) -> str:
    """Client text that cannot end a cell or become markup."""
    return "".join(f"\\{c}" if c in "|*_`<>[]\\" else c for c in text)


def _verdict(step: str, old: StepResult, new: StepResult) -> VerdictChange | None:
    before, after = old.verdict.status, new.verdict.status
    return None if before is after else VerdictChange(step, STATUS[before], STATUS[after])


def _numbers(step: str, old: StepResult, new: StepResult) -> list[NumberChange]:
    changes = []
    for key in dict.fromkeys((*old.estimates, *new.estimates)):
        one, two = old.estimates.get(key), new.estimates.get(key)
        before, after = _written(one), _written(two)
        if before != after:
            changes.append(NumberChange(step, key, before, after, _apart(one, two)))
    return changes


def _written(estimate: Estimate | None) -> str:
    return NOT_KNOWN if estimate is None else interval(estimate)


def _apart(one: Estimate | None, two: Estimate | None) -> bool:
    """Whether the ranges do not overlap; a number that appeared or vanished is not noise."""
    if one is None or two is None or not one.defined or not two.defined:
        return True
    tops = [float("inf") if e.high is None else e.high for e in (one, two)]
    return bool(one.lower > tops[1] or two.lower > tops[0])
