"""The verdict of step 08: how much is kept decides whether to grow; a loss per customer stops it."""

from collections.abc import Mapping

from referral_playbook.contract.evidence import Action, Estimate, Status, Verdict
from referral_playbook.contract.writing.formatting import interval, number, share, written
from referral_playbook.domain.lists.cut import on_list
from referral_playbook.steps.loyalty_and_upsell.finding import LoyaltyFinding
from referral_playbook.steps.loyalty_and_upsell.retention_summary import KEPT, what_is_kept

MOST_OFFERS = 20
"""Offers that a small team can make in a month."""
HEADLINES = {
    Status.GO: "Customers stay, so you can now offer more to customers who have a reason to want it.",
    Status.TEST_SMALL: "Some customers stay and some leave. Offer more to a few, and find out why the others leave.",
    Status.STOP: "Too many customers leave, or they cost more than they pay. Fix that before you sell more.",
    Status.NOT_ENOUGH_DATA: "We do not know yet how many customers stay. Record who leaves and what is paid.",
}


def verdict(estimates: Mapping[str, Estimate], *, keep_from: float, keep_below: float) -> Verdict:
    """Go when the whole range reaches `keep_from`, stop when it is all below `keep_below`, else test small.

    Where a customer surely brings a loss, the answer is stop however many stay.
    """
    value = estimates.get("customer_value")
    if value is not None and value.high is not None and value.high < 0:
        reason = (
            f"A customer loses {interval(value.as_(value=-value.point, low=-value.high, high=-(value.low or 0.0)))}"
        )
        return Verdict(status=Status.STOP, reason=f"{reason} of margin: selling more makes the loss larger.")
    name, retention = what_is_kept(estimates)
    if retention.low is None or retention.high is None:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=_not_known(retention, estimates["bought_again"]))
    sentence = f"{interval(retention)} {KEPT[name].format(per=retention.per)}"
    if retention.low >= keep_from:
        return Verdict(
            status=Status.GO, reason=f"{sentence}. The whole range is at or above {share(keep_from)}."
        ).capped(retention)
    if retention.high < keep_below:
        reason = f"{sentence}. The whole range is below {share(keep_below)}: keep customers first, then grow."
        return Verdict(status=Status.STOP, reason=reason)
    go, stop = share(keep_from), share(keep_below)
    reason = f"{sentence}. That is neither surely {go} or more (go) nor surely below {stop} (stop)."
    return Verdict(status=Status.TEST_SMALL, reason=reason)


def _not_known(kept: Estimate, again: Estimate) -> str:
    reason = f"We do not know how much revenue or how many customers stay from one year to the next: {kept.reason}."
    return reason if not again.defined else f"{reason} Of earlier buyers, {interval(again)} bought again."


def sensitivity(
    estimates: Mapping[str, Estimate], *, thresholds: tuple[float, ...] = (0.95, 0.90, 0.85, 0.80, 0.75, 0.70, 0.60)
) -> list[dict[str, object]]:
    """The verdict at other thresholds, the one for stop 20 points lower: rows go_from, stop_below, verdict."""
    return [
        {
            "go_from": share(t),
            "stop_below": share(t - 0.2),
            "verdict": verdict(estimates, keep_from=t, keep_below=t - 0.2).status.replace("_", " "),
        }
        for t in thresholds
    ]


def actions(finding: LoyaltyFinding) -> tuple[Action, ...]:
    """What follows for the client: listen first, then offer, and write down what is missing."""
    made, ruled = [], finding.verdict
    follow, upsell, worst = finding.care.follow, finding.growth.upsell, finding.worst_theme()
    if follow.calls:
        who = "quiet customers" if set(follow.to_call["why"]) == {"quiet"} else "quiet or unhappy customers"
        what = f"Call {on_list(len(follow.to_call), follow.calls, who, 'follow-up.csv')}, and sell them nothing"
        made.append(Action(what=what, why="Customers who have gone quiet are the next to leave.", due=30))
    if worst:
        why = f"{written(worst['unhappy_today'], 'customers')} of today wrote about it when they were unhappy"
        made.append(Action(what=f"Name an owner for the theme {worst['theme']!r}", why=why, due=30))
    if upsell.offers and ruled.status is not Status.STOP:
        first = f"first {number(MOST_OFFERS)} of the " if upsell.offers > MOST_OFFERS else ""
        what = f"Offer more to the {first}{written(upsell.offers, 'customers')} on upsell.csv"
        made.append(Action(what=what, why="Each has a reason now, and no complaint is open.", due=30))
    if ruled.status is Status.NOT_ENOUGH_DATA:
        what = "Write down who leaves and when, and each payment with its kind"
        if finding.estimates["bought_again"].defined:  # a shop's buyer does not leave on a day
            what = "Keep every order of two years with its customer and date, to count who buys again"
        made.append(Action(what=what, why=ruled.reason, due=30))
    return tuple(made)
