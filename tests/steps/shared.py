"""What the tests of all steps share: the result of a step, its hand-over, small clients, ranges that hold the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.handover import load, record
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.tables import TABLES
from referral_playbook.facts.engagement import Engagement

EVERY_TABLE = tuple(TABLES)


def concluded(step: str, client: Engagement, **stated: Any) -> StepResult:
    """The result of a step under its defaults and what is stated."""
    module = import_module(f"referral_playbook.steps.{step}.step")
    return module.build_result(module.find(client, Parameters.of(step, **stated)))


def holds(estimate: Estimate, true: float) -> bool:
    """Whether the range of an estimate holds what is true."""
    return estimate.lower <= true <= estimate.upper


def handed_over(result: StepResult, folder: Path) -> None:
    """The result is read back as it was written, from a file of its step's name."""
    assert record(result, folder).name == f"{result.step}.json"
    assert load(result.step, folder).to_dict() == result.to_dict()


def same_bytes(conclude: Callable[[Engagement], StepResult], client: Engagement, folder: Path) -> None:
    """Concluding twice writes the same bytes."""
    first, second = (record(conclude(client), folder / str(i)).read_bytes() for i in (1, 2))
    assert first == second


def client_of(simulated: Callable[..., Engagement], tables: Mapping[str, pd.DataFrame]) -> Engagement:
    """A small client with customers and these tables only (as of 30 September 2026)."""
    without = tuple(name for name in EVERY_TABLE if name not in {"customers", *tables})
    return simulated(seed=5, customers=80, fraud=False, without=without, edit=lambda _: dict(tables))
