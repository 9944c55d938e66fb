"""The review in words: earlier forecasts, the kept control, the experiment."""

from collections.abc import Sequence
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import interval, number, share, two_digits, written
from referral_playbook.domain.forecast_record import Record
from referral_playbook.domain.programme.control_groups import UPLIFT_WORTH_FINDING
from referral_playbook.domain.programme.control_reading import ControlReading
from referral_playbook.steps.programme_review.finding import ReviewFinding
from referral_playbook.steps.programme_review.incrementality import LIMITS
from referral_playbook.steps.programme_review.looks import ArmReading


def describe_record(record: Record) -> str:
    """How earlier forecasts turned out."""
    parts = [record.words()]
    if record.at(0.8).n:
        others = " and ".join(
            f"{record.at(level).held} of {record.at(level).n} at {share(level)}" for level in (0.5, 0.95)
        )
        parts.append(f"Other levels: {others}.")
    if record.bias is not None:
        side = "too high" if record.bias > 0 else "too low"
        parts.append(f"On average, forecasts of counts were {share(abs(record.bias))} {side}.")
    if record.crps is not None:
        ours, bare = record.crps
        parts.append(
            f"The CRPS, the average miss of a count with its range, is {two_digits(ours)} ({two_digits(bare)} without "
            "the range; 0 is perfect)."
        )
    if record.brier is not None:
        chances = written(len(record.chances), "stated chances")
        score, toss = two_digits(record.brier), two_digits(0.25)
        parts.append(f"The Brier score of {chances} is {score} (0 is perfect, {toss} is a coin toss).")
    if record.unread:
        parts.append(
            f"For {written(record.unread, 'forecasts')} the time has come, but the tables do not show the outcome."
        )
    return " ".join(parts)


def describe_control(reading: ControlReading) -> str:
    """What the kept control says, and when it will tell."""
    if not reading.uplift.defined:
        return f"The kept control measures nothing yet: {reading.uplift.reason}."
    ratio = interval(reading.uplift_at_every_look)
    text = f"Customers who may be asked refer {ratio} as often as the control, at every look."
    if reading.shown:
        return f"{text} The programme's effect is shown."
    if reading.more_months is None:
        return f"{text} At this pace the control will not tell within ten years; a larger control would tell sooner."
    worth_finding = number(UPLIFT_WORTH_FINDING)
    if reading.more_months == 0:
        return (
            f"{text} That is long enough to show an uplift of {worth_finding}, so the true uplift is probably smaller."
        )
    return (
        f"{text} If the true uplift is {worth_finding}, it will tell in about {written(reading.more_months, 'months')}."
    )


def control_rows(reading: ControlReading) -> list[dict[str, Any]]:
    """What the kept control measured: rows quantity, estimate, meaning."""
    rows = {
        "Uplift against the control": (reading.uplift, "referrals of those who may be asked over the control's"),
        "Uplift over all customers": (reading.over_all, "the control included"),
        "Uplift of asking": (reading.uplift_of_asking, "referrals of asked customers over those without the ask"),
        "Share because of the programme": (reading.because_of_programme, "of referrals, would not have come otherwise"),
        "Extra referrals per ask": (reading.extra_per_ask, "what the programme adds for each ask made"),
        "Incremental share": (reading.incremental_share, "of extra conversions, not from another channel"),
        "Control asked all the same": (reading.asked_anyway, "makes the measured uplift too small"),
    }
    return [{"quantity": name, "measured": e, "meaning": text} for name, (e, text) in rows.items()]


def describe_matched(ratio: Estimate) -> str:
    """The matched comparison with its limits."""
    if not ratio.defined:
        return f"Asked and unasked customers cannot be matched: {ratio.reason}."
    return f"Customers who were asked refer {interval(ratio)} as often as matched customers who were not. {LIMITS}"


def arm_rows(readings: Sequence[ArmReading]) -> list[dict[str, Any]]:
    """For a reader: arm, ratio to the control for one look and for every look, p-values, chance to be better."""
    return [
        {
            "arm": r.arm,
            "compared_with": r.fixed.control,
            "one_look": r.fixed.rate_ratio,
            "every_look": r.valid.rate_ratio,
            "p_one_look": r.fixed.p_adjusted,
            "p_every_look": r.p_adjusted,
            "chance_better": r.fixed.better.probability if r.fixed.better else None,
        }
        for r in readings
    ]


def describe_readout(f: ReviewFinding) -> str:
    """The experiment in plain words."""
    if not f.run.readable:
        return f"No experiment can be read: {f.run.note or 'there is only one arm'}."
    text = " ".join(r.conclusion[:1].upper() + r.conclusion[1:] for r in f.readings)
    if not f.run.randomised:
        text += " Customers were not assigned at random, so these are differences, not effects."
    return text + (f" Note: {f.run.note}." if f.run.note else "")
