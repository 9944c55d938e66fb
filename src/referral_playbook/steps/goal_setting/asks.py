"""The asks that the programme's goal needs, beside the asks that are made."""

from dataclasses import dataclass

import pandas as pd

from referral_playbook.contract.evidence import Basis, Check, Estimate, undefined
from referral_playbook.contract.writing.formatting import whole
from referral_playbook.domain.assumptions import assumed_value
from referral_playbook.domain.lists.goal_band import Outlook
from referral_playbook.domain.programme.baseline import last_whole_month
from referral_playbook.domain.programme.control_reading import kept_control_extra_per_ask
from referral_playbook.domain.programme.new_referrals import EXTRA_PER_ASK
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.methods.uncertainty.propagation import propagate

RECENT = 3  # whole months


@dataclass(frozen=True, kw_only=True)
class Asks:
    """Asks a month."""

    extra: Estimate  # referrals a month above the baseline that the goal needs
    per_ask: Estimate  # extra referrals that one ask brings
    # asks a month that the goal needs, and that were made in the last months
    needed: Estimate
    made: Estimate

    def estimates(self) -> dict[str, Estimate]:
        """extra_referrals_per_month, extra_referrals_per_ask, asks_needed, asks_made."""
        return {
            "extra_referrals_per_month": self.extra,
            "extra_referrals_per_ask": self.per_ask,
            "asks_needed": self.needed,
            "asks_made": self.made,
        }

    @property
    def words(self) -> str:
        """Whether the asks that are made can carry the goal."""
        if self.needed.value is None:
            return f"How many asks the goal needs is not known: {self.needed.reason}."
        needs = f"The goal needs about {whole(self.needed.value)} asks a month"
        if self.made.value is None:
            return f"{needs}. How many are made is not known: {self.made.reason}."
        gap = self.needed.value - self.made.value
        text = f"{needs}; about {whole(self.made.value)} are made."
        return text if gap <= 0 else f"{text} {whole(gap)} are missing: ask more customers, or lower the goal."

    def check(self) -> Check:
        """Passed where the asks that are made carry the goal."""
        known = self.needed.value is not None and self.made.value is not None
        passed = self.made.point >= self.needed.point if known else None
        return Check(name="asks_carry_the_goal", passed=passed, text=self.words)


def asks(engagement: Engagement, ahead: Outlook, *, from_nothing: bool = False) -> Asks:
    """Asks that the goal needs: extra referrals a month over extra referrals per ask.

    Where no referral comes without the programme (`from_nothing`), all of the goal is extra.
    """
    extra = ahead.rate.as_(confidence=None) if from_nothing else extra_referrals(ahead)
    measured = kept_control_extra_per_ask(engagement)
    useful = measured.defined and (measured.value or 0) > 0
    per_ask = measured if useful else assumed_value("extra_per_ask", None, EXTRA_PER_ASK, unit="referrals", per="ask")
    needed = asks_needed(extra, per_ask.as_(confidence=None))
    return Asks(extra=extra, per_ask=per_ask, needed=needed, made=asks_made(engagement))


def asks_needed(extra: Estimate, per_ask: Estimate) -> Estimate:
    """Asks a month: extra referrals over those that an ask adds; without an upper limit where it may add none."""
    source = "extra referrals / extra referrals per ask"
    needed = propagate(asks_for, unit="asks", per="month", source=source, open_above=True, e=extra, k=per_ask)
    # Square-and-add may step below nothing.
    return needed if needed.low is None else needed.as_(low=max(0.0, needed.low))


def asks_for(e: float, k: float) -> float:
    """Asks for `e` extra referrals at `k` per ask; where an ask brings none, no number of them is enough."""
    if k <= 0:
        raise ValueError("an ask may bring no extra referral")
    return max(0.0, e) / k


def extra_referrals(ahead: Outlook) -> Estimate:
    """Referrals a month above the baseline: ``b (u - 1)``, of those that were counted ``r (1 - 1 / u)``."""
    factor = ahead.factor.as_(confidence=None)
    if ahead.counted is not None:
        return propagate(
            lambda r, u: r * (1 - 1 / u),
            unit="referrals",
            per="month",
            source="today's rate x (1 - 1 / uplift)",
            r=ahead.counted.as_(confidence=None),
            u=factor,
        )
    return propagate(
        lambda b, u: b * (u - 1),
        unit="referrals",
        per="month",
        source="baseline x (uplift - 1)",
        b=ahead.rate,
        u=factor,
    )


def asks_made(engagement: Engagement) -> Estimate:
    """Asks a month in the last whole months, from the touchpoints."""
    rows = engagement.fact("touchpoint_months")
    if rows is None:
        return undefined("no table records the asks", unit="asks", per="month", basis=Basis.MEASURED)
    last = last_whole_month(engagement.as_of)
    months = pd.PeriodIndex(rows["month"], freq="M")
    inside = (rows["kind"] == "ask") & (months > last - RECENT) & (months <= last)
    count = int(rows.loc[inside, "contacts"].sum())
    return poisson_rate(
        count, float(RECENT), unit="asks", per="month", source=f"touchpoints: ask, last {RECENT} months"
    )
