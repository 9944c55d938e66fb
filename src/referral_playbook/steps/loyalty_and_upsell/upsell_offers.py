"""What an upsell offer brings: how often it is taken, by how much the amount rises, and the margin on it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, exact
from referral_playbook.contract.writing.formatting import interval, quantity
from referral_playbook.contract.writing.formatting import share as percent
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.referrals.clusters import ratio_of_sums
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.loyalty_and_upsell.plain_value import expected_months

YEAR = 12
WITHIN = 3  # months after the month of the offer
OFFERS_AT_LEAST = 30
RISES_AT_LEAST = 10
TAKEN = Default(0.10, 0.03, 0.20)
RISE = Default(0.20, 0.10, 0.30)
SOLD = ("upsell", "cross_sell")


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What is known of upsell offers."""

    taken: Estimate  # share of offers that are followed by a rise, per offer
    rise: Estimate  # extra revenue as a share of what was paid before, per offer taken
    unasked: Check  # whether offers bring more rises than come without one

    def worth(self, *, margin_share: Estimate, churn: Estimate) -> Estimate:
        """Expected margin of an offer over the next 12 months, as a share of what the customer pays in a year.

        taken x rise x margin x share of the year that the customer stays; where churn is not known, as if all stayed.
        """
        inputs: dict[str, Any] = {"k": self.taken, "u": self.rise, "g": margin_share}
        source = "taken x rise x margin x months stayed / 12"
        if churn.defined:
            inputs["c"] = churn
        else:
            source += "; as if everybody stayed, for churn is not known"

        def margin(k: float, u: float, g: float, c: float = 0.0) -> float:
            return k * u * g * expected_months(c, YEAR) / YEAR

        return propagate(margin, unit="share", per="unit of revenue a year", source=source, **inputs)


def offers(
    engagement: Engagement, *, taken: float | None = None, rise: float | None = None, confidence: float = 0.95
) -> Offers:
    """How offers were taken and what they brought; stated or assumed where the tables are silent or few.

    The share taken is measured from at least 30 offers, else assumed 10% (3% to 20%). The rise, a share of the revenue
    before, is measured from at least 10 rises, else assumed 20% (10% to 30%).
    """
    paid, kinds = engagement.fact("customer_months"), engagement.fact("kind_months")
    sold = pd.DataFrame() if kinds is None else kinds[kinds["kind"].isin(SOLD)]
    if paid is None or sold.empty:
        unasked = Check(name="offers_bring_more", passed=None, text="No upsell is recorded in the payments.")
        return Offers(taken=_taken(None, taken), rise=_rise(None, rise), unasked=unasked)
    answers = _answers(engagement, paid, sold, confidence)
    few = f"Fewer than {OFFERS_AT_LEAST} upsell offers are recorded that were made long enough ago"
    nothing = Check(name="offers_bring_more", passed=None, text=f"{few} to have been answered.")
    measured, unasked = answers or (None, nothing)
    sizes = _sizes(paid, sold)
    return Offers(
        taken=_taken(measured, taken),
        rise=_rise(_measured_rise(sizes, confidence) if len(sizes) >= RISES_AT_LEAST else None, rise),
        unasked=unasked,
    )


def _taken(measured: Estimate | None, stated: float | None) -> Estimate:
    assumption = assumed_value("upsell_taken", stated, TAKEN, unit="share", per="offer")
    return measured if measured is not None and stated is None else assumption


def _rise(measured: Estimate | None, stated: float | None) -> Estimate:
    assumption = assumed_value("upsell_rise", stated, RISE, unit="share", per="unit of revenue before")
    return measured if measured is not None and stated is None else assumption


def _answers(
    engagement: Engagement, paid: pd.DataFrame, sold: pd.DataFrame, confidence: float
) -> tuple[Estimate, Check] | None:
    """Share of paid months with an offer that a rise followed, and the same without an offer beside it."""
    touches = engagement.fact("touchpoints")
    if touches is None:
        return None
    latest = str(pd.Period(engagement.as_of, freq="M") - WITHIN - 1)
    months = paid.loc[paid["month"] <= latest, ["customer_id", "month"]].drop_duplicates()
    offered = touches.loc[touches["kind"] == "upsell", ["customer_id", "on"]]
    offered = pd.MultiIndex.from_arrays([offered["customer_id"], offered["on"].dt.strftime("%Y-%m")])
    pairs = pd.MultiIndex.from_frame(months)
    asked, rose = pairs.isin(offered), pairs.isin(_months_before(sold))
    n, base = int(asked.sum()), int((~asked).sum())
    if n < OFFERS_AT_LEAST or not base:
        return None
    k, k0 = int((asked & rose).sum()), int((~asked & rose).sum())
    source = f"touchpoints: upsell; payments: a rise within {WITHIN} months after"
    share = proportion(k, n, confidence=confidence, per="offer", source=source)
    return share, _more(difference(k, n, k0, base, confidence=confidence), share, k0 / base)


def _months_before(sold: pd.DataFrame) -> pd.MultiIndex:
    """Customer and month pairs that a rise follows within the next months."""
    index = pd.PeriodIndex(sold["month"], freq="M")
    parts = [pd.MultiIndex.from_arrays([sold["customer_id"], (index - i).astype(str)]) for i in range(1, WITHIN + 1)]
    return parts[0].append(parts[1:])


def _more(gap: Estimate, share: Estimate, unasked: float) -> Check:
    sentence = (
        f"Revenue rises after {quantity(share)} of offers and after {percent(unasked)} of months without one: a "
        f"difference of {interval(gap.as_(unit='share'))}"
    )
    if gap.lower > 0:
        return Check(
            name="offers_bring_more",
            passed=True,
            text=f"{sentence}. This is no experiment: somebody chose whom to offer.",
        )
    below = gap.high is not None and gap.high < 0
    ending = (
        "Offers do worse than no offers." if below else "We cannot tell from this data whether offers raise revenue."
    )
    return Check(name="offers_bring_more", passed=False if below else None, text=f"{sentence}. {ending}")


def _sizes(paid: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """Rises that were sold: before (paid the month before) and rise; only where something was paid and it rose."""
    amounts = paid.set_index(["customer_id", "month"])["amount"]
    rises = sold[["customer_id", "month"]].drop_duplicates()
    months_before = (pd.PeriodIndex(rises["month"], freq="M") - 1).astype(str)
    before = amounts.reindex(pd.MultiIndex.from_arrays([rises["customer_id"], months_before])).to_numpy()
    after = amounts.reindex(pd.MultiIndex.from_frame(rises)).to_numpy()
    sizes = pd.DataFrame({"before": before, "rise": after - before})
    return sizes[(sizes["before"] > 0) & (sizes["rise"] > 0)]


def _measured_rise(sizes: pd.DataFrame, confidence: float) -> Estimate:
    labels: dict[str, Any] = {"per": "unit of revenue before", "source": "payments: upsell and cross-sell"}
    ratio = ratio_of_sums(sizes["rise"], sizes["before"], confidence=confidence, **labels)
    if ratio.defined:
        return ratio
    same = float(sizes["rise"].sum() / sizes["before"].sum())
    return exact(same, confidence=confidence, n=len(sizes), unit="share", **labels)
