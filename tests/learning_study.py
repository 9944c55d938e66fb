"""How well the playbook learns: sealed forecasts scored, monthly looks, and the kept control, on simulated clients.

``make learning-study`` writes playbook/learning-study.md; a small version is among the tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from learning_clients import asked_only, counts_of, programme

from referral_playbook.contract.estimate import assumed
from referral_playbook.contract.evidence import Status, StepResult, Verdict
from referral_playbook.contract.names import Step
from referral_playbook.contract.sealed import SealedSet
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.forecast_record import Record, score_forecasts
from referral_playbook.domain.forecasts import make_forecasts
from referral_playbook.domain.programme.control_reading import ControlReading, read_control
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.methods.experiments.sequential import valid_bounds
from referral_playbook.simulate import simulate
from tests.oracles.sequential import crossing_probability

PAGE = Path(__file__).resolve().parents[1] / "playbook" / "learning-study.md"
END = pd.Period("2026-09", "M")
LOOKS = 24
LEVELS = (0.5, 0.8, 0.95)
KEPT = KeptControl(share=0.10, since=pd.Period("2025-10", "M"))
FIXED_POWER = 2.8016  # drift at which a single two-sided 5% test has 80% power


def client_at(referrals: pd.DataFrame, month: pd.Period, goal: float | None) -> SimpleNamespace:
    """A client as its exports were at the end of a month, with a goal for the next one."""
    until = month.end_time.normalize()
    rows = referrals[referrals["referred_on"] <= until]
    rows = rows.assign(converted_on=rows["converted_on"].where(rows["converted_on"] <= until))
    results = {} if goal is None else {Step.GOAL_SETTING: _goal(goal, until.date())}
    return SimpleNamespace(
        fact=counts_of(rows).get,
        as_of=until.date(),
        upstream=results.get,
        parameters_of=lambda step: Parameters.of(step),
    )


def _goal(goal: float, as_of: date) -> StepResult:
    band = assumed(goal, goal / 2, goal * 2, unit="referrals", per="month", source="study").as_(confidence=0.8)
    verdict = Verdict(status=Status.GO, reason="study")
    estimates = {"programme_goal": band}
    return StepResult(
        step=Step.GOAL_SETTING, client="study", as_of=as_of, headline="", verdict=verdict, estimates=estimates
    )


def record_of(seed: int, *, looks: int = LOOKS) -> Record:
    """Seal the forecasts of every month, each from the data of its day, and score all of them at the end."""
    rng = np.random.default_rng(seed)
    world = simulate(
        "subscription",
        seed=seed,
        customers=int(rng.integers(300, 900)),
        referral_rate=float(rng.uniform(0.01, 0.04)),
        fraud=False,
    )
    rows = world.tables["referrals"]
    rows = rows.assign(**{c: pd.to_datetime(rows[c]) for c in ("referred_on", "converted_on")})
    sealed = []
    for month in pd.period_range(END - looks, END - 1, freq="M"):
        last = (rows["referred_on"].dt.to_period("M") == month).sum()
        client = client_at(rows, month, max(1.0, float(last) * float(rng.uniform(0.6, 1.6))))
        bands = tuple(f for f in make_forecasts(client) if f.name != "programme_goal")  # the study's, not step 04's
        sealed.append(SealedSet(as_of=client.as_of, made_from="study", forecasts=bands))
    return score_forecasts(sealed, client_at(rows, END, None))


def control_of(seed: int) -> ControlReading:
    """A year of a programme that doubles referrals, 60% of whose extra conversions are new."""
    return read_control(programme(seed), KEPT)


def asking_of(seed: int) -> ControlReading:
    """A year in which asked customers refer 2.5 times as often, and nobody else does."""
    return read_control(asked_only(seed), KEPT)


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How many ranges held the truth, of how many."""

    held: int
    n: int

    @property
    def share(self) -> str:
        return f"{self.held / self.n:.1%}"


def covered(ranges: Iterable[tuple[float | None, float | None]], truth: float) -> Covered:
    """Count the ranges that hold the truth; those that are not defined are not counted."""
    known = [(low, high) for low, high in ranges if low is not None and high is not None]
    return Covered(held=sum(low <= truth <= high for low, high in known), n=len(known))


def forecast_lines(records: Sequence[Record]) -> list[str]:
    """The table of scored forecasts, the Brier score and the reliability of stated chances."""
    lines = ["| Range | Held | Of | Share | Aim |", "|---|---:|---:|---:|---|"]
    for level in LEVELS:
        parts = [r.at(level) for r in records]
        both = Covered(held=sum(p.held for p in parts), n=sum(p.n for p in parts))
        aim = "77% to 83%" if level == 0.8 else ""
        lines.append(f"| {level:.0%} | {both.held:,} | {both.n:,} | {both.share} | {aim} |")
    chances = pd.concat([r.chances for r in records])
    stated, happened = chances["stated"].astype(float), chances["happened"].astype(float)
    lines += ["", f"Brier score of {len(chances):,} stated chances: {((stated - happened) ** 2).mean():.3f}.", ""]
    lines += ["| Chance stated | Mean stated | Came true | Of |", "|---|---:|---:|---:|"]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        part = (stated >= low) & (stated < low + 0.2)
        said, true = f"{stated[part].mean():.0%}", f"{happened[part].mean():.0%}"
        lines.append(f"| {low:.0%} to {low + 0.2:.0%} | {said} | {true} | {int(part.sum()):,} |")
    return lines


def looks_lines() -> list[str]:
    """Error at any of the monthly looks without an effect, and power by the planned end, by exact integration."""
    lines = ["| Monthly looks | Error, plain 5% test | Error, ours | Power by the planned end, ours | Fixed test |"]
    lines.append("|---:|---:|---:|---:|---:|")
    for looks in (1, 6, 12, 24):
        information = np.arange(1.0, looks + 1)
        bounds = valid_bounds(information, planned=float(looks))
        naive = crossing_probability([1.959964] * looks, information)
        effect = FIXED_POWER / math.sqrt(looks)
        power = crossing_probability(bounds, information, effect=effect)
        error = crossing_probability(bounds, information)
        lines.append(f"| {looks} | {naive:.1%} | {error:.1%} | {power:.1%} | 80.0% |")
    return lines


def control_lines(readings: Sequence[ControlReading], asking: Sequence[ControlReading]) -> list[str]:
    """How often the kept control's 95% ranges hold the truth."""
    rows = {
        "Uplift of the programme": (2.0, [r.uplift for r in readings]),
        "Incremental share": (0.6, [r.incremental_share for r in readings]),
        "Uplift of asking": (2.5, [r.uplift_of_asking for r in asking]),
    }
    lines = ["| Quantity | Truth | 95% range holds it | Programmes | Aim |", "|---|---:|---:|---:|---|"]
    for name, (truth, estimates) in rows.items():
        found = covered([(e.low, e.high) for e in estimates], truth)
        lines.append(f"| {name} | {truth:g} | {found.share} | {found.n:,} | 94% to 96% |")
    return lines


INTRODUCTION = """\
# How well it learns: tried on simulated clients

`make learning-study` writes this page. Every client is simulated, so its truth is known; the method is not told. What
the numbers mean for a client is explained in [Learning from month to month](learning.md).
"""


def page(clients: int = 200, programmes: int = 1_500, asked: int = 400) -> str:
    """The page, from so many simulated clients and programmes."""
    with ProcessPoolExecutor(2) as pool:
        records = list(pool.map(partial(record_of), range(clients), chunksize=5))
        readings = list(pool.map(control_of, range(programmes), chunksize=25))
        asking = list(pool.map(asking_of, range(asked), chunksize=10))
    parts = [
        INTRODUCTION,
        f"## Sealed forecasts\n\n{clients} subscription clients of 300 to 900 customers over {LOOKS} months: each\n"
        "month seals its forecasts of referrals and conversions from the data of that day, and later data "
        "score them.\n",
        "\n".join(forecast_lines(records)) + "\n",
        "## Monthly looks\n\nThe error without an effect and the power, by recursive integration. Power is that of a\n"
        "test whose single look at the planned end would find the effect in 80% of cases.\n",
        "\n".join(looks_lines()) + "\n",
        "## The kept control\n\nProgrammes of a year with 10% of the customers kept as the control. Customers differ\n"
        "in their urge to refer; the ranges are those that the review prints.\n",
        "\n".join(control_lines(readings, asking)) + "\n",
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name)
