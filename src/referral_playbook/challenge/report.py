"""Write a challenge as a page and as a CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

from referral_playbook.contract.challenged import DECISION, JUDGED, Challenge, Trial
from referral_playbook.show.challenged import challenge_section
from referral_playbook.show.words import clean

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:.3rem .5rem;"
    "border-bottom:1px solid #ddd;vertical-align:top}"
)


def challenge_csv(challenge: Challenge) -> str:
    """One row per challenge: name, question, each step's verdict, whether the programme's decision survives."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["challenge", "question", *JUDGED, "decision_holds", "reason"])
    for trial in (challenge.base, *challenge.trials):
        writer.writerow(_cells(trial, challenge))
    return out.getvalue()


def _cells(trial: Trial, challenge: Challenge) -> Sequence[str]:
    survives = trial.verdicts.get(DECISION) == challenge.base.verdicts.get(DECISION)
    answer = "" if trial.why_not else "yes" if survives else "no"
    verdicts = [trial.verdicts.get(step, "") for step in JUDGED]
    return [trial.name, trial.asks, *verdicts, answer, trial.why_not or trial.reason]


def challenge_page(challenge: Challenge) -> str:
    """One page: the sentences, then a table of every challenge."""
    name = escape(clean(challenge.client))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}: decisions put to the test</title><style>{STYLE}</style></head><body>"
        f"<h1>{name}</h1>{challenge_section(challenge)}</body></html>\n"
    )


def write_pages(challenge: Challenge, folder: Path) -> tuple[Path, Path]:
    """Write ``challenge.html`` and ``challenge.csv`` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, table = folder / "challenge.html", folder / "challenge.csv"
    page.write_text(challenge_page(challenge), encoding="utf-8")
    # Excel reads a CSV as UTF-8 only when it begins with the byte order mark.
    table.write_text(challenge_csv(challenge), encoding="utf-8-sig")
    return page, table
