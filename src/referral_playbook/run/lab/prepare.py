"""Prepare a session: a start page and the notebooks with a client's data and parameters filled in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from referral_playbook.contract.client_toml.client import Client, read_client
from referral_playbook.contract.files import write_whole
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.session import NOTES, Opened, write_note
from referral_playbook.contract.settings.statements import settle, statements_of_overrides
from referral_playbook.contract.writing.dates import day
from referral_playbook.facts.fresh import fingerprint
from referral_playbook.run.client.checking import check_client
from referral_playbook.run.client.manifest import PACKAGE, file_digest, read_manifest
from referral_playbook.run.client.parameters import cell_values, settings_for
from referral_playbook.run.client.plan import Notebook, find_notebooks, notebooks_dir
from referral_playbook.run.client.run_client import default_out
from referral_playbook.run.lab.notebooks import digest, is_current, near, write_notebook
from referral_playbook.run.lab.start_page import start_page

BOOK: Any = nbformat.v4
START = "start.ipynb"
WRITTEN = "written.json"
"""What we wrote into a session, by hash: a notebook that differs from it was edited and is kept."""
TAKEN = f"{NOTES}/taken.json"
"""Results that a session took from a run, by hash: one that differs from it was made in the session."""
PAGES = ("report.html", "evidence.html", "report.pdf")


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

    `show_code` leaves the code of the notebooks unfolded. `fresh` begins again from the client's run, without the edits
    and results of earlier sessions.

    ClientError and IntakeError name the same faults as `playbook check`.
    """
    books = find_notebooks(notebooks)
    client = read_client(Path(client_dir).resolve())
    overrides = tuple(overrides)
    settings_for(client, overrides)
    list(check_client(client.folder))
    run = Path(out_dir or default_out(client_dir)).resolve()
    lab = run.with_name(f"{run.name}-lab")
    if fresh:
        shutil.rmtree(lab, ignore_errors=True)
    _begin_with(run, lab, client)
    # What client.toml says is read again whenever a notebook is run; the cell has only what was given for this session.
    settings = settle(statements_of_overrides(overrides))
    values = {step: cell_values(book, settings) for step, book in books.items()}
    kept = _write_notebooks(books, lab, run, client, values, show_code)
    _write_start(lab, client)
    return Lab(folder=lab, kept=kept)


def _write_notebooks(
    books: dict[str, Notebook], lab: Path, run: Path, client: Client, values: dict[str, dict[str, Any]], show_code: bool
) -> tuple[str, ...]:
    """Write every notebook that was not edited; the names of those that were."""
    written, kept, now = _noted(lab / WRITTEN), [], Opened.now(client.folder)
    for step, book in books.items():
        name = book.path.name
        target, ran = lab / "notebooks" / name, run / "notebooks" / name
        if target.is_file() and digest(target) != written.get(name):
            kept.append(name)
            continue
        shows = (
            ran.is_file() and not values[step] and _as_run(step, lab, run) and is_current(step, now, lab / "results")
        )
        write_notebook(
            book,
            target,
            client_dir=client.folder,
            values=values[step],
            show_code=show_code,
            ran=ran if shows else None,
        )
        written[name] = digest(target)
    (lab / WRITTEN).write_text(json.dumps(written, indent=1), encoding="utf-8")
    return tuple(kept)


def _as_run(step: str, lab: Path, run: Path) -> bool:
    """Whether the session's result of a step is still that of the run."""
    results = [folder / "results" / f"{step}.json" for folder in (lab, run)]
    return all(path.is_file() for path in results) and len({file_digest(path) for path in results}) == 1


def _begin_with(run: Path, lab: Path, client: Client) -> None:
    """Copy the run's results and facts where the session has none, and the pages that it links to."""
    (lab / "notebooks").mkdir(parents=True, exist_ok=True)
    (lab / NOTES).mkdir(exist_ok=True)
    if (run / "facts").is_dir() and not (lab / "facts").is_dir():
        shutil.copytree(run / "facts", lab / "facts")
    (lab / "results").mkdir(exist_ok=True)
    _take_results(run, lab, client)
    for name in PAGES:
        if (run / name).is_file():
            shutil.copy2(run / name, lab / name)
    chapters = chapters_dir()
    if chapters.is_dir():
        shutil.copytree(chapters, lab / "playbook", dirs_exist_ok=True)


def _take_results(run: Path, lab: Path, client: Client) -> None:
    """Take the results of the client's last run, except of steps that were run again in this session."""
    taken, opened = _taken(lab), _as_in(run, client)
    for step in STEPS:
        theirs, ours = (folder / "results" / f"{step}.json" for folder in (run, lab))
        made_here = ours.is_file() and file_digest(ours) != taken.get(step)
        if made_here or not theirs.is_file():
            continue
        shutil.copy2(theirs, ours)
        taken[step] = file_digest(ours)
    for step in taken:
        if file_digest(lab / "results" / f"{step}.json") == taken[step]:
            write_note(step, lab / "results", opened)
    (lab / TAKEN).write_text(json.dumps(taken, indent=1), encoding="utf-8")


def _taken(lab: Path) -> dict[str, str]:
    """Steps whose results were taken from a run, by their hash, as far as they are still there."""
    return {step: sha for step, sha in _noted(lab / TAKEN).items() if (lab / "results" / f"{step}.json").is_file()}


def _noted(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _as_in(run: Path, client: Client) -> Opened:
    """What the run's results were made from: the client as it is, unless it changed since that run."""
    manifest = read_manifest(run) or {}
    before, now = manifest.get("inputs", {}), fingerprint(client.folder)
    names = {**before, **now}.keys() - {"code"}
    changed = {name: "not as in the run" for name in names if before.get(name) != now.get(name)}
    settings = {name: row["value"] for name, row in manifest.get("parameters", {}).items()}
    opened = Opened.now(client.folder)
    return replace(opened, files={**opened.files, **changed}, settings=settings)


def chapters_dir() -> Path:
    """The written chapters: beside the notebooks, in a checkout and in an installed package alike."""
    beside = notebooks_dir().with_name("playbook")
    return beside if beside.is_dir() else PACKAGE.parents[1] / "playbook"


def _write_start(lab: Path, client: Client) -> None:
    page = start_page(client.folder, lab / "results")
    code = (
        "from referral_playbook.run.lab.start_page import start_page\n\n"
        f"start_page({near(client.folder, lab)!r}, 'results')"
    )
    intro = (
        f"# {_plain(client.name)}\n\nData up to {day(client.as_of)}. Open a step and choose *Run > Run All Cells*. "
        "Come back here and choose it again to see where you stand."
    )
    cell = BOOK.new_code_cell(code, metadata={"jupyter": {"source_hidden": True}}, id="where-you-stand")
    data = {"text/html": page.html, "text/plain": page.text}
    cell.outputs = [BOOK.new_output("display_data", data=data)]
    node = BOOK.new_notebook(cells=[BOOK.new_markdown_cell(intro, id="start"), cell])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    write_whole(lab / START, nbformat.writes(node) + "\n")


def _plain(text: str) -> str:
    """Client text in Markdown: letters, digits and spaces only, so that it is neither markup nor a link."""
    return "".join(c if c.isalnum() or c in " .,&-" else " " for c in text)
