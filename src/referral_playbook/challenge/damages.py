"""About thirty damages and what-ifs, each with what it asks and how it changes tables, facts or parameters.

A damage to tables rebuilds the facts from the changed tables. A damage to referrals changes the facts that exist. An
assumption at its bad end changes one parameter. Nothing is drawn at random: where some rows are taken, a hash of their
id decides, so that a repeated challenge gives the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.estimate import Estimate
from referral_playbook.domain import fraud
from referral_playbook.facts.engagement import Engagement

Tables = dict[str, pd.DataFrame]
Change = Callable[[Tables], Tables]


@dataclass(frozen=True, kw_only=True)
class Damage:
    """One challenge.

    Parameters
    ----------
    name : str
    asks : str
        The question that it puts to the decision.
    tables : callable, optional
        Changed copies of the tables it touches, from the tables that the client has; a table that is left out stays, an
        empty mapping means that it does not apply to this client. None in the mapping drops a table.
    referrals : callable, optional
        Changed referrals from the engagement's.
    months_back : int
        The as-of date is moved so many months back.
    parameter : tuple of (str, str), optional
        Name of a shared parameter, and the end of the base run's range that it is set to: ``low`` or ``high``.
    """

    name: str
    asks: str
    tables: Callable[[Tables], Mapping[str, pd.DataFrame | None]] | None = None
    referrals: Callable[[Engagement], pd.DataFrame | None] | None = None
    months_back: int = 0
    parameter: tuple[str, str] | None = None


def chosen(ids: pd.Series, share: float, salt: str) -> pd.Series:
    """Which rows are taken: a fixed share of them by a hash of their id (bool).

    Examples
    --------
    >>> chosen(pd.Series(["a", "b", "c", "d"]), 0.5, "x").tolist()
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


def _largest(tables: Tables, number: int) -> Tables:
    paid = tables.get("payments")
    if paid is None or paid.empty:
        return {}
    top = paid.groupby("customer_id")["amount"].sum().nlargest(number).index
    return without_customers(tables, set(top))


def _refunds_doubled(tables: Tables) -> Tables:
    paid = tables.get("payments")
    if paid is None or "kind" not in paid or not (paid["kind"] == "refund").any():
        return {}
    twice = paid.assign(amount=paid["amount"].where(paid["kind"] != "refund", 2 * paid["amount"]))
    return {"payments": twice}


def _scaled(table: str, column: str, factor: float, share: float = 1.0) -> Change:
    """One column multiplied for a share of the rows."""

    def change(tables: Tables) -> Tables:
        rows = tables.get(table)
        if rows is None or column not in rows or rows[column].isna().all():
            return {}
        ids = rows.iloc[:, 0].astype(str) if share < 1 else pd.Series("", index=rows.index)
        hit = chosen(ids, share, column) if share < 1 else pd.Series(True, index=rows.index)
        return {table: rows.assign(**{column: rows[column].where(~hit, factor * rows[column])})}

    return change


def _silent(answer: Callable[[pd.Series], pd.Series], question: str, share: float) -> Change:
    """Survey answers of one kind that never came: missing, and not at random."""

    def change(tables: Tables) -> Tables:
        rows = tables.get("surveys")
        if rows is None or not (rows["question"] == question).any():
            return {}
        ids = rows["respondent_id"].astype(str) + rows.index.astype(str)
        gone = (rows["question"] == question) & answer(rows["answer"].astype(str)) & chosen(ids, share, question)
        return {"surveys": rows[~gone]}

    return change


def _delighted(answers: pd.Series) -> pd.Series:
    return answers.str.strip().str.lower() == "very disappointed"


def _others(answers: pd.Series) -> pd.Series:
    return ~_delighted(answers)


def _leavers(share: float) -> Change:
    """More customers have left by the as-of date than the export says."""

    def change(tables: Tables) -> Tables:
        rows = tables.get("customers")
        if rows is None or "left_on" not in rows or "joined_on" not in rows:
            return {}
        gone = rows["left_on"].isna() & chosen(rows["customer_id"].astype(str), share, "left")
        last = rows[["joined_on", "left_on"]].max().max()
        return {"customers": rows.assign(left_on=rows["left_on"].where(~gone, last))}

    return change


def _missing(table: str) -> Callable[[Tables], Mapping[str, pd.DataFrame | None]]:
    return lambda tables: {table: None} if table in tables else {}


def _busiest_out(engagement: Engagement) -> pd.DataFrame | None:
    rows = engagement.fact("referrals")
    if rows is None or rows.empty:
        return None
    return rows[rows["referrer_id"] != rows["referrer_id"].value_counts().index[0]]


def _last_quarter(engagement: Engagement) -> pd.DataFrame | None:
    rows, begin = engagement.fact("referrals"), pd.Timestamp(engagement.as_of) - pd.DateOffset(months=3)
    return None if rows is None else rows[rows["referred_on"] > begin]


def _best_quarter_out(engagement: Engagement) -> pd.DataFrame | None:
    rows = engagement.fact("referrals")
    if rows is None or rows.empty:
        return None
    quarter = rows["referred_on"].dt.to_period("Q")
    return rows[quarter != quarter.value_counts().index[0]]


def _unflagged(engagement: Engagement) -> pd.DataFrame | None:
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


def _suspects_out(engagement: Engagement) -> pd.DataFrame | None:
    """Every referral of an advocate with one flag or more is left out."""
    rows = engagement.fact("referrals")
    if rows is None:
        return None
    odd = set(rows.loc[rows["referral_id"].isin(fraud.flags(engagement).ids), "referrer_id"])
    return rows[~rows["referrer_id"].isin(odd)] if odd else None


def _thinned(share: float) -> Callable[[Engagement], pd.DataFrame | None]:
    def change(engagement: Engagement) -> pd.DataFrame | None:
        rows = engagement.fact("referrals")
        return None if rows is None else rows[~chosen(rows["referral_id"].astype(str), share, "unrecorded")]

    return change


def _fewer_converted(share: float) -> Callable[[Engagement], pd.DataFrame | None]:
    def change(engagement: Engagement) -> pd.DataFrame | None:
        rows = engagement.fact("referrals")
        if rows is None:
            return None
        gone = chosen(rows["referral_id"].astype(str), share, "converted")
        return rows.assign(converted_on=rows["converted_on"].mask(gone))

    return change


def _dearer(factor: float) -> Change:
    def change(tables: Tables) -> Tables:
        rows = tables.get("costs")
        numbers = [] if rows is None else [c for c in ("hours", "amount") if c in rows]
        return {} if rows is None or not numbers else {"costs": rows.assign(**{c: factor * rows[c] for c in numbers})}

    return change


DAMAGES: tuple[Damage, ...] = (
    Damage(name="largest customer gone", asks="What if the largest customer leaves?", tables=lambda t: _largest(t, 1)),
    Damage(name="ten largest gone", asks="Do ten customers carry it all?", tables=lambda t: _largest(t, 10)),
    Damage(name="busiest advocate gone", asks="Does one advocate carry it all?", referrals=_busiest_out),
    Damage(name="last quarter only", asks="Does the last quarter alone say the same?", referrals=_last_quarter),
    Damage(name="best quarter out", asks="Does it rest on one good quarter?", referrals=_best_quarter_out),
    Damage(name="one month earlier", asks="Would we have decided the same a month ago?", months_back=1),
    Damage(name="one quarter earlier", asks="Would we have decided the same a quarter ago?", months_back=3),
    Damage(name="flagged rows in", asks="What if every flagged referral is honest?", referrals=_unflagged),
    Damage(name="suspects out", asks="What if whoever has one flag is dishonest?", referrals=_suspects_out),
    Damage(name="a third of referrals not recorded", asks="What if records are patchy?", referrals=_thinned(1 / 3)),
    Damage(name="a third fewer conversions", asks="What if fewer friends buy?", referrals=_fewer_converted(1 / 3)),
    Damage(name="refunds doubled", asks="What if twice as much is refunded?", tables=_refunds_doubled),
    Damage(name="margin a fifth lower", asks="What if margins shrink?", tables=_scaled("payments", "margin", 0.8)),
    Damage(
        name="yearly amounts taken for monthly",
        asks="What if one in ten amounts is a year's, entered as a month's?",
        tables=_scaled("customers", "monthly_amount", 12.0, 0.1),
    ),
    Damage(name="amounts a tenth lower", asks="What if prices are cut?", tables=_scaled("payments", "amount", 0.9)),
    Damage(name="one in twenty left", asks="What if leavers are missing in the export?", tables=_leavers(0.05)),
    Damage(name="one in five left", asks="What if many leavers are missing in the export?", tables=_leavers(0.20)),
    Damage(
        name="delighted customers did not answer",
        asks="What if a third of the delighted were silent?",
        tables=_silent(_delighted, "pmf", 1 / 3),
    ),
    Damage(
        name="others did not answer",
        asks="What if a third of the others were silent?",
        tables=_silent(_others, "pmf", 1 / 3),
    ),
    Damage(name="no payments table", asks="Does it hold without payments?", tables=_missing("payments")),
    Damage(name="no touchpoints table", asks="Does it hold without touchpoints?", tables=_missing("touchpoints")),
    Damage(name="no experiment", asks="Does it hold without the experiment?", tables=_missing("arms")),
    Damage(name="no cost sheet", asks="Does it hold on assumed costs?", tables=_missing("costs")),
    Damage(name="costs half as high again", asks="What if it costs 1.5 times as much?", tables=_dearer(1.5)),
    Damage(name="uplift at its low end", asks="What if the programme adds little?", parameter=("uplift", "low")),
    Damage(
        name="incremental share at its low end",
        asks="What if most friends would have come anyway?",
        parameter=("incremental_share", "low"),
    ),
    Damage(
        name="conversion rate at its low end",
        asks="What if fewer qualified referrals convert?",
        parameter=("conversion_rate", "low"),
    ),
    Damage(
        name="customer value at its low end",
        asks="What if customers are worth less?",
        parameter=("customer_value", "low"),
    ),
    Damage(
        name="qualified share at its low end",
        asks="What if fewer referrals qualify?",
        parameter=("qualified_share", "low"),
    ),
    Damage(
        name="baseline at its low end",
        asks="What if fewer come on their own?",
        parameter=("baseline_referrals", "low"),
    ),
    Damage(name="set-up cost at its high end", asks="What if the start costs more?", parameter=("set_up", "high")),
)

ESTIMATE_OF = {"set_up": "set_up_cost"}
"""Estimates of step 05 by the parameter that sets them, where the names differ."""


def bad_end(damage: Damage, estimates: Mapping[str, Estimate]) -> float | None:
    """The value of an assumption at the end of its range that the damage names; None where it has no range."""
    assert damage.parameter is not None
    name, end = damage.parameter
    found = estimates.get(ESTIMATE_OF.get(name, name))
    if found is None or found.value is None or found.low == found.high:
        return None
    value: Any = found.low if end == "low" else found.high
    return None if value is None else float(value)
