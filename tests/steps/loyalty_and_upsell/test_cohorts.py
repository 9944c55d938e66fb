"""Cohorts by hand."""

from __future__ import annotations

import math
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.steps.loyalty_and_upsell import cohorts


def test_cohorts_never_mix_those_who_could_have_stayed_with_those_who_could_not():
    triangle = pd.DataFrame(
        [
            ("2026-01", 0, 10, 10),
            ("2026-01", 3, 10, 8),
            ("2026-02", 0, 10, 10),
            ("2026-02", 3, 10, 4),
            ("2026-03", 0, 20, 20),
        ],
        columns=["cohort", "age_months", "customers", "active"],
    )
    profile = pd.DataFrame({"left": pd.array([True], dtype="boolean")})
    facts = {"cohort_triangle": triangle, "customer_profile": profile}
    client = SimpleNamespace(fact=facts.get, absent={}, real_dates=True)
    quarter = cohorts.cohorts(client, months=3)
    assert (quarter.cohorts, quarter.ages) == (("2026-01",), (0,))  # March has not reached three months
    triangle.loc[len(triangle)] = ["2026-03", 3, 20, 18]
    assert cohorts.cohorts(client, months=3).kept[0].tolist() == [1.0, 30 / 40]


def people(*lives):
    """Customers from (joined, left)."""
    rows = pd.DataFrame(lives, columns=["joined_on", "left_on"]).apply(pd.to_datetime)
    return rows.assign(customer_id=[f"C{i}" for i in rows.index], left=rows["left_on"].notna().astype("boolean"))


def client_of(profile, **facts):
    return SimpleNamespace(
        fact={"customer_profile": profile, **facts}.get, absent={}, real_dates=True, as_of=date(2026, 9, 30)
    )


class TestChurn:
    def test_it_is_those_who_left_over_the_months_in_which_they_could(self):
        """A stays all year (365 days), B leaves on day 100, C joins 65 days before the end, D had left long before."""
        lives = [
            ("2024-01-01", None),
            ("2024-01-01", pd.Timestamp("2025-09-30") + pd.Timedelta(days=100)),
            ("2026-07-27", None),
            ("2023-01-01", "2025-03-01"),
        ]
        found = cohorts.churn_rate(client_of(people(*lives)))
        months = (365 + 100 + 65) / 30.4375
        assert found.value == pytest.approx(1 - math.exp(-1 / months))
        assert 0 <= found.low < found.value < found.high
        assert found.n == 3  # D was not at risk

    def test_simulated_customers_leave_as_often_as_it_says(self):
        rng = np.random.default_rng(1)
        life = rng.exponential(1 / 0.03, 3_000) * 30.4375
        joined = pd.Timestamp("2025-09-30") - pd.to_timedelta(rng.integers(0, 700, 3_000), unit="D")
        left = joined + pd.to_timedelta(life, unit="D")
        gone = pd.Series(left).where(left <= pd.Timestamp("2026-09-30")).dt.normalize()
        found = cohorts.churn_rate(client_of(people(*zip(joined, gone, strict=True))))
        assert found.low <= 1 - math.exp(-0.03) <= found.high
        assert found.value == pytest.approx(0.0296, rel=0.08)

    def test_nobody_there_in_that_time_has_no_churn(self):
        found = cohorts.churn_rate(client_of(people(("2020-01-01", "2021-01-01"))))
        assert found.reason == "nobody was a customer in that time"


class TestBoughtAgain:
    def paid(self, *rows):
        months = pd.DataFrame(rows, columns=["customer_id", "month"]).assign(amount=[7.0 + i for i in range(len(rows))])
        return client_of(people(("2020-01-01", None)), customer_months=months)

    def test_of_those_of_the_year_before_it_counts_who_came_back(self):
        """Year before: October 2024 to September 2025. A and B bought then, A again; C only before, D only since."""
        rows = [
            ("A", "2024-10"),
            ("A", "2026-01"),
            ("B", "2025-09"),
            ("C", "2024-09"),
            ("C", "2026-02"),
            ("D", "2026-03"),
        ]
        found = cohorts.bought_again(self.paid(*rows))
        assert (found.value, found.n) == (0.5, 2)

    def test_without_payments_it_is_not_known(self):
        assert cohorts.bought_again(client_of(people())).reason == "there is no payments table"


def test_a_map_has_few_enough_cells_to_be_read():
    months = [str(m) for m in pd.period_range("2022-01", "2026-09", freq="M")]
    rows = [(c, a, 10, 10 - min(a, 9)) for i, c in enumerate(months) for a in range(len(months) - i)]
    triangle = pd.DataFrame(rows, columns=["cohort", "age_months", "customers", "active"])
    found = cohorts.cohorts(client_of(people(("2022-01-01", "2023-01-01")), cohort_triangle=triangle))
    assert found.months == 6  # 57 months: 10 half-years fit, 19 quarters do not
    assert found.kept.shape[0] <= cohorts.MOST_CELLS
    assert found.kept[0, 1] == pytest.approx(4 / 10)  # at six months
    assert all(row["kept"].value == row["kept"].value for row in found.rows)


def test_without_dates_there_are_no_cohorts_and_the_reason_is_given():
    assert cohorts.cohorts(client_of(people())).reason == "nobody has joined yet"
