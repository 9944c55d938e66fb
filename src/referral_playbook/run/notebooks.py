"""The main job: a client folder goes in, the notebooks run in order, a run folder comes out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referral_playbook.contract.client import Client, read_client
from referral_playbook.contract.handover import load
from referral_playbook.facts.fresh import ensure_facts, fingerprint
from referral_playbook.run.changed import Previous, why_run
from referral_playbook.run.execute import NotebookError, execute
from referral_playbook.run.folder import refuse_strange, replacing
from referral_playbook.run.manifest import (
    RUN_CODE,
    code_digest,
    digest,
    file_digest,
    files_digests,
    versions,
    write_manifest,
)
from referral_playbook.run.parameters import resolve
from referral_playbook.run.plan import Notebook, chosen, find_notebooks

REPORT = "report.html"
DELIVERED = (REPORT, "break-even.xlsx", "ask-list.csv", "close-the-loop.csv")
Progress = Callable[[str], Any]


@dataclass(frozen=True, kw_only=True)
class StepRun:
    """How one step came into the run: `why` it ran, empty where its previous result was kept."""

    step: str
    notebook: str
    verdict: str
    why: str
    seconds: float
    parameters: Mapping[str, Any]
    stands_on: Mapping[str, str]

    @property
    def ran(self) -> bool:
        return bool(self.why)

    def to_dict(self) -> dict[str, Any]:
        """For the manifest: without the seconds, which differ from run to run."""
        return {
            "notebook": self.notebook,
            "verdict": self.verdict,
            "ran": self.ran,
            "why": self.why or "unchanged",
            "parameters": dict(self.parameters),
            "stands_on": dict(self.stands_on),
        }


@dataclass(frozen=True, kw_only=True)
class RunOutcome:
    """A whole run: its folder and what each step did."""

    folder: Path
    report: Path
    steps: tuple[StepRun, ...]


@dataclass(frozen=True, kw_only=True)
class _Job:
    """What all steps of one run share."""

    client: Client
    target: Path
    work: Path
    previous: Previous
    inputs: Mapping[str, str]
    values: Mapping[str, Mapping[str, Any]]
    wanted: tuple[str, ...]
    fresh: bool
    progress: Progress


def default_out(client_dir: str | Path) -> Path:
    """Where the run of a client goes unless told otherwise: ``reports/<name of its folder>``."""
    return Path("reports") / Path(client_dir).resolve().name


def run_client(
    client_dir: str | Path,
    out_dir: str | Path | None = None,
    *,
    steps: Iterable[str] | None = None,
    overrides: Iterable[str] = (),
    defaults: bool = False,
    fresh: bool = False,
    progress: Progress = print,
    notebooks: Path | None = None,
) -> RunOutcome:
    """Run a client's notebooks and write the run folder, whole or not at all.

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
    defaults
        Leave every parameter as the notebook has it, whatever client.toml says.
    fresh
        Run every step, changed or not.
    progress
        Is told a line for each step.
    notebooks
        Folder of the notebooks. Default: the project's own.

    Raises
    ------
    ClientError, IntakeError
        client.toml, a parameter or a table is at fault; all problems are listed.
    PlanError, FolderError
        A step that is not there, or a folder that is not to be replaced.
    NotebookError
        A notebook stopped. The previous run folder is as it was.
    """
    found = find_notebooks(notebooks)
    wanted = chosen(found, steps)
    target = Path(out_dir or default_out(client_dir)).resolve()
    refuse_strange(target)
    client = read_client(Path(client_dir).resolve())
    told = client.model_copy(update={"parameters": {}, "step_parameters": {}}) if defaults else client
    values = resolve(told, {step: book.declared for step, book in found.items()}, overrides)
    with replacing(target) as work:
        job = _Job(
            client=client, target=target, work=work, previous=Previous.at(target), inputs=fingerprint(client.folder),
            values=values, wanted=wanted, fresh=fresh, progress=progress,
        )  # fmt: skip
        return _run(job, found)


def _run(job: _Job, found: Mapping[str, Notebook]) -> RunOutcome:
    _facts(job)
    for name in ("results", "notebooks"):
        (job.work / name).mkdir()
    steps = tuple(done for book in found.values() if (done := _step(job, book)))
    report = _report(job)
    told = {"client": job.client.name, "as_of": job.client.as_of.isoformat(), "inputs": dict(job.inputs)}
    told |= {"code": code_digest(), "report": report, "steps": {s.step: s.to_dict() for s in steps}}
    write_manifest(job.work, told)
    return RunOutcome(folder=job.target, report=job.target / REPORT, steps=steps)


def _facts(job: _Job) -> None:
    began = time.perf_counter()
    if not job.fresh and (job.previous.folder / "facts").is_dir():
        job.previous.hand_on(job.work, "facts")
    built = ensure_facts(job.client.folder, job.work / "facts", fresh=job.fresh)
    job.progress(f"facts ... {f'built ({time.perf_counter() - began:.1f} s)' if built else 'unchanged'}")


def _step(job: _Job, book: Notebook) -> StepRun | None:
    told = job.previous.step(book.step)
    if book.step not in job.wanted:
        return _kept(job, book, told) if told else None
    stands_on = _stands_on(job, book)
    why = why_run(told, stands_on, fresh=job.fresh)
    if told and not why:
        return _kept(job, book, told)
    return _executed(job, book, stands_on, why)


def _stands_on(job: _Job, book: Notebook) -> dict[str, str]:
    """Everything that could change a step's result. Every earlier result counts: a step may read any of them."""
    earlier = {p.stem: file_digest(p) for p in (job.work / "results").glob("*.json")}
    return {
        "notebook": book.sha256,
        "inputs": digest(job.inputs),
        "parameters": digest(job.values[book.step]),
        "upstream": digest(earlier),
        "code": code_digest(),
        "versions": digest(versions()),
    }


def _kept(job: _Job, book: Notebook, told: Mapping[str, Any]) -> StepRun:
    job.previous.hand_on(job.work, f"results/{book.step}.json", f"notebooks/{told['notebook']}")
    stale = why_run(told, _stands_on(job, book), fresh=False)
    job.progress(f"{book.step} ... {told['verdict']} (kept{f', although {stale}' if stale else ''})")
    return StepRun(
        step=book.step, notebook=told["notebook"], verdict=told["verdict"], why="", seconds=0.0,
        parameters=told["parameters"], stands_on=told["stands_on"],
    )  # fmt: skip


def _executed(job: _Job, book: Notebook, stands_on: Mapping[str, str], why: str) -> StepRun:
    began = time.perf_counter()
    values = {**job.values[book.step], **_folders(job.client.folder, job.work)}
    shown = _folders(job.client.folder, job.target)
    known = {name: value for name, value in values.items() if name in book.declared}
    execute(book, values=known, shown=shown, target=job.work / "notebooks" / book.path.name)
    result = load(book.step, job.work / "results")
    if result is None:
        raise NotebookError(book.step, None, "the notebook ran but recorded no result (record(result, results_dir))")
    verdict, seconds = result.verdict.status.value, time.perf_counter() - began
    job.progress(f"{book.step} ... {verdict} ({seconds:.1f} s; {why})")
    return StepRun(
        step=book.step, notebook=book.path.name, verdict=verdict, why=why, seconds=seconds,
        parameters=job.values[book.step], stands_on=stands_on,
    )  # fmt: skip


def _folders(client_dir: Path, run_dir: Path) -> dict[str, str]:
    return {"client_dir": str(client_dir), "results_dir": str(run_dir / "results")}


def _report(job: _Job) -> str:
    """Write the files made from notebooks and results, or keep those of the previous run; what they stand on."""
    made_from = {p: sha for p, sha in files_digests(job.work).items() if p.startswith(("notebooks/", "results/"))}
    stands_on = digest([made_from, code_digest(RUN_CODE), versions()])
    there = [name for name in DELIVERED if name in job.previous.manifest.get("files", {})]
    if job.previous.manifest.get("report") == stands_on and job.previous.holds(REPORT, *there):
        job.previous.hand_on(job.work, *there)
        return stands_on
    # Here and not above: an unchanged run needs neither nbconvert nor openpyxl, which cost most of a second.
    from referral_playbook.run.report import write_report
    from referral_playbook.run.workbook import write_workbook

    write_report(job.work)
    write_workbook(job.work)
    return stands_on
