"""An error in a cell as a reader wants it: one sentence that says what to do, and the traceback one click away."""

from __future__ import annotations

import html
import re
import sys
from typing import Any

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.show.words import clean, escaped

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_STYLE = "border-left:4px solid #9c3b00;padding:0.4em 0.8em;background:#fdf3ee;color:#1b1d1f"
OURS = "This is a fault of the playbook or of a change in a cell, not of the client's data."


def advice(error: BaseException) -> str:
    """What went wrong and what to do, in a sentence or two.

    Examples
    --------
    >>> advice(NameError("name 'found' is not defined", name="found"))
    'This cell needs a cell above it that was not run. Choose Run > Run All Cells.'
    >>> advice(ValueError("uplift = 0: give a number above 0"))
    'uplift = 0: give a number above 0. Correct the value, then run the notebook again.'
    """
    message = clean(str(error)).rstrip(".")
    if isinstance(error, ClientFaultError):
        return f"{message}. Then run the notebook again."
    if isinstance(error, NameError):
        return "This cell needs a cell above it that was not run. Choose Run > Run All Cells."
    if isinstance(error, ModuleNotFoundError):
        return f"{message}. Install it, then choose Kernel > Restart Kernel and Run All Cells."
    if isinstance(error, ValueError):
        return f"{message}. Correct the value, then run the notebook again."
    if isinstance(error, KeyboardInterrupt):
        return "You stopped this cell. Choose Run > Run All Cells to go on."
    if isinstance(error, OSError):
        return f"{message}. Check that the file is there and that the disk is not full, then run the notebook again."
    return f"{type(error).__name__}: {message}. {OURS} Undo the change, or open the lab again with --fresh."


def error_html(error: BaseException, trace: str) -> str:
    """The advice as HTML, with the traceback folded below it.

    Examples
    --------
    >>> "<summary>Show the traceback</summary>" in error_html(ValueError("<b>"), "line 1")
    True
    """
    plain = html.escape(_COLOURS.sub("", trace))
    return (
        f'<div role="alert" class="playbook-error" style="{_STYLE}"><p><b>{escaped(advice(error))}</b></p>'
        f"<details><summary>Show the traceback</summary><pre>{plain}</pre></details></div>"
    )


def show_errors_plainly() -> None:
    """From now on show errors of this kernel's cells as advice; outside a kernel nothing happens."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return
    original = shell._showtraceback

    def show(kind: Any, error: BaseException, lines: list[str]) -> None:
        from IPython.display import HTML, display

        display(HTML(error_html(error, "\n".join(lines))))  # type: ignore[no-untyped-call]
        original(kind, error, [advice(error)])

    shell._showtraceback = show
