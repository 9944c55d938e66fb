"""What all commands share: exit codes, messages instead of traces, and how much is said."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import NoReturn

import click

CLIENT_AT_FAULT, USAGE, NOTEBOOK_FAILED, CHANGED, INTERRUPTED = 1, 2, 3, 4, 130


class Level(IntEnum):
    """How much a command says: `-q` only results and faults, `-v` also our own trace of a fault."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


def level() -> Level:
    """The level that the user asked for."""
    context = click.get_current_context(silent=True)
    return Level.NORMAL if context is None else context.find_root().meta.get("level", Level.NORMAL)


def say(line: str) -> None:
    """Print a line for the reader; with `-q` nothing."""
    if level() > Level.QUIET:
        click.echo(line)


def result(line: str) -> None:
    """Print a line that was asked for, with `-q` too."""
    click.echo(line)


def leave(code: int, message: str) -> NoReturn:
    """Print a fault and end with its exit code; on a terminal its first line is red."""
    if level() is Level.VERBOSE and sys.exc_info()[0] is not None:
        click.echo(traceback.format_exc(), err=True)
    first, *rest = message.split("\n")
    click.secho(first, err=True, fg="red")  # click drops colours where the output is no terminal
    for line in rest:
        click.echo(line, err=True)
    sys.exit(code)


@contextmanager
def client_faults() -> Iterator[None]:
    """Turn a fault of the client's into a message and exit code 1; anything else shows its trace."""
    from referral_playbook.contract.client_problems import ClientFaultError

    try:
        yield
    except ClientFaultError as error:
        leave(CLIENT_AT_FAULT, str(error))


@contextmanager
def run_faults() -> Iterator[None]:
    """Turn what can go wrong in a run into a message and an exit code."""
    from referral_playbook.facts.engines import EngineError
    from referral_playbook.run.client.folder import FolderError
    from referral_playbook.run.client.plan import PlanError
    from referral_playbook.run.kernels.failures import NotebookError

    try:
        with client_faults():
            yield
    except (PlanError, FolderError, EngineError) as error:
        leave(USAGE, str(error))
    except NotebookError as error:
        leave(CLIENT_AT_FAULT if error.clients_fault else NOTEBOOK_FAILED, str(error))
    except KeyboardInterrupt:
        leave(INTERRUPTED, "Stopped; the previous run is as it was.")


def near(path: Path) -> Path:
    """A path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
