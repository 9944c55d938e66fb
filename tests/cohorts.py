"""Renewal counts from the sizes of cohorts, as published tables give them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from referral_playbook.methods.customer_value.renewals import Renewals


def renewals_from_cohorts(survivors: Sequence[Sequence[float]]) -> Renewals:
    """Count renewals of cohorts; each is a list of customers at the start and after period 1, 2, ..."""
    at_risk, lost = np.zeros((2, max(map(len, survivors)) - 1))
    for cohort in survivors:
        at_risk[: len(cohort) - 1] += cohort[:-1]
        lost[: len(cohort) - 1] -= np.diff(cohort)
    return Renewals(at_risk, lost)
