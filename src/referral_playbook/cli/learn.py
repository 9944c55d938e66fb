"""Commands that judge what is known: the published evidence, and decisions under damaged data."""

from __future__ import annotations

from pathlib import Path

import click

from referral_playbook.cli.common import near, run_faults, say


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
@click.option("--figure", type=click.Path(path_type=Path), help="Also draw the forest plot into this SVG or PNG file.")
def uplift(setting: str | None, run_folder: Path | None, figure: Path | None) -> None:
    """Print the studies of the uplift, their pooled range, and the weight of the client's own data."""
    from referral_playbook.benchmarks.evidence import evidence_lines, forest_rows, own_uplift_of
    from referral_playbook.benchmarks.uplift import uplift_evidence
    from referral_playbook.contract.handover import load

    found = uplift_evidence(setting)
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


@click.command()
@click.argument("client", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for page and table [default: reports/<client>-challenge]."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Challenges at a time [default: one a processor].")
def challenge(client: Path, out: Path | None, jobs: int | None) -> None:
    """Put the decisions to the test: damage the client's data in about 30 ways and see which verdicts survive."""
    from referral_playbook.challenge.report import challenge_lines, write_challenge
    from referral_playbook.challenge.trials import challenge_client

    with run_faults():
        found = challenge_client(client, jobs=jobs)
    for line in challenge_lines(found):
        click.echo(line)
    page, table = write_challenge(found, out or Path("reports") / f"{client.resolve().name}-challenge")
    say(f"page: {near(page.resolve())}, table: {near(table.resolve())}")
