"""What a run found, as the memo reads it: estimates and tables that may be absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from referral_playbook.contract.challenged import Challenge, read_challenge
from referral_playbook.contract.evidence import Estimate, Status, StepResult
from referral_playbook.contract.handover import load_all, load_failure
from referral_playbook.contract.names import STEPS, Step
from referral_playbook.run.report.executed import charts_of
from referral_playbook.run.report.memo.blocks import Chart
from referral_playbook.show.break_even_charts import CHARTS, chart
from referral_playbook.show.picture import Picture

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Findings:
    """The results of a run by step; asking for what is not there gives None or no rows."""

    results: Mapping[str, StepResult]
    failed: tuple[str, ...] = ()
    previous: Mapping[str, StepResult] = field(default_factory=dict)
    """Results of the run before, at an earlier date; empty where there is none."""
    challenge: Challenge | None = None
    """The challenge to this run's decisions; None where nobody put them to the test."""
    charts: Mapping[str, Picture] = field(default_factory=dict)
    """The charts that the notebooks of this run drew, by name."""

    @classmethod
    def read(cls, run_folder: Path) -> Findings:
        """Read the results of a run, and those of the run before from its folder ``previous``.

        A folder that holds no result raises ValueError.
        """
        found, before = (load_all(run_folder / place) for place in ("results", "previous"))
        if not found:
            raise ValueError(f"{run_folder} holds no results, so there is nothing to report. Run the client first.")
        failed = tuple(step for step in STEPS if load_failure(step, run_folder / "results"))
        return cls(found, failed, before, read_challenge(run_folder), charts_of(run_folder, Step.BREAK_EVEN))

    @property
    def client(self) -> str:
        return self._any.client

    @property
    def as_of(self) -> date:
        return self._any.as_of

    @property
    def _any(self) -> StepResult:
        return next(iter(self.results.values()))

    @property
    def currency(self) -> str:
        """The currency that amounts are in; empty where no result has an amount."""
        return next(filter(None, (result.currency for result in self.results.values())), "")

    @property
    def status(self) -> Status:
        """The verdict of the decision; of break-even where no report was made."""
        for step in (Step.CLIENT_REPORT, Step.BREAK_EVEN):
            if step in self.results:
                return self.results[step].verdict.status
        return Status.NOT_ENOUGH_DATA

    def result(self, step: str) -> StepResult | None:
        return self.results.get(step)

    def estimate(self, step: str, name: str) -> Estimate | None:
        """An estimate that is there and defined, or None."""
        result = self.results.get(step)
        estimate = result.estimates.get(name) if result else None
        return estimate if estimate is not None and estimate.defined else None

    def why_not(self, step: str, name: str) -> str:
        """Why an estimate has no value, in the words of its step."""
        result = self.results.get(step)
        estimate = result.estimates.get(name) if result else None
        return estimate.reason if estimate is not None and not estimate.defined else ""

    def rows(self, step: str, table: str) -> list[dict[str, Any]]:
        """The rows of a table; none where the step or the table is absent."""
        result = self.results.get(step)
        return list(result.tables.get(table, [])) if result else []

    def chart(self, name: str, caption: str) -> Chart:
        """A chart of the break-even step as its notebook drew it; drawn here where there is no notebook of it."""
        result = self.results[Step.BREAK_EVEN]
        shown = self.charts.get(name) or chart(name, result, self.currency)
        return Chart(shown, caption, partial(CHARTS[name], result, self.currency))

    def first_rows(self, table: str, *steps: str) -> list[dict[str, Any]]:
        """The rows of a table in the first of these steps that has it."""
        return next((rows for step in steps if (rows := self.rows(step, table))), [])


def text_of(row: Row, *keys: str) -> str:
    """The first of these cells that holds text; else the first text of the row."""
    for key in (*keys, *row):
        if isinstance(row.get(key), str) and row[key].strip():
            return str(row[key]).strip()
    return ""
