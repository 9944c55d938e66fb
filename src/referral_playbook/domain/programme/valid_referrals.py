"""Figures on valid referrals, beside the same figures with the rows that were flagged or refunded."""

from typing import Any

from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.programme import baseline, fraud
from referral_playbook.domain.sources import funnel
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered


@remembered
def valid(engagement: Engagement) -> Engagement:
    """The engagement with valid referrals only: the same definition in every step, with the limits of step 09."""
    limits = fraud.Limits.of(engagement.parameters_of(Step.PROGRAMME_REVIEW))
    return fraud.without(engagement, fraud.flags(engagement, limits=limits))


def with_flagged(engagement: Engagement, kept: Engagement) -> list[dict[str, Any]]:
    """Rows figure, valid, with_flagged, unit; empty without a referrals table.

    Parameters
    ----------
    engagement, kept : Engagement
        As the tables have it, and from `valid`.
    """
    every, rows = engagement.fact("referral_months"), kept.fact("referral_months")
    if every is None or rows is None:
        return []
    made, made_in_all = ({c: int(t[c].sum()) for c in ("referred_on", "converted_on")} for t in (rows, every))
    counted: dict[str, tuple[float | None, float | None, str]] = {
        "referrals": (made["referred_on"], made_in_all["referred_on"], "referrals"),
        "conversions": (made["converted_on"], made_in_all["converted_on"], "customers"),
    }
    now = {client: baseline.baseline(e).value for client, e in (("valid", kept), ("every", engagement))}
    rate = {client: funnel.conversion_rate(e).value for client, e in (("valid", kept), ("every", engagement))}
    counted["referrals a month"] = (now["valid"], now["every"], "referrals")
    counted["conversion per qualified referral"] = (rate["valid"], rate["every"], "share")
    return [{"figure": name, "valid": a, "with_flagged": b, "unit": unit} for name, (a, b, unit) in counted.items()]


def describe_valid(rows: list[dict[str, Any]]) -> str:
    """How far flagged and refunded rows would change the figures, in words."""
    by = {row["figure"]: row for row in rows}
    if not by:
        return "There is no referrals table, so no referral was checked."
    made, won = by["referrals"], by["conversions"]
    odd, undone = made["with_flagged"] - made["valid"], won["with_flagged"] - won["valid"]
    if not odd and not undone:
        return "No referral is flagged, and no conversion was refunded within the waiting period."
    month = by["referrals a month"]
    lost = "1 conversion does not count" if undone == 1 else f"{number(undone)} conversions do not count"
    text = f"{number(odd)} of {number(made['with_flagged'])} referrals are flagged, and {lost}."
    if month["valid"] is None or month["with_flagged"] is None:
        return text
    return (
        f"{text} Referrals a month: {number(month['with_flagged'])} with those rows, {number(month['valid'])} without."
    )
