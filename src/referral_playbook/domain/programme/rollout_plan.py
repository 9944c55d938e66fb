"""Plan a staggered roll-out: which groups start when, drawn by chance among balanced waves, and what it can show."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.writing.formatting import number, share, written
from referral_playbook.domain.programme.baseline import last_whole_month
from referral_playbook.domain.programme.rollout import MONTHS_BEFORE, referral_dispersion
from referral_playbook.domain.value.customer_months import observed
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.stepped import stepped_power

HOPED_FOR = 1.5
"""The uplift whose chance of showing is printed, as for the kept control."""
DRAWS = 500
ACCEPTED = 50
"""Of so many random orders, one is drawn among so many that split customers and referrals most evenly."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class RolloutPlan:
    """Which groups start when."""

    by: str  # ``region`` or ``segment``
    waves: tuple[pd.DataFrame, ...] = ()  # one per wave, with rows group, customers, referrals (of the last 12 months)
    starts: tuple[pd.Period, ...] = ()  # month in which each wave starts
    chance: float = 0.0  # probability that an uplift of 1.5 will show by the time at which the last wave starts
    reason: str = ""  # why there is no plan; empty where there is one

    def rows(self) -> list[dict[str, object]]:
        """Rows starts, groups, customers, referrals_last_12_months."""
        return [
            {
                "starts": str(start),
                "groups": ", ".join(wave["group"]),
                "customers": int(wave["customers"].sum()),
                "referrals_last_12_months": int(wave["referrals"].sum()),
            }
            for start, wave in zip(self.starts, self.waves, strict=True)
        ]

    @property
    def setting(self) -> str:
        """The line for client.toml that records the plan."""
        waves = zip(self.starts, self.waves, strict=True)
        texts = [f"{group}={start}" for start, wave in waves for group in wave["group"]]
        return f"rollout = {json.dumps(texts, ensure_ascii=False)}"

    def describe(self) -> str:
        """What the plan can show, and how to record it."""
        if self.reason:
            return f"No staggered roll-out can be planned: {self.reason}."
        months = (self.starts[-1] - self.starts[0]).n
        text = (
            f"Start one wave after the other. If referrals rise to {number(HOPED_FOR)} times, the comparison of early "
            f"with late groups shows it with a chance of {share(self.chance)} within {written(months, 'months')}."
        )
        if self.chance < 0.5:
            text += " That is too small to rely on, so keep the control of the ask list as well."
        text += " Chance drew which groups start first, so do not swap them."
        return f"{text} Record the plan in client.toml: {self.setting}"


def plan_rollout(
    engagement: Engagement, *, by: str = "region", waves: int = 3, gap: int = 3, seed: int = 1
) -> RolloutPlan:
    """Draw which groups (`by` region or segment) start when: randomisation constrained to waves of like size.

    There are fewer waves where there are fewer groups; `gap` is the months from one to the next.

    References
    ----------
    Moulton (2004) Clinical Trials 1:297-305 and Li, Lokhnygina, Murray, Heagerty & DeLong (2016) Statistics in Medicine
    35:1565-1579 for constrained randomisation.
    """
    groups = _groups(engagement, by)
    if groups is None:
        return RolloutPlan(by=by, reason="customers or referrals have no dates")
    if len(groups) < 2:
        return RolloutPlan(by=by, reason=f"it needs customers of two or more {by}s, and there are {len(groups)}")
    chosen = _drawn(groups, min(waves, len(groups)), seed)
    first = last_whole_month(engagement.as_of) + 1
    if first <= pd.Timestamp(engagement.as_of).to_period("M"):
        first = first + 1
    starts = tuple(first + gap * number for number in range(len(chosen)))
    start_of = {g: start for start, wave in zip(starts, chosen, strict=True) for g in wave["group"]}
    chance = _chance(groups, start_of, referral_dispersion(engagement))
    return RolloutPlan(by=by, waves=chosen, starts=starts, chance=chance)


def _groups(engagement: Engagement, by: str) -> pd.DataFrame | None:
    """Groups that have customers now: group, customers (now), referrals and customer_months (last 12 whole months)."""
    rows = observed(engagement, by=by)
    if rows is None:
        return None
    last = last_whole_month(engagement.as_of)
    year = rows[rows["month"].between(last - MONTHS_BEFORE + 1, last) & (rows["group"] != "(none)")]
    sums = year.groupby("group").agg(referrals=("referrals", "sum"), customer_months=("customers", "sum"))
    sums["customers"] = year[year["month"] == last].set_index("group")["customers"]
    return sums[sums["customers"] > 0].reset_index()


def _drawn(groups: pd.DataFrame, waves: int, seed: int) -> tuple[pd.DataFrame, ...]:
    """The first of the random splits whose waves differ least in customers and in referrals."""
    rng = np.random.default_rng(seed)
    splits = [np.array_split(rng.permutation(len(groups)), waves) for _ in range(DRAWS)]
    sizes = groups[["customers", "referrals"]].to_numpy(float)
    uneven = [_unevenness(sizes, split) for split in splits]
    limit = sorted(uneven)[ACCEPTED - 1]
    split = next(s for s, u in zip(splits, uneven, strict=True) if u <= limit)
    return tuple(groups.iloc[sorted(part)][["group", "customers", "referrals"]] for part in split)


def _unevenness(sizes: Floats, split: list[NDArray[np.intp]]) -> float:
    """Spread of the waves' sums over their mean, of customers and referrals together."""
    sums = np.array([sizes[part].sum(axis=0) for part in split])
    mean = sums.mean(axis=0)
    return float((sums.std(axis=0) / np.where(mean > 0, mean, 1)).sum())


def _chance(groups: pd.DataFrame, start_of: Mapping[str, pd.Period], dispersion: float) -> float:
    """Probability that an uplift of 1.5 shows, at the rates and the customers of now."""
    first, last = min(start_of.values()), max(start_of.values())
    months = pd.period_range(first - MONTHS_BEFORE, last - 1, freq="M")
    rate = groups["referrals"] / groups["customer_months"] * groups["customers"]
    expected = np.repeat(rate.to_numpy(float)[:, None], len(months), axis=1)
    started = np.array([[start_of[g] <= m for m in months] for g in groups["group"]], dtype=float)
    return stepped_power(expected, started, effect=math.log(HOPED_FOR), dispersion=dispersion)
