"""evidence.html: one file made from the executed notebooks and the results, decision first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

from markupsafe import Markup

from referral_playbook.contract.challenged import read_challenge
from referral_playbook.contract.evidence import StepResult, Verdict
from referral_playbook.contract.files import write_whole
from referral_playbook.contract.handover import load, load_failure
from referral_playbook.contract.names import STEPS, notebook_of
from referral_playbook.contract.writing.dates import day
from referral_playbook.run.report.executed import read_executed
from referral_playbook.run.report.footnotes import Footnotes
from referral_playbook.run.report.look import rendered
from referral_playbook.run.report.people import key_of
from referral_playbook.run.report.section import anchor, section_html
from referral_playbook.show.challenged import challenge_section
from referral_playbook.show.words import STATUS, clean, escaped, name

DECISION = "client_report"
PAGE = ("evidence.html.j2", "evidence.css")
"""The template of the page and its style sheet."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One step in the report."""

    id: str
    title: str
    verdict: Verdict | None
    html: Markup


def write_evidence(run_folder: Path, *, private: bool = False) -> Path:
    """Write ``evidence.html`` from the run folder's notebooks and results; the same folder gives the same bytes.

    It holds ``notebooks/NN_<step>.ipynb``, executed, and ``results/<step>.json``. Rows about single people are only
    counted, and where `private` shown with hashed ids.

    ValueError says that there is no result to report.
    """
    pages = {step: _found(run_folder, step) for step in (DECISION, *(s for s in STEPS if s != DECISION))}
    results = {step: result for step, result in pages.items() if result}
    if not results:
        raise ValueError(f"{run_folder}: no results to report")
    why = {step: reason for step in STEPS if (reason := load_failure(step, run_folder / "results"))}
    key = key_of(run_folder) if private else None
    sections = [_section(run_folder, step, result, key) for step, result in results.items()]
    sections += [_failed(step, reason) for step, reason in why.items()]
    page = _page(results, _with_footnotes(sections, results) + _put_to_the_test(run_folder))
    return write_whole(run_folder / "evidence.html", page)


def _with_footnotes(sections: list[Section], results: Mapping[str, StepResult]) -> list[Section]:
    """The sections with a mark at each number, and one more that says what the numbers mean."""
    notes = Footnotes.of(name for result in results.values() for name in result.estimates)
    marked = [replace(section, html=Markup(notes.marked(section.html))) for section in sections]
    html = Markup(notes.html())
    return [*marked, Section(id="numbers", title="What each number means", verdict=None, html=html)] if html else marked


def _found(run_folder: Path, step: str) -> StepResult | None:
    return load(step, run_folder / "results") if (run_folder / "notebooks" / notebook_of(step)).is_file() else None


def _section(run_folder: Path, step: str, result: StepResult, key: bytes | None) -> Section:
    notebook = read_executed(run_folder / "notebooks" / notebook_of(step))
    html = section_html(notebook, answer="" if step == DECISION else _answer(result), key=key)
    title = _title(notebook) or name(step)
    return Section(id=anchor(step), title=title, verdict=result.verdict, html=Markup(html))


def _failed(step: str, why: str) -> Section:
    """The section of a step that failed: that it did, and why."""
    title = name(step)
    text = (
        f"<h2>{escape(title)}</h2>\n<p><strong>This step failed, so its numbers are missing.</strong> The other steps "
        f"ran without them.</p>\n<pre>{escape(clean(why))}</pre>"
    )
    return Section(id=anchor(step), title=f"{title} (failed)", verdict=None, html=Markup(text))


def _put_to_the_test(run_folder: Path) -> list[Section]:
    """The section on the challenge to the decisions; none where there was no challenge."""
    challenge = read_challenge(run_folder)
    if challenge is None:
        return []
    html = Markup(challenge_section(challenge))
    return [Section(id="put-to-the-test", title="Decisions put to the test", verdict=None, html=html)]


def _answer(result: StepResult) -> str:
    status = result.verdict.status
    badge = f'<strong class="badge">{STATUS[status]}</strong>'
    return f'<div class="verdict verdict-{status.value}"><p>{badge} {escaped(result.headline)}</p></div>'


def _title(notebook: Mapping[str, Any]) -> str:
    """The first heading, without its marks."""
    prose = "\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    heading = re.search(r"^#\s+(.+)$", prose, flags=re.M)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`_]", r"\1", heading.group(1)).strip() if heading else ""


def _page(results: dict[str, StepResult], sections: list[Section]) -> str:
    first = next(iter(results.values()))
    return rendered(
        *PAGE,
        client=clean(first.client),
        as_of=day(first.as_of),
        decision=results.get(DECISION),
        sections=sections,  # their HTML was made safe by `section_html`
        words=STATUS,
        clean=clean,
    )
