"""The challenges: about thirty, each with the question that it puts to a decision and what it changes."""

from __future__ import annotations

from collections.abc import Mapping

from referral_playbook.challenge import damages
from referral_playbook.challenge.damages import Damage
from referral_playbook.contract.estimate import Estimate


def _without(table: str, what: str, asks: str) -> Damage:
    """The client has not got one of its tables."""
    return Damage(f"no {what}", f"there is no {what}", asks, tables=damages.missing(table))


def _at_end(parameter: str, what: str, asks: str, *, end: str = "low") -> Damage:
    """An assumption is at the bad end of its range."""
    name = what.removeprefix("the ")
    return Damage(f"{name} at its {end} end", f"{what} is at its {end} end", asks, parameter=(parameter, end))


DAMAGES: tuple[Damage, ...] = (
    Damage(
        "largest customer gone",
        "the largest customer leaves",
        "What if the largest customer leaves?",
        tables=lambda t: damages.without_largest(t, 1),
    ),
    Damage(
        "ten largest gone",
        "the ten largest customers leave",
        "Do ten customers carry it all?",
        tables=lambda t: damages.without_largest(t, 10),
    ),
    Damage(
        "busiest advocate gone",
        "the busiest advocate leaves",
        "Does one advocate carry it all?",
        referrals=damages.busiest_out,
    ),
    Damage(
        "last quarter only",
        "only the last quarter's referrals count",
        "Does the last quarter alone say the same?",
        referrals=damages.last_quarter,
    ),
    Damage(
        "best quarter out",
        "the best quarter's referrals do not count",
        "Does it rest on one good quarter?",
        referrals=damages.best_quarter_out,
    ),
    Damage(
        "one month earlier",
        "it is judged a month earlier",
        "Would we have decided the same a month ago?",
        months_back=1,
    ),
    Damage(
        "one quarter earlier",
        "it is judged a quarter earlier",
        "Would we have decided the same a quarter ago?",
        months_back=3,
    ),
    Damage(
        "flagged rows in",
        "every flagged referral counts",
        "What if every flagged referral is honest?",
        referrals=damages.unflagged,
    ),
    Damage(
        "suspects out",
        "every advocate with a flag is left out",
        "What if whoever has one flag is dishonest?",
        referrals=damages.suspects_out,
    ),
    Damage(
        "a third of referrals not recorded",
        "a third of the referrals is missing",
        "What if records are patchy?",
        referrals=damages.thinned(1 / 3),
    ),
    Damage(
        "a third fewer conversions",
        "a third fewer friends buy",
        "What if fewer friends buy?",
        referrals=damages.fewer_converted(1 / 3),
    ),
    Damage(
        "refunds doubled",
        "twice as much is refunded",
        "What if twice as much is refunded?",
        tables=damages.refunds_doubled(),
    ),
    Damage(
        "margin a fifth lower",
        "margins are a fifth lower",
        "What if margins shrink?",
        tables=damages.scaled("payments", "margin", 0.8),
    ),
    Damage(
        "yearly amounts taken for monthly",
        "one in ten amounts is a year's",
        "What if one in ten amounts is a year's, entered as a month's?",
        tables=damages.scaled("customers", "monthly_amount", 12.0, 0.1),
    ),
    Damage(
        "amounts a tenth lower", "prices are a tenth lower", "What if prices are cut?", tables=damages.prices_cut(0.1)
    ),
    Damage(
        "one in twenty left",
        "one more customer in twenty has left",
        "What if leavers are missing in the export?",
        tables=damages.leavers(0.05),
    ),
    Damage(
        "one in five left",
        "one more customer in five has left",
        "What if many leavers are missing in the export?",
        tables=damages.leavers(0.20),
    ),
    Damage(
        "delighted customers did not answer",
        "a third of the delighted answers is missing",
        "What if a third of the delighted were silent?",
        tables=damages.silent(damages.delighted, "pmf", 1 / 3),
    ),
    Damage(
        "others did not answer",
        "a third of the other answers is missing",
        "What if a third of the others were silent?",
        tables=damages.silent(damages.others, "pmf", 1 / 3),
    ),
    _without("payments", "payments table", "Does it hold without payments?"),
    _without("touchpoints", "touchpoints table", "Does it hold without touchpoints?"),
    _without("arms", "experiment", "Does it hold without the experiment?"),
    _without("costs", "cost sheet", "Does it hold on assumed costs?"),
    Damage(
        "costs half as high again",
        "costs are half as high again",
        "What if it costs 1.5 times as much?",
        tables=damages.dearer(1.5),
    ),
    _at_end("uplift", "the uplift", "What if the programme adds little?"),
    _at_end("incremental_share", "the incremental share", "What if most friends would have come anyway?"),
    _at_end("conversion_rate", "the conversion rate", "What if fewer qualified referrals convert?"),
    _at_end("customer_value", "customer value", "What if customers are worth less?"),
    _at_end("qualified_share", "the qualified share", "What if fewer referrals qualify?"),
    _at_end("baseline_referrals", "the baseline", "What if fewer come on their own?"),
    _at_end("set_up", "the set-up cost", "What if the start costs more?", end="high"),
)

ESTIMATE_OF = {"set_up": "set_up_cost"}
"""Estimates of step 05 by the parameter that sets them, where the names differ."""


def bad_end(damage: Damage, estimates: Mapping[str, Estimate]) -> float | None:
    """The value of an assumption at the end of its range that the damage names; None where it has no range."""
    assert damage.parameter is not None
    name, end = damage.parameter
    estimate = estimates.get(ESTIMATE_OF.get(name, name))
    if estimate is None or estimate.value is None or estimate.low == estimate.high:
        return None
    return estimate.low if end == "low" else estimate.high
