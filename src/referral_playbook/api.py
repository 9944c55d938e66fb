"""The front door in Python: open a client, run the playbook, read a result."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referral_playbook.contract.evidence import StepResult

if TYPE_CHECKING:
    from referral_playbook.facts.engagement import Engagement
    from referral_playbook.run.client.run_client import RunOutcome


def open_client(client_dir: str | Path, results_dir: str | Path | None = None) -> Engagement:
    """Open a client folder: its tables as facts, its parameters, and the results of earlier steps.

    Parameters
    ----------
    client_dir
        Folder with client.toml and the tables.
    results_dir
        Where steps read and write results. Default: ``reports/<client folder>/results``.

    Returns
    -------
    Engagement
        What every step takes: ``break_even.find(client, client.parameters_of("break_even"))``.

    Raises
    ------
    ClientError, IntakeError
        client.toml, a parameter or a table is at fault; every fault is listed with its place and what to do.
    """
    from referral_playbook.facts.engagement import open_engagement
    from referral_playbook.run.client.run_client import default_out

    return open_engagement(client_dir, results_dir or default_out(client_dir) / "results")


def run(
    client_dir: str | Path,
    out_dir: str | Path | None = None,
    *,
    set: Mapping[str, Any] | None = None,
    steps: Iterable[str] | None = None,
    fresh: bool = False,
) -> RunOutcome:
    """Run a client's notebooks and write the run folder: memo, evidence, results, lists and workbook.

    Parameters
    ----------
    client_dir
        Folder with client.toml and the tables.
    out_dir
        The run folder. Default: ``reports/<client folder>``.
    set
        Parameters for this run, like ``--set``: ``{"conversion_rate": 0.08}``. A shared one reaches every step.
    steps
        Only these; the others are taken from the previous run.
    fresh
        Run every step, changed or not.

    Returns
    -------
    RunOutcome
        ``folder``, ``report`` and what each step did.

    Raises
    ------
    ClientError, IntakeError
        client.toml, a parameter or a table is at fault.
    NotebookError
        A notebook stopped; the previous run folder is as it was.
    """
    from referral_playbook.run.client.run_client import run_client

    overrides = [f"{name}={_as_text(value)}" for name, value in (set or {}).items()]
    return run_client(client_dir, out_dir, overrides=overrides, steps=steps, fresh=fresh, progress=lambda line: None)


def _as_text(value: Any) -> str:
    return "None" if value is None else json.dumps(value, ensure_ascii=False)


def read_result(path: str | Path, step: str | None = None) -> StepResult:
    """Read one step's result: its verdict, and every estimate with range, basis and source.

    Parameters
    ----------
    path
        A result file, or with `step` a run folder.
    step
        The step's name, such as ``"break_even"``.

    Raises
    ------
    FileNotFoundError
        The step has no result there.
    """
    file = Path(path) if step is None else Path(path) / "results" / f"{step}.json"
    if not file.is_file():
        raise FileNotFoundError(f"{file}: no such result. Run the client first: rp.run('clients/acme')")
    return StepResult.from_dict(json.loads(file.read_text(encoding="utf-8")))


def explain(name: str, client_dir: str | Path | None = None) -> str:
    """What a number is, how it is computed, and for a client what it stands on (see ``playbook explain``).

    Examples
    --------
    >>> print(explain("break_even.unit_contribution").splitlines()[0])
    break_even.unit_contribution: Contribution of one more conversion
    """
    from referral_playbook.run.explain import explained

    return explained(name, client_dir)
