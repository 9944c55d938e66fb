"""Step 07: where business comes from, who is owed, and where nobody looks. Customers are not the only source.

`source_record` reads the sources, `source_audit` counts and projects them, `source_groups` sorts the words,
`balance_sheet` holds given against received, `markets` effort against what it brings, `deal_types` one-off against
relationship, `gap_map` segment by region, `crm_fields` what must be written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.domain import source_audit
from referral_playbook.domain.sources import Sources, introductions, sources
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.referral_sources.balance_sheet import balance_sheet, balance_words
from referral_playbook.steps.referral_sources.crm_fields import fields
from referral_playbook.steps.referral_sources.deals import (
    deal_rows,
    effort_rows,
    one_off_amount,
    relationship_value,
    times,
    yearly_amount,
    yearly_retention,
)
from referral_playbook.steps.referral_sources.gaps import gap_map, gap_words
from referral_playbook.steps.referral_sources.markets import balanced, markets, widest

STEP = "referral_sources"


@dataclass(frozen=True, kw_only=True)
class Deals:
    """One-off against relationship: first amounts, retention from year to year, worth today, how many times."""

    first_year: Estimate
    one_off: Estimate
    kept: Estimate
    lasting: Estimate
    times: Estimate


def deals(
    engagement: Engagement,
    found: Sources,
    *,
    one_off: float | None = None,
    yearly: float | None = None,
    kept: float | None = None,
    years: int = 5,
    discount_rate: float = 0.10,
) -> Deals:
    """Deal types at the stated amounts, else at what the tables say."""
    first_year = yearly_amount(engagement, found, given=yearly)
    once, stay = one_off_amount(engagement, first_year, given=one_off), yearly_retention(engagement, given=kept)
    told: dict[str, Any] = {"years": years, "discount_rate": discount_rate}
    lasting = relationship_value(first_year, stay, **told)
    multiple = times(once, first_year, stay, **told)
    return Deals(first_year=first_year, one_off=once, kept=stay, lasting=lasting, times=multiple)


def naive(found: Sources, rows: pd.DataFrame) -> str:
    """The largest source by number, as if nothing were unknown; shown in order to be broken."""
    if rows.empty:
        return "none, for no source is written down."
    first = rows.sort_values(["won", "source"], ascending=[False, True]).iloc[0]
    return f"{first['source']} brings most, {first['won']:,} of {rows['won'].sum():,} won: put the effort there."


def verdict(share: Estimate, by_referral: Estimate, *, most_unknown: float, too_much: float, least: float) -> Verdict:
    """Go when the record can steer; no verdict where half of it is blank; stop where nothing comes by referral.

    Parameters
    ----------
    share : Estimate
        Unknown sources.
    by_referral : Estimate
        Share of what was won by referral, with its bounds over the unknown.
    most_unknown, too_much : float
        Unknown up to the one the record can steer, from the other on it says nothing.
    least : float
        If even with all of the unknown less than this came by referral, there is nothing to build on.
    """
    if not share.defined:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=f"Sources are not known: {share.reason}.")
    counted = "customers" if share.per == "customer" else "referrals" if share.per == "referral" else "leads"
    blank = f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})"
    said = f"The source of {blank} of {share.n:,} {counted} is not known"
    if share.high > too_much or not by_referral.defined:  # type: ignore[operator]
        reason = f"{said}: it may be {too_much:.0%} or more. Fill in the field first."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    if by_referral.high < least:  # type: ignore[operator]
        reason = f"{said}, and even with these less than {least:.0%} of what was won came by referral."
        return Verdict(status=Status.STOP, reason=f"{reason} There is no source to build on yet.")
    if share.high <= most_unknown:  # type: ignore[operator]
        reason = f"{said}; up to {most_unknown:.0%} is allowed: the record can steer the effort."
        return Verdict(status=Status.GO, reason=reason)
    sure = "is more" if share.low > most_unknown else "may be more"  # type: ignore[operator]
    reason = f"{said}: that {sure} than the {most_unknown:.0%} allowed. Shift little at a time, and fill in the field."
    return Verdict(status=Status.TEST_SMALL, reason=reason)


def sensitivity(
    share: Estimate,
    by_referral: Estimate,
    *,
    marks: tuple[float, ...] = (0.10, 0.20, 0.30, 0.40),
    too_much: float = 0.50,
    least: float = 0.02,
) -> list[dict[str, Any]]:
    """The verdict at other limits for the unknown: rows with the limit and the verdict."""
    found = [verdict(share, by_referral, most_unknown=m, too_much=too_much, least=least).status for m in marks]
    return [{"unknown up to": f"{m:.0%}", "verdict": s.replace("_", " ")} for m, s in zip(marks, found, strict=True)]


def conclude(
    engagement: Engagement,
    *,
    source_groups: Sequence[str] | None = None,
    most_unknown: float = 0.20,
    too_much: float = 0.50,
    least: float = 0.02,
    dependency: float = 0.25,
    window: int = 12,
    months_to_win: int = 3,
    worth: Deals | None = None,
    effort_on_one_off: float | None = None,
    confidence: float = 0.95,
) -> StepResult:
    """Everything step 07 hands over.

    Parameters
    ----------
    source_groups : sequence of ``"word=group"``, optional
        The client's own words.
    most_unknown, too_much, least : float
        Thresholds of the verdict.
    dependency : float
        Share of the value won from which one intermediary is too much.
    window, months_to_win : int
        Of the projection.
    worth : Deals, optional
        One-off against relationship; None works it out from the tables.
    effort_on_one_off : float, optional
        Share of the effort of sales that one-off deals get.
    """
    found = sources(engagement, source_groups=source_groups)
    rows = source_audit.audit(found, confidence=confidence)
    share = source_audit.unknown_share(found, confidence=confidence)
    by_referral = source_audit.referral_share(rows, found)
    groups, lacking = source_audit.by_group(rows), fields(engagement, confidence=confidence)
    told = {"source_groups": source_groups, "dependency": dependency, "confidence": confidence}
    sheet, web = balance_sheet(engagement, **told), markets(engagement, groups)  # type: ignore[arg-type]
    worth = worth or deals(engagement, found)
    introduced = source_audit.audit(introductions(engagement), confidence=confidence)
    cells = gap_map(engagement, alpha=1 - confidence)
    status = verdict(share, by_referral, most_unknown=most_unknown, too_much=too_much, least=least)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=status,
        headline=_headline(rows, share),
        estimates={
            "unknown_source_share": share,
            "referral_share_of_won": by_referral,
            "top_fifth_of_introducers": source_audit.introducers(engagement, confidence=confidence),
            "one_off_value": worth.one_off,
            "relationship_value": worth.lasting,
            "relationship_in_one_offs": worth.times,
            "yearly_retention": worth.kept,
        },
        checks=_checks(share, most_unknown, sheet, web, cells, found),
        actions=_actions(lacking, sheet, web, cells),
        tables={
            "sources": source_audit.contract_rows(rows),
            "groups": groups,
            "introductions": source_audit.contract_rows(introduced),
            "pareto": source_audit.pareto(rows),
            "projection": source_audit.projection(engagement, found, window=window, months_to_win=months_to_win),
            "balance_sheet": sheet,
            "markets": web,
            "deals": deal_rows(worth.one_off, worth.lasting, effort_on_one_off=effort_on_one_off),
            "effort": effort_rows(engagement, confidence=confidence),
            "gaps": cells,
            "crm_fields": lacking,
        },
    )


def _headline(rows: pd.DataFrame, share: Estimate) -> str:
    if rows.empty or not share.defined:
        return "Where business comes from is not written down."
    blank = f" The source of {share.value:.0%} is not known."
    return f"{source_audit.pareto_words(rows)}{blank}"


def _checks(
    share: Estimate, most_unknown: float, sheet: pd.DataFrame, web: pd.DataFrame, cells: pd.DataFrame, found: Sources
) -> tuple[Check, ...]:
    flagged = sheet[sheet["dependency"] != ""]
    gaps = None if cells.empty else bool((cells["gap"] == "").all())
    known = share.high <= most_unknown if share.defined else None  # type: ignore[operator]
    lost = "" if found.counts_losses else ": those lost are not in it, so there is no conversion"
    return (
        Check(name="sources_known", passed=known, text=source_audit.unknown_words(found, share)),
        Check(
            name="sources_read_from", passed=found.counts_losses if found.table else None, text=f"{found.words}{lost}"
        ),
        Check(name="no_dependency", passed=None if sheet.empty else flagged.empty, text=balance_words(sheet)),
        balanced(web),
        Check(name="no_gap_on_the_map", passed=gaps, text=gap_words(cells)),
    )


def _actions(lacking: pd.DataFrame, sheet: pd.DataFrame, web: pd.DataFrame, cells: pd.DataFrame) -> tuple[Action, ...]:
    return (*_fill(lacking), *_owed(sheet), *_shifted(web), *_gaps(cells))


def _fill(lacking: pd.DataFrame) -> list[Action]:
    """The two fields with the widest gaps; more at once are not filled in."""
    return [
        Action(what=f"Fill in {r['field']}: {r['fix']}", why=f"missing in {r['missing']:,} of {r['of']:,}", due=30)
        for r in lacking.head(2).to_dict("records")
    ]


def _owed(sheet: pd.DataFrame) -> list[Action]:
    owed = list(sheet.loc[sheet["reading"] == "we receive more", "intermediary"])
    what = f"Give business, or something as good, to {', '.join(owed)}"
    todo = [Action(what=what, why="they gave more than they got", due=60)]
    flagged = sheet[sheet["dependency"] != ""]
    return (todo if owed else []) + [
        Action(what=f"Find a second source beside {r.intermediary}", why=f"the firm {r.dependency} on it", due=90)
        for r in flagged.itertuples()
    ]


def _shifted(web: pd.DataFrame) -> list[Action]:
    gap = widest(web)
    if gap is None:
        what = "Fill in the effort table: what each market gets, and what it should"
        return [Action(what=what, why="it is not known", due=30)]
    way = "Raise" if gap["gap"] > 0 else "Lower"
    what = f"{way} the effort on {gap['market']} from {gap['current']:g} to {gap['desired']:g} of 10"
    return [Action(what=what, why="the widest gap between effort now and desired", due=90)]


def _gaps(cells: pd.DataFrame) -> list[Action]:
    return [
        Action(what=f"Look into {r.segment}, {r.region}: {r.gap}", why="more than chance explains", due=60)
        for r in cells[cells["gap"] != ""].head(2).itertuples()
    ]
