"""The start page of a live session: each step with its question, verdict, age, what is missing, and links that work."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referral_playbook.contract.names import STEPS, notebook_of
from referral_playbook.contract.quantities import title
from referral_playbook.contract.session import Opened, why_out_of_date
from referral_playbook.contract.settings.parameters import stated_in_cell
from referral_playbook.contract.writing.wording import counted
from referral_playbook.run.lab.notebooks import cell_of
from referral_playbook.show.grid import Html
from referral_playbook.show.words import STATUS, escaped, name

QUESTIONS = {
    "intake": "What do we have, and what can we say with it?",
    "pmf_check": "Are there any referrals to be had?",
    "value_exchange": "What do we give, what do we get, how far can we go?",
    "social_currency": "Is it easy, and does it do the advocate credit?",
    "goal_setting": "Which goal is within reach, and how is progress seen?",
    "break_even": "How many referrals must there be, and does it pay against doing nothing?",
    "ask_and_follow_up": "Whom do we ask this month, when and how?",
    "referral_sources": "Who else brings business?",
    "loyalty_and_upsell": "Who stays, who grows, who is at risk?",
    "programme_review": "Does the programme that runs do what it should?",
    "client_report": "What do we decide?",
}
NOT_RUN, STALE, CURRENT = "not run yet", "out of date", "up to date"
PRESENT = "REFERRAL_PLAYBOOK_PRESENT"
"""Environment variable of a session that is shown without code: its links lead to pages, not into JupyterLab."""
COLOURS = {"Go": "#00664b", "Test small": "#7a4f00", "Stop": "#9c3b00", "Not enough data": "#4d4d4d"}
MOST_MISSING = 3
COLUMNS = {"Step": "13%", "Question": "17%", "Verdict": "38%", "State": "12%", "Not known": "12%", "Read": "8%"}


@dataclass(frozen=True, kw_only=True)
class StepState:
    """Where one step stands in a session.

    Verdict and headline are as recorded, empty where the step has not been run. The state is `NOT_RUN`, `STALE`, then
    `because` says what changed, or `CURRENT`. `age` says how long ago the result was made, and `missing` are numbers
    that the step could not give.
    """

    step: str
    verdict: str
    headline: str
    state: str
    because: str = ""
    age: str = ""
    missing: tuple[str, ...] = ()


def step_states(client_dir: Path, results_dir: Path) -> list[StepState]:
    """The eleven steps in order."""
    now = Opened.now(client_dir)
    return [_state(step, now, results_dir) for step in STEPS]


def _state(step: str, now: Opened, results_dir: Path) -> StepState:
    path = results_dir / f"{step}.json"
    if not path.is_file():
        return StepState(step=step, verdict="", headline="", state=NOT_RUN)
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    cell = cell_of(results_dir.parent / "notebooks" / notebook_of(step))
    because = why_out_of_date(step, now, results_dir, cell=None if cell is None else stated_in_cell(step, cell))
    unknown = [title(key) for key, row in result["estimates"].items() if row["value"] is None]
    return StepState(
        step=step,
        verdict=STATUS.get(result["verdict"]["status"], result["verdict"]["status"]),
        headline=result["headline"],
        state=STALE if because else CURRENT,
        because=because,
        age=age(time.time() - path.stat().st_mtime),
        missing=tuple(unknown),
    )


def age(seconds: float) -> str:
    """How long ago, in the largest unit that fits.

    Examples
    --------
    >>> age(20), age(60 * 5), age(3600 * 30)
    ('just now', '5 minutes ago', '1 day ago')
    """
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if (count := int(seconds // length)) >= 1:
            return f"{counted(count, unit)} ago"
    return "just now"


def next_step(states: list[StepState]) -> StepState | None:
    """The first step that has to be run, or None where all are up to date."""
    return next((state for state in states if state.state != CURRENT), None)


def start_page(client_dir: str | Path, results_dir: str | Path) -> Html:
    """The start page as a table that Jupyter shows; run the cell again to bring it up to date."""
    results = Path(results_dir)
    states = step_states(Path(client_dir), results)
    ahead = next_step(states)
    what = "Every step is up to date." if ahead is None else f"Next: {_numbered(ahead.step)} ({ahead.state})."
    presenting = bool(os.environ.get(PRESENT))
    rows = "".join(_row(state, results.parent, presenting) for state in states)
    head = "".join(f"<th style='text-align:left;width:{width}'>{cell}</th>" for cell, width in COLUMNS.items())
    memo = _page(results.parent, "report.html", "Open the memo", presenting)
    page = (
        f"<p style='font-size:1.15em'><b>{escaped(what)}</b> {memo}</p>"
        f"<table style='font-size:1em;width:100%'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    text = [what, *(f"{_numbered(s.step)}: {s.verdict or '-'} ({s.state})" for s in states)]
    return Html(html=page, text="\n".join(text))


def _row(state: StepState, lab: Path, presenting: bool) -> str:
    status = ""
    if state.verdict:
        style = f"color:{COLOURS.get(state.verdict, '#4d4d4d')}"
        status = f"<b style='{style}'>{escaped(state.verdict)}.</b> {escaped(state.headline)}"
    cells = (
        _link(f"notebooks/{notebook_of(state.step)}", _numbered(state.step), presenting),
        escaped(QUESTIONS[state.step]),
        status,
        _standing(state),
        escaped(_missing(state.missing)),
        "<br>".join(part for part in _links(state.step, lab, presenting) if part),
    )
    return "<tr>" + "".join(f"<td style='text-align:left;vertical-align:top'>{cell}</td>" for cell in cells) + "</tr>"


def _standing(state: StepState) -> str:
    if state.state == STALE:
        return f"<b>{STALE}</b>: {escaped(state.because)}. Run it again."
    return escaped(state.state if state.state == NOT_RUN else f"{state.state}, {state.age}")


def _missing(missing: tuple[str, ...]) -> str:
    if len(missing) <= MOST_MISSING:
        return ", ".join(missing)
    return f"{', '.join(missing[:MOST_MISSING])} and {len(missing) - MOST_MISSING} more"


def _links(step: str, lab: Path, presenting: bool) -> tuple[str, str]:
    ending = "html" if presenting else "md"
    chapter = f"playbook/{STEPS.index(step):02d}-{step.replace('_', '-')}.{ending}"
    papers = f"evidence.html#{step.replace('_', '-')}" if presenting else "evidence.html"
    return _page(lab, chapter, "chapter", presenting), _page(lab, papers, "working papers", presenting)


def _page(lab: Path, page: str, text: str, presenting: bool) -> str:
    """A link to a page of the session; nothing where the page is not there."""
    if not (lab / page.partition("#")[0]).is_file():
        return ""
    return _link(f"{'/files/' if presenting else ''}{page}", text, presenting)


def _link(address: str, text: str, presenting: bool) -> str:
    return f"<a href='{address}'{' target=_self' if presenting else ''}>{escaped(text)}</a>"


def _numbered(step: str) -> str:
    return f"{STEPS.index(step):02d} {name(step)}"
