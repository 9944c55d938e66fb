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

from referral_playbook.challenge.catalogue import DAMAGES, bad_end
from referral_playbook.challenge.damages import Damage
from referral_playbook.contract.challenged import DECISION, JUDGED, Challenge, Trial
from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.handover import record
from referral_playbook.contract.names import Step
from referral_playbook.domain.programme.referral_facts import referral_facts
from referral_playbook.facts.engagement import Engagement, open_engagement, read_fact
from referral_playbook.facts.fresh import ensure_facts, fingerprint, is_fresh

RUN = (
    Step.PMF_CHECK,
    Step.VALUE_EXCHANGE,
    Step.GOAL_SETTING,
    Step.BREAK_EVEN,
    Step.ASK_AND_FOLLOW_UP,
    Step.PROGRAMME_REVIEW,
)
"""Steps that are computed in each trial, in their order: those judged, and those that hand numbers to them."""
ON_ASSUMPTIONS = (Step.GOAL_SETTING, Step.BREAK_EVEN)
"""Steps whose verdict an assumption of the programme can change; the others keep theirs."""
DRAWS = 10_000
"""Futures in each trial: a verdict needs fewer than a report."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a worker needs to judge one damage."""

    name: str
    source: Path
    facts: Path
    results: Path
    end: float | None
    before: Mapping[str, str]


def challenge_client(client_dir: str | Path, *, run_folder: Path | None = None, jobs: int | None = None) -> Challenge:
    """Challenge every decision of a client.

    Facts of the run in `run_folder` are used where they are still fresh. `jobs` are trials at a time, each in its own
    process; by default one for each processor.

    ClientError and IntakeError list all faults of client.toml or a table.
    """
    source = Path(client_dir).resolve()
    with tempfile.TemporaryDirectory(prefix="challenge-") as place:
        facts, results = _facts(source, run_folder, Path(place)), Path(place) / "results"
        engagement = replace(light(open_engagement(source, facts.parent / "results")), results_dir=results)
        judged = judge(engagement)
        base = Trial(name="as it is", asks="", verdicts=statuses(judged), reason=judged[DECISION].verdict.reason)
        tasks = [_task(damage, source, facts, results, judged, base) for damage in DAMAGES]
        with ProcessPoolExecutor(jobs or os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
            trials = tuple(pool.map(_trial, tasks))
    as_of, inputs = engagement.as_of.isoformat(), fingerprint(source)
    return Challenge(client=engagement.client, as_of=as_of, inputs=inputs, base=base, trials=trials)


def _facts(source: Path, run_folder: Path | None, place: Path) -> Path:
    """The facts of a run where they are fresh, else built in `place`."""
    if run_folder is not None and is_fresh(source, run_folder / "facts"):
        return run_folder.resolve() / "facts"
    ensure_facts(source, place / "facts")
    return place / "facts"


def _task(
    damage: Damage, source: Path, facts: Path, results: Path, judged: Mapping[str, StepResult], base: Trial
) -> Task:
    end = bad_end(damage, judged[DECISION].estimates) if damage.parameter else None
    return Task(name=damage.name, source=source, facts=facts, results=results, end=end, before=dict(base.verdicts))


def light(engagement: Engagement) -> Engagement:
    """The same engagement with fewer futures to draw."""
    return with_setting(engagement, "draws", DRAWS)


def with_setting(engagement: Engagement, name: str, value: float) -> Engagement:
    """The same engagement with one parameter set, for every step that reads it."""
    settings = replace(engagement.settings, values={**engagement.settings.values, name: value})
    return replace(engagement, settings=settings)


def judge(engagement: Engagement, steps: Iterable[Step] = RUN) -> dict[str, StepResult]:
    """Compute steps in their order, each with the results of those before it; they are left in `results_dir`."""
    results = {}
    for step in steps:
        module: Any = import_module(f"referral_playbook.steps.{step}.step")
        results[step.value] = module.build_result(module.find(engagement))
        record(results[step.value], engagement.results_dir)
    return results


def statuses(results: Mapping[str, StepResult]) -> dict[str, str]:
    """The verdict of each judged step in one word."""
    return {step: result.verdict.status.value for step, result in results.items() if step in JUDGED}


def _trial(task: Task) -> Trial:
    damage = next(d for d in DAMAGES if d.name == task.name)
    with tempfile.TemporaryDirectory(prefix="trial-") as place:
        engagement, why_not = damaged(damage, task.source, task.facts, Path(place), task.end)
        if engagement is None:
            return _without(damage, why_not)
        here = replace(engagement, results_dir=Path(place) / "results")
        if damage.parameter:  # the steps that no assumption changes hand over what they did before
            shutil.copytree(task.results, here.results_dir)
        try:
            results = judge(here, ON_ASSUMPTIONS if damage.parameter else RUN)
        except Exception as error:  # one challenge that a step cannot take must not cost the other thirty
            return _without(damage, f"a step failed on these data: {type(error).__name__}: {error}")
    reason = results[DECISION].verdict.reason
    verdicts = {**task.before, **statuses(results)}
    return Trial(name=damage.name, asks=damage.asks, when=damage.when, verdicts=verdicts, reason=reason)


def _without(damage: Damage, why_not: str) -> Trial:
    return Trial(name=damage.name, asks=damage.asks, when=damage.when, verdicts={}, why_not=why_not)


def damaged(
    damage: Damage, source: Path, facts: Path, place: Path, end: float | None = None
) -> tuple[Engagement | None, str]:
    """The engagement under a damage, or None and why the damage does not apply.

    `facts` are the client's facts as they are, `place` is an empty folder for changed ones, and `end` the value of the
    parameter, for a damage to an assumption.
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
    return base.with_facts(**referral_facts(base, rows.reset_index(drop=True))), ""


def _rebuilt(damage: Damage, source: Path, facts: Path, place: Path) -> tuple[Engagement | None, str]:
    """Facts built anew from changed tables, or for another as-of date."""
    from referral_playbook.contract.client_toml.client import read_client
    from referral_playbook.facts.script import facts_of

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
        as_of = (pd.Timestamp(client.as_of) - pd.DateOffset(months=damage.months_back)).date()
        client = client.model_copy(update={"as_of": as_of})
    facts_of(client, tables, place / "facts", fingerprint=fingerprint(source))
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
