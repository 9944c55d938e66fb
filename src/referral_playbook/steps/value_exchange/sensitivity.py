"""What the answer depends on: wrong ways of computing it, and each input from end to end."""

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import written
from referral_playbook.domain.programme.offers import NO_OFFER, Offer, unit_value
from referral_playbook.methods.decisions.economics import Reward

MOVED = {
    "customer_value": "value of a new customer",
    "incremental_share": "share who would not have come",
    "conversion_rate": "conversion",
    "qualified_share": "share of leads that qualify",
}


def ways(known: Mapping[str, Estimate], offer: Offer) -> list[dict[str, Any]]:
    """The same referral computed wrongly and rightly: rows way, value per qualified referral, what is wrong."""
    everyone = known["incremental_share"].as_(value=1.0, low=1.0, high=1.0)
    per_referral = Offer(
        name=offer.name,
        kind=offer.kind,
        rewards=tuple(Reward(cost=r.cost, side=r.side, trigger="lead") for r in offer.rewards),
    )
    one_lead = {**known, "qualified_share": everyone}
    twice = Offer(name=offer.name, kind=offer.kind, rewards=offer.rewards * 2)
    all_won = unit_value({**known, "incremental_share": everyone}, offer)
    sentences = [
        ("as it is", unit_value(known, offer), ""),
        ("every friend counted as won", all_won, "some would have come anyway"),
    ]
    if offer.rewards:
        sentences += [
            ("no reward deducted", unit_value(known, NO_OFFER), "forgets what is given"),
            (
                "reward charged on every qualified referral",
                unit_value(one_lead, per_referral),
                "paid for conversions only",
            ),
            ("reward deducted twice", unit_value(known, twice), "once from the value and once as a cost"),
        ]
    return [{"way": way, "value": value, "what_is_wrong": wrong} for way, value, wrong in sentences]


def sensitivity(known: Mapping[str, Estimate], offer: Offer) -> list[dict[str, Any]]:
    """What each input alone does to the value of a qualified referral, from one end of its range to the other.

    Returns
    -------
    list of dict
        input, low and high (text), at_low and at_high (money), basis; empty where the value is not known.
    """
    if not unit_value(known, offer).defined:
        return []
    names = [n for n in MOVED if n != "qualified_share" or offer.trigger == "lead"]
    rows = [_moved(known, offer, name) for name in names if known[name].low != known[name].high]
    if offer.rewards:
        doubled = Offer(name=offer.name, kind=offer.kind, rewards=offer.scaled(2.0))
        ends = {"low": "none", "high": "twice", "at_low": unit_value(known, NO_OFFER).value}
        rows.append({"input": "reward", **ends, "at_high": unit_value(known, doubled).value, "basis": "decided"})
    return rows


def _moved(known: Mapping[str, Estimate], offer: Offer, name: str) -> dict[str, Any]:
    e = known[name]
    ends = [unit_value({**known, name: e.as_(value=x, low=x, high=x)}, offer).value for x in (e.low, e.high)]
    limits = [written(x, e.unit) for x in (e.low, e.high)]
    return {
        "input": MOVED[name],
        "low": limits[0],
        "high": limits[1],
        "at_low": ends[0],
        "at_high": ends[1],
        "basis": e.basis.value,
    }
