"""The `playbook` command. Each command imports what it needs when it is called, so that `--help` is quick.

Exit codes: 0 it ran; 1 the client's data or parameters are at fault; 2 the command is; 3 a notebook failed;
4 what `compare --fail-on` looks for changed; 5 the disk is full or cannot be written to; 130 it was interrupted.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click

from referral_playbook.cli.common import (
    CHANGED,
    CLIENT_AT_FAULT,
    NOTEBOOK_FAILED,
    USAGE,
    Commands,
    Level,
    StepProgress,
    leave,
    near,
    result,
    say,
    set_level,
)
from referral_playbook.cli.learn import challenge, evidence
from referral_playbook.cli.look import explain, export, open_report, watch
from referral_playbook.contract.names import STEPS

client_argument = click.argument("client", type=click.Path(path_type=Path))
out_option = click.option("--out", type=click.Path(path_type=Path), help="Run folder [default: reports/<client>].")
set_option = click.option(
    "--set", "overrides", multiple=True, metavar="[STEP.]NAME=VALUE", help="A parameter; may be given many times."
)
engine_option = click.option(
    "--engine",
    default="duckdb://",
    show_default=True,
    metavar="URL",
    envvar="REFERRAL_PLAYBOOK_ENGINE",
    help="What computes the facts: duckdb://?memory_limit=8GB&threads=4, postgres://USER:PASSWORD@HOST/DATABASE or "
    "sc://HOST:PORT (Spark Connect). Also from the environment, where a password is not seen by others.",
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="referral-playbook")
@click.option("-q", "--quiet", is_flag=True, help="Say only results and faults.")
@click.option("-v", "--verbose", is_flag=True, help="Show our own trace with a fault.")
def main(quiet: bool, verbose: bool) -> None:
    """A referral-marketing playbook that computes: a method, notebooks, and a report with honest ranges."""
    set_level(Level.QUIET if quiet else Level.VERBOSE if verbose else Level.NORMAL)
    # jsonschema compiles a grammar of internationalised addresses (rfc3987_syntax, there with JupyterLab) when
    # it is imported, for a check that no notebook needs: 1.8 of 2.1 CPU seconds of every run.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@main.command()
@client_argument
@click.option(
    "--faults", type=click.Path(dir_okay=False, path_type=Path), help="Write every problem and warning to this CSV."
)
def check(client: Path, faults: Path | None) -> None:
    """Read everything a client gave, say what there is and what is wrong; run nothing."""
    from referral_playbook.intake import IntakeError
    from referral_playbook.run.client.checking import check_client

    try:
        for line in check_client(client, faults_file=faults):
            click.echo(line)
    except IntakeError as error:
        if faults is None and sum(1 + fault.more for fault in error.faults) > MANY_FAULTS:
            every = f"The same as a list for your spreadsheet: playbook check {client} --faults faults.csv"
            click.get_current_context().find_root().call_on_close(lambda: click.echo(every, err=True))
        raise
    say(f"Next: playbook run {client}")


MANY_FAULTS = 5


@main.command()
@client_argument
@out_option
@click.option("--step", "steps", multiple=True, help="Run only this step; may be given many times.")
@set_option
@click.option("--fresh", is_flag=True, help="Run every step, changed or not.")
@engine_option
@click.option("--deck", is_flag=True, help="Also write meeting.pptx: eight slides for the meeting.")
@click.option("--docx", is_flag=True, help="Also write report.docx: the memo as a Word document.")
@click.option("--logo", type=click.Path(dir_okay=False, path_type=Path), help="A logo for the memo: PNG, JPEG or SVG.")
@click.option("--accent", metavar="#RRGGBB", help="The client's colour in the memo; it must be readable on white.")
@click.option("--private", is_flag=True, help="Show rows about single people in evidence.html, with hashed ids.")
def run(
    client: Path,
    out: Path | None,
    steps: tuple[str, ...],
    overrides: tuple[str, ...],
    fresh: bool,
    engine: str,
    deck: bool,
    docx: bool,
    logo: Path | None,
    accent: str | None,
    private: bool,
) -> None:
    """Run a client's notebooks and write the report."""
    from referral_playbook.run.client.run_client import run_client
    from referral_playbook.run.report.look import Look

    outcome = run_client(
        client,
        out,
        steps=steps,
        overrides=overrides,
        fresh=fresh,
        look=Look.of(logo=logo, accent=accent, deck=deck, private=private, docx=docx),
        progress=StepProgress(len(steps) or len(STEPS)),
        engine=engine,
    )
    say(f"report: {near(outcome.report)}")
    if outcome.failures:
        count = f"{len(outcome.failures)} step{'s' * (len(outcome.failures) > 1)} failed"
        reasons = "\n".join(map(str, outcome.failures))
        leave(NOTEBOOK_FAILED, f"{count}; the report is written without. Its working papers say why.\n{reasons}")


@main.command()
@click.argument("folder")
@click.option("--out", help="Gets a run folder for each client [default: reports/<name of FOLDER>; none for a URL].")
@click.option("--jobs", type=click.IntRange(min=1), help="Clients at a time [default: one a processor].")
@click.option("--executor", metavar="tcp://HOST:PORT", help="A Dask scheduler, whose workers run the clients.")
@click.option("--shard", metavar="I/N", help="Only the I-th of N parts of the clients; always the same ones.")
@set_option
@click.option("--fresh", is_flag=True, help="Run every step of every client, changed or not.")
@engine_option
def portfolio(
    folder: str,
    out: str | None,
    jobs: int | None,
    executor: str | None,
    shard: str | None,
    overrides: tuple[str, ...],
    fresh: bool,
    engine: str,
) -> None:
    """Run every client folder in FOLDER, and write one page and one CSV over all of them.

    FOLDER and --out are folders, or URLs such as s3://bucket/clients; with --executor, folders that all workers see.
    A client that fails does not stop the others. Run it again at any time: what is unchanged is kept, so a portfolio
    that was cut off goes on where it was, and after shards one run without --shard makes the whole page.
    """
    from referral_playbook.run.portfolio.portfolio import beside_reports, run_portfolio
    from referral_playbook.run.portfolio.shards import Shard

    if jobs and executor:
        leave(USAGE, "--jobs is for this machine; a cluster runs as many clients at a time as its workers have threads")
    done = run_portfolio(
        folder,
        out or beside_reports(folder),
        jobs=jobs,
        executor=executor,
        progress=say,
        shard=Shard.read(shard) if shard else None,
        overrides=overrides,
        fresh=fresh,
        engine=engine,
    )
    say(f"summary: {done.page}")
    if done.failed:
        clients = all(outcome.blame == "client's data" for outcome in done.failed)
        leave(CLIENT_AT_FAULT if clients else NOTEBOOK_FAILED, f"{len(done.failed)} failed; the summary says why")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "exports",
    multiple=True,
    metavar="[TABLE=]FILE",
    help="An export to start from; may be given many times. Say the table where we cannot tell: payments=export.csv.",
)
@click.option("--name", help="The client's name [default: the folder's].")
@click.option("--currency", help="ISO 4217 code [default: GBP; with --from, what the files say].")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the export: nothing after it is used. Needed without --from.",
)
def init(
    folder: Path, exports: tuple[str, ...], name: str | None, currency: str | None, as_of: datetime | None
) -> None:
    """Start a client folder: a commented client.toml to fill in, or with --from one proposed from exports."""
    target = folder / "client.toml"
    if folder.exists() and not folder.is_dir():
        leave(USAGE, f"{folder} is a file. Name a folder, for example clients/acme")
    if target.exists():
        leave(USAGE, f"{target} exists already and is not overwritten. Rename or delete it to start again")
    name, day = name or folder.resolve().name, as_of.date() if as_of else None
    if exports:
        _init_from(folder, exports, name, currency, day)
        return
    if day is None:
        leave(USAGE, "Give the day of the export, --as-of 2026-09-30, or the exports themselves, --from FILE")
    from referral_playbook.intake.proposals.template import client_toml

    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(client_toml(name=name, currency=currency or "GBP", as_of=day), encoding="utf-8")
    say(f"{target}: fill it in, put the exports beside it, then: playbook check {folder}")


def _init_from(folder: Path, exports: tuple[str, ...], name: str, currency: str | None, day: date | None) -> None:
    from referral_playbook.intake.proposals.starting import Source, start_client

    sources = [Source.read(text) for text in exports]
    for source in sources:
        if not source.path.is_file():
            leave(USAGE, f"{source.path}: there is no such file")
    try:
        for line in start_client(folder, sources, name=name, currency=currency, as_of=day):
            say(line)
    except OSError as error:
        leave(USAGE, f"{error.filename or folder}: {error.strerror}. Choose a folder that can be written to")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("client", type=click.Path(path_type=Path), default="data/brightdesk")
@out_option
@set_option
@click.option("--no-open", is_flag=True, help="Write the start page and the notebooks, do not start JupyterLab.")
@click.option("--show-code", is_flag=True, help="Leave the code of the notebooks unfolded.")
@click.option("--fresh", is_flag=True, help="Begin again from the run, without the edits of earlier sessions.")
@click.option("--present", is_flag=True, help="Serve the notebooks without code (needs the extra 'present': Voila).")
@click.argument("jupyter_options", nargs=-1, type=click.UNPROCESSED)
def lab(
    client: Path,
    out: Path | None,
    overrides: tuple[str, ...],
    no_open: bool,
    show_code: bool,
    fresh: bool,
    present: bool,
    jupyter_options: tuple[str, ...],
) -> None:
    """Open a start page and the notebooks in JupyterLab with a client's data and parameters filled in.

    Options that this command does not know are passed on to JupyterLab: playbook lab CLIENT --port 8899.
    """
    from importlib.util import find_spec

    from referral_playbook.run.lab.prepare import prepare_lab
    from referral_playbook.run.lab.serve import open_lab

    if present and find_spec("voila") is None:
        leave(USAGE, "--present needs Voila. Install it with: pip install 'referral-playbook[present]'")
    session = prepare_lab(client, out, overrides=overrides, show_code=show_code, fresh=fresh)
    say(f"start page: {near(session.folder / 'start.ipynb')}")
    if session.kept:
        say(f"kept as you edited them: {', '.join(session.kept)} (--fresh begins again)")
    if not no_open:
        sys.exit(open_lab(session.folder, jupyter_options, present=present))


@main.command()
def doctor() -> None:
    """Say whether this machine has what a run needs."""
    from referral_playbook.run.doctor import examine

    findings = examine()
    for finding in findings:
        say(f"{'ok  ' if finding.passed else 'no  '} {finding.name}: {finding.text}")
    sys.exit(0 if all(finding.passed or not finding.needed for finding in findings) else USAGE)


@main.command()
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--fail-on",
    type=click.Choice(["verdict", "change"]),
    help="Leave with exit code 4 where a verdict changed, or where anything did.",
)
def compare(before: Path, after: Path, fail_on: str | None) -> None:
    """Say what changed between two runs, as Markdown: verdicts, then numbers beyond and within their noise."""
    from referral_playbook.run.compare import compare_runs, markdown

    comparison = compare_runs(before, after)
    result(markdown(comparison))
    if (fail_on == "verdict" and comparison.verdicts) or (fail_on == "change" and comparison):
        sys.exit(CHANGED)


for command in (open_report, explain, export, watch, evidence, challenge):
    main.add_command(command)
