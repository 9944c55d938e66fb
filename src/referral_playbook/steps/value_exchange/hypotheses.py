"""More than one offer, written down before the test: metric, effect worth having, sample, weeks, when to stop."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, assumed
from referral_playbook.contract.writing.formatting import number, quantity, share
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.headcount import customers_now
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.power import SampleSize, proportions_effect, proportions_sample, weeks_needed
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.rates import poisson_rate

WINDOW = 26  # weeks that a customer has to refer somebody after the offer
REFERS = Default(0.05, 0.02, 0.10)
ASKED_EVERY = 13  # weeks: without a record of asks, every customer is taken to be asked once a quarter
MOST = 3  # options that one experiment compares with today's practice
METRIC = f"customers offered it who refer somebody within {WINDOW} weeks"


def refer_share(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Share of customers who refer somebody within half a year today: measured, else assumed 5% (2% to 10%)."""
    profile, made = engagement.fact("customer_profile"), engagement.fact("referrals")
    per = f"customer, within {WINDOW} weeks"
    if profile is not None and made is not None and engagement.real_dates:
        since = pd.Timestamp(engagement.as_of - timedelta(weeks=WINDOW))
        there = profile[(pd.to_datetime(profile["joined_on"]) <= since) & ~profile["left"].astype(bool)]
        recent = set(made.loc[pd.to_datetime(made["referred_on"]) > since, "referrer_id"])
        who = int(there["customer_id"].isin(recent).sum())
        if who:
            source = f"referrals of the last {WINDOW} weeks, customers who were there all the time"
            return proportion(who, len(there), confidence=confidence, per=per, source=source)
    return assumed_value("refer_share", None, REFERS, unit="share", per=per)


def asked_a_week(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Customers asked a week: asks among the touchpoints of a year, else every customer once a quarter (assumed)."""
    months = engagement.fact("touchpoint_months")
    if months is not None:
        since = str((pd.Timestamp(engagement.as_of).to_period("M") - 11).strftime("%Y-%m"))
        asks = int(months.loc[(months["kind"] == "ask") & (months["month"] >= since), "contacts"].sum())
        if asks:
            source = "touchpoints: asks of the last 12 months"
            return poisson_rate(asks, 52.0, confidence=confidence, unit="customers", per="week", source=source)
    rate = customers_now(engagement) / ASKED_EVERY
    source = f"every customer once in {ASKED_EVERY} weeks: no asks were recorded"
    return assumed(rate, rate / 2, 2 * rate, unit="customers", per="week", source=source)


def picked(rows: pd.DataFrame, chosen: Offer) -> pd.DataFrame:
    """The options to test against today's practice: the chosen one, then others of another kind that bring most."""
    paid = rows[(rows["side"] != "nobody") & (rows["makes_up_at"].notna())]
    first = paid[paid["option"] == chosen.name]
    others = paid[paid["option"] != chosen.name].assign(
        u=[e.value for e in paid.loc[paid["option"] != chosen.name, "unit_value"]]
    )
    others = others.sort_values("u", ascending=False, kind="stable")
    kinds = others[~others["kind"].isin(first["kind"])].drop_duplicates("kind")
    return pd.concat([first, kinds.drop(columns="u")]).head(MOST)


def plans(
    rows: pd.DataFrame,
    base: Estimate,
    traffic: Estimate,
    *,
    customers: int,
    worth_having: float = 0.30,
    alpha: float = 0.05,
) -> list[dict[str, Any]]:
    """A test plan for each option of `picked`, all in one experiment against today's practice.

    `worth_having` is the smallest relative gain worth a programme; an option whose reward needs more to make up for it
    is tested at that. Samples are planned at the error over all comparisons, `alpha`, divided by their number, which is
    enough for Holm's correction at the end.

    Returns
    -------
    list of dict
        offer, hypothesis, metric, today (of `refer_share`), pays_from, worth_having, per_arm, total, weeks (Estimate,
        at the traffic of `asked_a_week`), enough_customers, smallest_shown (relative gain that shows if all customers
        are asked once, in two arms), stops_when.
    """
    needs = [max(worth_having, r) for r in rows["makes_up_at"]]
    samples = [_sample(base, effect, len(rows) + 1, alpha) for effect in needs]
    largest = max((s for s in samples if s is not None), key=lambda s: s.exact, default=None)
    smallest = _smallest(base, customers // 2, alpha)
    return [
        _plan(row, base, effect, largest, traffic, customers, smallest)
        for row, effect in zip(rows.to_dict("records"), needs, strict=True)
    ]


def _sample(base: Estimate, effect: float, arms: int, alpha: float) -> SampleSize | None:
    """None where the effect worth having would lift the share to all customers or beyond."""
    p0 = base.value or 0.0
    p1 = p0 * (1 + effect)
    return proportions_sample(p0, p1, alpha=alpha / (arms - 1), arms=arms) if 0 < p0 < p1 < 1 else None


def _smallest(base: Estimate, per_arm: int, alpha: float) -> float | None:
    """Smallest relative gain that shows with so many customers in each of two arms; None where no gain does."""
    p0 = base.value or 0.0
    if per_arm < 1 or not 0 < p0 < 1:
        return None
    try:
        return proportions_effect(per_arm, p0, alpha=alpha) / p0 - 1
    except ValueError:
        return None


def _plan(
    row: dict[str, Any],
    base: Estimate,
    effect: float,
    sample: SampleSize | None,
    traffic: Estimate,
    customers: int,
    smallest: float | None,
) -> dict[str, Any]:
    aim = (base.value or 0.0) * (1 + effect)
    n = sample.per_arm if sample else None
    return {
        "offer": row["option"],
        "hypothesis": f"With {row['option']} at least {share(aim)} refer, instead of the {quantity(base)} of today.",
        "metric": METRIC,
        "today": base,
        "pays_from": row["makes_up_at"],
        "worth_having": effect,
        "per_arm": n,
        "total": sample.total if sample else None,
        "weeks": weeks_needed(sample, traffic) if sample else None,
        "enough_customers": sample.total <= customers if sample else None,
        "smallest_shown": smallest,
        "stops_when": stops_when(n),
    }


PLAN_COLUMNS = {
    "hypothesis": "Hypothesis",
    "per_arm": "Customers an arm",
    "weeks": "Takes",
    "enough_customers": "Enough customers",
    "smallest_shown": "Smallest gain all customers could show",
}
"""What of a plan is shown; the result file has all of it."""


def stopping(plans: Sequence[dict[str, Any]]) -> str:
    """When the tests of these plans stop, in words; each rule once."""
    return " ".join(dict.fromkeys(plan["stops_when"] for plan in plans))


def stops_when(per_arm: int | None) -> str:
    """The stopping rule, in words."""
    if per_arm is None:
        return "No test: the effect worth having is beyond what a share can reach."
    return (
        f"When every arm has {number(per_arm)} customers, each with {WINDOW} weeks behind them; "
        "nobody reads the result "
        "before. Sooner only for harm: complaints, or false referrals."
    )


def advice(planned: Sequence[dict[str, Any]]) -> str:
    """What the plans mean, in words: go ahead, or what could be tested with the customers there are."""
    if not planned:
        return "There is no second offer to test: write down at least two, of different kinds."
    first = planned[0]
    arms = len(planned) + 1
    if first["enough_customers"]:
        return f"{arms} arms of {number(first['per_arm'])} customers can be filled; step 09 compares them, with Holm."
    if first["per_arm"] is None or first["smallest_shown"] is None:
        return "The customers there are cannot show a gain in this share: ask more people, or wait longer."
    return (
        f"{arms} arms would need {number(first['total'])} customers, more than there are. With two arms and every "
        f"customer asked once, a gain of {share(first['smallest_shown'])} or more would show: test one bold "
        "difference, not many small ones."
    )
