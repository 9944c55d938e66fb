"""Figures of the promises in SECURITY.md: measured by tests, printed at the end of a test run, and held to the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[1] / "SECURITY.md"
KEY = "promise"


@pytest.fixture
def promise(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """``promise("Hostile strings in a CSV file", "0 of 1,952 changed")``: the page must say so in one row."""

    def _promise(what: str, figure: str) -> None:
        request.node.user_properties.append((KEY, (what, figure)))
        rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {what} |")]
        assert len(rows) == 1, f"SECURITY.md has {len(rows)} rows that begin with {what!r}"
        assert figure in rows[0], f"measured: {figure}; SECURITY.md says: {rows[0]}"

    return _promise


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print every figure that was measured, also by the workers of pytest-xdist."""
    if measured := sorted(_measured(terminalreporter.stats.values())):
        terminalreporter.section("promises of SECURITY.md, as measured")
        for what, figure in measured:
            terminalreporter.write_line(f"{what}: {figure}")


def _measured(groups: Iterable[list[object]]) -> set[tuple[str, str]]:
    reports = [report for group in groups for report in group if getattr(report, "when", "") == "call"]
    return {tuple(value) for report in reports for key, value in report.user_properties if key == KEY}  # type: ignore[attr-defined]
