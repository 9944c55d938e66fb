"""All steps on one client folder in this process, without kernels: the parameters are resolved as a run does."""

from __future__ import annotations

import os
import re
import shutil
import time
import traceback
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from unittest import mock

from clocks import words_of
from plain_run import run_plain
from writings import recorded

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.names import STEPS
from referral_playbook.facts.fresh import ensure_facts
from referral_playbook.run.client.parameters import settings_for
from referral_playbook.run.report.memo.memo import write_memo
from referral_playbook.run.report.workbook import write_workbook

OK, REFUSED, CRASHED = 0, 1, 3
FEW_DRAWS = {"break_even": {"draws": 4_000}}
"""The number of futures changes how smooth a range is, not what can go wrong."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one client: `code` is the exit code that `playbook run` would give."""

    code: int
    message: str = ""
    results: Mapping[str, StepResult] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    shown: tuple[tuple[str, str], ...] = ()
    two_ways: tuple[str, ...] = ()
    """Numbers that the memo shows with different digits in two places."""


def run_folder(client_dir: Path, *, steps: Iterable[str] = STEPS, what_ifs: bool = True) -> Outcome:
    """Run a client folder through every step; a refusal and a crash are outcomes, not errors.

    Without `what_ifs` the tables of the sliders are not computed, which is a third of the time.
    """
    left_out = nullcontext() if what_ifs else mock.patch("referral_playbook.show.whatif._grid", return_value=[])
    with left_out, recorded() as written:
        outcome = _run(client_dir, steps)
    memo = "\n".join(words_of(html) for name, html in outcome.shown if name == "memo")
    return replace(outcome, two_ways=tuple(written.two_ways(memo)))


def _run(client_dir: Path, steps: Iterable[str]) -> Outcome:
    work = Path(mkdtemp(prefix="monkey-run-"))
    results: dict[str, StepResult] = {}
    seconds: dict[str, float] = {}
    shown: list[tuple[str, str]] = []
    step = "facts"
    try:
        settings = settings_for(read_client(client_dir))
        ensure_facts(client_dir, work / "facts")
        for step in steps:
            began = time.process_time()
            own = {} if "draws" in settings.values else FEW_DRAWS.get(step, {})
            html: list[str] = []
            results |= run_plain(
                client_dir, work / "results", rendered=False, steps=[step], parameters={step: own}, keep=html
            )
            shown += [(step, text) for text in html]
            seconds[step] = time.process_time() - began
        step = "memo"
        if results:
            shown.append(("memo", write_memo(work).read_text(encoding="utf-8")))
        write_workbook(work)
    except ClientFaultError as refused:
        return Outcome(code=REFUSED, message=str(refused), results=results, seconds=seconds)
    except Exception:
        message = f"{step}: {_where(traceback.format_exc())}"
        return Outcome(code=CRASHED, message=message, results=results, seconds=seconds, shown=tuple(shown))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Outcome(code=OK, results=results, seconds=seconds, shown=tuple(shown))


def _where(trace: str) -> str:
    """A traceback without the lines of other people's code."""
    frames = re.findall(r'  File "([^"]*(?:referral_playbook|ipynb)[^"]*)", line (\d+), in (.*)', trace)
    places = [f"{Path(file).name}:{line} {name}" for file, line, name in frames]
    return " > ".join([*places[-4:], trace.strip().splitlines()[-1]])


os.environ.setdefault("MPLBACKEND", "Agg")
