"""The reward ceiling: with the referrals that come anyway, without them, and as it is often computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.domain.programme.offers import Offer, reward_ceiling
from referral_playbook.methods.uncertainty.propagation import propagate


@dataclass(frozen=True, kw_only=True)
class Ceilings:
    """The most that both sides together may get per conversion."""

    naive: Estimate  # the customer value
    without_baseline: Estimate  # incremental share x customer value - fulfilment
    # incremental share x customer value x (uplift - 1) / uplift - fulfilment: the reward is paid, and handled, on the
    # referrals that come anyway too
    with_baseline: Estimate
    has_baseline: bool  # whether referrals come without the programme

    @property
    def that_counts(self) -> Estimate:
        """The ceiling for this client."""
        return self.with_baseline if self.has_baseline else self.without_baseline

    def rows(self) -> list[dict[str, Any]]:
        """Rows way, ceiling (an estimate), formula."""
        return [
            {"way": "naive", "ceiling": self.naive, "formula": "customer value"},
            {"way": "without a baseline", "ceiling": self.without_baseline, "formula": "s V - fulfilment"},
            {"way": "with the baseline", "ceiling": self.with_baseline, "formula": "s V (u - 1) / u - fulfilment"},
        ]

    @property
    def words(self) -> str:
        """Why the three differ."""
        text = (
            "The naive ceiling gives away the whole customer value and forgets that some friends would have come "
            "through another channel."
        )
        if not self.has_baseline or not self.with_baseline.defined:
            return text
        return (
            f"{text} Referrals already come without the programme, and the reward is paid on those too. So the ceiling "
            f"is {interval(self.with_baseline)} per conversion, not {interval(self.without_baseline)}."
        )


def ceiling_for(known: Mapping[str, Estimate], offer: Offer) -> Estimate:
    """The ceiling of an offer's own trigger, each time rewards are paid; with the baseline where referrals come."""
    without = reward_ceiling(known, trigger=offer.trigger, hold_survival=offer.hold_survival)
    if "uplift" not in known or not _has_baseline(known):
        return without
    return _shared(without, known["uplift"], _handling(known, offer))


def _has_baseline(known: Mapping[str, Estimate]) -> bool:
    usual = known["baseline_referrals"].value
    return usual is None or usual > 0


def _handling(known: Mapping[str, Estimate], offer: Offer) -> Estimate:
    """Fulfilment, which falls on every conversion, per time that the offer's rewards are paid."""
    cost = known["fulfilment"]
    told: dict[str, Any] = {"unit": cost.unit, "per": cost.per, "source": cost.source, "f": cost}
    if offer.trigger == "lead":
        told |= {"c": known["conversion_rate"], "q": known["qualified_share"]}
        return propagate(lambda f, c, q: f * c * q, **told)
    return propagate(lambda f: f / offer.hold_survival, **told)


def _shared(without: Estimate, uplift: Estimate, handling: Estimate) -> Estimate:
    """A ceiling where the reward is also paid, and handled, on the referrals that come anyway.

    ``s V (u - 1) / u - fulfilment`` is ``(u - 1) / u`` of the ceiling without them, less ``fulfilment / u``.
    """

    def shared(most: float, u: float, f: float) -> float:
        if u <= 0:
            raise ValueError("an uplift of 0 leaves no referral to reward")
        return most * (u - 1) / u - f / u

    source = f"({without.source}) x (uplift - 1) / uplift - fulfilment / uplift"
    stated = {"most": without, "u": uplift, "f": handling}
    inputs: dict[str, Any] = {name: estimate.as_(confidence=None) for name, estimate in stated.items()}
    return propagate(shared, unit=without.unit, per=without.per, source=source, **inputs)


def ceilings(known: Mapping[str, Estimate]) -> Ceilings:
    """The three ceilings of a reward paid on conversion.

    Parameters
    ----------
    known : mapping
        customer_value, incremental_share, fulfilment, uplift, baseline_referrals.
    """
    without = reward_ceiling(known)
    return Ceilings(
        naive=known["customer_value"].as_(per="conversion", source="customer value"),
        without_baseline=without,
        with_baseline=_shared(without, known["uplift"], known["fulfilment"]).as_(per="conversion"),
        has_baseline=_has_baseline(known),
    )
