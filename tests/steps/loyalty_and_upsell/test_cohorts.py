"""Cohorts by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

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
