"""What a fork of the warm process becomes: one call of a function, or calls of one that runs notebooks."""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

PR_SET_PDEATHSIG = 1


def become(request: dict[str, Any], *, parent: int, channel: Sequence[int] = ()) -> NoReturn:
    """Do what is asked and end; never return, for this is another process than its caller was.

    The request says what to be (`notebooks` or `call`) with which arguments, and names the folder, the log file and the
    environment. Notebooks are asked for on the `channel`. The process dies with its `parent`, the warm process.
    """
    code = 1
    try:
        _die_with(parent)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with _while_wanted():
            _settle(request)
        code = BE[request["be"]](*channel, **request["arguments"])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


@contextmanager
def _while_wanted() -> Iterator[None]:
    """End without a word where the folders of the fork are gone: the run was stopped and has cleared them."""
    try:
        yield
    except FileNotFoundError:
        os._exit(1)


def _die_with(parent: int) -> None:
    """Be killed when the warm process is, however that ends; a group of its own, so that what it starts dies too."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was already too late
        os._exit(1)


def _settle(request: dict[str, Any]) -> None:
    """Folder, environment, log file and random numbers of its own."""
    _move(request["cwd"], request["environment"])
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)


def _move(folder: str, environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    os.chdir(folder)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # or all kernels would draw the same "random" numbers


def _reply(function: str, arguments: Mapping[str, Any]) -> str:
    """Call ``module:name``; what it returns, or how it failed, as JSON."""
    from referral_playbook.contract.client_toml.problems import ClientFaultError
    from referral_playbook.facts.engines.places import EngineError
    from referral_playbook.run.machine import fault_of_machine

    module, _, name = function.partition(":")
    try:
        reply: dict[str, Any] = {"value": getattr(importlib.import_module(module), name)(**arguments)}
    except ClientFaultError as error:
        reply = {"clients_fault": str(error)}
    except EngineError as error:
        reply = {"engines_fault": str(error)}
    except Exception as error:
        reply = {"trace": traceback.format_exc()}
        if fault := fault_of_machine(error):
            reply = {"machines_fault": [fault.errno, fault.strerror, fault.filename]}
    return json.dumps(reply, default=str)


def _call(function: str, arguments: dict[str, Any], answer: str) -> int:
    """Make one call, and write the reply to the file `answer`."""
    Path(answer).write_text(_reply(function, arguments), encoding="utf-8")
    return 0


def serve(requests: Iterable[bytes], record: int) -> int:
    """Make a call for each request, a line of JSON; the reply is a line on the file descriptor `record`.

    The function gets `record` too, to note there what would be lost if this process died.
    """
    for line in requests:
        request = json.loads(line)
        with _while_wanted():
            _move(request["folder"], request["environment"])
        os.write(record, _reply(request["function"], {**request["arguments"], "record": record}).encode() + b"\n")
    return 0


def _notebooks(channel: int) -> int:
    """Run notebooks until nobody is left to ask for more."""
    with open(channel, "rb") as requests:
        return serve(requests, channel)


BE: dict[str, Callable[..., int]] = {"notebooks": _notebooks, "call": _call}
