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


def refunds_doubled(tables: Tables) -> Tables:
    """Refunds of twice the amount, and twice the margin lost with them."""
    paid = tables.get("payments")
    if paid is None or "kind" not in paid or not (paid["kind"] == "refund").any():
        return {}
    columns = [c for c in ("amount", "margin") if c in paid]
    return {"payments": paid.assign(**{c: paid[c].where(paid["kind"] != "refund", 2 * paid[c]) for c in columns})}


def prices_cut(share: float) -> Change:
    """Amounts lower by a share; the margin falls by as much money, because costs stay."""

    def change(tables: Tables) -> Tables:
        paid = tables.get("payments")
        if paid is None:
            return {}
        lower = {"amount": (1 - share) * paid["amount"]}
        if "margin" in paid:
            lower["margin"] = paid["margin"] - share * paid["amount"]
        return {"payments": paid.assign(**lower)}

    return change


def scaled(table: str, column: str, factor: float, share: float = 1.0) -> Change:
    """One column multiplied for a share of the rows."""

    def change(tables: Tables) -> Tables:
        rows = tables.get(table)
        if rows is None or column not in rows or rows[column].isna().all():
            return {}
        ids = rows.iloc[:, 0].astype(str) if share < 1 else pd.Series("", index=rows.index)
        hit = drawn_by_hash(ids, share, column) if share < 1 else pd.Series(True, index=rows.index)
        return {table: rows.assign(**{column: rows[column].where(~hit, factor * rows[column])})}

    return change


def silent(answer: Callable[[pd.Series], pd.Series], question: str, share: float) -> Change:
    """Survey answers of one kind that never came: missing, and not at random."""

    def change(tables: Tables) -> Tables:
        rows = tables.get("surveys")
        if rows is None or not (rows["question"] == question).any():
            return {}
        ids = rows["respondent_id"].astype(str) + rows.index.astype(str)
        gone = (rows["question"] == question) & answer(rows["answer"].astype(str)) & drawn_by_hash(ids, share, question)
        return {"surveys": rows[~gone]}

    return change


def delighted(answers: pd.Series) -> pd.Series:
    """Answers that say "very disappointed"."""
    return answers.str.strip().str.lower() == "very disappointed"


def others(answers: pd.Series) -> pd.Series:
    """Answers that do not say "very disappointed"."""
    return ~delighted(answers)


def leavers(share: float) -> Change:
    """More customers have left by the as-of date than the export says."""

    def change(tables: Tables) -> Tables:
        rows = tables.get("customers")
        if rows is None or "left_on" not in rows or "joined_on" not in rows:
            return {}
        gone = rows["left_on"].isna() & drawn_by_hash(rows["customer_id"].astype(str), share, "left")
        last = rows[["joined_on", "left_on"]].max().max()
        return {"customers": rows.assign(left_on=rows["left_on"].where(~gone, last))}

    return change


def missing(table: str) -> Callable[[Tables], Mapping[str, pd.DataFrame | None]]:
    """The client without one table."""
    return lambda tables: {table: None} if table in tables else {}


def busiest_out(engagement: Engagement) -> pd.DataFrame | None:
    """Referrals without those of the advocate who made most."""
    rows = engagement.fact("referrals")
    if rows is None or rows.empty:
        return None
    return rows[rows["referrer_id"] != rows["referrer_id"].value_counts().index[0]]


def last_quarter(engagement: Engagement) -> pd.DataFrame | None:
    """Referrals of the last three months alone."""
    rows, begin = engagement.fact("referrals"), pd.Timestamp(engagement.as_of) - pd.DateOffset(months=3)
    return None if rows is None else rows[rows["referred_on"] > begin]


def best_quarter_out(engagement: Engagement) -> pd.DataFrame | None:
    """Referrals without those of the calendar quarter that had most."""
    rows = engagement.fact("referrals")
    if rows is None or rows.empty:
        return None
    quarter = rows["referred_on"].dt.to_period("Q")
    return rows[quarter != quarter.value_counts().index[0]]


def unflagged(engagement: Engagement) -> pd.DataFrame | None:
    """Flagged referrals counted as if they were valid: each with a friend and a day of its own."""
    rows = engagement.fact("referrals")
    if rows is None:
        return None
    odd = rows["referral_id"].isin(fraud.flags(engagement).ids)
    days = pd.to_timedelta(2 * np.arange(len(rows)) % 27, unit="D")
    friends = "challenge-" + rows["referral_id"].astype(str)
    apart = rows["referred_on"] - days
    return rows.assign(
        friend_id=rows["friend_id"].where(~odd, friends), referred_on=rows["referred_on"].where(~odd, apart)
    )


def suspects_out(engagement: Engagement) -> pd.DataFrame | None:
    """Every referral of an advocate with one flag or more is left out."""
    rows = engagement.fact("referrals")
    if rows is None:
        return None
    odd = set(rows.loc[rows["referral_id"].isin(fraud.flags(engagement).ids), "referrer_id"])
    return rows[~rows["referrer_id"].isin(odd)] if odd else None


def thinned(share: float) -> Callable[[Engagement], pd.DataFrame | None]:
    """Referrals without a share of them."""

    def change(engagement: Engagement) -> pd.DataFrame | None:
        rows = engagement.fact("referrals")
        return None if rows is None else rows[~drawn_by_hash(rows["referral_id"].astype(str), share, "unrecorded")]

    return change


def fewer_converted(share: float) -> Callable[[Engagement], pd.DataFrame | None]:
    """Referrals of which a share did not convert."""

    def change(engagement: Engagement) -> pd.DataFrame | None:
        rows = engagement.fact("referrals")
        if rows is None:
            return None
        gone = drawn_by_hash(rows["referral_id"].astype(str), share, "converted")
        return rows.assign(converted_on=rows["converted_on"].mask(gone))

    return change


def dearer(factor: float) -> Change:
    """Hours and amounts of the cost sheet times a factor."""

    def change(tables: Tables) -> Tables:
        rows = tables.get("costs")
        numbers = [] if rows is None else [c for c in ("hours", "amount") if c in rows]
        return {} if rows is None or not numbers else {"costs": rows.assign(**{c: factor * rows[c] for c in numbers})}

    return change
