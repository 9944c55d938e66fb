"""Commands that look at a run: open, explain, export, watch."""

from __future__ import annotations

import time
from pathlib import Path

import click

from referral_playbook.cli.common import USAGE, leave, near, result, say

place_argument = click.argument("place", type=click.Path(exists=True, file_okay=False, path_type=Path))


def run_folder(place: Path) -> Path:
    """The run folder that a client folder or a run folder stands for; ends with exit code 2 where there is none."""
    from referral_playbook.run.client.manifest import read_manifest
    from referral_playbook.run.client.run_client import default_out

    for folder in (place, default_out(place)):
        if read_manifest(folder) is not None:
            return folder
    leave(USAGE, f"{place}: there is no run yet. Make one: playbook run {place}")


@click.command("open")
@place_argument
@click.option("--evidence", is_flag=True, help="Open the working papers instead of the memo.")
def open_report(place: Path, evidence: bool) -> None:
    """Show the report of a client or of a run folder in the browser."""
    page = run_folder(place) / ("evidence.html" if evidence else "report.html")
    if not page.is_file():
        leave(USAGE, f"{page}: this file is missing. Run again: playbook run {place}")
    say(f"opening {near(page.resolve())}")
    if click.launch(page.resolve().as_uri()) != 0:
        leave(USAGE, f"No browser could be started. Open {page.resolve()} yourself")


@click.command()
@click.argument("name", metavar="[STEP.]NAME")
@click.argument("client", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def explain(name: str, client: Path | None) -> None:
    """Say what a number or a parameter is, how it is computed, and what a client's value stands on.

    NAME is a name in a result file, such as break_even.unit_contribution, or a parameter, such as conversion_rate.
    CLIENT is a client folder that was run, or a run folder.
    """
    from referral_playbook.run.explain import explanation

    for line in explanation(name, None if client is None else run_folder(client)):
        result(line)


@click.command()
@place_argument
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the memo to this PDF.")
@click.option("--deck", type=click.Path(dir_okay=False, path_type=Path), help="Write slides to this PPTX file.")
@click.option("--docx", type=click.Path(dir_okay=False, path_type=Path), help="Write the memo to this Word document.")
def export(place: Path, pdf: Path | None, deck: Path | None, docx: Path | None) -> None:
    """Write the report of a client or of a run folder as PDF, slides or a Word document."""
    from referral_playbook.run.report.export import export_deck, export_docx, export_pdf

    if pdf is None and deck is None and docx is None:
        leave(USAGE, "Say what to write: --pdf report.pdf, --deck meeting.pptx or --docx report.docx")
    folder = run_folder(place)
    for target, write in ((pdf, export_pdf), (deck, export_deck), (docx, export_docx)):
        if target is not None:
            say(f"written: {near(write(folder, target).resolve())}")


@click.command()
@click.argument("client", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--every", type=click.FloatRange(min=0.1), default=1.0, show_default=True, help="Seconds between looks.")
@click.option("--once", is_flag=True, hidden=True, help="Check once and end: for tests.")
def watch(client: Path, every: float, once: bool) -> None:
    """Check a client folder again whenever one of its files changes; end with Ctrl+C."""
    from referral_playbook.run.client.watching import check_lines, stamps

    seen = None
    while True:
        if (now := stamps(client)) != seen:
            seen = now
            for line in check_lines(client):
                result(line)
            say("Waiting for changes. Ctrl+C ends it.")
        if once:
            return
        time.sleep(every)
