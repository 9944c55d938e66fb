"""`playbook lab`: a start page and the notebooks with a client's data and parameters filled in, for a live session."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import v4

from referral_playbook.contract.client import Client, read_client
from referral_playbook.contract.statements import settle, statements_of_overrides
from referral_playbook.run.client.checking import check_client
from referral_playbook.run.client.execute import tidy, with_parameters, write_whole
from referral_playbook.run.client.manifest import PACKAGE
from referral_playbook.run.client.parameters import cell_values, settings_for
from referral_playbook.run.client.plan import Notebook, find_notebooks, notebooks_dir
from referral_playbook.run.client.run_client import default_out
from referral_playbook.run.start_page import begin_session, start_page

BOOK: Any = v4
START = "start.ipynb"
WRITTEN = "written.json"
"""What we wrote into a session, by hash: a notebook that differs from it was edited and is kept."""
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}
"""No news pop-up, and every figure is drawn before one scrolls to it."""


@dataclass(frozen=True, kw_only=True)
class Lab:
    """A session that is ready to open: its `folder`, and the notebooks that were edited before and are `kept`."""

    folder: Path
    kept: tuple[str, ...]


def prepare_lab(
    client_dir: str | Path,
    out_dir: str | Path | None = None,
    *,
    overrides: Iterable[str] = (),
    notebooks: Path | None = None,
    show_code: bool = False,
    fresh: bool = False,
) -> Lab:
    """Write a start page and the notebooks, not run, into ``<run folder>/../<client>-lab``.

    They read and write results of their own, beginning with those of the client's run where there is one: trying
    things out does not change a run that was reported. A notebook that was edited in an earlier session is kept with
    the results made in it, unless `fresh`.

    Parameters
    ----------
    show_code : bool
        Leave the code of the notebooks unfolded.
    fresh : bool
        Begin again from the client's run, without the edits and results of earlier sessions.

    Raises
    ------
    ClientError, IntakeError
        client.toml, a parameter or a table is at fault: `playbook check` names the same faults.
    """
    found = find_notebooks(notebooks)
    client = read_client(Path(client_dir).resolve())
    overrides = tuple(overrides)
    settings_for(client, overrides)
    list(check_client(client.folder))
    run = Path(out_dir or default_out(client_dir)).resolve()
    lab = run.with_name(f"{run.name}-lab")
    if fresh:
        shutil.rmtree(lab, ignore_errors=True)
    _begin_with(run, lab)
    written = _written(lab)
    asked = settle(statements_of_overrides(overrides))  # the client's own are read again whenever a notebook is run
    kept_notebooks = []
    for book in found.values():
        target = lab / "notebooks" / book.path.name
        if target.is_file() and _digest(target) != written.get(book.path.name):
            kept_notebooks.append(book.path.name)
            continue
        _write_notebook(book, target, client, lab / "results", cell_values(book, asked), show_code)
        written[book.path.name] = _digest(target)
    (lab / WRITTEN).write_text(json.dumps(written, indent=1), encoding="utf-8")
    _write_start(lab, client)
    return Lab(folder=lab, kept=tuple(kept_notebooks))


def _begin_with(run: Path, lab: Path) -> None:
    """Copy the run's results and facts where the session has none, and the chapters that notebooks link to."""
    (lab / "notebooks").mkdir(parents=True, exist_ok=True)
    for name in ("results", "facts"):
        if (run / name).is_dir() and not (lab / name).is_dir():
            shutil.copytree(run / name, lab / name)
            if name == "results":
                begin_session(lab / name)
    (lab / "results").mkdir(exist_ok=True)
    if (run / "report.html").is_file():
        shutil.copy2(run / "report.html", lab / "report.html")
    chapters = chapters_dir()
    if chapters.is_dir():
        shutil.copytree(chapters, lab / "playbook", dirs_exist_ok=True)


def chapters_dir() -> Path:
    """The written chapters: beside the notebooks, in a checkout and in an installed package alike."""
    beside = notebooks_dir().with_name("playbook")
    return beside if beside.is_dir() else PACKAGE.parents[1] / "playbook"


def _written(lab: Path) -> dict[str, str]:
    path = lab / WRITTEN
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _digest(path: Path) -> str:
    """Hash of a notebook's sources: running it is no edit."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def _write_notebook(
    book: Notebook, target: Path, client: Client, results: Path, values: dict[str, Any], show_code: bool
) -> None:
    injected = {"client_dir": str(client.folder), "results_dir": str(results), **values}
    node = with_parameters(book, injected)
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None  # those of the sample client
            if not show_code:
                cell.metadata["jupyter"] = {"source_hidden": True}
    tidy(node, injected, {})
    write_whole(node, target)


def _write_start(lab: Path, client: Client) -> None:
    page = start_page(client.folder, lab / "results")
    code = (
        "from referral_playbook.run.start_page import start_page\n\n"
        f"start_page({str(client.folder)!r}, {str(lab / 'results')!r})"
    )
    memo = "[Open the memo](report.html). " if (lab / "report.html").is_file() else ""
    intro = (
        f"# {_plain(client.name)}\n\nData up to {client.as_of.isoformat()}. {memo}"
        "Open a step, choose *Run > Run All Cells*, then come back here and run the cell below to see where you stand."
    )
    cell = BOOK.new_code_cell(code, metadata={"jupyter": {"source_hidden": True}}, id="where-you-stand")
    data = {"text/html": page.html, "text/plain": page.text}
    cell.outputs = [BOOK.new_output("display_data", data=data)]
    node = BOOK.new_notebook(cells=[BOOK.new_markdown_cell(intro, id="start"), cell])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    write_whole(node, lab / START)


def _plain(text: str) -> str:
    """Client text in Markdown: letters, digits and spaces only, so that it is neither markup nor a link."""
    return "".join(c if c.isalnum() or c in " .,&-" else " " for c in text)


def open_lab(folder: Path, options: Sequence[str] = (), *, present: bool = False) -> int:
    """Start JupyterLab at the start page and wait until it ends; return its exit code.

    Parameters
    ----------
    options
        Passed on to ``jupyter lab`` (``--port 8899``, ``--no-browser``).
    present : bool
        Serve the notebooks with Voila, without any code, where it is installed.
    """
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    if present:
        command = [sys.executable, "-m", "voila", str(folder), "--enable_nbextensions=True", *options]
    else:
        settings = _settings(folder)
        command = [
            sys.executable,
            "-m",
            "jupyter",
            "lab",
            "--ServerApp.root_dir",
            str(folder),
            "--LabApp.default_url",
            f"/lab/tree/{START}",
            "--LabApp.user_settings_dir",
            str(settings),
            *root,
            *options,
        ]
    return subprocess.run(command, env={**os.environ}, check=False).returncode


def _settings(folder: Path) -> Path:
    settings = folder / ".settings"
    for name, values in SETTINGS.items():
        path = settings / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    return settings
