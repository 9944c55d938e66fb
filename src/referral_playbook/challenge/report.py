"""The challenge in words, as a CSV and as a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

from referral_playbook.challenge.trials import DECISION, JUDGED, Challenge, Trial
from referral_playbook.show.words import STATUS, clean

TITLE = {
    "pmf_check": "product-market fit",
    "goal_setting": "goal",
    "break_even": "programme",
    "ask_and_follow_up": "ask list",
    "programme_review": "review",
}
WORDS = {status.value: words for status, words in STATUS.items()}


def challenge_lines(found: Challenge) -> list[str]:
    """What a consultant reads in a terminal: each decision with how often it survives and when it falls."""
    lines = [
        f"{clean(found.client)} as of {found.as_of}: {len(found.applied)} challenges applied, "
        f"{len(found.trials) - len(found.applied)} do not apply to this client."
    ]
    return lines + [describe_survival(found, step) for step in JUDGED]


def describe_survival(found: Challenge, step: str) -> str:
    """How often a verdict survives, and when it falls."""
    verdict = WORDS.get(found.base.verdicts.get(step, ""), "no verdict")
    held, of = len(found.survived(step)), len(found.applied)
    text = f"{TITLE[step][:1].upper()}{TITLE[step][1:]}: '{verdict}' holds in {held} of {of}"
    changed = found.changed(step)
    if not changed:
        return f"{text}."
    falls = "; ".join(f"{t.name} ({WORDS.get(t.verdicts.get(step, ''), 'no verdict').lower()})" for t in changed)
    return f"{text}. It changes with: {falls}."


def memo_lines(found: Challenge) -> tuple[str, str]:
    """Two sentences for the memo: how often the decision survives, and what it is most sensitive to."""
    changed = found.changed(DECISION)
    held = f"The decision holds in {len(found.survived(DECISION))} of {len(found.applied)} challenges to its data."
    if not changed:
        return held, "None of the challenges changes it."
    return held, f"It changes in these cases: {', '.join(t.name for t in changed[:5])}."


def challenge_csv(found: Challenge) -> str:
    """A row for each challenge: name, question, each decision's verdict, whether the programme's decision holds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["challenge", "question", *JUDGED, "decision_holds", "reason"])
    for trial in (found.base, *found.trials):
        writer.writerow(_cells(trial, found))
    return out.getvalue()


def _cells(trial: Trial, found: Challenge) -> Sequence[str]:
    holds = (
        "" if trial.why_not else "yes" if trial.verdicts.get(DECISION) == found.base.verdicts.get(DECISION) else "no"
    )
    verdicts = [trial.verdicts.get(step, "") for step in JUDGED]
    return [trial.name, trial.asks, *verdicts, holds, trial.why_not or trial.reason]


def challenge_page(found: Challenge) -> str:
    """One page: the sentences, then a table of every challenge."""
    head = "".join(f"<th>{escape(TITLE[step])}</th>" for step in JUDGED)
    rows = "".join(_row(trial, found) for trial in (found.base, *found.trials))
    lines = "".join(f"<li>{escape(line)}</li>" for line in challenge_lines(found)[1:])
    name = escape(clean(found.client))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}: decisions put to the test</title><style>{STYLE}</style></head><body>"
        f"<h1>{name}: decisions put to the test</h1><p>{escape(challenge_lines(found)[0])}</p><ul>{lines}</ul>"
        f"<table><thead><tr><th>Challenge</th><th>Question</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
        "</body></html>\n"
    )


STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:.3rem .5rem;"
    "border-bottom:1px solid #ddd;vertical-align:top}.changed{font-weight:bold}"
)


def _row(trial: Trial, found: Challenge) -> str:
    first = f"<td>{escape(trial.name)}</td><td>{escape(trial.asks)}</td>"
    if trial.why_not:
        return f'<tr>{first}<td colspan="{len(JUDGED)}">Does not apply: {escape(trial.why_not)}.</td></tr>'
    cells = ""
    for step in JUDGED:
        mark = ' class="changed"' if trial.verdicts.get(step) != found.base.verdicts.get(step) else ""
        cells += f"<td{mark}>{escape(WORDS.get(trial.verdicts.get(step, ''), ''))}</td>"
    return f"<tr>{first}{cells}</tr>"


def write_challenge(found: Challenge, folder: Path) -> tuple[Path, Path]:
    """Write ``challenge.html`` and ``challenge.csv``; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    page, table = folder / "challenge.html", folder / "challenge.csv"
    page.write_text(challenge_page(found), encoding="utf-8")
    # Excel takes a CSV for UTF-8 only when it begins with the mark.
    table.write_text(challenge_csv(found), encoding="utf-8-sig")
    return page, table
