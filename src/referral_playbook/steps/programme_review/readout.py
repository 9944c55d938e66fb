"""The experiment read out: from counts alone (the arms table), else from the offers that referrals were made under."""

from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.formatting import share
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.contrasts import Arm
from referral_playbook.methods.experiments.readout import Contrast, Correction, read_out
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.rates import poisson_rate

OUTCOMES: tuple[str, ...] = ("conversions", "invites")


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """What was run."""

    arms: tuple[Arm, ...] = ()  # in the order of the table
    control: str = ""  # the arm that the others are held against; empty where there is no arm
    outcome: str = "conversions"  # what was counted: conversions or invites
    per: str = "user"  # per what
    source: str = ""
    randomised: bool = True  # whether chance decided who got which arm, as the client says
    note: str = ""  # why there is none, or what to keep in mind

    @property
    def readable(self) -> bool:
        return len(self.arms) > 1

    def spread(self, dispersion: float) -> float:
        """Variance over mean of the events per user: 1 for conversions, of which a user has one at most."""
        return dispersion if self.outcome == "invites" else 1.0


def experiment(
    engagement: Engagement, *, control_arm: str | None = None, outcome: str | None = None, randomised: bool = True
) -> Experiment:
    """The experiment as the tables have it, against the first arm where no control is named.

    The outcome is conversions where they were counted, else invites, unless it is named. A control or an outcome that
    is not there raises a ValueError.
    """
    if outcome is not None and outcome not in OUTCOMES:
        raise ValueError(f"outcome = {outcome!r}; use one of: {', '.join(OUTCOMES)}")
    table = engagement.fact("arms")
    read = _from_referrals(engagement) if table is None else _from_counts(table, outcome)
    names = [arm.name for arm in read.arms]
    if control_arm is not None and names and control_arm not in names:
        raise ValueError(f"programme_review.control_arm = {control_arm!r} is no arm; there are {', '.join(names)}")
    control = (control_arm or names[0]) if names else ""
    return Experiment(**{**read.__dict__, "control": control, "randomised": randomised})


def _from_counts(table: pd.DataFrame, outcome: str | None) -> Experiment:
    counted = [name for name in OUTCOMES if table[name].notna().any()]
    what: str = outcome or next(iter(counted), "conversions")
    if what not in counted:
        return Experiment(outcome=what, source="arms", note=f"the arms table has no {what}, so nothing can be compared")
    rows = table[table[what].notna()]
    arms = tuple(Arm(name=str(r["arm"]), users=int(r["users"]), events=int(r[what])) for r in rows.to_dict("records"))
    left = len(table) - len(rows)
    note = f"{left} arm(s) without a count of {what} are left out" if left else ""
    return Experiment(arms=arms, outcome=what, source=f"arms: users, {what}", note=note)


def _from_referrals(engagement: Engagement) -> Experiment:
    """Conversions per referral by offer: who referred at all is not in it, and that is where offers differ most."""
    rows = engagement.fact("referrals")
    marked = None if rows is None else rows[rows["arm"].fillna("") != ""]
    if marked is None or marked.empty:
        return Experiment(note="no arms table, and no referral was made under an offer (referrals.arm)")
    marked = marked.sort_values(["referred_on", "referral_id"])
    arms = tuple(
        Arm(name=str(name), users=len(part), events=int(part["converted_on"].notna().sum()))
        for name, part in marked.groupby("arm", sort=False)
    )
    note = (
        "how many customers were offered each arm is not known: this compares conversions per referral, which leaves "
        "out how many referred. Bring the arms table"
    )
    return Experiment(arms=arms, per="referral", source="referrals: arm, converted_on", note=note)


def rate(arm: Arm, run: Experiment, *, confidence: float = 0.95) -> Estimate:
    """Events per user of one arm: a share (Wilson) where one has one at most, else a rate (Poisson)."""
    labels: dict[str, Any] = {"per": run.per, "source": run.source}
    if arm.users == 0:
        return undefined("nobody was in this arm", unit="share", n=0, **labels)
    # One arm above one conversion per user makes all of them rates, for shares and rates cannot be compared.
    if run.outcome == "conversions" and all(other.is_share for other in run.arms):
        return proportion(arm.events, arm.users, confidence=confidence, **labels)
    estimate = poisson_rate(arm.events, arm.users, confidence=confidence, unit=run.outcome, **labels)
    return estimate.as_(n=arm.users)


def arm_rows(run: Experiment, *, confidence: float = 0.95) -> list[dict[str, Any]]:
    """``tables.arms``: arm, users, conversions (what was counted), rate, low, high."""
    return [_arm_row(arm, rate(arm, run, confidence=confidence)) for arm in run.arms]


def _arm_row(arm: Arm, estimate: Estimate) -> dict[str, Any]:
    return {
        "arm": arm.name,
        "users": arm.users,
        "conversions": arm.events,
        "rate": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
    }


def rates(run: Experiment, *, confidence: float = 0.95) -> dict[str, Estimate]:
    """Rate by arm, for a picture."""
    return {arm.name: rate(arm, run, confidence=confidence) for arm in run.arms}


def contrasts(run: Experiment, p: Parameters) -> tuple[Contrast, ...]:
    """Every arm against the control, corrected for their number; none where there is no second arm."""
    if not run.readable:
        return ()
    labels: dict[str, Any] = {"per": f"rate of {run.control}", "source": run.source, "unit": "times"}
    how, spread = cast(Correction, p.text("correction")), run.spread(p.number("dispersion"))
    return read_out(
        run.arms, run.control, alpha=1 - p.number("confidence"), correction=how, dispersion=spread, **labels
    )


def reading_rows(contrasts_read: tuple[Contrast, ...]) -> list[dict[str, Any]]:
    """For a reader: arm, times the control, difference (Estimates), chance that it is better, what is lost if not."""
    return [
        {
            "arm": c.arm,
            "against": c.control,
            "times": c.rate_ratio,
            "difference": c.difference or undefined("events are no shares", unit="difference of shares", per="user"),
            "chance_better": c.better.probability if c.better else None,
            "lost_if_chosen_and_worse": c.better.loss_choosing_b if c.better else None,
            "p_adjusted": c.p_adjusted,
        }
        for c in contrasts_read
    ]


def naive(run: Experiment) -> str:
    """The arm with the highest rate, named the winner; shown in order to be broken."""
    there = [arm for arm in run.arms if arm.users]
    if not there:
        return "none, for nothing was tried."
    best = max(there, key=lambda arm: arm.events / arm.users)
    return f"{best.name} has the most {run.outcome} per {run.per}, {share(best.events / best.users)}: roll it out."


def winner(contrasts_read: tuple[Contrast, ...], *, alpha: float = 0.05) -> Contrast | None:
    """The arm that beats the control after correction, by the largest ratio; None where none does."""
    better = [c for c in contrasts_read if c.p_adjusted is not None and c.p_adjusted < alpha and c.ratio > 1]
    return max(better, key=lambda c: c.ratio, default=None)
