"""The months in which first referrals come most often, and whether that is more than the luck of the best."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import whole
from referral_playbook.methods.rates import poisson_rate, rate_ratio
from referral_playbook.steps.ask_and_follow_up.first_referrals import Waits


@dataclass(frozen=True, kw_only=True)
class AskWindow:
    """The months in which first referrals come most often."""

    # months since the start of the clock, `end` not included
    start: int
    end: int
    rate: Estimate  # first referrals per customer-month in the window
    # that rate over the rate of all other months; its level is corrected for the number of windows looked at
    ratio: Estimate
    since: str

    @property
    def stands_out(self) -> bool:
        """Whether even the lower limit of the ratio is above 1."""
        return self.ratio.defined and self.ratio.lower > 1


def ask_window(waits: Waits, *, length: int = 3, horizon: int = 36, confidence: float = 0.95) -> AskWindow | None:
    """The `length` months on end with the highest rate of first referrals, among those with enough customers at risk.

    The best of many windows looks good by chance, so the ratio to the other months has a Bonferroni-corrected level.
    None where no window has enough customers, or nobody refers.
    """
    last = min(horizon, len(waits.hazards()))
    if waits.reason or last <= length or not waits.referred[waits.months < last].any():
        return None
    edges = np.arange(last + 1)
    at_risk = np.array([np.clip(waits.months - m, 0, 1).sum() for m in edges[:-1]])
    events = np.histogram(waits.months[waits.referred & (waits.months < last)], bins=edges)[0]
    sums = [(events[m : m + length].sum(), at_risk[m : m + length].sum()) for m in range(last - length + 1)]
    # a window that all customers only just reach has no time in it
    start = int(np.argmax([k / t if t > 0 else 0.0 for k, t in sums]))
    k, t = int(sums[start][0]), float(sums[start][1])
    labels: dict[str, Any] = {
        "per": "customer and month",
        "source": f"customers and referrals, months {start} to {start + length} since {waits.since}",
    }
    corrected = 1 - (1 - confidence) / len(sums)
    return AskWindow(
        start=start,
        end=start + length,
        rate=poisson_rate(k, t, confidence=confidence, unit="first referrals", **labels),
        ratio=rate_ratio(
            k, t, int(events.sum()) - k, float(at_risk.sum()) - t, confidence=corrected, per="rate of the other months"
        ),
        since=waits.since,
    )


def describe_window(window: AskWindow | None) -> list[str | Estimate]:
    """The ask window in words, and whether it stands out."""
    if window is None:
        return [
            "No ask window stands out, because too few customers were followed or none referred. Ask customers when "
            "they are ready, whatever their age."
        ]
    text: list[str | Estimate] = [
        f"First referrals come most often from month {window.start} to month {window.end} since {window.since}: ",
        window.rate,
        " per customer and month",
        *_against_others(window.ratio),
        ". ",
    ]
    if window.stands_out:
        return [*text, "That is more than choosing the best window explains: give something before then, and ask."]
    return [*text, "The best window always looks good and this one may be chance. Ask customers when they are ready."]


def _against_others(ratio: Estimate) -> list[str | Estimate]:
    """The ratio to the other months, which has no upper end where no first referral fell into them."""
    if not ratio.defined:
        return [", and none in the other months"]
    return [", ", ratio, " times as often as in the other months"]


def window_rows(waits: Waits, window: AskWindow | None, *, confidence: float = 0.95) -> list[dict[str, object]]:
    """Month by month: months (text), at_risk, referred, hazard (Estimate), in_window (bool)."""
    return [
        {
            "months": f"{whole(p.start)} to {whole(p.end)}",
            "at_risk": p.at_risk,
            "referred": p.events,
            "hazard": p.hazard,
            "in_window": window is not None and window.start <= p.start < window.end,
        }
        for p in waits.hazards(confidence=confidence)
    ]


def hazard_forest(waits: Waits, *, months: int = 12, confidence: float = 0.95) -> dict[str, Estimate]:
    """Hazards of the first months, ready to draw."""
    return {
        f"month {whole(p.start)} to {whole(p.end)}": p.hazard for p in waits.hazards(confidence=confidence)[:months]
    }
