"""What every report begins with, done once in the process whose forks write reports."""

from __future__ import annotations

from referral_playbook.contract.evidence import Status
from referral_playbook.run.client.plan import find_notebooks
from referral_playbook.run.report.evidence import PAGE
from referral_playbook.run.report.look import page_of
from referral_playbook.run.report.memo.blocks import Bullets, Card, Cards, Grid, Text
from referral_playbook.run.report.memo.front_page import Decision
from referral_playbook.run.report.memo.memo import page
from referral_playbook.run.report.pdf import printed
from referral_playbook.run.report.section import HIDDEN, prose


def rehearse() -> None:
    """Read templates, style sheets and the prose of the notebooks, and print a small memo.

    For its first page the printer makes tables of its own, which it keeps.
    """
    page_of(*PAGE)
    for notebook in find_notebooks().values():
        for cell in notebook.cells:
            if cell.kind == "markdown" and HIDDEN not in cell.tags:
                prose(cell.source)
    choice = Decision(Status.GO.value, "Go", "A rehearsal.", "It prints what a memo prints.")
    blocks = (
        Cards((Card("Number", "1", "0 to 2", "measured"),)),
        Grid("Table", ("Left", "Right"), (("text", "1"),), (1,)),
        Bullets("List", ("item",)),
        Text("text", soft=True),
    )
    printed(page("Client", "", choice, blocks, ()))
