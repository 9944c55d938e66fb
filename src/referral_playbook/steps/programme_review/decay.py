"""Whether advocates go on: further referrals a month by the time since an advocate's first one."""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.domain.dates_of import dates_of
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.methods.referrals.clusters import ratio_of_sums
from referral_playbook.methods.uncertainty.propagation import propagate

DAYS = 30.4375
BANDS = ((0, 3), (3, 6), (6, 12), (12, 1200))  # months since the first referral
SETTLES = 6
SOURCE = "referrals: those after a referrer's first, until leaving or the as-of date"


@remembered
def advocates(engagement: Engagement) -> pd.DataFrame | None:
    """Each advocate: first referral, months watched since, and the ages in months of the further referrals."""
    rows = engagement.fact("referrals")
    if rows is None or rows.empty:
        return None
    rows = rows.sort_values("referred_on", kind="stable")
    first = rows.groupby("referrer_id")["referred_on"].min()
    until = _until(engagement, first)
    age = (rows["referred_on"] - dates_of(rows["referrer_id"], first)).dt.days / DAYS
    later = rows.assign(age=age)[rows.duplicated("referrer_id")]
    ages = later.groupby("referrer_id")["age"].apply(np.array).reindex(first.index)
    watched = ((until - first).dt.days / DAYS).clip(lower=0.0)
    return pd.DataFrame({"watched": watched, "ages": [a if isinstance(a, np.ndarray) else np.array([]) for a in ages]})


def _until(engagement: Engagement, first: pd.Series) -> pd.Series:
    """The last day on which an advocate could refer: the day of leaving, else the as-of date."""
    profile, end = engagement.fact("customer_profile"), pd.Timestamp(engagement.as_of)
    left = pd.Series(dtype="datetime64[ns]") if profile is None else profile.set_index("customer_id")["left_on"]
    return pd.to_datetime(left.reindex(first.index)).fillna(end)


def rate(people: pd.DataFrame, low: float, high: float, *, confidence: float = 0.95) -> Estimate:
    """Further referrals per advocate and month from `low` to `high` months after the first; range over advocates."""
    labels: dict[str, Any] = {"per": "advocate and month", "source": SOURCE}
    months = (people["watched"].clip(upper=high) - low).clip(lower=0.0).to_numpy(float)
    ages, of = (
        np.concatenate([[], *people["ages"]]),
        np.repeat(np.arange(len(people)), [len(a) for a in people["ages"]]),
    )
    made = np.bincount(of[(ages >= low) & (ages < high)], minlength=len(people)).astype(float)
    there = months > 0
    if not there.any():
        return undefined("nobody was watched that long", unit="referrals", n=0, **labels)
    decays = ratio_of_sums(made[there], months[there], confidence=confidence, **labels)
    if not decays.defined:  # none at all, or all alike: read as Poisson's
        decays = poisson_rate(int(made[there].sum()), float(months.sum()), confidence=confidence, **labels)
    return decays.as_(unit="referrals", n=int(there.sum()))


def decay_rows(engagement: Engagement, *, confidence: float = 0.95) -> list[dict[str, Any]]:
    """Rows months_since_first, advocates, a_month (Estimate)."""
    people = advocates(engagement)
    if people is None:
        return []
    decays = [
        (f"{a} to {b}" if b < 1200 else f"{a} and more", rate(people, a, b, confidence=confidence)) for a, b in BANDS
    ]
    return [{"months_since_first": band, "advocates": e.n, "a_month": e} for band, e in decays]


def decay(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """The rate from the seventh month on, as a multiple of the rate in the first six; 1 is no decay."""
    labels: dict[str, Any] = {"unit": "times", "per": "rate of the first six months", "source": SOURCE}
    people = advocates(engagement)
    if people is None:
        return undefined("no referrals table", **labels)
    early, late = (rate(people, a, b, confidence=confidence) for a, b in ((0, SETTLES), (SETTLES, 1200)))
    if early.defined and not early.low:
        return undefined("too few further referrals in the first six months", n=early.n, **labels)
    decays = propagate(lambda a, b: b / a, a=early, b=late, **labels)
    return decays if not decays.defined else decays.as_(low=max(decays.lower, 0.0))


def describe(ratio: Estimate) -> str:
    """Whether advocates go on, in words, beside what one vendor saw."""
    if not ratio.defined:
        return f"We do not know whether advocates go on: {ratio.reason}."
    seen = f"From the seventh month on an advocate refers {interval(ratio)} as often as in the first six"
    if ratio.upper < 1:
        return f"{seen}. Interest fades: ask again, and recruit new advocates."
    if ratio.lower > 1:
        return f"{seen}. Advocates go on and refer more."
    return f"{seen}. We cannot say that it fades."
