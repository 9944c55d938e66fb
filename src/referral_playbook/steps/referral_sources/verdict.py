"""The verdict of step 07, the checks behind it, and what to do."""

from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, Verdict
from referral_playbook.contract.writing.formatting import interval, number, quantity
from referral_playbook.contract.writing.formatting import share as percent
from referral_playbook.domain.sources import source_audit
from referral_playbook.steps.referral_sources.balance_sheet import MORE_RECEIVED, describe_balance
from referral_playbook.steps.referral_sources.finding import SourcesFinding, Thresholds
from referral_playbook.steps.referral_sources.gaps import describe_gap
from referral_playbook.steps.referral_sources.markets import balanced, widest

RULE_OF_THREE = 3.0
"""None among ``3 / p`` cases shows at 95% that the share is below p; with fewer cases it shows nothing."""
LIMITS = (0.10, 0.20, 0.30, 0.40)


def verdict(unknown: Estimate, by_referral: Estimate, limits: Thresholds) -> Verdict:
    """Go when the record can steer the effort; no verdict where half of it is blank; stop where nothing is referred."""
    if unknown.value is None or unknown.high is None or unknown.low is None:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=f"Sources are not known: {unknown.reason}.")
    sentence = f"The source of {interval(unknown)} of {number(unknown.n)} {_counted(unknown)} is not known"
    if unknown.high > limits.too_much:
        reason = f"{sentence}; it may be {percent(limits.too_much)} or more. Make the source a compulsory field first."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    if by_referral.value is None or by_referral.high is None:
        reason = f"{sentence}. How much came by referral is not known: {by_referral.reason}."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    if by_referral.high < limits.least:
        return _nothing_referred(sentence, by_referral, limits)
    return _steering(sentence, unknown.low, unknown.high, limits.most_unknown).capped(by_referral)


def _counted(unknown: Estimate) -> str:
    noun = unknown.per if unknown.per in ("customer", "referral") else "lead"
    return noun if unknown.n == 1 else f"{noun}s"


def _nothing_referred(said: str, by_referral: Estimate, limits: Thresholds) -> Verdict:
    """Stop, where enough was won to say so."""
    won, needed = by_referral.n or 0, RULE_OF_THREE / limits.least if limits.least else float("inf")
    few = f"fewer than {percent(limits.least)} of what was won came by referral"
    if won < needed:
        reason = f"{said}, and nothing shows that referrals come. {number(won)} won are too few to say that {few}."
        return Verdict(status=Status.TEST_SMALL, reason=reason)
    return Verdict(status=Status.STOP, reason=f"{said}. Even with all of these, {few}: there is no source to build on.")


def _steering(said: str, low: float, high: float, allowed: float) -> Verdict:
    if high <= allowed:
        reason = f"{said}. Up to {percent(allowed)} is acceptable, so the record can guide where effort goes."
        return Verdict(status=Status.GO, reason=reason)
    sure = "is more" if low > allowed else "may be more"
    reason = (
        f"{said}. That {sure} than the {percent(allowed)} allowed: shift effort in small steps, and fill in the field."
    )
    return Verdict(status=Status.TEST_SMALL, reason=reason)


def limit_rows(f: SourcesFinding) -> list[dict[str, Any]]:
    """The verdict at other limits for unknown sources: rows with the limit and the verdict."""
    limits = [Thresholds(most_unknown=x, too_much=f.thresholds.too_much, least=f.thresholds.least) for x in LIMITS]
    statuses = [verdict(f.unknown, f.by_referral, limit).status for limit in limits]
    return [
        {"unknown up to": percent(limit.most_unknown), "verdict": status.replace("_", " ")}
        for limit, status in zip(limits, statuses, strict=True)
    ]


def describe_naive(f: SourcesFinding) -> str:
    """The largest source by number, as if nothing were unknown; shown in order to be corrected."""
    if f.rows.empty or not f.rows["won"].sum():
        return "none, because nothing was won from a source that is written down."
    first = f.rows.sort_values(["won", "source"], ascending=[False, True]).iloc[0]
    return (
        f"{first['source']} brings most, {number(first['won'])} of {number(f.rows['won'].sum())} "
        "won, so put the effort there."
    )


def headline(f: SourcesFinding) -> str:
    """The few sources that bring most, and how much is not known."""
    if f.rows.empty or f.unknown.value is None:
        return "Nobody writes down where business comes from."
    return f"{source_audit.describe_pareto(f.rows)} The source of {quantity(f.unknown)} is not known."


def checks(f: SourcesFinding) -> tuple[Check, ...]:
    """What was looked at, with what was found."""
    known = None if f.unknown.high is None else f.unknown.high <= f.thresholds.most_unknown
    lost = "" if f.sources.counts_losses else ". Leads that were lost are not in it, so there is no conversion rate"
    read = f.sources.counts_losses if f.sources.table else None
    flagged = f.balance_sheet[f.balance_sheet["dependency"] != ""]
    no_gap = None if f.gaps.empty else bool((f.gaps["gap"] == "").all())
    negative = source_audit.describe_negative_deals(f.sources, f.currency)
    return (
        Check(name="sources_known", passed=known, text=source_audit.describe_unknown(f.sources, f.unknown)),
        Check(name="sources_read_from", passed=read, text=f"{f.sources.words}{lost}"),
        Check(
            name="source_words_assigned", passed=not f.sources.unsorted, text=source_audit.describe_unsorted(f.sources)
        ),
        Check(name="no_negative_deals", passed=not negative, text=negative or "No won deal has a negative value."),
        Check(
            name="no_dependency",
            passed=None if f.balance_sheet.empty else flagged.empty,
            text=describe_balance(f.balance_sheet),
        ),
        balanced(f.markets),
        Check(name="no_gap_on_the_map", passed=no_gap, text=describe_gap(f.gaps)),
    )


def actions(f: SourcesFinding) -> tuple[Action, ...]:
    """Fill in fields, assign words, give back to partners, shift effort, look into gaps."""
    return (*_fill(f.crm_fields), *_assign(f), *_owed(f.balance_sheet), *_shifted(f.markets), *_gaps(f.gaps))


def _fill(lacking: pd.DataFrame) -> list[Action]:
    """The two fields with the widest gaps; people do not fill in more at once."""
    return [
        Action(
            what=f"{r['fix'][:1].upper()}{r['fix'][1:]}",
            why=f"It is blank in {number(r['missing'])} of {number(r['of'])} rows: {_column(r['field'])}.",
            owner="sales manager",
            due=30,
        )
        for r in lacking.head(2).to_dict("records")
    ]


def _column(field: str) -> str:
    """A field in words: the column, then its table."""
    table, column = field.split(".")
    return f"{column.replace('_', ' ')} of {table}"


def _assign(f: SourcesFinding) -> list[Action]:
    if not f.sources.unsorted:
        return []
    what = f"Say what these words for a source mean: {', '.join(sorted(f.sources.unsorted)[:5])}"
    return [Action(what=what, why="Referrals may hide behind them.", owner="sales manager", due=14)]


def _owed(sheet: pd.DataFrame) -> list[Action]:
    owed = list(sheet.loc[sheet["reading"] == MORE_RECEIVED, "intermediary"])
    what = f"Give business, or something as good, to {', '.join(owed)}"
    todo = [Action(what=what, why="They gave more than they received.", owner="managing director", due=60)]
    flagged = sheet[sheet["dependency"] != ""]
    return (todo if owed else []) + [
        Action(
            what=f"Find a second source beside {r.intermediary}",
            why=f"The firm {r.dependency} on it.",
            owner="managing director",
            due=90,
        )
        for r in flagged.itertuples()
    ]


GROUPS = "customers, referral partners, influencers, suppliers and staff"


def _shifted(web: pd.DataFrame) -> list[Action]:
    gap = widest(web)
    if gap is None:
        what = f"Rate from 0 to 10 how much effort goes into {GROUPS}, and how much should"
        return [Action(what=what, why="Nobody has said where the effort goes.", owner="managing director", due=30)]
    way = "Raise" if gap["gap"] > 0 else "Lower"
    what = f"{way} the effort on {gap['market']} from {number(gap['current'])} to {number(gap['desired'])} out of 10"
    why = "This is the widest gap between effort now and effort desired."
    return [Action(what=what, why=why, owner="managing director", due=90)]


def _gaps(cells: pd.DataFrame) -> list[Action]:
    return [
        Action(
            what=f"Find out why in {r.segment}, {r.region}: {r.gap}",
            why="Chance alone does not explain it.",
            owner="sales manager",
            due=60,
        )
        for r in cells[cells["gap"] != ""].head(2).itertuples()
    ]
