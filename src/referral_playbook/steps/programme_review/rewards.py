"""Rewards that are promised and not paid yet, with and without the referrals that somebody should look at first."""

from functools import partial
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Basis, Check, Estimate, exact, undefined
from referral_playbook.contract.writing.formatting import money
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme import offers
from referral_playbook.domain.programme.fraud import Flags
from referral_playbook.domain.upstream import upstream_estimate
from referral_playbook.facts.engagement import Engagement

COLUMNS = ["referral_id", "referrer_id", "converted_on", "reward", "days_waiting", "flagged"]
CLAW_BACK = ["referral_id", "referrer_id", "rewarded_on", "reward", "why"]


def owed(engagement: Engagement, flagged: pd.Series) -> pd.DataFrame:
    """Converted and not rewarded, the longest waiting first: COLUMNS; the reward as noted, null where none is."""
    rows = engagement.fact("referrals")
    if rows is None:
        return pd.DataFrame(columns=COLUMNS)
    due = rows[rows["converted_on"].notna() & rows["rewarded_on"].isna()]
    if rows["reward"].notna().any():
        due = due[due["reward"].fillna(0) > 0]  # where rewards are noted, none noted is none promised
    waiting = (pd.Timestamp(engagement.as_of) - due["converted_on"]).dt.days
    due = due.assign(days_waiting=waiting, flagged=due["referral_id"].isin(flagged))
    order = ["days_waiting", "referral_id"]
    return due.sort_values(order, ascending=[False, True], ignore_index=True)[COLUMNS]


def liability(engagement: Engagement, due: pd.DataFrame) -> dict[str, Estimate]:
    """Two estimates: `reward_liability`, and the same without flagged referrals.

    The range of the first goes from what is owed without the flagged ones to what is owed with all of them: the rows
    are all there are, and what is open is which of them will be paid. Where no amount is noted, conversions x the
    offer's rewards, assumed.
    """
    labels: dict[str, Any] = {"unit": engagement.currency, "per": "client, at the as-of date"}
    if engagement.fact("referrals") is None:
        nothing = undefined("no referrals table, so what is owed is not known", **labels)
        return {"reward_liability": nothing, "reward_liability_without_flagged": nothing}
    each, basis, source = _each(engagement, due)
    if each is None:
        nothing = undefined(source, n=len(due), **labels)
        return {"reward_liability": nothing, "reward_liability_without_flagged": nothing}
    times = _of_everyone(engagement, each)
    clean = times * float(each[~due["flagged"].astype(bool)].sum())
    fields: dict[str, Any] = {"confidence": None, "basis": basis, **labels}
    total, n = times * float(each.sum()), round(times * len(due))
    return {
        "reward_liability": Estimate(
            value=total, low=clean, high=total, n=n, source=f"{source}; low: flagged unpaid", **fields
        ),
        "reward_liability_without_flagged": exact(
            clean, n=round(times * (~due["flagged"].astype(bool)).sum()), source=source, **fields
        ),
    }


def _of_everyone(engagement: Engagement, each: pd.Series) -> float:
    """What everyone is owed over what these rows are owed: 1, unless the rows are a panel."""
    states = engagement.fact("reward_states")
    if engagement.scale == 1 or states is None or not each.sum():
        return 1.0
    due = states["converted"].astype(bool) & ~states["rewarded"].astype(bool)
    noted = float(states.loc[due, "reward"].sum())
    return noted / float(each.sum()) if noted else float(states.loc[due, "referrals"].sum()) / len(each)


def _each(engagement: Engagement, due: pd.DataFrame) -> tuple[pd.Series | None, Basis, str]:
    """Money owed by row, its basis and source."""
    rows = engagement.fact("referrals")
    assert rows is not None  # asked by those who call
    if due.empty or rows["reward"].notna().any():
        return due["reward"].astype(float), Basis.MEASURED, "referrals: reward of those converted and not rewarded"
    both = _offer(engagement)
    if both is None:
        return None, Basis.ASSUMED, f"{len(due)} conversions wait, and neither table nor parameter says for what reward"
    amount = pd.Series(both, index=due.index)
    return amount, Basis.ASSUMED, "conversions not rewarded x rewards of both sides of the offer (step 02)"


def _offer(engagement: Engagement) -> float | None:
    """Both sides' rewards of the chosen offer per conversion; None where there is none."""
    offer = offers.chosen(engagement)
    sides = [
        upstream_estimate(
            engagement,
            "value_exchange",
            f"reward_{side}",
            partial(decided_value, side, offer.cost(side), unit="", per=""),
        )
        for side in ("advocate", "friend")
    ]
    total = sum(e.value or 0.0 for e in sides)
    return total if total > 0 else None


def other_side(engagement: Engagement, due: pd.DataFrame) -> Check:
    """Whether the friend's reward is in what is noted; one column holds one side."""
    offer = offers.chosen(engagement)
    friend, advocate = offer.cost("friend"), offer.cost("advocate")
    noted = due["reward"].dropna()
    if noted.empty or not friend:
        return Check(name="both_sides_noted", passed=None, text="nothing is owed to a friend, as far as the tables say")
    both = bool((noted >= advocate + friend - 1e-9).all())
    text = (
        f"what is noted covers {offer.name} for both sides"
        if both
        else (
            f"noted is less than both sides of {offer.name} ({money(advocate + friend, engagement.currency)}): "
            "the friend's may come on top"
        )
    )
    return Check(name="both_sides_noted", passed=both, text=text)


def claw_back(engagement: Engagement, flagged: Flags) -> pd.DataFrame:
    """Rewards that were paid on referrals which do not count: CLAW_BACK columns, the largest first.

    Refunded conversions and the referrals that other rules flag. Whether to ask for the money back is the client's
    decision; the rows name what is at stake.
    """
    rows = engagement.fact("referrals")
    if rows is None:
        return pd.DataFrame(columns=CLAW_BACK)
    why = flagged.rows.drop_duplicates("referral_id").set_index("referral_id")["why"]
    paid = rows[rows["referral_id"].isin(why.index) & rows["rewarded_on"].notna() & (rows["reward"].fillna(0) > 0)]
    paid = paid.assign(why=paid["referral_id"].map(why))
    return paid.sort_values(["reward", "referral_id"], ascending=[False, True], ignore_index=True)[CLAW_BACK]
