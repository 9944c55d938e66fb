"""Step 09: the programme that runs: against its goals, its control and its last run, and what is odd in it.

`experiment_readout` reads the arms, `incrementality` says what can be called an effect, `fraud_flags` what to look at,
`review_figures` every figure with and without it, `rewards_owed` what is owed, `since_last_run` what changed,
`referral_decay` whether advocates go on.
"""

from __future__ import annotations

from referral_playbook.contract.evidence import Check, Estimate, Status, StepResult, Verdict, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.readout import Contrast
from referral_playbook.steps.programme_review import figures, fraud, incrementality, readout, rewards
from referral_playbook.steps.programme_review import previous as since_last_run
from referral_playbook.steps.programme_review.actions import Review, actions, checks, goal_checks, review
from referral_playbook.steps.programme_review.decay import decay, decay_rows

__all__ = ["STEP", "Review", "conclude", "effects", "goal_checks", "headline", "review", "verdict"]
STEP = "programme_review"


def verdict(found: Review, share: Estimate, *, most_flagged: float) -> Verdict:
    """Stop on fraud or on offers that do harm; go on a shown effect and goals that are met; else test on.

    Parameters
    ----------
    most_flagged : float
        Share of flagged referrals above which nothing is paid until they are cleared.
    """
    if share.defined and share.low > most_flagged:  # type: ignore[operator]
        said = f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%}) of the referrals are flagged"
        reason = f"{said}, more than {most_flagged:.0%}. Pay nothing until they are cleared."
        return Verdict(status=Status.STOP, reason=reason)
    tested = [c for c in found.contrasts if c.p_adjusted is not None]
    if found.run.randomised and tested and all(_harmful(c, found.alpha) for c in tested):
        reason = (
            f"Every offer brings less than {found.run.control}, after correction. Stop the offers, keep the control."
        )
        return Verdict(status=Status.STOP, reason=reason)
    late = [c for c in goal_checks(found.goals) if c.passed is False]
    if found.winner is not None and found.run.randomised and not late:
        reason = f"{_sentence(found.winner)} No goal is behind by more than chance explains."
        return Verdict(status=Status.GO, reason=reason)
    if not tested and found.goals.empty:
        why = found.run.note or "nothing was counted in two arms"
        reason = f"There is neither a goal nor an experiment: {why}."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    return Verdict(status=Status.TEST_SMALL, reason=_open(found, tested, late))


def _harmful(c: Contrast, alpha: float) -> bool:
    return readout.shown(c, alpha) and c.rate_ratio.value is not None and c.rate_ratio.value < 1


def _open(found: Review, tested: list[Contrast], late: list[Check]) -> str:
    """Why it is to be tested on."""
    said = [f"Behind: {'; '.join(c.text for c in late)}."] if late else []
    if not tested:
        said.append("No experiment says what the programme adds: leave some customers without it, by lot.")
    elif found.winner is None:
        said.append("No offer is shown to be better than the control.")
    elif not found.run.randomised:
        said.append(f"{_sentence(found.winner)} But chance did not decide who got which offer.")
    else:
        said.append(_sentence(found.winner))
    return " ".join(said)


def _sentence(c: Contrast) -> str:
    return c.conclusion[:1].upper() + c.conclusion[1:]


def conclude(
    engagement: Engagement,
    *,
    found: Review,
    most_flagged: float = 0.25,
    holdout: bool = False,
    previous: dict[str, StepResult] | None = None,
    rollout: list[str] | None = None,
    rollout_by: str = "region",
    design: tuple[Check, ...] = (),
    confidence: float = 0.95,
) -> StepResult:
    """Everything step 09 hands over.

    Parameters
    ----------
    found : Review
    most_flagged : float
        Share of flagged referrals above which the verdict is stop.
    holdout : bool
        Whether the control got no programme at all.
    previous : mapping, optional
        From `since_last_run.previous_run`.
    rollout : list of ``"group=YYYY-MM"``, optional
        When the programme reached which group.
    design : tuple of Check
        From `experiment_readout.design_checks`.
    """
    share = fraud.flagged_share(engagement, found.flagged, confidence=confidence)
    changed = since_last_run.changes(engagement, previous)
    status = verdict(found, share, most_flagged=most_flagged)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=status,
        headline=headline(found, share),
        estimates={
            "flagged_share": share,
            **rewards.liability(engagement, found.due),
            **effects(engagement, found, rollout=rollout, by=rollout_by, confidence=confidence),
            "referral_rate_later": decay(found.clean, confidence=confidence),
        },
        checks=checks(engagement, found, holdout, previous, changed, design),
        actions=actions(found, status, share),
        tables={
            "arms": readout.arm_rows(found.run, confidence=confidence),
            "contrasts": readout.contrast_rows(found.contrasts),
            "chances": readout.reading_rows(found.contrasts),
            "goals": found.goals,
            "figures": figures.figures(engagement, found.clean, confidence=confidence),
            "fraud": found.flagged.rules,
            "flagged": found.flagged.rows,
            "owed": found.due,
            "changes": changed,
            "verdict_changes": since_last_run.verdict_rows(engagement, previous),
            "decay": decay_rows(found.clean, confidence=confidence),
        },
    )


def effects(
    engagement: Engagement,
    found: Review,
    *,
    rollout: list[str] | None = None,
    by: str = "region",
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """What came because of the programme: from the experiment, the roll-out, the matched comparison."""
    best = found.winner or next(iter(found.contrasts), None)
    lone = undefined("no experiment", unit="share", per="event of an offer")
    staged = undefined("no staggered roll-out was named (rollout)", unit="times", per="change of groups not started")
    return {
        "incremental_against_control": incrementality.incremental(best) if best else lone,
        "rollout_effect": incrementality.staggered(found.clean, rollout, by=by, confidence=confidence)
        if rollout
        else staged,
        "asked_against_matched": incrementality.matched(found.clean, confidence=confidence),
    }


def headline(found: Review, share: Estimate) -> str:
    """The step in one or two sentences."""
    best = found.winner
    if best is not None:
        said = f"{best.arm[:1].upper()}{best.arm[1:]} beats {best.control}."
    elif found.contrasts:
        said = f"No offer is shown to be better than {found.run.control}."
    else:
        said = "Whether the programme adds anything is not known: nothing was tried against a control."
    return said + (f" {share.value:.1%} of the referrals want a second look." if share.defined and share.value else "")
