"""What all commands share: exit codes, messages instead of traces, and how much is said."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

import click

from referral_playbook.contract.names import STEPS

CLIENT_AT_FAULT, USAGE, NOTEBOOK_FAILED, CHANGED, MACHINE, INTERRUPTED = 1, 2, 3, 4, 5, 130


class Level(IntEnum):
    """How much a command says: `-q` only results and faults, `-v` also our own trace of a fault."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


_state = {"level": Level.NORMAL}
"""For the whole process, because steps are told of from threads, which have no context of click's."""


def set_level(level: Level) -> None:
    """Say this much from now on."""
    _state["level"] = level


def level() -> Level:
    """The level that the user asked for."""
    return _state["level"]


def say(line: str) -> None:
    """Print a line for the reader; with `-q` nothing."""
    if level() > Level.QUIET:
        click.echo(line)


class StepProgress:
    """Tells each step, and on a terminal how many are done and about how long the rest takes.

    The clock counts seconds from anywhere. Somebody watches (`live`) where the output is a terminal.
    """

    def __init__(self, total: int, *, clock: Callable[[], float] = time.monotonic, live: bool | None = None) -> None:
        self.total, self.clock, self.began, self.done = total, clock, clock(), 0
        self.live = sys.stdout.isatty() if live is None else live

    def __call__(self, line: str) -> None:
        """Tell one line of a run; those of steps begin with the step's name."""
        if self.live and line.split(" ...")[0] in STEPS:
            self.done += 1
            line = f"[{self.done}/{self.total}] {line}{self._left()}"
        say(line)

    def _left(self) -> str:
        remaining = self.total - self.done
        seconds = (self.clock() - self.began) / self.done * remaining
        return f", about {seconds:.0f} s left" if remaining and seconds >= 1 else ""


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


class Commands(click.Group):
    """Commands of which what goes wrong becomes a message and an exit code; a fault of ours shows its trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command that was asked for."""
        with faults():
            return super().invoke(ctx)


@contextmanager
def faults() -> Iterator[None]:
    """Turn what can go wrong into a message and an exit code."""
    from referral_playbook.contract.client_toml.problems import ClientFaultError, CommandFaultError
    from referral_playbook.run.kernels.failures import NotebookError

    try:
        yield
    except ClientFaultError as error:
        leave(CLIENT_AT_FAULT, str(error))
    except CommandFaultError as error:
        leave(USAGE, str(error))
    except NotebookError as error:
        leave(CLIENT_AT_FAULT if error.clients_fault else NOTEBOOK_FAILED, str(error))
    except OSError as error:  # what the client gave is refused before: this is the disk or the rights on it
        from referral_playbook.run.machine import describe_fault

        leave(MACHINE, describe_fault(error))
    except KeyboardInterrupt:
        leave(INTERRUPTED, "Stopped; the previous run is as it was.")


def near(path: Path) -> Path:
    """A path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
