"""The outcomes of a portfolio as rows: what the page and the CSV show of each client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from referral_playbook.contract.names import STEPS
from referral_playbook.run.portfolio.findings import DECISION
from referral_playbook.run.portfolio.one_client import Outcome
from referral_playbook.run.report.csv_text import csv_text

SHOWN = tuple(step for step in STEPS if step != DECISION)


def portfolio_csv(outcomes: Iterable[Outcome]) -> str:
    """One row a client; the same outcomes give the same text, and no cell is a formula."""
    return csv_text(_row(outcome) for outcome in outcomes)


def link(outcome: Outcome) -> str:
    """Where the report of a client is, seen from the summary; empty where there is none.

    Examples
    --------
    >>> from referral_playbook.run.portfolio.findings import Findings
    >>> nothing = dict.fromkeys(("name", "as_of", "decision", "headline"), "")
    >>> lists = dict.fromkeys(("tables_missing", "not_known", "not_measured"), ())
    >>> link(Outcome(client='javascript:a"b', findings=Findings(verdicts={}, **nothing, **lists)))
    './javascript%3Aa%22b/report.html'
    """
    return f"./{quote(outcome.client)}/report.html" if outcome.findings else ""


def _row(outcome: Outcome) -> dict[str, Any]:
    found = outcome.findings
    return {
        "client": outcome.client,
        "name": found.name if found else "",
        "as_of": found.as_of if found else "",
        "outcome": "done" if found else "failed",
        "failed_by": outcome.blame.value if outcome.blame else "",
        "why": " ".join(outcome.why.split()),
        "decision": found.decision if found else "",
        "headline": found.headline if found else "",
        **{step: found.verdicts.get(step, "") if found else "" for step in SHOWN},
        "tables_missing": "; ".join(found.tables_missing) if found else "",
        "not_known": "; ".join(found.not_known) if found else "",
        "not_measured": "; ".join(found.not_measured) if found else "",
        "report": link(outcome),
    }
