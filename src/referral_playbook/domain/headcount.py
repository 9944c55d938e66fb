"""How many customers there are: counted by the engine over all of them, so exact at any size."""

from typing import Any

import pandas as pd

from referral_playbook.facts.engagement import Engagement


def customers_in_all(engagement: Engagement) -> int:
    """Everyone who is or was a customer; 0 where there is no customers table."""
    life = engagement.fact("customer_life")
    return 0 if life is None else int(life["customers"].sum())


def customers_now(engagement: Engagement) -> int:
    """Customers who have not left on the as-of date; 0 where there is no customers table."""
    life = engagement.fact("customer_life")
    return 0 if life is None else int(life.loc[~life["left"].astype(bool), "customers"].sum())


def advocates_now(engagement: Engagement) -> int:
    """Customers who are still there and ever referred."""
    counts = engagement.fact("advocate_counts")
    if counts is None:
        return 0
    here = ~counts["left"].astype(bool) & counts["referrals"].fillna(0).gt(0)
    return int(counts.loc[here, "customers"].sum())


def of_everyone(engagement: Engagement, n: int) -> int:
    """A number of rows of the panel as a number of customers; the number itself where there is no panel."""
    return round(n * engagement.scale)


def counts_of_everyone(engagement: Engagement, counts: pd.DataFrame | pd.Series) -> Any:
    """Counts of the panel as counts of customers, in the form they came; also where there are none."""
    return (counts.astype(float) * engagement.scale).round().astype(int)
