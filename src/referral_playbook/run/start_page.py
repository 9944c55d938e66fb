"""The start page of a live session: each step with its question, verdict, age, what is missing, and links that work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referral_playbook.contract.client import FILE
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.statements import DECISIONS_FILE
from referral_playbook.show.grid import Html
from referral_playbook.show.words import STATUS, escaped

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
SESSION_FILE = "session.json"
NOT_RUN, STALE, CURRENT = "not run yet", "out of date: run it again", "up to date"


@dataclass(frozen=True, kw_only=True)
class StepState:
    """Where one step stands in a session.

    Attributes
    ----------
    verdict, headline : str
        As recorded; empty where the step has not been run.
    state : str
        `NOT_RUN`, `STALE` (something that it rests on is newer) or `CURRENT`.
    """

    step: str
    verdict: str
    headline: str
    state: str
    because: str = ""


def step_states(client_dir: Path, results_dir: Path) -> list[StepState]:
    """The eleven steps in order.

    A result is out of date where a file of the client is newer, or where an earlier step was run again in this session
    after it.
    """
    newest_input = max(_changes(client_dir), default=(0.0, ""))
    begun = _begun_with(results_dir)
    states: list[StepState] = []
    rerun = (0.0, "")
    for step in STEPS:
        path = results_dir / f"{step}.json"
        if not path.is_file():
            states.append(StepState(step=step, verdict="", headline="", state=NOT_RUN))
            continue
        result, changed = json.loads(path.read_text(encoding="utf-8")), path.stat().st_mtime
        newer = max(newest_input, rerun)
        states.append(_state(step, result, f"{newer[1]} changed since" if newer[0] > changed else ""))
        if begun.get(step) != changed:
            rerun = max(rerun, (changed, _name(step)))
    return states


def begin_session(results_dir: Path) -> None:
    """Note the results that a session begins with: one that is newer later was made in the session."""
    times = {path.stem: path.stat().st_mtime for path in results_dir.glob("*.json")}
    (results_dir.parent / SESSION_FILE).write_text(json.dumps(times), encoding="utf-8")


def _begun_with(results_dir: Path) -> dict[str, float]:
    path = results_dir.parent / SESSION_FILE
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _changes(client_dir: Path) -> Iterator[tuple[float, str]]:
    for name in (FILE, DECISIONS_FILE):
        if (client_dir / name).is_file():
            yield (client_dir / name).stat().st_mtime, name
    for path in client_dir.iterdir():
        if path.suffix.lower() in (".csv", ".xlsx", ".parquet") and path.is_file():
            yield path.stat().st_mtime, path.name


def _state(step: str, result: dict[str, Any], because: str) -> StepState:
    status = STATUS.get(result["verdict"]["status"], result["verdict"]["status"])
    state = STALE if because else CURRENT
    return StepState(step=step, verdict=status, headline=result["headline"], state=state, because=because)


def next_step(states: list[StepState]) -> StepState | None:
    """The first step that has to be run, or None where all are up to date."""
    return next((state for state in states if state.state != CURRENT), None)


def start_page(client_dir: str | Path, results_dir: str | Path) -> Html:
    """The start page as a table that Jupyter shows; run the cell again to bring it up to date."""
    states = step_states(Path(client_dir), Path(results_dir))
    ahead = next_step(states)
    what = "Every step is up to date." if ahead is None else f"Next: {_name(ahead.step)} ({ahead.state})."
    rows = "".join(_row(state) for state in states)
    head = "<tr><th>Step</th><th>Question</th><th>Verdict</th><th>State</th><th>Read</th></tr>"
    page = f"<p><b>{escaped(what)}</b></p><table style='font-size:1.05em'>{head}{rows}</table>"
    text = [what, *(f"{_name(s.step)}: {s.verdict or '-'} ({s.state})" for s in states)]
    return Html(html=page, text="\n".join(text))


def _row(state: StepState) -> str:
    number = STEPS.index(state.step)
    notebook = f"notebooks/{number:02d}_{state.step}.ipynb"
    chapter = f"playbook/{number:02d}-{state.step.replace('_', '-')}.md"
    said = f"{state.state} ({state.because})" if state.because else state.state
    cells = (
        f"<a href='{notebook}'>{number:02d} {escaped(_name(state.step))}</a>",
        escaped(QUESTIONS[state.step]),
        f"<b>{escaped(state.verdict)}</b> {escaped(state.headline)}",
        escaped(said),
        f"<a href='{chapter}'>chapter</a>",
    )
    return "<tr>" + "".join(f"<td style='text-align:left;vertical-align:top'>{cell}</td>" for cell in cells) + "</tr>"


def _name(step: str) -> str:
    return step.replace("_", " ").capitalize()
