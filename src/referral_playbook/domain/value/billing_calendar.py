"""The months of the year in which payments fall due, where they are not all of them: terms, courses, seasons.

A school that bills in September, January and April is paid three times a year at gaps of four, three and five months: a
contract, though no gap is the same as the one before. A course of ten months a year is paid monthly, and nobody leaves
in July because nothing is billed in July. Counted from one due date to the next, both rhythms are even.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.writing.dates import month_of_year
from referral_playbook.contract.writing.wording import counted, listed

YEAR = 12
CLOSED_BELOW = 0.02
"""Share of the payments up to which a month of the year counts as one without due dates."""
LEAST_YEARS = 1
"""Whole years that the record must span: otherwise a month without payments may only be one that was not seen."""
ONCE = 1.3
"""Payments per customer in neighbouring months up to which they are early and late payments of one due date."""

LEAST_PAID = 5
"""Payments on record at each due date; a few buyers may all have come in the same months by chance."""
WIDEST = 3
"""Neighbouring months over which the payments of one due date come; buyers of a season spread over more."""


@dataclass(frozen=True)
class BillingCalendar:
    """The calendar months in which payments fall due, in order; January is 0.

    `due_of` has, for each calendar month, the months from the due date that its payments belong to: 0 for the month
    itself, 1 for a payment a month late, -1 for one a month early. `late` has, for each due date, the months until all
    have paid.
    """

    due: tuple[int, ...]
    due_of: tuple[int, ...]
    late: tuple[int, ...]

    def number(self, month: NDArray[np.int64]) -> NDArray[np.int64]:
        """The due date that payments of these months (since year 0) belong to, counted from year 0 on."""
        begun = month - np.array(self.due_of)[month % YEAR]
        numbers: NDArray[np.int64] = begun // YEAR * len(self.due) + np.searchsorted(self.due, begun % YEAR)
        return numbers

    def month(self, number: NDArray[np.int64]) -> NDArray[np.int64]:
        """The month (since year 0) of a due date."""
        months: NDArray[np.int64] = number // len(self.due) * YEAR + np.array(self.due)[number % len(self.due)]
        return months

    def last_over(self, last: int) -> int:
        """The latest due date for which everybody has had the time to pay by the end of the month `last`."""
        here = int(self.number(np.array([last]))[0])
        paid_by = int(self.month(np.array([here]))[0]) + self.late[here % len(self.due)]
        return here if last >= paid_by else here - 1

    def describe(self) -> str:
        """How often and when customers pay, in a sentence."""
        names = [month_of_year(m + 1) for m in self.due]
        if len(names) <= YEAR // 2:
            times = counted(len(names), "time")
            return f"Customers pay {times} a year, in {listed(names)}; each payment counts until the next."
        closed = [month_of_year(m + 1) for m in range(YEAR) if m not in self.due]
        free = f"{listed(closed)} are paid for by the payments of the others"
        return f"Customers pay in {len(names)} months of the year; {free}."


def billing_calendar(paid: pd.DataFrame) -> BillingCalendar | None:
    """Read the months in which payments fall due; None where they fall due in every month, or only once a year.

    Parameters
    ----------
    paid : DataFrame
        customer_id, month (number), amount; one row per customer and month.
    """
    rows = paid[paid["amount"] > 0]
    if rows.empty or rows["month"].max() - rows["month"].min() < YEAR * LEAST_YEARS:
        return None
    counts = np.bincount(rows["month"].to_numpy("int64") % YEAR, minlength=YEAR)
    closed = counts <= CLOSED_BELOW * counts.sum()
    due_of, late = np.zeros(YEAR, dtype=int), {}
    for season in _seasons(closed) if closed.any() else ():
        if _paid_once(rows[(rows["month"] % YEAR).isin(season)], season):
            if len(season) > WIDEST:
                return None
            main = max(season, key=lambda m: counts[m])
            due_of[season] = np.arange(len(season)) - season.index(main)
            late[main] = len(season) - 1 - season.index(main)
        else:
            late |= dict.fromkeys(season, 0)
    if not 1 < len(late) < YEAR or counts[list(late)].min() < LEAST_PAID:
        return None
    for month in np.flatnonzero(closed):  # a stray payment is for the date before it
        due_of[month] = min((month - date) % YEAR for date in late)
    due = sorted(late)
    return BillingCalendar(tuple(due), tuple(int(x) for x in due_of), tuple(late[month] for month in due))


def _seasons(closed: NDArray[np.bool_]) -> list[list[int]]:
    """Runs of neighbouring months in which payments come, December and January being neighbours."""
    first = int(np.flatnonzero(closed)[0])
    runs: list[list[int]] = []
    for month in ((first + k) % YEAR for k in range(YEAR)):
        if closed[month]:
            runs.append([])
        else:
            runs[-1].append(month)
    return [run for run in runs if run]


def _paid_once(rows: pd.DataFrame, season: list[int]) -> bool:
    """Whether a customer pays once in these neighbouring months of a year, some early and some late."""
    place = (rows["month"] % YEAR).map({month: i for i, month in enumerate(season)})
    year = rows["month"] - place
    return len(rows) <= ONCE * len(pd.DataFrame({"who": rows["customer_id"], "year": year}).drop_duplicates())
