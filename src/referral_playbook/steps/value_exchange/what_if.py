"""What if: the offer and what it stands on at other settings, each with its range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.programme.offers import Offer, paying, reward_ceiling, unit_value
from referral_playbook.domain.what_if import Moves, moved

SHARES = ("incremental_share", "conversion_rate")


def moves(known: Mapping[str, Estimate], offer: Offer) -> Moves:
    """Value of a qualified referral and the ceiling of the reward, as a reader moves what they hang on.

    Parameters
    ----------
    known : mapping
        customer_value, incremental_share, conversion_rate, fulfilment, qualified_share.
    offer : Offer
        Its trigger, and how the reward is split between the sides, stay.

    Returns
    -------
    Moves
        Outcomes `brings` (per qualified referral) and `ceiling` (each time rewards are paid); drawn at its gate, 0.
    """

    def at(reward_both_sides: float = offer.both_sides, **settings: float) -> tuple[dict[str, Estimate], Offer]:
        return {**known, **{k: moved(known[k], x) for k, x in settings.items()}}, paying(offer, reward_both_sides)

    def answer(**settings: float) -> dict[str, Any]:
        told, paid = at(**settings)
        how: dict[str, Any] = {"trigger": paid.trigger, "hold_survival": paid.hold_survival}
        return {"brings": unit_value(told, paid), "ceiling": reward_ceiling(told, **how)}

    def drawn(**settings: float) -> dict[str, Any]:
        return {"estimate": answer(**settings)["brings"], "threshold": 0.0, "name": "Brought at these settings"}

    money = known["customer_value"].unit
    units = dict.fromkeys(SHARES, "share") | {"customer_value": money, "reward_both_sides": money}
    return Moves(answer, drawn, _sliders(known, offer), units)


def _sliders(known: Mapping[str, Estimate], offer: Offer) -> dict[str, tuple[float, float, float, float]]:
    if not unit_value(known, offer).defined:
        return {}
    worth, reward = known["customer_value"].value or 0.0, offer.both_sides
    step = max(1.0, float(f"{abs(worth) / 100:.1g}"))
    return {
        "customer_value": (min(0.0, worth), float(max(round(2 * worth), 1)), step, worth),
        "incremental_share": (0.0, 1.0, 0.05, known["incremental_share"].value or 0.0),
        "conversion_rate": (0.0, 1.0, 0.01, known["conversion_rate"].value or 0.0),
        "reward_both_sides": (0.0, max(2 * reward, round(worth), 1.0), step, reward),
    }
