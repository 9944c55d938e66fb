"""What the kept control says of the programme: its uplift, the uplift of asking, and the incremental share.

Every customer counts by the group that the draw put them in, asked or not: only then are both alike but for the
programme. The uplift of the programme is the referral rate of all other customers over that of the control since the
first ask list was used. The uplift of asking is that of the customers who were asked alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.dates import month
from referral_playbook.contract.writing.formatting import share
from referral_playbook.domain.programme.control_groups import COLUMNS, EFFECT_WORTH_FINDING, Groups, Labels
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.experiments.sequential_arms import fixed_ratio, read_arm


@dataclass(frozen=True, kw_only=True)
class ControlReading:
    """The comparison of those who may be asked with the kept control."""

    control: KeptControl
    # referrals per customer-month of those who may be asked over those of the control; the fixed-sample range, to plan
    # with
    uplift: Estimate
    uplift_at_every_look: Estimate  # the same with a range that stays valid however often it is read, to conclude from
    over_all: Estimate  # the uplift over all customers, of whom the control has none: ``1 + reach (uplift - 1)``
    # referrals of asked customers since their first ask over those that they would have made without it
    uplift_of_asking: Estimate
    # share of the referrals of those who may be asked that would not have come without the programme: ``1 - 1 /
    # uplift``
    because_of_programme: Estimate
    extra_per_ask: Estimate  # referrals that one ask adds: the difference of the rates over the asks made
    # share of the extra conversions that would not have become customers through another channel
    incremental_share: Estimate
    # share of the control that was asked all the same; it makes the difference smaller than it is
    asked_anyway: Estimate
    p_value: float | None  # always-valid, of no uplift
    # months from now until the control will tell, if the uplift is 1.5; None where ten years are not enough
    more_months: int | None
    confidence: float
    rows: pd.DataFrame  # month, customer_months, referrals, control_customer_months, control_referrals, cumulative

    @property
    def shown(self) -> bool:
        """Whether the uplift is shown to differ from 1."""
        return self.p_value is not None and self.p_value < 1 - self.confidence


def kept_control_uplift(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Referrals of those who may be asked over those of the kept control; undefined where none was kept."""

    def read(groups: Groups, control: KeptControl) -> Estimate:
        return fixed_ratio(groups.looks(), confidence=confidence, dispersion=groups.dispersion(), **_labels(control))

    return _read_or_undefined(engagement, read, unit="times", per="referral without the programme")


def kept_control_reach(engagement: Engagement) -> float | None:
    """Share of the customer-months that the programme may reach; None where no control is kept."""
    control = KeptControl.of(engagement)
    return None if why_not(engagement, control) else _groups(engagement, control).reach


def over_all(uplift: Estimate, reach: float) -> Estimate:
    """The uplift over all referrals, where the programme reaches a share of them: ``1 + reach (uplift - 1)``.

    The others, as those of the control, come as they would without the programme, and are among all that are counted.
    """
    if uplift.value is None or uplift.low is None or uplift.high is None:
        return uplift
    value, low, high = (1 + reach * (x - 1) for x in (uplift.value, uplift.low, uplift.high))
    source = f"{uplift.source}; over all referrals, of which the programme reaches {share(reach)}"
    return uplift.as_(value=value, low=low, high=high, source=source)


def kept_control_share(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """The incremental share as the kept control measured it; undefined where none was kept or it cannot tell."""
    return _read_or_undefined(
        engagement, lambda groups, _: groups.incremental_share(confidence), unit="share", per="extra conversion"
    )


def kept_control_extra_per_ask(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """The referrals that one ask adds as the kept control measured them; undefined where none was kept."""
    return _read_or_undefined(
        engagement, lambda groups, _: groups.extra_per_ask(confidence, groups.dispersion()), unit="referrals", per="ask"
    )


def _read_or_undefined(
    engagement: Engagement, read: Callable[[Groups, KeptControl], Estimate], *, unit: str, per: str
) -> Estimate:
    """What `read` makes of the groups; undefined, with the reason, where no control can be read."""
    control = KeptControl.of(engagement)
    reason = why_not(engagement, control)
    return undefined(reason, unit=unit, per=per) if reason else read(_groups(engagement, control), control)


@remembered
def _groups(engagement: Engagement, control: KeptControl) -> Groups:
    return Groups.of(engagement, control)


def read_control(engagement: Engagement, control: KeptControl, *, confidence: float = 0.95) -> ControlReading:
    """Compare those who may be asked with the kept control, from the month in which it began.

    Pass the engagement without invalid referrals.
    """
    reason = why_not(engagement, control)
    if reason:
        return _nothing(control, reason, confidence)
    groups = _groups(engagement, control)
    dispersion, labels, looks = groups.dispersion(), _labels(control), groups.looks()
    reading = read_arm(
        looks,
        planned=groups.planned(dispersion),
        effect=EFFECT_WORTH_FINDING,
        confidence=confidence,
        dispersion=dispersion,
        **labels,
    )
    uplift = fixed_ratio(looks, confidence=confidence, dispersion=dispersion, **labels)
    return ControlReading(
        control=control,
        uplift=uplift,
        uplift_at_every_look=reading.rate_ratio,
        over_all=over_all(uplift, groups.reach),
        uplift_of_asking=groups.uplift_of_asking(confidence),
        because_of_programme=because_of(uplift, per="referral of those who may be asked", source=uplift.source),
        extra_per_ask=groups.extra_per_ask(confidence, dispersion),
        incremental_share=groups.incremental_share(confidence),
        asked_anyway=groups.asked_anyway(confidence),
        p_value=reading.p_value,
        more_months=groups.more_months(dispersion),
        confidence=confidence,
        rows=groups.rows,
    )


def _labels(control: KeptControl) -> Labels:
    source = f"kept control of {share(control.share)} of the customers since {month(control.since)}"
    return {"unit": "times", "per": "referral without the programme", "source": source}


def why_not(engagement: Engagement, control: KeptControl) -> str:
    """Why the control cannot be read; empty where it can."""
    if engagement.fact("customer_profile") is None or engagement.fact("referrals") is None:
        return "it takes both a table of customers and a table of referrals"
    if not engagement.real_dates:
        return "the customers' dates were made from a tenure"
    if control.share == 0:
        return "no control is kept, because its share is set to 0"
    if control.since is None:
        return "no control has been kept yet: record in client.toml the month of the first ask list that left it out"
    if control.since > pd.Timestamp(engagement.as_of).to_period("M"):
        return f"the control begins in {month(control.since)}, after the as-of date"
    return ""


def because_of(ratio: Estimate, *, per: str, source: str) -> Estimate:
    """Share that would not have come otherwise, ``1 - 1 / ratio``; undefined where the ratio may be 0."""
    labels: dict[str, Any] = {"unit": "share", "per": per, "source": source}
    if ratio.value is None or ratio.low is None or ratio.high is None or not ratio.low > 0:
        reason = ratio.reason or "the ratio may be 0, so the share has no lower limit"
        return undefined(reason, n=ratio.n, **labels)
    value, low, high = (1 - 1 / x for x in (ratio.value, ratio.low, ratio.high))
    return ratio.as_(value=value, low=low, high=high, **labels)


def _nothing(control: KeptControl, reason: str, confidence: float) -> ControlReading:
    def none(unit: str, per: str) -> Estimate:
        return undefined(reason, unit=unit, per=per)

    return ControlReading(
        control=control,
        uplift=none("times", "referral without the programme"),
        uplift_at_every_look=none("times", "referral without the programme"),
        over_all=none("times", "referral without the programme"),
        uplift_of_asking=none("times", "referral of an asked customer without the ask"),
        because_of_programme=none("share", "referral of those who may be asked"),
        extra_per_ask=none("referrals", "ask"),
        incremental_share=none("share", "extra conversion"),
        asked_anyway=none("share", "customer of the control"),
        p_value=None,
        more_months=None,
        confidence=confidence,
        rows=pd.DataFrame(columns=COLUMNS),
    )
