"""Reward options side by side, where a reward pays by segment, and what research says of rewards.

The options have kind, side, trigger, tier and cap; the rules carry their source and are not verdicts.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from referral_playbook.benchmarks import registry
from referral_playbook.contract.evidence import Action, Check, Estimate
from referral_playbook.contract.writing.formatting import interval, share
from referral_playbook.domain.programme import offers
from referral_playbook.domain.programme.offers import (
    NO_OFFER,
    Offer,
    brought,
    leads_per_qualified,
    unit_value,
)
from referral_playbook.domain.value.customer_value import fitting_model, segment_values
from referral_playbook.domain.value.value_terms import USUAL, Horizon
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.decisions import economics
from referral_playbook.methods.decisions.liability import Liability
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.value_exchange.ceilings import ceiling_for
from referral_playbook.steps.value_exchange.liability import Referring, last_rewarded, liabilities, rewarded_share

COLUMNS = (
    "option",
    "kind",
    "side",
    "trigger",
    "tier",
    "cap",
    "rewarded",
    "cost",
    "value",
    "worth_per_cost",
    "unit_value",
    "makes_up_at",
    "within_ceiling",
    "expected",
    "p90",
    "p99",
)

SHOWN = tuple(name for name in COLUMNS if name not in ("kind", "tier", "cap"))  # what has room on a page


def options(
    engagement: Engagement, known: Mapping[str, Estimate], who: Referring, *, chosen: Offer, hold_survival: float = 1.0
) -> pd.DataFrame:
    """The options of the rewards table, the chosen one among them, and no reward at all.

    Returns
    -------
    DataFrame
        rewarded (which referrals of an advocate, in words), cost (to the firm, each side), value (to the one who gets
        it), worth_per_cost (value / cost), unit_value
        (Estimate, per qualified referral, under tier and cap), makes_up_at (more referrals than without a reward,
        relative, at which the firm earns the same; null where none would do), within_ceiling (None: not known),
        expected, p90 and p99 of the rewards of a year.
    """
    listed = offers.listed(engagement, hold_survival=hold_survival)
    if chosen.rewards and chosen.name not in {o.name for o in listed}:
        listed = [chosen, *listed]
    every = [*listed, NO_OFFER]
    runs = liabilities(who, known, every)
    rows = pd.DataFrame([_row(known, who, offer, run) for offer, run in zip(every, runs, strict=True)])
    free = unit_value(known, NO_OFFER)
    rows["makes_up_at"] = [makes_up_at(free, u) for u in rows["unit_value"]]
    return rows[list(COLUMNS)]


def makes_up_at(free: Estimate, rewarded: Estimate) -> float | None:
    """How many more referrals a reward must bring, relative, to earn what is earned without: ``u0 / u - 1``.

    None where a referral under the reward brings nothing: no number of them makes up for it.
    """
    if not (free.defined and rewarded.defined) or rewarded.point <= 0:
        return None
    return float(free.point / rewarded.point - 1)


def _row(known: Mapping[str, Estimate], who: Referring, offer: Offer, run: Liability | None) -> dict[str, Any]:
    cost = max(offer.cost("advocate"), offer.cost("friend"))
    paid = rewarded_share(who, known, offer)
    nothing = None if offer.rewards else 0.0
    return {
        "option": offer.name,
        "kind": offer.kind,
        "side": offer.side,
        "trigger": offer.trigger,
        "tier": offer.tier,
        "cap": offer.cap,
        "rewarded": rewarded(offer),
        "cost": cost,
        "value": offer.value,
        "worth_per_cost": offer.value / cost if offer.value is not None and cost else None,
        "unit_value": unit_value(known, offer, rewarded=paid),
        "within_ceiling": within(known, offer),
        "expected": run.mean if run else nothing,
        "p90": run.p90 if run else nothing,
        "p99": run.p99 if run else nothing,
    }


def within(known: Mapping[str, Estimate], offer: Offer) -> bool | None:
    """Whether both sides together stay under the ceiling of the trigger, over its whole range; None: across it."""
    ceiling = ceiling_for(known, offer)
    if not ceiling.defined:
        return None
    if offer.both_sides <= ceiling.lower:
        return True
    return False if offer.both_sides > ceiling.upper else None


def rewarded(offer: Offer) -> str:
    """Which referrals of an advocate are rewarded in a year, in words."""
    if not offer.rewards:
        return "none"
    first, last = offer.tier or 1, last_rewarded(offer)
    if last is None:
        return "every one" if first == 1 else f"number {first} and on"
    return f"number {first}" if first == last else f"number {first} to {last}"


def unit_values(rows: pd.DataFrame) -> dict[str, Estimate]:
    """Option to what a qualified referral brings under it, ready to draw."""
    return dict(zip(rows["option"], rows["unit_value"], strict=True))


def rules(engagement: Engagement, known: Mapping[str, Estimate], offer: Offer) -> list[dict[str, Any]]:
    """Rows: finding, here (this offer), firmness, source."""
    here = {
        "reward_the_advocate_where_ties_or_brand_are_weak": _side(offer),
        "split_the_reward": _split(offer),
        "larger_rewards_bring_less_profitable_friends": _size(known, offer),
        "reward_in_between": _delight(engagement),
        "friends_stay_with_their_advocate": "Ask customers who are likely to stay; step 03 says which.",
    }
    return [
        {"finding": (b := registry()[name]).note, "here": said, "firmness": b.firmness, "source": b.reference}
        for name, said in here.items()
    ]


def _side(offer: Offer) -> str:
    fits = {
        "advocate": "Rewards the advocate: fits where friends hardly know each other, or hardly know the brand.",
        "friend": "Rewards the friend: fits close friends and a known brand.",
        "both": "Rewards both: the friend's part fits close friends and a known brand.",
        "nobody": "Rewards nobody.",
    }
    return fits[offer.side]


def _split(offer: Offer) -> str:
    advocate, friend = offer.cost("advocate"), offer.cost("friend")
    if offer.side == "nobody":
        return "No reward to split."
    if advocate == friend:
        return "An equal split."
    return "Generous: the friend gets more." if friend > advocate else "Selfish: test it against an equal split."


def _size(known: Mapping[str, Estimate], offer: Offer) -> str:
    if not offer.rewards:
        return "No reward: no pull on who comes."
    ceiling = ceiling_for(known, offer)
    if not ceiling.defined or ceiling.point <= 0:
        return "How large it is for this client is not known."
    part = offer.both_sides / ceiling.point
    return f"Both sides get {share(part)} of the ceiling: watch the margin of the customers who come by it."


def _delight(engagement: Engagement) -> str:
    fit = engagement.upstream("pmf_check")
    ellis = fit.estimates.get("very_disappointed_share") if fit else None
    if ellis is None or not ellis.defined:
        return "How easily customers are delighted is not known: see step 01."
    return f"{interval(ellis)} of users would be very disappointed without it."


SEGMENT_COLUMNS = ["segment", "brings", "reward", "left", "decision"]
PAYS, REFUSE, UNKNOWN = "pays", "refuse the reward", "test small"


def by_gap(gaps: Mapping[str, Estimate], *, reward: float) -> pd.DataFrame:
    """Segments against a reward: it pays, is refused, or is tested small where the range of the gap holds it.

    Parameters
    ----------
    gaps : mapping of segment to Estimate
        What a referral of this segment brings before the reward, per conversion: a value gap, or incremental value.
    reward : float
        Cost of the reward per conversion, both sides, in the same currency.

    Returns
    -------
    DataFrame
        segment, brings, reward, left (Estimate: brings - reward), decision.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> bank = {"26-35": 80, "36-55": 58, "55+": -5}  # Schmitt et al. 2011; the last is "slightly negative"
    >>> gaps = {age: assumed(x, x, x, unit="EUR", per="conversion", source="paper") for age, x in bank.items()}
    >>> by_gap(gaps, reward=25)["decision"].tolist()
    ['pays', 'pays', 'refuse the reward']
    """
    rows = []
    for segment, gap in gaps.items():
        left = propagate(lambda g: g - reward, unit=gap.unit, per=gap.per, source="brings - reward", g=gap)
        rows.append({"segment": segment, "brings": gap, "reward": reward, "left": left, "decision": _decision(left)})
    return pd.DataFrame(rows, columns=SEGMENT_COLUMNS)


def _decision(left: Estimate) -> str:
    if not left.defined or left.lower <= 0 < left.upper:
        return UNKNOWN
    return PAYS if left.lower > 0 else REFUSE


def segments(
    engagement: Engagement,
    known: Mapping[str, Estimate],
    offer: Offer,
    *,
    horizon: Horizon = USUAL,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Each segment of subscribers: incremental value per conversion against the offer; empty where not known."""
    if fitting_model(engagement) != "subscription":
        return pd.DataFrame(columns=SEGMENT_COLUMNS)
    margin = known["gross_margin"]
    values = segment_values(engagement, horizon=horizon, margin_share=margin, confidence=confidence)
    gaps = {name: brought({**known, "customer_value": value}) for name, value in values.items()}
    paid = reward_per_conversion(known, offer)
    return by_gap(gaps, reward=paid) if gaps and paid is not None else pd.DataFrame(columns=SEGMENT_COLUMNS)


def reward_per_conversion(known: Mapping[str, Estimate], offer: Offer) -> float | None:
    """Rewards of both sides per conversion; paid per lead also those of the leads that did not convert."""
    conversion, qualified = known["conversion_rate"].value, known["qualified_share"].value
    if not conversion or (offer.trigger == "lead" and not qualified):
        return None
    leads = leads_per_qualified(qualified) if offer.trigger == "lead" else 1.0  # type: ignore[arg-type]
    return float(economics.reward_cost(offer.rewards, conversion=conversion, leads_per_qualified=leads)) / conversion


def check(rows: pd.DataFrame, offer: Offer) -> Check:
    """Whether the offer pays in every segment."""
    if rows.empty:
        return Check(
            name="reward_pays_in_every_segment", passed=None, text="no segment is large enough to be valued alone"
        )
    refused, unsure = (list(rows.loc[rows["decision"] == d, "segment"]) for d in (REFUSE, UNKNOWN))
    name = offer.name if offer.rewards else "asking without a reward"
    text = f"{name} pays in {len(rows) - len(refused) - len(unsure)} of {len(rows)} segments"
    text += f"; refuse it in {', '.join(refused)}" * bool(refused) + f"; test it in {', '.join(unsure)}" * bool(unsure)
    return Check(name="reward_pays_in_every_segment", passed=False if refused else None if unsure else True, text=text)


def actions(rows: pd.DataFrame, offer: Offer) -> tuple[Action, ...]:
    """Refuse the reward where a friend of that segment brings less than it costs."""
    refused = [str(s) for s in rows.loc[rows["decision"] == REFUSE, "segment"]] if len(rows) else []
    if not refused:
        return ()
    why = "a new customer there brings less than the reward costs"
    return (Action(what=f"Do not pay {offer.name} for new customers in {', '.join(refused)}", why=why, due=30),)
