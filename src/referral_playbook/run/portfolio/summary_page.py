"""portfolio.html: one page over all clients, in the report's style; nothing on it is loaded from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.names import STEPS
from referral_playbook.run.portfolio.one_client import Outcome
from referral_playbook.run.portfolio.record import pooled_record
from referral_playbook.run.portfolio.shards import Shard
from referral_playbook.run.portfolio.summary import SHOWN, link
from referral_playbook.run.report.look import rendered
from referral_playbook.show.words import STATUS, clean, name

MARKS = {Status.GO: "G", Status.TEST_SMALL: "T", Status.STOP: "S", Status.NOT_ENOUGH_DATA: "?"}
"""A verdict in one letter: a thousand clients are one row each, and colour alone is not seen by all."""


def portfolio_page(outcomes: Sequence[Outcome], shard: Shard | None = None) -> str:
    """The page as HTML; the same outcomes, in the order in which they are shown, give the same bytes."""
    return rendered(
        "portfolio.html.j2",
        "evidence.css",
        "portfolio.css",
        shard=shard,
        count=len(outcomes),
        counts=_counts(outcomes),
        steps=[{"number": f"{STEPS.index(step):02d}", "name": name(step)} for step in SHOWN],
        legend=[{"status": status.value, "mark": MARKS[status], "words": STATUS[status]} for status in Status],
        done=[_done(outcome) for outcome in outcomes if outcome.findings],
        failed=[_failed(outcome) for outcome in outcomes if outcome.blame],
        record=_record(outcomes),
    )


def _record(outcomes: Sequence[Outcome]) -> dict[str, Any] | None:
    found = pooled_record(outcomes)
    if found is None:
        return None
    # The diagram is ours: numbers and fixed words only.
    return {"words": found.words, "narrow": [clean(c) for c in found.narrow], "diagram": Markup(found.diagram)}


def _counts(outcomes: Sequence[Outcome]) -> list[str]:
    decisions = Counter(outcome.findings.decision for outcome in outcomes if outcome.findings)
    counts = [f"{decisions[status.value]} {STATUS[status].lower()}" for status in Status if decisions[status.value]]
    counts += [f"{decisions['']} without a decision"] if decisions[""] else []
    failed = sum(outcome.blame is not None for outcome in outcomes)
    return [*counts, f"{failed} failed"] if failed else counts


def _done(outcome: Outcome) -> dict[str, Any]:
    found = outcome.findings
    assert found is not None, outcome.client
    return {
        "client": clean(outcome.client),
        "link": link(outcome),
        "name": clean(found.name),
        "as_of": found.as_of,
        "decision": found.decision,
        "words": _words(found.decision),
        "headline": clean(found.headline),
        "verdicts": [_verdict(step, found.verdicts.get(step, "")) for step in SHOWN],
        "missing": [
            ("tables not given", [name(table) for table in found.tables_missing]),
            ("numbers not known", [_number(one) for one in found.not_known]),
            ("numbers not measured", [_number(one) for one in found.not_measured]),
        ],
    }


def _words(status: str) -> str:
    return STATUS[Status(status)] if status else ""


def _verdict(step: str, status: str) -> dict[str, str]:
    said = _words(status) or "not run"
    return {"status": status, "mark": MARKS[Status(status)] if status else "", "said": f"{name(step)}: {said}"}


def _number(key: str) -> str:
    step, _, number = key.partition(".")
    return f"{name(step)}: {name(number)}"


def _failed(outcome: Outcome) -> dict[str, Any]:
    lines = [clean(line) for line in outcome.why.splitlines()]
    return {"client": clean(outcome.client), "blame": outcome.blame, "why": [line for line in lines if line]}
