"""Months against their goals: the band by hand, who is behind, and which metrics are refused."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from scipy import stats

from referral_playbook.domain.lists.progress import NAMED, alerts, goals, is_viral, leading, progress

MONTHS = [str(m) for m in pd.period_range("2025-10", "2026-09", freq="M")]
MADE = [9, 11, 10, 12, 8, 10, 9, 11, 10, 10, 9, 2]


class Client:
    """An engagement with a year of referrals and the goals given."""

    as_of, parameters, scale = date(2026, 9, 30), {}, 1.0

    def __init__(self, *targets: tuple[str, str, float, str | None]) -> None:
        counts = {"referred_on": MADE, "invited_on": 0, "qualified_on": 0, "converted_on": 0}
        rows = pd.DataFrame({"month": MONTHS, **counts})
        self.facts = {"referral_months": rows}
        if targets:
            self.facts["goals"] = pd.DataFrame(targets, columns=["month", "metric", "target", "owner"])

    def fact(self, name: str) -> pd.DataFrame | None:
        return self.facts.get(name)


@pytest.mark.parametrize("metric", ["K", " k factor ", "Viral coefficient"])
def test_no_goal_is_set_on_k(metric: str) -> None:
    assert is_viral(metric)


def test_goals_say_which_are_refused_and_which_can_be_counted() -> None:
    rows = goals(Client(("2026-09", " Referrals", 10.0, "Ann"), ("2026-09", "K", 0.5, None)))  # type: ignore[arg-type]
    assert rows["metric"].tolist() == ["k", "referrals"]
    assert rows["counted"].tolist() == [False, True]
    assert [bool(reason) for reason in rows["refused"]] == [True, False]
    assert goals(Client()).empty  # type: ignore[arg-type]


def test_a_month_is_read_against_the_band_of_its_goal() -> None:
    client = Client(("2026-08", "referrals", 10.0, None), ("2026-09", "referrals", 10.0, "Ann"))
    rows = progress(client, level=0.8)  # type: ignore[arg-type]
    # These months vary less than chance alone, so the band is that of Poisson.
    low, high = stats.poisson(10).ppf([0.1, 0.9])
    assert rows[["low", "high"]].to_numpy().tolist() == [[low, high]] * 2
    assert rows["actual"].tolist() == [9, 2]
    assert rows["reading"].tolist() == ["within the band", "behind"]
    assert rows["owner"].tolist() == [NAMED, "Ann"]


def test_the_last_three_months_are_read_against_those_before() -> None:
    row = leading(Client()).set_index("indicator").loc["referrals"]  # type: ignore[arg-type]
    assert row["a_month"].value == pytest.approx(sum(MADE) / 12)
    assert row["last_months"] == 10 + 9 + 2
    assert row["expected"].low < 30 < row["expected"].high
    assert row["expected"].low > 21
    assert row["reading"] == "behind"


def month(reading: str, name: str = "2026-09") -> dict[str, object]:
    return {"month": name, "metric": "asks", "actual": 3, "target": 10.0, "low": 6.0, "high": 14.0, "reading": reading}


@pytest.mark.parametrize(
    ("readings", "passed", "says"),
    [
        (["within the band"] * 12, True, "behind in 0 of 12 months"),
        (["behind"] + ["within the band"] * 11, True, "behind in 1 of 12 months, no more than chance explains"),
        (["behind"] * 4 + ["within the band"] * 8, False, "4 of 12 months, more than chance explains"),
        (["within the band"] * 11 + ["behind"], False, "behind in 1 of 12 months, no more than chance explains"),
    ],
)
def test_an_alert_is_a_late_last_month_or_more_late_months_than_chance(
    readings: list[str], passed: bool, says: str
) -> None:
    # Chance of 4 or more of 12 at one in ten is 2.6%, of 1 or more 72%.
    assert stats.binom.sf(3, 12, 0.1) == pytest.approx(0.0256, abs=1e-4)
    check = alerts(pd.DataFrame([month(r, m) for r, m in zip(readings, MONTHS, strict=True)]))[0]
    assert check.passed is passed
    assert says in check.text


@pytest.mark.parametrize(("confidence", "passed"), [(0.95, False), (0.97, False), (0.98, True), (0.99, True)])
def test_more_than_chance_is_meant_at_the_confidence_that_was_set(confidence: float, passed: bool) -> None:
    # 4 of 12 late months come with a chance of 2.6%: less than 3%, more than 2%.
    rows = pd.DataFrame([month(r, m) for r, m in zip(["behind"] * 4 + ["ahead"] * 8, MONTHS, strict=True)])
    check = alerts(rows, confidence=confidence)[0]
    assert check.passed is passed
    assert check.text.endswith(f"more than chance explains at {confidence:.0%} confidence")


def test_where_no_goal_was_set_nobody_is_behind() -> None:
    assert alerts(pd.DataFrame())[0].passed is None
