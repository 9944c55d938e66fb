"""Where the reward pays and where it should be refused: what a referred customer brings by segment, against the reward.

The German bank's programme paid 25 for each new customer in every age group, and lost money on the oldest.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods import economics
from referral_playbook.methods.combine import combine
from referral_playbook.steps.customer_worth import fitting_model, segment_values
from referral_playbook.steps.offer_value import brought, leads_per_qualified
from referral_playbook.steps.offers import Offer
from referral_playbook.steps.worth_terms import USUAL, Horizon

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
        left = combine(lambda g: g - reward, unit=gap.unit, per=gap.per, source="brings - reward", g=gap)
        rows.append({"segment": segment, "brings": gap, "reward": reward, "left": left, "decision": _decision(left)})
    return pd.DataFrame(rows, columns=SEGMENT_COLUMNS)


def _decision(left: Estimate) -> str:
    if not left.defined or left.low <= 0 < left.high:  # type: ignore[operator]
        return UNKNOWN
    return PAYS if left.low > 0 else REFUSE  # type: ignore[operator]


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
    said = offer.name if offer.rewards else "asking without a reward"
    text = f"{said} pays in {len(rows) - len(refused) - len(unsure)} of {len(rows)} segments"
    text += f"; refuse it in {', '.join(refused)}" * bool(refused) + f"; test it in {', '.join(unsure)}" * bool(unsure)
    return Check(name="reward_pays_in_every_segment", passed=False if refused else None if unsure else True, text=text)


def actions(rows: pd.DataFrame, offer: Offer) -> tuple[Action, ...]:
    """Refuse the reward where a friend of that segment brings less than it costs."""
    refused = [str(s) for s in rows.loc[rows["decision"] == REFUSE, "segment"]] if len(rows) else []
    if not refused:
        return ()
    why = "a new customer there brings less than the reward costs"
    return (Action(what=f"Do not pay {offer.name} for new customers in {', '.join(refused)}", why=why, due=30),)
