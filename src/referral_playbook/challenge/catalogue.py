"""The challenges: about thirty, each with the question that it puts to a decision and what it changes."""

from __future__ import annotations

from collections.abc import Mapping

from referral_playbook.challenge import damages
from referral_playbook.challenge.damages import Damage
from referral_playbook.contract.estimate import Estimate

DAMAGES: tuple[Damage, ...] = (
    Damage(
        name="largest customer gone",
        when="the largest customer leaves",
        asks="What if the largest customer leaves?",
        tables=lambda t: damages.without_largest(t, 1),
    ),
    Damage(
        name="ten largest gone",
        when="the ten largest customers leave",
        asks="Do ten customers carry it all?",
        tables=lambda t: damages.without_largest(t, 10),
    ),
    Damage(
        name="busiest advocate gone",
        when="the busiest advocate leaves",
        asks="Does one advocate carry it all?",
        referrals=damages.busiest_out,
    ),
    Damage(
        name="last quarter only",
        when="only the last quarter's referrals count",
        asks="Does the last quarter alone say the same?",
        referrals=damages.last_quarter,
    ),
    Damage(
        name="best quarter out",
        when="the best quarter's referrals do not count",
        asks="Does it rest on one good quarter?",
        referrals=damages.best_quarter_out,
    ),
    Damage(
        name="one month earlier",
        when="it is judged a month earlier",
        asks="Would we have decided the same a month ago?",
        months_back=1,
    ),
    Damage(
        name="one quarter earlier",
        when="it is judged a quarter earlier",
        asks="Would we have decided the same a quarter ago?",
        months_back=3,
    ),
    Damage(
        name="flagged rows in",
        when="every flagged referral counts",
        asks="What if every flagged referral is honest?",
        referrals=damages.unflagged,
    ),
    Damage(
        name="suspects out",
        when="every advocate with a flag is left out",
        asks="What if whoever has one flag is dishonest?",
        referrals=damages.suspects_out,
    ),
    Damage(
        name="a third of referrals not recorded",
        when="a third of the referrals is missing",
        asks="What if records are patchy?",
        referrals=damages.thinned(1 / 3),
    ),
    Damage(
        name="a third fewer conversions",
        when="a third fewer friends buy",
        asks="What if fewer friends buy?",
        referrals=damages.fewer_converted(1 / 3),
    ),
    Damage(
        name="refunds doubled",
        when="twice as much is refunded",
        asks="What if twice as much is refunded?",
        tables=damages.refunds_doubled,
    ),
    Damage(
        name="margin a fifth lower",
        when="margins are a fifth lower",
        asks="What if margins shrink?",
        tables=damages.scaled("payments", "margin", 0.8),
    ),
    Damage(
        name="yearly amounts taken for monthly",
        when="one in ten amounts is a year's",
        asks="What if one in ten amounts is a year's, entered as a month's?",
        tables=damages.scaled("customers", "monthly_amount", 12.0, 0.1),
    ),
    Damage(
        name="amounts a tenth lower",
        when="prices are a tenth lower",
        asks="What if prices are cut?",
        tables=damages.prices_cut(0.1),
    ),
    Damage(
        name="one in twenty left",
        when="one more customer in twenty has left",
        asks="What if leavers are missing in the export?",
        tables=damages.leavers(0.05),
    ),
    Damage(
        name="one in five left",
        when="one more customer in five has left",
        asks="What if many leavers are missing in the export?",
        tables=damages.leavers(0.20),
    ),
    Damage(
        name="delighted customers did not answer",
        when="a third of the delighted answers is missing",
        asks="What if a third of the delighted were silent?",
        tables=damages.silent(damages.delighted, "pmf", 1 / 3),
    ),
    Damage(
        name="others did not answer",
        when="a third of the other answers is missing",
        asks="What if a third of the others were silent?",
        tables=damages.silent(damages.others, "pmf", 1 / 3),
    ),
    Damage(
        name="no payments table",
        when="there is no payments table",
        asks="Does it hold without payments?",
        tables=damages.missing("payments"),
    ),
    Damage(
        name="no touchpoints table",
        when="there is no touchpoints table",
        asks="Does it hold without touchpoints?",
        tables=damages.missing("touchpoints"),
    ),
    Damage(
        name="no experiment",
        when="there is no experiment",
        asks="Does it hold without the experiment?",
        tables=damages.missing("arms"),
    ),
    Damage(
        name="no cost sheet",
        when="there is no cost sheet",
        asks="Does it hold on assumed costs?",
        tables=damages.missing("costs"),
    ),
    Damage(
        name="costs half as high again",
        when="costs are half as high again",
        asks="What if it costs 1.5 times as much?",
        tables=damages.dearer(1.5),
    ),
    Damage(
        name="uplift at its low end",
        when="the uplift is at its low end",
        asks="What if the programme adds little?",
        parameter=("uplift", "low"),
    ),
    Damage(
        name="incremental share at its low end",
        when="the incremental share is at its low end",
        asks="What if most friends would have come anyway?",
        parameter=("incremental_share", "low"),
    ),
    Damage(
        name="conversion rate at its low end",
        when="the conversion rate is at its low end",
        asks="What if fewer qualified referrals convert?",
        parameter=("conversion_rate", "low"),
    ),
    Damage(
        name="customer value at its low end",
        when="customer value is at its low end",
        asks="What if customers are worth less?",
        parameter=("customer_value", "low"),
    ),
    Damage(
        name="qualified share at its low end",
        when="the qualified share is at its low end",
        asks="What if fewer referrals qualify?",
        parameter=("qualified_share", "low"),
    ),
    Damage(
        name="baseline at its low end",
        when="the baseline is at its low end",
        asks="What if fewer come on their own?",
        parameter=("baseline_referrals", "low"),
    ),
    Damage(
        name="set-up cost at its high end",
        when="the set-up cost is at its high end",
        asks="What if the start costs more?",
        parameter=("set_up", "high"),
    ),
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
