"""What the parts of the review share, what was checked, and what follows from it for whom."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, StepResult, Verdict
from referral_playbook.domain.progress import alerts
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.readout import Contrast
from referral_playbook.steps.programme_review import figures, fraud, incrementality, readout, rewards
from referral_playbook.steps.programme_review import previous as since_last_run
from referral_playbook.steps.programme_review.fraud import Flags
from referral_playbook.steps.programme_review.readout import Experiment


@dataclass(frozen=True, kw_only=True)
class Review:
    """What the review stands on.

    Parameters
    ----------
    run, contrasts : Experiment, tuple of Contrast
    alpha : float
        Of the contrasts.
    flagged : Flags
    clean : Engagement
        Without the flagged referrals.
    goals : DataFrame
        From `review_figures.goal_rows`.
    due : DataFrame
        From `rewards_owed.owed`.
    """

    run: Experiment
    contrasts: tuple[Contrast, ...]
    alpha: float
    flagged: Flags
    clean: Engagement
    goals: pd.DataFrame
    due: pd.DataFrame

    @property
    def winner(self) -> Contrast | None:
        return readout.winner(self.contrasts, alpha=self.alpha)


def review(
    engagement: Engagement, *, run: Experiment, contrasts: tuple[Contrast, ...], flagged: Flags, alpha: float = 0.05
) -> Review:
    """Everything that the parts of the review share."""
    clean = fraud.without(engagement, flagged)
    return Review(
        run=run, contrasts=contrasts, alpha=alpha, flagged=flagged, clean=clean,
        goals=figures.goal_rows(engagement, clean), due=rewards.owed(engagement, flagged.ids),
    )  # fmt: skip


def goal_checks(goals: pd.DataFrame) -> list[Check]:
    """Behind or not, a check a metric, without the flagged referrals: what is not real does not fill a goal."""
    rows = goals.assign(actual=goals["without_flagged"], reading=goals["reading_without_flagged"])
    return alerts(rows)


def checks(
    engagement: Engagement,
    found: Review,
    holdout: bool,
    previous: dict[str, StepResult] | None,
    changed: pd.DataFrame,
    design: tuple[Check, ...],
) -> tuple[Check, ...]:
    """Everything that was looked at: goals, experiment, flags, what is owed, the last run."""
    tried = found.run.randomised if found.run.readable else None
    how = incrementality.incremental_words(found.contrasts, holdout=holdout)
    same = None if previous is None else not (changed["reading"] == since_last_run.CHANGED).any()
    return (
        *goal_checks(found.goals),
        since_last_run.last_goal(engagement, previous),
        *design,
        Check(name="effect_or_difference", passed=tried if holdout or not found.run.readable else None, text=how),
        _looked(found.flagged),
        rewards.other_side(engagement, found.due),
        Check(name="as_in_the_last_run", passed=same, text=since_last_run.words(changed, previous)),
        _marked_arms(engagement, found),
    )


def _looked(flagged: Flags) -> Check:
    blind = list(flagged.rules.loc[~flagged.rules["looked_for"].astype(bool), "flag"])
    text = f"could not be looked for: {', '.join(blind)}" if blind else "every kind of odd referral was looked for"
    if flagged.rules.empty:
        return Check(name="every_flag_looked_for", passed=None, text="there are no referrals to look at")
    return Check(name="every_flag_looked_for", passed=not blind, text=text)


def _marked_arms(engagement: Engagement, found: Review) -> Check:
    """Whether flagged referrals are in the experiment; from counts alone they cannot be taken out."""
    rows, name = engagement.fact("referrals"), "experiment_without_flagged"
    if rows is None or not found.run.readable:
        return Check(name=name, passed=None, text="there are no referrals or no experiment to look at")
    flagged = rows[rows["referral_id"].isin(found.flagged.ids)]
    marked = int((flagged["arm"].fillna("") != "").sum())
    text = f"{marked} flagged referrals were made under an offer of the experiment"
    return Check(name=name, passed=marked == 0, text=text + (": its counts may be too high" if marked else ""))


def actions(found: Review, status: Verdict, share: Estimate) -> tuple[Action, ...]:
    """Who does what next: with the offers, the flags, the rewards that are due, the goals that are behind."""
    return (*_offer_actions(found, status), *_fraud_actions(found, share), *_owed_actions(found), *_late_actions(found))


def _offer_actions(found: Review, status: Verdict) -> list[Action]:
    if found.winner is not None and found.run.randomised:
        what = f"Give {found.winner.arm} to everybody except a hold-out drawn by lot"
        why = f"{found.winner.conclusion} Whether it pays after its reward, step 02 says."
        return [Action(what=what, why=why, owner="client", due=30)]
    if not found.contrasts:
        what = "Draw by lot who gets the programme and who does not yet, and write the counts into the arms table"
        return [
            Action(what=what, why="without a control nobody knows what the programme adds", owner="consultant", due=30)
        ]
    what = "Go on with the two offers that bring most and the control, up to a number written down before"
    return [Action(what=what, why=status.reason, owner="consultant", due=60)]


def _fraud_actions(found: Review, share: Estimate) -> list[Action]:
    if not share.value:
        return []
    n = len(found.flagged.ids)
    what = f"Look at the {n} flagged referrals one by one, and pay none of them before"
    return [Action(what=what, why="a flag is a question; some are honest", owner="client", due=14)]


def _owed_actions(found: Review) -> list[Action]:
    clean = found.due[~found.due["flagged"].astype(bool)]
    if clean.empty:
        return []
    what = f"Pay the {len(clean)} rewards that are due and not flagged"
    why = f"the longest has waited {int(clean['days_waiting'].max())} days; who is not paid does not refer again"
    return [Action(what=what, why=why, owner="client", due=14)]


def _late_actions(found: Review) -> list[Action]:
    owners = {m: part["owner"].iloc[-1] for m, part in found.goals.groupby("metric")}
    late = {c.name.removeprefix("progress_"): c.text for c in goal_checks(found.goals) if c.passed is False}
    return [
        Action(what=f"Find out why {m} are behind", why=late[m.replace(" ", "_")], owner=who, due=14)
        for m, who in owners.items()
        if m.replace(" ", "_") in late
    ]
