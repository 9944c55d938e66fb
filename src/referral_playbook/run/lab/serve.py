"""Open a session: JupyterLab at its start page, or the notebooks without code for the client's screen."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from nbconvert.filters.markdown import markdown2html

from referral_playbook.run.lab.prepare import START
from referral_playbook.run.lab.start_page import PRESENT

HERE = Path(__file__).parent
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title><style>{css}</style></head><body>"
)
PAGE += "<p><a href='{start}'>Back to the start page</a></p>{body}</body></html>"
CSS = "body{font:18px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
CSS += "td,th{border-bottom:1px solid #ccc;padding:.3em .6em;text-align:left}pre{white-space:pre-wrap}"
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/apputils-extension/themes.jupyterlab-settings": {
        "overrides": {"content-font-size1": "16px", "code-font-size": "14px", "ui-font-size1": "14px"},
    },
    "@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {
        "defaultViewers": {"markdown": "Markdown Preview"},
    },
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    "@jupyterlab/toc-extension/registry.jupyterlab-settings": {"maximalDepth": 2, "numberHeaders": False},
}
"""No news pop-up, larger letters, chapters as pages, and every figure is drawn before one scrolls to it."""
TOC = "@jupyterlab/toc:plugin"
LAYOUT = {
    "data": {
        "layout-restorer:data": {
            "main": {
                "dock": {"type": "tab-area", "currentIndex": 0, "widgets": [f"notebook:{START}"]},
                "current": f"notebook:{START}",
            },
            "left": {
                "collapsed": False,
                "visible": True,
                "current": TOC,
                "widgets": ["file-browser", "running-sessions", TOC],
            },
            "right": {"collapsed": True, "visible": True, "widgets": []},
            "relativeSizes": [0.24, 0.76, 0],
        },
        f"notebook:{START}": {"data": {"path": START, "factory": "Notebook"}},
    },
    "metadata": {"id": "default"},
}
"""The first view: the start page, with the table of contents beside it, wide enough for whole names."""
NOT_NEEDED = ("jupyter_lsp", "notebook_shim")
"""Extensions of the server that a session does without: each of them takes time at the start."""


def open_lab(folder: Path, options: Sequence[str] = (), *, present: bool = False) -> int:
    """Start a server for a session and wait until it ends; return its exit code.

    `options` are passed on to Jupyter (``--port 8899``, ``--no-browser``). To `present` is to show the notebooks
    without any code (Voila), for the client's screen.
    """
    command = _present(folder) if present else _lab(folder)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    # One thread per kernel: two that spin for each other make a moved slider answer later, not sooner.
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, **(_presenting() if present else {})}
    return subprocess.run([*command, *root, *options], env=environment, check=False).returncode


def free_port() -> int:
    """A port on which nothing listens, below those that the system hands to kernels while a server starts."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as taken, suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port between 20,000 and 30,000")


def _lab(folder: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.jpserver_extensions={_extensions()}",
        f"--LabApp.default_url=/lab/tree/{START}",
        f"--LabApp.user_settings_dir={_settings(folder)}",
        "--LabApp.extension_manager=readonly",  # nothing of a client's session asks another site
        f"--LabApp.workspaces_dir={_workspace(folder)}",
    ]


def _extensions(*, voila: bool = False) -> str:
    """Which extensions the server loads, as its command line takes it."""
    return repr(dict.fromkeys(NOT_NEEDED, False) | ({"voila.server_extension": True} if voila else {}))


def _settings(folder: Path) -> Path:
    settings = folder / ".settings"
    for name, values in SETTINGS.items():
        _write(settings / name, values)
    return settings


def _workspace(folder: Path) -> Path:
    """The layout that the lab opens with; one that the user left behind is kept."""
    place = folder / ".workspaces"
    if not any(place.glob("*.jupyterlab-workspace")):
        _write(place / "default-37a8.jupyterlab-workspace", LAYOUT)
    return place


def _write(path: Path, values: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")


def _present(folder: Path) -> list[str]:
    _write_chapters(folder / "playbook")
    return [
        *(sys.executable, "-m", "jupyter_server"),
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.default_url=/voila/render/{START}",
        "--ServerApp.open_browser=True",
        f"--ServerApp.jpserver_extensions={_extensions(voila=True)}",
        "--VoilaConfiguration.template=playbook",
        "--VoilaExecutor.cell_error_instruction=The sentence above says what to do.",
    ]


def _presenting() -> dict[str, str]:
    """Where Voila finds our template, and that links lead to pages."""
    paths = [str(HERE / "present"), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    return {PRESENT: "1", "JUPYTER_PATH": os.pathsep.join(paths)}


def _write_chapters(folder: Path) -> None:
    """The chapters as pages: on the client's screen there is nothing that would render Markdown."""
    for path in folder.glob("*.md"):
        body = markdown2html(path.read_text(encoding="utf-8")).replace('.md"', '.html"').replace(".md#", ".html#")
        page = PAGE.format(title=path.stem, css=CSS, start=f"/voila/render/{START}", body=body)
        path.with_suffix(".html").write_text(page, encoding="utf-8")
