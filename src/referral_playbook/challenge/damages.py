"""How a challenge changes a client: tables, referrals, the as-of date or a parameter.

A damage to tables rebuilds the facts from the changed tables. A damage to referrals changes the facts that exist. An
assumption at its bad end changes one parameter. Nothing is drawn at random: where some rows are taken, a hash of their
id decides, so that a repeated challenge gives the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from referral_playbook.domain.programme import fraud
from referral_playbook.facts.engagement import Engagement

Tables = dict[str, pd.DataFrame]
Change = Callable[[Tables], Tables]


@dataclass(frozen=True)
class Damage:
    """One challenge.

    `asks` is the question that it puts to the decision, and `when` the same as a clause that completes "the verdict
    changes when ...". It changes one thing: `tables` gives changed copies of those it touches (None drops a table, and
    an empty mapping means that it does not apply to this client), `referrals` changed referrals, `months_back` an
    earlier as-of date, `parameter` the end, ``low`` or ``high``, of a shared parameter's range in the base run.
    """

    name: str
    when: str
    asks: str
    tables: Callable[[Tables], Mapping[str, pd.DataFrame | None]] | None = None
    referrals: Callable[[Engagement], pd.DataFrame | None] | None = None
    months_back: int = 0
    parameter: tuple[str, str] | None = None


def drawn_by_hash(ids: pd.Series, share: float, salt: str) -> pd.Series:
    """Which rows are taken: a fixed share of them by a hash of their id (bool).

    Examples
    --------
    >>> drawn_by_hash(pd.Series(["a", "b", "c", "d"]), 0.5, "x").tolist()
    [False, True, True, True]
    """
    size = [int.from_bytes(hashlib.blake2b(f"{salt}:{i}".encode(), digest_size=4).digest(), "big") for i in ids]
    return pd.Series(np.array(size) / 2**32 < share, index=ids.index)


def without_customers(tables: Tables, names: set[str]) -> Tables:
    """Every table without these customers and what they did."""
    keys = {
        "customers": "customer_id",
        "payments": "customer_id",
        "referrals": "referrer_id",
        "touchpoints": "customer_id",
        "surveys": "respondent_id",
    }
    return {t: rows[~rows[keys[t]].isin(names)] for t, rows in tables.items() if t in keys and keys[t] in rows}


def without_largest(tables: Tables, number: int) -> Tables:
    """Every table without the customers who paid most."""
    paid = tables.get("payments")
    if paid is None or paid.empty:
        return {}
    top = paid.groupby("customer_id")["amount"].sum().nlargest(number).index
    return without_customers(tables, set(top))


def _in(table: str, *columns: str, change: Callable[[pd.DataFrame], pd.DataFrame | None]) -> Change:
    """A change to one table; it does not apply where the table or a column that it needs is missing."""

    def changed(tables: Tables) -> Tables:
        rows = tables.get(table)
        new = None if rows is None or not {*columns} <= {*rows} else change(rows)
        return {} if new is None else {table: new}

    return changed


def refunds_doubled() -> Change:
    """Refunds of twice the amount, and twice the margin lost with them."""

    def change(paid: pd.DataFrame) -> pd.DataFrame | None:
        refund = paid["kind"] == "refund"
        doubled = {c: paid[c].where(~refund, 2 * paid[c]) for c in ("amount", "margin") if c in paid}
        return paid.assign(**doubled) if refund.any() else None

    return _in("payments", "kind", change=change)


def prices_cut(share: float) -> Change:
    """Amounts lower by a share; the margin falls by as much money, because costs stay."""

    def change(paid: pd.DataFrame) -> pd.DataFrame:
        lower = {"amount": (1 - share) * paid["amount"]}
        if "margin" in paid:
            lower["margin"] = paid["margin"] - share * paid["amount"]
        return paid.assign(**lower)

    return _in("payments", change=change)


def scaled(table: str, column: str, factor: float, share: float = 1.0) -> Change:
    """One column multiplied for a share of the rows."""

    def change(rows: pd.DataFrame) -> pd.DataFrame | None:
        hit = drawn_by_hash(rows.iloc[:, 0].astype(str), share, column)
        return (
            None
            if rows[column].isna().all()
            else rows.assign(**{column: rows[column].mask(hit, factor * rows[column])})
        )

    return _in(table, column, change=change)


def silent(answer: Callable[[pd.Series], pd.Series], question: str, share: float) -> Change:
    """Survey answers of one kind that never came: missing, and not at random."""

    def change(rows: pd.DataFrame) -> pd.DataFrame | None:
        asked = rows["question"] == question
        ids = rows["respondent_id"].astype(str) + rows.index.astype(str)
        gone = asked & answer(rows["answer"].astype(str)) & drawn_by_hash(ids, share, question)
        return rows[~gone] if asked.any() else None

    return _in("surveys", change=change)


def delighted(answers: pd.Series) -> pd.Series:
    """Answers that say "very disappointed"."""
    return answers.str.strip().str.lower() == "very disappointed"


def others(answers: pd.Series) -> pd.Series:
    """Answers that do not say "very disappointed"."""
    return ~delighted(answers)


def leavers(share: float) -> Change:
    """More customers have left by the as-of date than the export says."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        gone = rows["left_on"].isna() & drawn_by_hash(rows["customer_id"].astype(str), share, "left")
        last = rows[["joined_on", "left_on"]].max().max()
        return rows.assign(left_on=rows["left_on"].where(~gone, last))

    return _in("customers", "left_on", "joined_on", change=change)


def dearer(factor: float) -> Change:
    """Hours and amounts of the cost sheet times a factor."""

    def change(rows: pd.DataFrame) -> pd.DataFrame | None:
        numbers = [c for c in ("hours", "amount") if c in rows]
        return rows.assign(**{c: factor * rows[c] for c in numbers}) if numbers else None

    return _in("costs", change=change)


def missing(table: str) -> Callable[[Tables], Mapping[str, pd.DataFrame | None]]:
    """The client without one table."""
    return lambda tables: {table: None} if table in tables else {}


def _of_referrals(
    change: Callable[[pd.DataFrame, Engagement], pd.DataFrame | None],
) -> Callable[[Engagement], pd.DataFrame | None]:
    """A change to referrals; it does not apply where there are none."""

    def changed(engagement: Engagement) -> pd.DataFrame | None:
        rows = engagement.fact("referrals")
        return None if rows is None or rows.empty else change(rows, engagement)

    return changed


@_of_referrals
def busiest_out(rows: pd.DataFrame, _: Engagement) -> pd.DataFrame:
    """Referrals without those of the advocate who made most."""
    return rows[rows["referrer_id"] != rows["referrer_id"].value_counts().index[0]]


@_of_referrals
def last_quarter(rows: pd.DataFrame, engagement: Engagement) -> pd.DataFrame:
    """Referrals of the last three months alone."""
    return rows[rows["referred_on"] > pd.Timestamp(engagement.as_of) - pd.DateOffset(months=3)]


@_of_referrals
def best_quarter_out(rows: pd.DataFrame, _: Engagement) -> pd.DataFrame:
    """Referrals without those of the calendar quarter that had most."""
    quarter = rows["referred_on"].dt.to_period("Q")
    return rows[quarter != quarter.value_counts().index[0]]


@_of_referrals
def unflagged(rows: pd.DataFrame, engagement: Engagement) -> pd.DataFrame:
    """Flagged referrals counted as if they were valid: each with a friend and a day of its own."""
    odd = rows["referral_id"].isin(fraud.flags(engagement).ids)
    days = pd.to_timedelta(2 * np.arange(len(rows)) % 27, unit="D")
    friends = "challenge-" + rows["referral_id"].astype(str)
    return rows.assign(
        friend_id=rows["friend_id"].mask(odd, friends),
        referred_on=rows["referred_on"].mask(odd, rows["referred_on"] - days),
    )


@_of_referrals
def suspects_out(rows: pd.DataFrame, engagement: Engagement) -> pd.DataFrame | None:
    """Every referral of an advocate with one flag or more is left out."""
    odd = set(rows.loc[rows["referral_id"].isin(fraud.flags(engagement).ids), "referrer_id"])
    return rows[~rows["referrer_id"].isin(odd)] if odd else None


def thinned(share: float) -> Callable[[Engagement], pd.DataFrame | None]:
    """Referrals without a share of them."""
    return _of_referrals(lambda rows, _: rows[~drawn_by_hash(rows["referral_id"].astype(str), share, "unrecorded")])


def fewer_converted(share: float) -> Callable[[Engagement], pd.DataFrame | None]:
    """Referrals of which a share did not convert."""

    def change(rows: pd.DataFrame, _: Engagement) -> pd.DataFrame:
        gone = drawn_by_hash(rows["referral_id"].astype(str), share, "converted")
        return rows.assign(converted_on=rows["converted_on"].mask(gone))

    return _of_referrals(change)
