"""One client of a portfolio: fetched, run, put back. Done twice it is done once: the second time, all is kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.facts.engines.places import EngineError
from referral_playbook.run.client.chain import folders_shown
from referral_playbook.run.client.folder import FolderError
from referral_playbook.run.client.run_client import run_client
from referral_playbook.run.client.surroundings import Setting
from referral_playbook.run.kernels.failures import KernelStoppedError, NotebookError
from referral_playbook.run.kernels.forks import CallDiedError, WarmGoneError
from referral_playbook.run.kernels.shared import OF_THIS_PROCESS
from referral_playbook.run.machine import describe_fault
from referral_playbook.run.portfolio.findings import Findings
from referral_playbook.run.portfolio.places import PlaceError, place_at


class Blame(StrEnum):
    """Whose fault a failure is, and so who has to do something."""

    CLIENT = "client's data"
    NOTEBOOK = "notebook"
    WORKER = "worker"
    PLAYBOOK = "playbook"


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a worker is told: plain values, for it may be another machine.

    `source` and `out` are folders or URLs (see `places`), `options` those of `run_client`.
    """

    client: str
    source: str
    out: str
    notebooks: str | None = None
    width: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one client: findings, or whose fault it is that there are none, and why.

    `again` where a worker or a kernel was lost, so that another try may go well.
    """

    client: str
    findings: Findings | None = None
    blame: Blame | None = None
    why: str = ""
    again: bool = False
    ran: int = 0
    kept: int = 0
    seconds: float = 0.0


def run_one(task: Task) -> Outcome:
    """Run one client; its failure is an outcome, not an error."""
    began = time.perf_counter()
    try:
        return _run(task, began)
    except ClientFaultError as error:
        return _failed(task, began, Blame.CLIENT, str(error))
    except NotebookError as error:
        return _stopped(task, began, error)
    except (WarmGoneError, CallDiedError) as error:
        return _failed(task, began, Blame.WORKER, str(error), again=True)
    except (PlaceError, FolderError, EngineError, KernelStoppedError) as error:
        return _failed(task, began, Blame.WORKER, str(error))
    except OSError as error:
        return _failed(task, began, Blame.WORKER, describe_fault(error))
    except Exception as error:  # ours, but the other clients are not to suffer from it
        return _failed(task, began, Blame.PLAYBOOK, f"{type(error).__name__}: {error}")


def _folders_shown(client: str, run: str) -> dict[str, str]:
    """The folders as notebooks name them: one as seen from the other, or addresses where one is an address."""
    if "://" in client or "://" in run:
        return {"client_dir": client, "results_dir": f"{run}/results"}
    return folders_shown(Path(client), Path(run))


def _run(task: Task, began: float) -> Outcome:
    source, out = place_at(task.source), place_at(task.out)
    with source.client(task.client) as client_dir, out.run(task.client) as place:
        try:
            done = run_client(
                client_dir,
                place.target,
                progress=lambda line: None,
                notebooks=Path(task.notebooks) if task.notebooks else None,
                setting=Setting(
                    kernels=OF_THIS_PROCESS.lend,
                    width=task.width,
                    previous=place.previous,
                    shown=_folders_shown(source.shown(task.client), out.shown(task.client)),
                ),
                **task.options,
            )
        except (ClientFaultError, NotebookError) as error:
            _without_folder(error, client_dir, task.client)
            raise
        if done.failures:  # the client's report is there and says so
            _without_folder(done.failures[0], client_dir, task.client)
            return _stopped(task, began, done.failures[0])
        findings = Findings.of(place.folder)
    ran = sum(step.ran for step in done.steps)
    return Outcome(
        client=task.client, findings=findings, ran=ran, kept=len(done.steps) - ran, seconds=time.perf_counter() - began
    )


def _without_folder(error: Exception, folder: Path, name: str) -> None:
    """Name the client's files as they are in its folder: where that lies on this worker is nobody's business."""
    for place in {str(folder), str(folder.resolve())}:
        error.args = tuple(str(arg).replace(f"{place}/", "").replace(place, name) for arg in error.args)


def _stopped(task: Task, began: float, error: NotebookError) -> Outcome:
    blame = Blame.WORKER if error.died else Blame.CLIENT if error.clients_fault else Blame.NOTEBOOK
    return _failed(task, began, blame, str(error), again=error.died)


def _failed(task: Task, began: float, blame: Blame, why: str, *, again: bool = False) -> Outcome:
    return Outcome(client=task.client, blame=blame, why=why, again=again, seconds=time.perf_counter() - began)
