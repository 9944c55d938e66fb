"""The picture of each chapter: a figure of the sample client, taken from the step's notebook as it was last run.

``python -m book.pictures`` writes ``playbook/images/<chapter>.svg``; ``make notebooks`` calls it after the notebooks.
"""

from __future__ import annotations

from pathlib import Path

from book import notebooks
from book.notebooks import HEADING
from book.pages import ROOT

FOLDER = ROOT / "playbook" / "images"
SVG = "image/svg+xml"
HEADINGS = {
    "intake": "What will be measured, and what assumed?",
    "pmf_check": "Do they stay?",
    "value_exchange": "How far can we go?",
    "social_currency": "How far do they get?",
    "goal_setting": "How far are we?",
    "break_even": "When is the cost covered, and when is the cash back?",
    "ask_and_follow_up": "When do customers refer?",
    "referral_sources": "Which few sources bring most?",
    "loyalty_and_upsell": "Who stays?",
    "programme_review": "Does the programme meet its goals?",
    "client_report": "What does the answer depend on?",
}
"""Step to the heading of its notebook under which the picture stands."""
DRAWN_BY = {"client_report": "break_even"}
"""Step that shows the picture of another one's notebook."""


def path(step: str) -> Path:
    """The file of a chapter's picture."""
    return FOLDER / Path(notebooks.chapter(step)).with_suffix(".svg").name


def picture(step: str) -> str:
    """Return the first figure under the step's heading as SVG.

    Raises
    ------
    ValueError
        The notebook has no such heading, or no figure under it: run ``make notebooks`` first.
    """
    heading = ""
    for cell in notebooks.notebook(DRAWN_BY.get(step, step)).cells:
        if cell.cell_type == "markdown":
            heading = ([heading, *HEADING.findall(cell.source)])[-1]
        elif heading == HEADINGS[step]:
            for output in cell.outputs:
                if SVG in output.get("data", {}):
                    return "".join(output["data"][SVG])
    raise ValueError(f"{step}: no figure under {HEADINGS[step]!r}. Run `make notebooks`, or change the heading here.")


def write() -> None:
    """Write the picture of every chapter."""
    FOLDER.mkdir(exist_ok=True)
    for step in HEADINGS:
        path(step).write_text(picture(step), encoding="utf-8")


if __name__ == "__main__":
    write()
