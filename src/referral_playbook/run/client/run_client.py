"""The main job: a client folder goes in, the notebooks run in order, a run folder comes out."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.facts.engines.places import DUCKDB, engine_at
from referral_playbook.facts.fresh import built_on, fingerprint, is_fresh
from referral_playbook.run.client.attach import carry_challenge
from referral_playbook.run.client.chain import Chain, Job, Progress, StepRun, folders_shown
from referral_playbook.run.client.changed import Previous
from referral_playbook.run.client.folder import refuse_strange, replacing
from referral_playbook.run.client.manifest import code_digest, digest, files_digests, write_manifest
from referral_playbook.run.client.names_in_tables import names_in
from referral_playbook.run.client.parameters import check_names, settings_for
from referral_playbook.run.client.plan import chosen, find_notebooks
from referral_playbook.run.client.previous_results import keep_previous
from referral_playbook.run.client.seal import carry_forecasts, seal_forecasts
from referral_playbook.run.client.surroundings import ALONE, Setting
from referral_playbook.run.client.up_to_date import report_stands_on, standing
from referral_playbook.run.kernels.failures import NotebookError
from referral_playbook.run.kernels.forks import reports_here
from referral_playbook.run.kernels.pool import Kernels
from referral_playbook.run.report.look import USUAL, Look

BUILD_FACTS = "referral_playbook.facts.fresh:ensure_facts"
DELIVER = "referral_playbook.run.report.deliver:delivered"
REPORT = "report.html"
KEPT_APART = ("manifest.json", "forecasts.json", "challenge.json")
"""Files at the top of a run folder that are not made from its results by the report."""


@dataclass(frozen=True, kw_only=True)
class RunOutcome:
    """A whole run: its folder, what each step did, and which steps failed."""

    folder: Path
    report: Path
    steps: tuple[StepRun, ...]
    failures: tuple[NotebookError, ...] = ()


def default_out(client_dir: str | Path) -> Path:
    """Where the run of a client goes unless told otherwise: ``reports/<name of its folder>``."""
    return Path("reports") / _real(client_dir).name


def _real(path: str | Path) -> Path:
    return Path(os.path.realpath(path))  # `Path.resolve` raises on a link that leads back to itself


def run_client(
    client_dir: str | Path,
    out_dir: str | Path | None = None,
    *,
    steps: Iterable[str] | None = None,
    overrides: Iterable[str] = (),
    in_cells: bool = True,
    fresh: bool = False,
    progress: Progress = print,
    notebooks: Path | None = None,
    engine: str = DUCKDB,
    setting: Setting = ALONE,
    look: Look = USUAL,
) -> RunOutcome:
    """Run a client's notebooks and write the run folder, whole or not at all.

    A step that fails is left out: the report says so in its place, and the other steps do without it.
    Where nothing changed since the previous run, nothing is written: it stands.

    Parameters
    ----------
    client_dir
        Folder with client.toml and the tables.
    out_dir
        The run folder; replaced when the run is whole. Default: ``reports/<client folder>``.
    steps
        Only these; the others are taken from the previous run where there is one. Default: all.
    overrides
        Parameters as ``name=value`` or ``step.name=value``.
    in_cells
        Write the parameters that were set into the notebooks' cells, for a reader to see. Without it the notebooks
        stay as they are and get the same values all the same.
    fresh
        Run every step, changed or not.
    progress
        Is told a line for each step.
    notebooks
        Folder of the notebooks. Default: the project's own.
    engine
        URL of what computes the facts (see `facts.engines`); the numbers are the same on all.
    setting
        How it is set among other runs.
    look
        Logo and accent colour of the memo, and whether a meeting deck is made.

    Raises
    ------
    ClientError, IntakeError
        client.toml, a parameter or a table is at fault; all problems are listed.
    PlanError, FolderError
        A step that is not there, or a folder that is not to be replaced.
    EngineError
        The engine is not known, not installed or not reached.
    NotebookError
        A notebook found the client's data at fault, or every notebook failed. The previous run folder is as it was.
    """
    engine_at(engine)
    books = find_notebooks(notebooks)
    wanted = chosen(books, steps)
    target = _real(out_dir or default_out(client_dir))
    refuse_strange(target)
    client = read_client(_real(client_dir))
    overrides = tuple(overrides)
    settings = settings_for(client, overrides)
    job = Job(
        client=client,
        target=target,
        shown=setting.shown or folders_shown(client.folder, target),
        work=target,
        previous=setting.previous or Previous.at(target),
        inputs=fingerprint(client.folder),
        books=books,
        settings=settings,
        overrides=overrides,
        in_cells=in_cells,
        wanted=wanted,
        fresh=fresh,
        progress=progress,
        look=look,
    )
    if (steps_there := standing(job)) and is_fresh(client.folder, job.previous.folder / "facts"):
        return _stands(job, steps_there)
    with replacing(target) as work:
        previous = setting.previous or Previous.at(target)  # again: until now another run may have been at work
        return _run(replace(job, work=work, previous=previous), engine, setting)


def _stands(job: Job, steps: tuple[StepRun, ...]) -> RunOutcome:
    job.progress("facts ... unchanged")
    for step in steps:
        job.progress(f"{step.step} ... {step.verdict} (kept)")
    return RunOutcome(folder=job.target, report=job.target / REPORT, steps=steps)


def _run(job: Job, engine: str, setting: Setting) -> RunOutcome:
    for note in job.settings.notes:
        job.progress(f"note: {note}")
    _laid_out(job)
    with setting.kernels(source for step in job.wanted for source in job.books[step].code) as kernels:
        if any(job.why(step) for step in job.wanted):
            kernels.prepare()
        _facts(job, kernels, engine)
        check_names(job.client, job.overrides, job.settings, names_in(job.work / "facts"))
        chain = Chain(job, kernels, width=setting.width)
        steps = chain.run()
        _seal(job)
        report = _report(job, kernels)
    summary = {
        "client": job.client.name,
        "as_of": job.client.as_of.isoformat(),
        "inputs": dict(job.inputs),
        "parameters": job.settings.to_dict(),
        "notes": list(job.settings.notes),
        "engine": built_on(job.work / "facts"),
        "code": code_digest(),
        "report": report,
        "steps": {s.step: s.to_dict() for s in steps},
        "failed": {step: str(error) for step, error in chain.failures.items()},
    }
    write_manifest(job.work, summary)
    failures = tuple(chain.failures.values())
    return RunOutcome(folder=job.target, report=job.target / REPORT, steps=steps, failures=failures)


def _laid_out(job: Job) -> None:
    """The folders of a run, with what it keeps of the previous one."""
    for name in ("results", "notebooks"):
        (job.work / name).mkdir()
    carry_forecasts(job.previous.folder, job.work)
    carry_challenge(job.previous.folder, job.work, job.inputs)
    keep_previous(job.previous, job.work, job.client.as_of)


def _seal(job: Job) -> None:
    sealed = {"inputs": dict(job.inputs), "values": job.settings.values, "code": code_digest()}
    seal_forecasts(job.work, digest(sealed))


def _facts(job: Job, kernels: Kernels, engine: str) -> None:
    began, place = time.perf_counter(), job.work / "facts"
    if not job.fresh and (job.previous.folder / "facts").is_dir():
        job.previous.hand_on(job.work, "facts")
    if not job.fresh and is_fresh(job.client.folder, place):
        job.progress("facts ... unchanged")
        return
    where = {"client_dir": str(job.client.folder), "facts_dir": str(place)}
    kernels.call(BUILD_FACTS, **where, engine=engine, fresh=job.fresh)()
    job.progress(f"facts ... built ({time.perf_counter() - began:.1f} s)")


def _report(job: Job, kernels: Kernels) -> str:
    """Write the files made from notebooks and results, or keep those of the previous run; what they stand on."""
    stands_on = report_stands_on(files_digests(job.work, leave_out=("facts",)), job.look)
    there = [name for name in job.previous.manifest.get("files", {}) if "/" not in name and name not in KEPT_APART]
    if job.previous.manifest.get("report") == stands_on and job.previous.holds(REPORT, *there):
        job.previous.hand_on(job.work, *there)
        return stands_on
    if kernels.running and not reports_here() and not job.look.logo:  # a logo is too long for the request
        for line in kernels.call(DELIVER, run_folder=str(job.work), look=asdict(job.look))():
            job.progress(line)
        return stands_on
    # Here and not above: an unchanged run needs neither openpyxl nor Matplotlib, which cost half a second.
    from referral_playbook.run.report.deliver import deliver

    deliver(job.work, progress=job.progress, look=job.look)
    return stands_on
