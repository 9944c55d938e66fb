"""Commands that judge what is known: the published evidence, and decisions under damaged data."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referral_playbook.cli.common import USAGE, leave, near, say

if TYPE_CHECKING:
    from referral_playbook.contract.shared_evidence import SharedUplift

DECK = "meeting.pptx"


@click.group()
def evidence() -> None:
    """Say what published studies and the client's own data know."""


@evidence.command("uplift")
@click.option("--setting", type=click.Choice(["consumer", "business", "staff"]), help="Only studies of this setting.")
@click.option(
    "--run",
    "run_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A run folder, whose own measurement is weighed against the studies.",
)
@click.option(
    "--shared",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A shared-evidence.toml of a portfolio, whose uplifts count as further studies.",
)
@click.option("--figure", type=click.Path(path_type=Path), help="Also draw the forest plot into this SVG or PNG file.")
def uplift(setting: str | None, run_folder: Path | None, shared: Path | None, figure: Path | None) -> None:
    """Print the studies of the uplift, their pooled range, and the weight of the client's own data."""
    from referral_playbook.benchmarks.evidence import evidence_lines, forest_rows, own_uplift_of
    from referral_playbook.benchmarks.uplift import uplift_evidence
    from referral_playbook.contract.handover import load

    try:
        others = _shared_uplifts(shared)
    except (ValueError, KeyError) as error:
        leave(USAGE, f"{shared} cannot be read: {error}")
    found = uplift_evidence(setting, shared=others)
    own = own_uplift_of(None if run_folder is None else load("programme_review", run_folder / "results"))
    for line in evidence_lines(found, own):
        click.echo(line)
    if figure is not None:
        from referral_playbook.show.figures import forest
        from referral_playbook.show.style import axes

        drawing = axes(height=2.8)
        forest(drawing, forest_rows(found, own), title="Uplift: referrals with the programme over those without")
        picture = drawing.get_figure(root=True)
        assert picture is not None
        picture.savefig(figure)
        say(f"figure: {near(figure.absolute())}")


def _shared_uplifts(path: Path | None) -> tuple[SharedUplift, ...]:
    from referral_playbook.contract.shared_evidence import SharedUplift

    texts = [] if path is None else tomllib.loads(path.read_text(encoding="utf-8"))["shared_uplifts"]
    return tuple(SharedUplift.read(text) for text in texts)


@click.command()
@click.argument("client", type=click.Path(path_type=Path))
@click.option(
    "--run",
    "run_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Run folder whose memo and working papers get the outcome [default: reports/<client>].",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for page and table [default: reports/<client>-challenge]."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Challenges at a time [default: one per processor].")
@click.option("--logo", type=click.Path(dir_okay=False, path_type=Path), help="The logo of the memo, as in the run.")
@click.option("--accent", metavar="#RRGGBB", help="The client's colour in the memo, as in the run.")
def challenge(
    client: Path, run_folder: Path | None, out: Path | None, jobs: int | None, logo: Path | None, accent: str | None
) -> None:
    """Put the decisions to the test: change the client's data in about 30 ways and see which verdicts survive."""
    from referral_playbook.challenge.report import write_pages
    from referral_playbook.challenge.trials import challenge_client
    from referral_playbook.run.client.attach import attach_challenge
    from referral_playbook.run.client.run_client import default_out
    from referral_playbook.run.report.look import Look
    from referral_playbook.show.challenged import challenge_lines

    target = run_folder or default_out(client)
    look = Look.of(logo=logo, accent=accent, deck=(target / DECK).is_file())
    outcome = challenge_client(client, run_folder=target, jobs=jobs)
    for line in challenge_lines(outcome):
        click.echo(line)
    page, table = write_pages(outcome, out or Path("reports") / f"{client.resolve().name}-challenge")
    say(f"page: {near(page.resolve())}, table: {near(table.resolve())}")
    reason = attach_challenge(outcome, target, look=look)
    if reason:
        say(f"The memo does not show this yet: {reason}. Run the client, then put its decisions to the test again.")
    else:
        say(f"The memo and the working papers in {near(target.resolve())} show it.")
