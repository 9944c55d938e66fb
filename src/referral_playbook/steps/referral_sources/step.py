"""Step 07: where business comes from, who is owed, and where nobody looks. Customers are not the only source.

`find` computes everything once; `build_result` turns the finding into what later steps and the report read.
"""

import pandas as pd

from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.sources import source_audit
from referral_playbook.domain.sources.sources import Sources, introductions, sources
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.referral_sources.balance_sheet import balance_sheet
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
from referral_playbook.steps.referral_sources.finding import Deals, SourcesFinding, Thresholds
from referral_playbook.steps.referral_sources.gaps import gap_map
from referral_playbook.steps.referral_sources.markets import markets
from referral_playbook.steps.referral_sources.verdict import actions, checks, headline, verdict

STEP = Step.REFERRAL_SOURCES


def find(engagement: Engagement, parameters: Parameters | None = None) -> SourcesFinding:
    """Compute step 07 once, from the facts and the parameters."""
    p = parameters or engagement.parameters_of(STEP)
    confidence, words = p.number("confidence"), p.optional_texts("source_groups")
    source_list = sources(engagement, source_groups=words)
    rows = source_audit.audit(source_list, confidence=confidence)
    groups, deals = source_audit.by_group(rows), find_deals(engagement, source_list, p)
    return SourcesFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        sources=source_list,
        rows=rows,
        pareto=source_audit.pareto(rows),
        groups=groups,
        deals=deals,
        thresholds=Thresholds.of(p),
        projection=_projection(engagement, source_list, p),
        introductions=source_audit.audit(introductions(engagement), confidence=confidence),
        balance_sheet=balance_sheet(
            engagement, source_groups=words, dependency=p.number("dependency"), confidence=confidence
        ),
        markets=markets(engagement, groups),
        gaps=gap_map(engagement, alpha=1 - confidence),
        crm_fields=fields(engagement, confidence=confidence),
        deal_rows=deal_rows(deals.one_off, deals.lasting, effort_on_one_off=p.optional_number("effort_on_one_off")),
        effort=effort_rows(engagement, confidence=confidence),
        unknown=source_audit.unknown_share(source_list, confidence=confidence),
        by_referral=source_audit.referral_share(rows, source_list),
        introducers=source_audit.introducers(engagement, confidence=confidence),
    )


def _projection(engagement: Engagement, found: Sources, p: Parameters) -> pd.DataFrame:
    window, months_to_win = p.count("window"), p.count("months_to_win")
    return source_audit.projection(engagement, found, window=window, months_to_win=months_to_win)


def find_deals(engagement: Engagement, found: Sources, p: Parameters) -> Deals:
    """Deal types at the stated amounts, otherwise at what the tables say."""
    level = p.number("confidence")
    first_year = yearly_amount(engagement, found, stated=p.optional_number("yearly_amount"), confidence=level)
    once = one_off_amount(engagement, first_year, stated=p.optional_number("one_off_amount"))
    retention = yearly_retention(engagement, stated=p.optional_number("yearly_retention"), confidence=level)
    years, rate = p.count("years"), p.number("discount_rate")
    return Deals(
        first_year=first_year,
        one_off=once,
        kept=retention,
        lasting=relationship_value(first_year, retention, years=years, discount_rate=rate),
        times=times(once, first_year, retention, years=years, discount_rate=rate),
    )


def build_result(f: SourcesFinding) -> StepResult:
    """What step 07 hands over: the finding in the form of the contract."""
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=verdict(f.unknown, f.by_referral, f.thresholds),
        headline=headline(f),
        estimates=f.estimates,
        checks=checks(f),
        actions=actions(f),
        tables={
            "sources": source_audit.contract_rows(f.rows),
            "groups": f.groups,
            "introductions": source_audit.contract_rows(f.introductions),
            "pareto": f.pareto,
            "projection": f.projection,
            "balance_sheet": f.balance_sheet,
            "markets": f.markets,
            "deals": f.deal_rows,
            "effort": f.effort,
            "gaps": f.gaps,
            "crm_fields": f.crm_fields,
        },
    )


def pareto_bars(f: SourcesFinding) -> tuple[dict[str, float], str]:
    """The Pareto ready to draw: amount by source, and the unit."""
    column = source_audit.weight(f.rows)
    unit = f.currency if column == "value" else "won"
    return f.pareto.set_index("source")[column].to_dict(), unit
