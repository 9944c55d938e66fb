"""What follows from the review: the verdict, the headline, who does what, and what was checked."""

from referral_playbook.contract.evidence import Action, Check, Status, Verdict
from referral_playbook.contract.writing.formatting import quantity, share, written
from referral_playbook.steps.programme_review import incrementality
from referral_playbook.steps.programme_review import previous as since_last_run
from referral_playbook.steps.programme_review.finding import ReviewFinding


def verdict(f: ReviewFinding) -> Verdict:
    """Stop on fraud or on offers that do harm; go on a shown effect and goals that are met; else test on."""
    odd = f.flagged_share
    if odd.low is not None and odd.low > f.parameters.number("most_flagged"):
        most = share(f.parameters.number("most_flagged"))
        text = f"{share(odd.value)} ({share(odd.low)} to {share(odd.high)}) of the referrals are flagged"
        reason = f"{text}, more than {most}. Pay no rewards until they are cleared."
        return Verdict(status=Status.STOP, reason=reason)
    if f.run.randomised and f.tested and all(r.shown and r.ratio < 1 for r in f.tested):
        reason = f"Every offer has a lower rate than {f.run.control}. Stop the offers and keep {f.run.control}."
        return Verdict(status=Status.STOP, reason=reason)
    if (proof := _proof(f)) and not f.late:
        return Verdict(status=Status.GO, reason=f"{proof} No goal is behind by more than chance explains.")
    if not f.tested and f.goals.empty and not f.control.uplift.defined:
        why = f.run.note or "no two groups can be compared"
        return Verdict(
            status=Status.NOT_ENOUGH_DATA, reason=f"There is neither a goal to compare with nor an experiment: {why}."
        )
    return Verdict(status=Status.TEST_SMALL, reason=_open(f))


def _proof(f: ReviewFinding) -> str:
    """What shows that the programme or an offer works; empty where nothing does."""
    if f.winner is not None and f.run.randomised:
        return _sentence(f.winner.conclusion)
    ratio = f.control.uplift_at_every_look
    if ratio.low is not None and ratio.low > 1:
        return f"Customers who may be asked refer {quantity(ratio)} as often as the kept control."
    return ""


def _open(f: ReviewFinding) -> str:
    """Why the programme should be tested further."""
    text = [f"Behind: {'; '.join(c.text for c in f.late)}."] if f.late else []
    if not f.tested:
        text.append(
            "No experiment shows what the programme adds: leave some customers without it, chosen at random."
            if not f.control.uplift.defined
            else "The kept control does not show yet what the programme adds."
        )
    elif f.winner is None:
        text.append("No offer is shown to be better than the control.")
    else:
        text.append(_sentence(f.winner.conclusion))
        if not f.run.randomised:
            text.append("But customers were not assigned at random, so this is a difference, not an effect.")
    return " ".join(text)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def headline(f: ReviewFinding) -> str:
    """The step in one or two sentences."""
    if f.winner is not None:
        text = f"{_sentence(f.winner.arm)} beats {f.winner.fixed.control}."
    elif f.readings:
        text = f"No offer is shown to be better than {f.run.control}."
    elif f.control.shown:
        text = "The kept control shows what the programme adds."
    else:
        text = "We do not know yet whether the programme adds anything, because no control group was left out."
    if f.flagged_share.value:
        text += f" {share(f.flagged_share.value)} of the referrals need a second look."
    return text


def checks(f: ReviewFinding) -> tuple[Check, ...]:
    """Everything that was looked at: goals, experiment, flags, what is owed, the run before, earlier forecasts."""
    holdout = f.parameters.flag("holdout")
    assigned = f.run.randomised if f.run.readable else None
    how = incrementality.describe_incremental([r.fixed for r in f.readings], holdout=holdout)
    same = not (f.changed["reading"] == since_last_run.CHANGED).any() if f.has_previous else None
    changed = since_last_run.describe(f.changed, f.has_previous)
    return (
        *f.goal_checks,
        *f.design,
        Check(name="effect_or_difference", passed=assigned if holdout or not f.run.readable else None, text=how),
        _looked(f),
        Check(name="as_in_the_last_run", passed=same, text=changed),
        _record(f),
        _control(f),
        *f.beside,
    )


def _looked(f: ReviewFinding) -> Check:
    name, rules = "every_flag_looked_for", f.flagged.rules
    if rules.empty:
        return Check(name=name, passed=None, text="There are no referrals to look at.")
    blind = [str(flag).replace("_", " ") for flag in rules.loc[~rules["looked_for"].astype(bool), "flag"]]
    text = f"These rules could not be applied: {', '.join(blind)}." if blind else "Every fraud rule was applied."
    return Check(name=name, passed=not blind, text=text)


def _record(f: ReviewFinding) -> Check:
    scored = f.record.at(0.8)
    passed = None if not scored.n else not scored.too_narrow
    return Check(name="earlier_forecasts", passed=passed, text=f.record.words())


def _control(f: ReviewFinding) -> Check:
    name, asked = "control_left_unasked", f.control.asked_anyway
    if asked.value is None:
        return Check(name=name, passed=None, text=f"Whether the control was left unasked is not known: {asked.reason}.")
    text = f"{share(asked.value)} of the control was asked all the same"
    text += ", so the true uplift is larger than the measured one." if asked.value > 0.05 else "."
    return Check(name=name, passed=asked.value <= 0.05, text=text)


def actions(f: ReviewFinding, ruling: Verdict) -> tuple[Action, ...]:
    """Who does what next: with the offers, the flags, the rewards that are due, the goals that are behind."""
    return (*_offers(f, ruling), *_flags(f), *_owed(f), *_claw_back(f), *_late(f))


def _offers(f: ReviewFinding, ruling: Verdict) -> list[Action]:
    if f.winner is not None and f.run.randomised:
        what = f"Give {f.winner.arm} to all customers except a hold-out drawn at random"
        why = f"{_sentence(f.winner.conclusion)} Check that it still pays after its reward."
        return [Action(what=what, why=why, owner="client", due=30)]
    if f.readings:
        what = "Continue the test with the two best offers and the control, up to a number of users that is fixed now"
        return [Action(what=what, why=ruling.reason, owner="consultant", due=60)]
    if f.control.uplift.defined or not f.has_ask_list:
        return []
    what = "Do not ask the customers in the control group, and note this month as its start"
    return [Action(what=what, why="Only a control group shows what the programme adds.", owner="client", due=30)]


def _flags(f: ReviewFinding) -> list[Action]:
    if not f.flagged_share.value:
        return []
    what = f"Check {written(len(f.flagged.ids), 'flagged referrals')} one by one before you pay any of them"
    return [Action(what=what, why="A flag is a question, and some are honest.", owner="client", due=14)]


def _owed(f: ReviewFinding) -> list[Action]:
    clean = f.due[~f.due["flagged"].astype(bool)]
    if clean.empty or not f.liability["reward_liability"].defined:  # nobody promised a reward, as far as we know
        return []
    what = f"Pay the {written(len(clean), 'rewards')} that are due and not flagged"
    days = int(clean["days_waiting"].max())
    why = f"The oldest has been due for {written(days, 'days')}, and advocates who are not paid stop referring."
    return [Action(what=what, why=why, owner="client", due=14)]


def _claw_back(f: ReviewFinding) -> list[Action]:
    rows = f.claw_back
    if rows.empty:
        return []
    what = f"Decide on the {written(len(rows), 'rewards')} paid for referrals that do not count"
    total = written(float(rows["reward"].sum()), f.currency)
    why = f"They add up to {total}. The friends were refunded, or the referrals are flagged."
    return [Action(what=what, why=why, owner="client", due=30)]


def _late(f: ReviewFinding) -> list[Action]:
    owners = {str(m): part["owner"].iloc[-1] for m, part in f.goals.groupby("metric")}
    late = {c.name.removeprefix("progress_"): c.text for c in f.late}
    return [
        Action(what=f"Find out why {m} are behind", why=late[m.replace(" ", "_")], owner=who, due=14)
        for m, who in owners.items()
        if m.replace(" ", "_") in late
    ]
