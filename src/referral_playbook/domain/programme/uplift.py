"""The uplift: referrals with the programme divided by the referrals that would come without it.

From the client's own hold-out or staggered roll-out where there is one, else from published experiments, unless it was
stated. Unless it is measured its range reaches below 1, because a programme can do nothing, or harm.
"""

import math
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from referral_playbook.benchmarks.uplift import pooled_uplift, update_with_own
from referral_playbook.contract.estimate import Estimate, assumed, undefined
from referral_playbook.contract.names import Step
from referral_playbook.contract.shared_evidence import SharedUplift
from referral_playbook.domain.assumptions import STATED
from referral_playbook.domain.programme.baseline import customers_share
from referral_playbook.domain.programme.control_reading import (
    kept_control_reach,
    kept_control_uplift,
    over_all,
)
from referral_playbook.domain.programme.rollout import staggered
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.labels import ranged

UNIT, PER = "times", "referral without the programme"
HARM = 0.95  # an unmeasured uplift is allowed to fall at least this far
WIDTH = 1.6  # a stated uplift may be this many times smaller or larger
ENOUGH = 0.5  # of the weight: from here on the client's own data stand alone


def stated_uplift(value: float) -> Estimate:
    """An uplift that was stated: its range (one in ten below, one in ten above) reaches below 1.

    Raises a ValueError for an uplift of 0 or less.

    Examples
    --------
    >>> found = stated_uplift(1.5)
    >>> found.low < 1 < found.value, round(found.high, 2)
    (True, 2.4)
    """
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"uplift = {value}: give a number above 0; 1 means that the programme changes nothing")
    low = min(value / WIDTH, HARM)
    return assumed(value, low, value**2 / low, unit=UNIT, per=PER, source=STATED).as_(confidence=0.80)


@cache
def published_uplift(setting: str | None = None, shared: tuple[SharedUplift, ...] = ()) -> Estimate:
    """The uplift that experiments let the next client expect, as one in ten below to one in ten above.

    What other clients of the portfolio measured is pooled with the published studies of this setting.
    """
    return pooled_uplift(setting, shared=shared, confidence=0.80).as_(unit=UNIT, per=PER)


def uplifts_of_others(engagement: Engagement) -> tuple[SharedUplift, ...]:
    """Uplifts that other clients of the portfolio agreed to share, from client.toml.

    Where the client shares its own it would count twice, and a ValueError is raised.
    """
    review = engagement.parameters_of(Step.PROGRAMME_REVIEW)
    texts = review.optional_texts("shared_uplifts") or ()
    if texts and review.flag("share_evidence"):
        raise ValueError(
            "shared_uplifts and share_evidence are both set: this client's own uplift may be among those of others, "
            "and would count twice. Remove one of the two from client.toml"
        )
    return tuple(SharedUplift.read(text) for text in texts)


def uplift(
    engagement: Engagement, *, stated: float | None = None, setting: str | None = None, confidence: float = 0.95
) -> Estimate:
    """The uplift of the programme, from the best source that there is; times, per referral without the programme.

    A stated one goes before all others; `setting` (consumer, business or staff) says which published studies to use.
    It is the uplift over all referrals, as the programme runs. What was measured or published is the uplift of the
    customers whom a programme reaches: a kept control has none, and neither have partners, agencies and staff.
    """
    if stated is not None:
        return stated_uplift(stated)
    own = own_uplift(engagement, confidence=confidence)
    of_reached = best_uplift(own, published_uplift(setting, uplifts_of_others(engagement)))
    reach = customers_share(engagement) * (kept_control_reach(engagement) or 1.0)
    return of_reached if reach == 1 else over_all(of_reached, reach)


def best_uplift(own: Estimate, published: Estimate) -> Estimate:
    """The client's own measurement where it can stand alone, else the published range, moved by what was measured."""
    if not own.defined or not own.low:
        return published
    updated = update_with_own(published, own)
    if updated.own_weight >= ENOUGH:
        return own
    source = f"{updated.estimate.source}; the client's own test is too small to stand alone"
    return updated.estimate.as_(unit=UNIT, per=PER, source=source)


@remembered
def own_uplift(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """The client's own measurement: arms with a hold-out, a kept control, a staggered roll-out; else undefined."""
    review = engagement.parameters_of(Step.PROGRAMME_REVIEW)
    arms = engagement.fact("arms")
    if review.flag("holdout") and arms is not None:
        return holdout_uplift(arms, control=review.optional_text("control_arm"), confidence=confidence)
    control = kept_control_uplift(engagement, confidence=confidence)
    if control.defined:
        return control
    if rollout := review.optional_texts("rollout"):
        by = review.text("rollout_by")
        return staggered(engagement, rollout, by=by, confidence=confidence).as_(unit=UNIT, per=PER)
    return undefined("no hold-out and no staggered roll-out was run", unit=UNIT, per=PER)


def holdout_uplift(arms: pd.DataFrame, *, control: str | None = None, confidence: float = 0.95) -> Estimate:
    """Referrals per customer in all arms with the programme, over those per customer held out.

    ``SE(ln ratio) = sqrt(1 / with + 1 / without)``. Invites are the referrals; where none were counted, conversions
    stand for them.
    """
    labels: dict[str, Any] = {"unit": UNIT, "per": PER}
    outcome = "invites" if arms["invites"].notna().all() else "conversions"
    rows = arms[arms[outcome].notna() & (arms["users"] > 0)]
    held = rows["arm"] == (control or (rows["arm"].iloc[0] if len(rows) else ""))
    labels["source"] = f"arms: {outcome} per customer with the programme over those per customer held out"
    if not held.any() or held.all():
        return undefined("the arms table has no group that was held out beside one that was not", **labels)
    events = np.array([rows.loc[~held, outcome].sum(), rows.loc[held, outcome].sum()], dtype=float)
    users = np.array([rows.loc[~held, "users"].sum(), rows.loc[held, "users"].sum()], dtype=float)
    if (events == 0).any():
        return undefined(f"one group has no {outcome}, so the ratio has no range", n=int(events.sum()), **labels)
    log = float(np.log(events / users) @ [1.0, -1.0])
    half = float(ndtri((1 + confidence) / 2) * np.sqrt((1 / events).sum()))
    value, low, high = (math.exp(x) for x in (log, log - half, log + half))
    return ranged(value, low, high, n=int(events.sum()), confidence=confidence, **labels)
