"""What step 05 found: every part that the notebook shows and the result is built from, computed once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.methods.decisions.against_nothing import Plan
from referral_playbook.steps.break_even.counted import Counted
from referral_playbook.steps.break_even.forecast import Forecast
from referral_playbook.steps.break_even.gate import Gate
from referral_playbook.steps.break_even.inputs import ProgrammeInputs
from referral_playbook.steps.break_even.knowledge import Measurement, Pilots

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class BreakEvenFinding:
    """The finding of step 05."""

    client: str
    currency: str
    as_of: date
    parameters: Parameters
    status: ProgrammeStatus  # whether a programme runs
    record: Rows  # its own record before and since the start
    inputs: ProgrammeInputs
    # fixed cost to the date, and what one extra conversion leaves
    fixed: Estimate
    contribution: Estimate
    counted: Counted  # what the formulas count by the date
    plan: Plan | None  # every input at its value; None where one is not known
    needed: Mapping[str, Estimate]  # what the answer against doing nothing asks for
    forecast: Forecast
    outcomes: Mapping[str, Estimate]  # estimates of the futures
    gate: Gate | None  # None where the futures cannot be run
    pilots: Pilots
    measurements: tuple[Measurement, ...]  # the best way to measure each input that is not measured
    first_measurement: Measurement | None  # the one that a `test_small` names
    # tables ready to show
    costs: Rows
    channels: Rows
    tornado: Rows
    flips: Rows
    knowledge: Rows
    beside: Rows
    checks: tuple[Check, ...] = ()
    record_check: Check | None = None  # whether the record reaches the as-of date
    months_behind: float = 0.0  # months by which it ends before
    # the plan and the client's scenarios (see `scenarios.scenario_rows`); empty where none was kept
    scenarios: Rows = field(default_factory=list)

    def estimate(self, name: str) -> Estimate:
        """One estimate of the finding by its contract name."""
        every = {**self.inputs.beside, **self.inputs.known, **self.needed, **self.outcomes}
        return every[name]

    @property
    def middle(self) -> float:
        """Expected value result with every input at its printed value; 0 where the futures cannot be run."""
        return 0.0 if self.forecast.unknown else self.forecast.value_at()
