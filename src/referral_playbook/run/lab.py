"""`playbook lab`: the notebooks with a client's data and parameters filled in, for a live session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from referral_playbook.contract.client import read_client
from referral_playbook.contract.statements import settle, statements_of_overrides
from referral_playbook.run.client.execute import tidy, with_parameters, write_whole
from referral_playbook.run.client.parameters import cell_values, settings_for
from referral_playbook.run.client.plan import find_notebooks
from referral_playbook.run.client.run_client import default_out


def prepare_lab(
    client_dir: str | Path,
    out_dir: str | Path | None = None,
    *,
    overrides: Iterable[str] = (),
    notebooks: Path | None = None,
) -> Path:
    """Write the notebooks, not run, into ``<run folder>/../<client>-lab/notebooks``; return that folder.

    They read and write results of their own, beginning with those of the client's run where there is one:
    trying things out does not change a run that was reported.

    Raises
    ------
    ClientError
        client.toml or a parameter is at fault.
    """
    found = find_notebooks(notebooks)
    client = read_client(Path(client_dir).resolve())
    overrides = tuple(overrides)
    settings_for(client, overrides)
    asked = settle(statements_of_overrides(overrides))  # the client's own are read again whenever a notebook is run
    run = Path(out_dir or default_out(client_dir)).resolve()
    lab = run.with_name(f"{run.name}-lab")
    _begin_with(run, lab)
    folders = {"client_dir": str(client.folder), "results_dir": str(lab / "results")}
    for book in found.values():
        given = {**folders, **cell_values(book, asked)}
        node = with_parameters(book, given)
        for cell in node.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None  # those of the sample client
        tidy(node, given, {})
        write_whole(node, lab / "notebooks" / book.path.name)
    return lab / "notebooks"


def _begin_with(run: Path, lab: Path) -> None:
    for name in ("results", "facts"):
        if (run / name).is_dir():
            shutil.copytree(run / name, lab / name, dirs_exist_ok=True)
    (lab / "notebooks").mkdir(parents=True, exist_ok=True)


def open_lab(folder: Path) -> int:
    """Start JupyterLab there and wait until it ends; return its exit code."""
    command = [sys.executable, "-m", "jupyter", "lab", "--ServerApp.root_dir", str(folder)]
    return subprocess.run(command, env={**os.environ}, check=False).returncode
