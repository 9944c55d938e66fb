"""Step 09: does the programme that runs work, and is it honest?

`find` computes everything once; `build_result` turns the finding into what later steps and the report read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, StepResult, undefined
from referral_playbook.contract.names import Step
from referral_playbook.contract.sealed import read_sealed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.shared_evidence import CONFIDENCE
from referral_playbook.domain.forecast_record import score_forecasts
from referral_playbook.domain.forecasts import make_forecasts
from referral_playbook.domain.lists.cut import cut
from referral_playbook.domain.lists.progress import alerts
from referral_playbook.domain.programme import fraud
from referral_playbook.domain.programme.control_reading import ControlReading, read_control
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.domain.programme.rollout import staggered
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.readout import Contrast
from referral_playbook.steps.programme_review import (
    design,
    figures,
    incrementality,
    looks,
    previous,
    readout,
    rewards,
)
from referral_playbook.steps.programme_review.actions import actions, checks, headline, verdict
from referral_playbook.steps.programme_review.decay import decay, decay_rows
from referral_playbook.steps.programme_review.finding import ReviewFinding

STEP = Step.PROGRAMME_REVIEW


def find(engagement: Engagement, parameters: Parameters | None = None) -> ReviewFinding:
    """Compute step 09 once, from the facts, the earlier steps and the runs before."""
    p = parameters or engagement.parameters_of(STEP)
    level, flagged = p.number("confidence"), fraud.flags(engagement, limits=fraud.Limits.of(p))
    clean = fraud.without(engagement, flagged)
    before = previous.previous_run(p.optional_text("previous_results"))
    goals, due = figures.goal_rows(engagement, clean), rewards.owed(engagement, flagged.ids)
    return ReviewFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        parameters=p,
        flagged=flagged,
        flagged_share=fraud.flagged_share(engagement, flagged, confidence=level),
        figures=tuple(figures.figures(engagement, clean, confidence=level)),
        goals=goals,
        goal_checks=goal_checks(goals, confidence=level),
        **_experiment(engagement, clean, flagged, before, p),
        control=read_control(clean, KeptControl.from_parameters(p), confidence=level),
        before_after=incrementality.before_after(engagement, start=p.optional_text("programme_start")),
        due=due,
        liability=rewards.liability(engagement, due),
        claw_back=rewards.claw_back(engagement, flagged),
        later=decay(clean, confidence=level),
        decay=tuple(decay_rows(clean, confidence=level)),
        **_since(engagement, before, due),
        record=score_forecasts(read_sealed(*run_folders(engagement, p)), clean),
        forecasts=make_forecasts(clean),
        has_ask_list=engagement.has("customers") and engagement.has("touchpoints"),
    )


def _since(engagement: Engagement, before: dict[str, StepResult] | None, due: pd.DataFrame) -> dict[str, Any]:
    """What changed since the run before, and what else to know beside it."""
    return {
        "changed": previous.changes(engagement, before),
        "has_previous": before is not None,
        "verdicts_changed": tuple(previous.verdict_rows(engagement, before)),
        "beside": (previous.last_goal(engagement, before), rewards.other_side(engagement, due)),
    }


def _experiment(
    engagement: Engagement,
    clean: Engagement,
    flagged: fraud.Flags,
    before: dict[str, StepResult] | None,
    p: Parameters,
) -> dict[str, Any]:
    """The part of the finding that rests on the arms."""
    level = p.number("confidence")
    run = readout.experiment(
        engagement,
        control_arm=p.optional_text("control_arm"),
        outcome=p.optional_text("outcome"),
        randomised=p.flag("randomised"),
    )
    contrasts = readout.contrasts(run, p)
    planned, source = design.planned_users(p.optional_count("planned_users"), before)
    checked = design.design_checks(
        run,
        planned,
        source=source,
        weeks_planned=p.optional_number("weeks_planned"),
        weeks_run=p.optional_number("weeks_run"),
    )
    return {
        "run": run,
        "readings": looks.read_arms(run, contrasts, p, planned_users=planned),
        "rates": readout.rates(run, confidence=level),
        "design": (*checked, _arms_with_flagged(engagement, run, flagged)),
        "could_show": design.could_show(run, alpha=1 - level),
        "effects": effects(clean, contrasts, p),
    }


def run_folders(engagement: Engagement, p: Parameters) -> list[Path]:
    """Where forecasts of earlier runs are: the run folder itself, and the one that was named."""
    named = [Path(folder)] if (folder := p.optional_text("previous_results")) else []
    return [engagement.results_dir.parent, *(f.parent if f.name == "results" else f for f in named)]


def goal_checks(goals: pd.DataFrame, *, confidence: float = 0.95) -> tuple[Check, ...]:
    """Behind or not, one check for each metric, without the flagged referrals: they fill no goal."""
    rows = goals.assign(actual=goals["without_flagged"], reading=goals["reading_without_flagged"])
    return tuple(alerts(rows, confidence=confidence))


def effects(clean: Engagement, contrasts: tuple[Contrast, ...], p: Parameters) -> dict[str, Estimate]:
    """What came because of the programme: from the experiment, the roll-out, the matched comparison."""
    level, rollout, by = p.number("confidence"), p.optional_texts("rollout") or (), p.text("rollout_by")
    best = readout.winner(contrasts, alpha=1 - level) or next(iter(contrasts), None)
    lone = undefined("no experiment was run", unit="share", per="event of an offer")
    staged = undefined("no staggered roll-out was named", unit="times", per="change of groups not started")
    return {
        "incremental_against_control": incrementality.incremental(best) if best else lone,
        "rollout_effect": staggered(clean, rollout, by=by, confidence=level) if rollout else staged,
        "asked_against_matched": incrementality.matched(clean, confidence=level),
    }


def _arms_with_flagged(engagement: Engagement, run: readout.Experiment, flagged: fraud.Flags) -> Check:
    """Whether flagged referrals are in the experiment; from counts alone they cannot be taken out."""
    rows, name = engagement.fact("referrals"), "experiment_without_flagged"
    if rows is None or not run.readable:
        return Check(name=name, passed=None, text="There are no referrals or no experiment to look at.")
    odd = rows[rows["referral_id"].isin(flagged.ids)]
    marked = int((odd["arm"].fillna("") != "").sum())
    text = f"{marked} flagged referrals were made under an offer of the experiment"
    return Check(name=name, passed=marked == 0, text=text + (", so its counts may be too high." if marked else "."))


def build_result(f: ReviewFinding) -> StepResult:
    """What step 09 hands over: the finding in the form of the contract."""
    ruling = verdict(f)
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=ruling,
        headline=headline(f),
        estimates=estimates(f),
        checks=checks(f),
        actions=actions(f, ruling),
        tables=tables(f),
    )


def estimates(f: ReviewFinding) -> dict[str, Estimate]:
    """Every estimate by its contract name."""
    return {
        "flagged_share": f.flagged_share,
        **f.liability,
        **f.effects,
        **control_estimates(f.control),
        "referral_rate_later": f.later,
        "forecast_coverage": f.record.share,
    }


def shared(f: ReviewFinding) -> list[dict[str, float]]:
    """The measured uplift for the portfolio's pool: rows value, low, high; none where the client did not agree."""
    uplift = f.control.uplift
    if not f.parameters.flag("share_evidence") or not uplift.low or uplift.high is None or uplift.value is None:
        return []
    if uplift.confidence != CONFIDENCE:
        return []
    return [{"value": uplift.value, "low": uplift.low, "high": uplift.high}]


def control_estimates(control: ControlReading) -> dict[str, Estimate]:
    """What the kept control measured."""
    return {
        "uplift_against_control": control.uplift,
        "uplift_at_every_look": control.uplift_at_every_look,
        "uplift_of_asking": control.uplift_of_asking,
        "share_because_of_programme": control.because_of_programme,
        "extra_referrals_per_ask": control.extra_per_ask,
        "incremental_share": control.incremental_share,
    }


def tables(f: ReviewFinding) -> Mapping[str, Any]:
    """The tables of the contract, and those that the notebook shows beside them."""
    return {
        "arms": readout.arm_rows(f.run, confidence=f.parameters.number("confidence")),
        "contrasts": [r.row() for r in f.readings],
        "chances": readout.reading_rows(tuple(r.fixed for r in f.readings)),
        "goals": f.goals,
        "figures": list(f.figures),
        "fraud": f.flagged.rules,
        "flagged": f.flagged.rows,
        "owed": cut(f.due),
        "claw_back": cut(f.claw_back),
        "control": f.control.rows,
        "changes": f.changed,
        "verdict_changes": list(f.verdicts_changed),
        "decay": list(f.decay),
        "forecasts": f.record.rows,
        "forecast_scores": [{"level": c.level, "held": c.held, "n": c.n} for c in f.record.coverage],
        "chance_scores": f.record.chances,
        "shared_evidence": shared(f),
        "forecasts_made": [forecast.to_dict() for forecast in f.forecasts],
    }
