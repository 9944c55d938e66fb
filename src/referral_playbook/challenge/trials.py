"""Run every damage against the client's decisions: change, judge again, compare the verdicts."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from referral_playbook.challenge.damages import DAMAGES, Damage, bad_end
from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.statements import Setting
from referral_playbook.domain import fraud
from referral_playbook.facts.engagement import Engagement, open_engagement, read_fact
from referral_playbook.facts.fresh import ensure_facts, fingerprint

JUDGED = (Step.PMF_CHECK, Step.GOAL_SETTING, Step.BREAK_EVEN, Step.ASK_AND_FOLLOW_UP, Step.PROGRAMME_REVIEW)
DECISION = Step.BREAK_EVEN
ON_ASSUMPTIONS = (Step.GOAL_SETTING, Step.BREAK_EVEN)
"""Steps whose verdict an assumption of the programme can change; the others keep theirs."""
DRAWS = 10_000
"""Futures in each trial: a verdict needs fewer than a report."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of one damage: the verdicts by step, or why it does not apply to this client."""

    name: str
    asks: str
    verdicts: Mapping[str, str]
    reason: str = ""
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """The verdicts on the client's data as they are, and under every damage."""

    client: str
    as_of: str
    base: Trial
    trials: tuple[Trial, ...]

    @property
    def applied(self) -> tuple[Trial, ...]:
        return tuple(t for t in self.trials if not t.why_not)

    def survived(self, step: str) -> tuple[Trial, ...]:
        """Trials in which the step's verdict stays what it was."""
        return tuple(t for t in self.applied if t.verdicts.get(step) == self.base.verdicts.get(step))

    def changed(self, step: str) -> tuple[Trial, ...]:
        """Trials in which the step's verdict differs."""
        return tuple(t for t in self.applied if t.verdicts.get(step) != self.base.verdicts.get(step))


def challenge_client(client_dir: str | Path, *, jobs: int | None = None) -> Challenge:
    """Challenge every decision of a client.

    Parameters
    ----------
    client_dir
        Folder with client.toml.
    jobs
        Trials at a time, each in its own process; by default one for each processor.

    Raises
    ------
    ClientError, IntakeError
        client.toml or a table is at fault; all faults are listed.
    """
    source = Path(client_dir).resolve()
    with tempfile.TemporaryDirectory(prefix="challenge-") as place:
        facts = Path(place) / "base" / "facts"
        ensure_facts(source, facts)
        engagement = light(open_engagement(source, facts.parent / "results"))
        results = judge(engagement)
        base = Trial(name="as it is", asks="", verdicts=statuses(results), reason=results[DECISION].verdict.reason)
        ends = {d.name: bad_end(d, results[DECISION].estimates) for d in DAMAGES if d.parameter}
        tasks = [(d.name, str(source), str(facts), ends.get(d.name), dict(base.verdicts)) for d in DAMAGES]
        with ProcessPoolExecutor(jobs or os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
            trials = tuple(pool.map(_trial, tasks))
    return Challenge(client=engagement.client, as_of=engagement.as_of.isoformat(), base=base, trials=trials)


def light(engagement: Engagement) -> Engagement:
    """The same engagement with fewer futures to draw."""
    return with_setting(engagement, "draws", DRAWS)


def with_setting(engagement: Engagement, name: str, value: float) -> Engagement:
    """The same engagement with one parameter set, for every step that reads it."""
    setting = Setting(value=value, origin="challenge")
    settings = replace(engagement.settings, by_name={**engagement.settings.by_name, name: setting})
    return replace(engagement, settings=settings)


def judge(engagement: Engagement, steps: Iterable[Step] = JUDGED) -> dict[str, StepResult]:
    """The results of the judged steps, each from the facts alone: no earlier result is read."""
    found = {}
    for step in steps:
        module: Any = import_module(f"referral_playbook.steps.{step}.step")
        found[step.value] = module.build_result(module.find(engagement))
    return found


def statuses(results: Mapping[str, StepResult]) -> dict[str, str]:
    """The verdict of each step in one word."""
    return {step: result.verdict.status.value for step, result in results.items()}


def _trial(task: tuple[str, str, str, float | None, dict[str, str]]) -> Trial:
    name, source, facts, end, before = task
    damage = next(d for d in DAMAGES if d.name == name)
    with tempfile.TemporaryDirectory(prefix="trial-") as place:
        engagement, why_not = damaged(damage, Path(source), Path(facts), Path(place), end)
        if engagement is None:
            return Trial(name=name, asks=damage.asks, verdicts={}, why_not=why_not)
        results = judge(engagement, ON_ASSUMPTIONS if damage.parameter else JUDGED)
    reason = results[DECISION].verdict.reason
    return Trial(name=name, asks=damage.asks, verdicts=before | statuses(results), reason=reason)


def damaged(
    damage: Damage, source: Path, facts: Path, place: Path, end: float | None = None
) -> tuple[Engagement | None, str]:
    """The engagement under a damage, or None and why the damage does not apply.

    Parameters
    ----------
    source, facts
        The client's folder, and its facts as they are.
    place
        An empty folder for changed facts.
    end
        Value of the parameter, for a damage to an assumption.
    """
    if damage.tables is not None or damage.months_back:
        return _rebuilt(damage, source, facts, place)
    base = light(open_engagement(source, facts.parent / "results"))
    if damage.parameter is not None:
        if end is None:
            return None, "this assumption has no range here"
        return with_setting(base, damage.parameter[0], end), ""
    assert damage.referrals is not None
    rows = damage.referrals(base)
    if rows is None:
        return None, "there is nothing that it would change"
    return base.with_facts(**fraud.referral_facts(rows.reset_index(drop=True))), ""


def _rebuilt(damage: Damage, source: Path, facts: Path, place: Path) -> tuple[Engagement | None, str]:
    """Facts built anew from changed tables, or for another as-of date."""
    from referral_playbook.contract.client import read_client
    from referral_playbook.facts.build import build_facts

    client, tables = read_client(source), place / "tables"
    shutil.copytree(facts / "tables", tables)
    if damage.tables is not None:
        there = {p.stem: read_fact(p) for p in tables.glob("*.parquet")}
        changed = damage.tables(there)
        if not changed:
            return None, "the client does not have what it would change"
        for name, rows in changed.items():
            _write(tables / f"{name}.parquet", rows)
    if damage.months_back:
        earlier = (pd.Timestamp(client.as_of) - pd.DateOffset(months=damage.months_back)).date()
        client = client.model_copy(update={"as_of": earlier})
    build_facts(client, tables, place / "facts", fingerprint=fingerprint(source))
    shutil.copytree(tables, place / "facts" / "tables")
    return light(open_engagement(source, place / "results")), ""


def _write(path: Path, rows: pd.DataFrame | None) -> None:
    """Rows in the types that the table had; None removes the table."""
    if rows is None:
        path.unlink()
        return
    import pyarrow as pa

    schema = pq.read_schema(path)
    pq.write_table(pa.Table.from_pandas(rows, schema=schema, preserve_index=False, safe=False), path)
