"""The steps of one run, side by side where one need not wait for another.

Steps start in their order. A step that reads the result of an earlier one that is still at work waits for it, in its
kernel (see `contract.handover.load`): nobody has to keep a list of who reads whom.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.client import Client
from referral_playbook.contract.handover import AWAITED, FACTS, SETTINGS, load, record_failure
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.statements import DECISIONS_FILE, SCENARIOS_FILE, Settings
from referral_playbook.run.client.changed import Previous, why_run
from referral_playbook.run.client.execute import execute
from referral_playbook.run.client.manifest import code_digest, digest, file_digest, versions
from referral_playbook.run.client.parameters import cell_values
from referral_playbook.run.client.plan import Notebook
from referral_playbook.run.kernels.failures import NotebookError
from referral_playbook.run.kernels.pool import Kernels
from referral_playbook.run.report.look import USUAL, Look

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

    @classmethod
    def kept(cls, step: str, entry: Mapping[str, Any]) -> StepRun:
        """A step whose previous result stands, as the manifest has it."""
        parts = {key: entry[key] for key in ("notebook", "verdict", "parameters", "stands_on")}
        return cls(step=step, why="", seconds=0.0, **parts)

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
class Job:
    """What all steps of one run share.

    `shown` are the folders that the executed notebooks name: where client and run lie, or will lie.
    """

    client: Client
    target: Path
    shown: Mapping[str, str]
    work: Path
    previous: Previous
    inputs: Mapping[str, str]
    books: Mapping[str, Notebook]
    settings: Settings
    overrides: tuple[str, ...]
    in_cells: bool
    wanted: tuple[str, ...]
    fresh: bool
    progress: Progress
    look: Look = USUAL

    def why(self, step: str) -> str:
        """Why a step must run whatever the earlier results are; empty where that depends on them."""
        stands_on = {part: sha for part, sha in self.stands_on(step).items() if part != "upstream"}
        return why_run(self.previous.step(step), stands_on, fresh=self.fresh)

    def stands_on(self, step: str, files: Mapping[str, str] | None = None) -> dict[str, str]:
        """Everything that could change a step's result. Every earlier result counts: a step may read any of them.

        `files` has the SHA-256 of the run's files by path where they are known; else they are read.
        """
        results_before = {name: f"results/{name}.json" for name in takewhile(step.__ne__, self.books)}
        if files is None:
            files = {
                path: file_digest(self.work / path) for path in results_before.values() if (self.work / path).is_file()
            }
        return {
            "notebook": self.books[step].sha256,
            "inputs": digest(self.inputs),
            "parameters": digest(self.settings.of_step(step)),
            "upstream": digest({name: files[path] for name, path in results_before.items() if path in files}),
            **self._plan_of(step),
            "code": code_digest(),
            "versions": digest(versions()),
        }

    def _plan_of(self, step: str) -> dict[str, str]:
        """What the step shows of the plan beside the values: scenarios, and who decided what and why."""
        file = {Step.BREAK_EVEN: SCENARIOS_FILE, Step.CLIENT_REPORT: DECISIONS_FILE}.get(Step(step))
        if file is None:
            return {}
        path = self.client.folder / file
        return {"plan": file_digest(path) if path.is_file() else "none"}


class Chain:
    """Runs the steps of a job.

    The kernels are stopped where the client's data are at fault, for the run is then over. `width` counts steps at a
    time: one more than there are processors by default, because some only wait.
    """

    def __init__(self, job: Job, kernels: Kernels, *, width: int | None = None) -> None:
        self.job, self.kernels = job, kernels
        self.width = width or (os.cpu_count() or 1) + 1
        self.futures: dict[str, Future[StepRun | None]] = {}
        self.over: NotebookError | None = None
        self.failures: dict[str, NotebookError] = {}
        self._lock = threading.Lock()

    def run(self) -> tuple[StepRun, ...]:
        """All steps that have a result, in order; `failures` has those that failed, by step.

        NotebookError says that the client's data are at fault, so the other steps were stopped; that the run was
        stopped; or that no step has a result.
        """
        with ThreadPoolExecutor(self.width, thread_name_prefix="step") as pool:
            try:
                for step in self.job.books:
                    self.futures[step] = pool.submit(self._step, step)
                done = [future.result() for future in self.futures.values()]
            except BaseException as error:
                self.kernels.stop()
                pool.shutdown(cancel_futures=True)
                if self.over and isinstance(error, (NotebookError, CancelledError)):
                    raise self.over from None
                raise
        if self.failures and (self.kernels.stopped or not any(done)):  # an interrupt is no failure of a step
            raise next(iter(self.failures.values()))
        steps = [step for step in done if step]  # each with what it stood on, now that all earlier results are there
        return tuple(replace(s, stands_on=self.job.stands_on(s.step)) if s.ran else s for s in steps)

    def _step(self, step: str) -> StepRun | None:
        try:
            return self._wanted(step) if step in self.job.wanted else self._other(step)
        except NotebookError as error:
            with self._lock:  # the first is the cause, the others were stopped because of it
                if self.over or error.clients_fault:
                    self.over = self.over or error
                else:
                    self._leave_out(error)
                    return None
            self.kernels.stop()
            raise

    def _leave_out(self, error: NotebookError) -> None:
        """The others go on without this step, as they do where it has not been run."""
        self.failures[error.step] = error
        record_failure(error.step, str(error), self.job.work / "results")
        self.job.progress(f"{error.step} ... failed")

    def _wanted(self, step: str) -> StepRun:
        why = self.job.why(step)
        if not why:
            self._wait_for_earlier(step)
            why = why_run(self.job.previous.step(step), self.job.stands_on(step), fresh=False)
        return self._executed(step, why) if why else self._kept(step)

    def _other(self, step: str) -> StepRun | None:
        self._wait_for_earlier(step)
        return self._kept(step) if self.job.previous.step(step) else None

    def _wait_for_earlier(self, step: str) -> None:
        for before in self._earlier(step):
            self.futures[before].result()

    def _earlier(self, step: str) -> list[str]:
        names = list(self.job.books)
        return names[: names.index(step)]

    def _kept(self, step: str) -> StepRun:
        job, entry = self.job, self.job.previous.step(step)
        assert entry is not None, step
        job.previous.hand_on(job.work, f"notebooks/{entry['notebook']}", f"results/{step}.json")
        stale = why_run(entry, job.stands_on(step), fresh=False)
        job.progress(f"{step} ... {entry['verdict']} (kept{f', although {stale}' if stale else ''})")
        return StepRun.kept(step, entry)

    def _executed(self, step: str, why: str) -> StepRun:
        job, book, began = self.job, self.job.books[step], time.perf_counter()
        values = cell_values(book, job.settings) if job.in_cells else {}
        execute(
            book,
            kernels=self.kernels,
            values={**values, **folders(job.client.folder, job.work)},
            shown=job.shown,
            target=job.work / "notebooks" / book.path.name,
            environment={
                AWAITED: ",".join(
                    name for name in self._earlier(step) if name in job.wanted or job.previous.step(name)
                ),
                SETTINGS: json.dumps(job.settings.values),
                FACTS: str(job.work / "facts"),
            },
        )
        result = load(step, job.work / "results")
        if result is None:
            raise NotebookError(step, None, "the notebook ran but recorded no result (record(result, results_dir))")
        verdict, seconds = result.verdict.status.value, time.perf_counter() - began
        job.progress(f"{step} ... {verdict} ({seconds:.1f} s; {why})")
        return StepRun(
            step=step,
            notebook=book.path.name,
            verdict=verdict,
            why=why,
            seconds=seconds,
            parameters=job.settings.of_step(step),
            stands_on={},
        )


def folders(client_dir: Path, run_dir: Path) -> dict[str, str]:
    """The two parameters that every notebook has."""
    return {"client_dir": str(client_dir), "results_dir": str(run_dir / "results")}


def folders_shown(client_dir: Path, run_dir: Path) -> dict[str, str]:
    """The two as a notebook of the run shows them: seen from it, so that the same run elsewhere has the same bytes."""
    notebooks = run_dir / "notebooks"
    try:
        client = Path(os.path.relpath(client_dir, notebooks)).as_posix()
    except ValueError:  # on another drive of Windows
        client = str(client_dir)
    return {"client_dir": client, "results_dir": "../results"}
