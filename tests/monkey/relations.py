"""Changes of a client that may change nothing, or only what they say (metamorphic relations)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from random import Random

from monkey.clients import OddClient
from monkey.oddities import renamed
from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.tables import TABLES

YEARS = 4
"""A shift by four years keeps the leap days where they are."""
POUNDS_TO_YEN = 190.0
_DAY = re.compile(r"(\d{4})(-\d\d(?:-\d\d)?)")


def with_other_names(client: OddClient) -> OddClient:
    """Other ids, in another order of the alphabet."""
    people = sorted(row["customer_id"] for row in client.tables["customers"])
    names = {who: f"k{len(people) - place:05d}" for place, who in enumerate(people)}
    return renamed(client, lambda who: names.get(who, who))


def shuffled(client: OddClient) -> OddClient:
    """Rows and columns in another order. Rewards and arms keep theirs: the first of them is the plan or the control."""
    chance = Random(5)
    for table, rows in client.tables.items():
        columns = list(rows[0])
        chance.shuffle(columns)
        mixed = [{column: row[column] for column in columns} for row in rows]
        if table not in ("rewards", "arms"):
            chance.shuffle(mixed)
        client = client.with_table(table, mixed)
    return client


def years_later(client: OddClient) -> OddClient:
    """Every date four years later, the as-of date too."""
    for table, rows in client.tables.items():
        days = [c.name for c in TABLES[table].columns if c.kind in ("date", "month")]
        client = client.with_table(table, [{**row, **{k: _later(row[k]) for k in days if k in row}} for row in rows])
    return replace(client, as_of=date.fromisoformat(_later(client.as_of.isoformat())))


def _later(day: str) -> str:
    return _DAY.sub(lambda found: f"{int(found[1]) + YEARS}{found[2]}", day)


def in_yen(client: OddClient) -> OddClient:
    """The same client in yen, at a declared rate: every amount is 190 times as large."""
    return replace(in_currency(client, "JPY", POUNDS_TO_YEN), rates={"GBP": POUNDS_TO_YEN})


def in_currency(client: OddClient, currency: str, rate: float) -> OddClient:
    """The same client in another currency, with every amount multiplied by the rate, and no rate declared."""
    for table, rows in client.tables.items():
        money = [c.name for c in TABLES[table].columns if c.is_money]
        changed = [{**row, **{k: _scaled(row[k], rate) for k in money if k in row}} for row in rows]
        if table == "surveys":
            for row in (row for row in changed if row["question"] == "value"):
                row["answer"] = _scaled(row["answer"], rate)
        client = client.with_table(table, changed)
    return replace(client, currency=currency)


def _scaled(amount: str, rate: float) -> str:
    return str(round(float(amount) * rate, 6)) if amount else ""


def everybody_twice(client: OddClient) -> OddClient:
    """Every row of every customer a second time, under another name."""
    again = renamed(client, lambda who: f"{who}-again")
    keys = {name: table.key for name, table in TABLES.items()}
    for table in ("customers", "payments", "surveys", "referrals", "leads", "touchpoints"):
        key = keys[table]
        second = [
            {**row, **({key: f"{row[key]}-again"} if key and table != "customers" else {})}
            for row in again.tables[table]
        ]
        client = client.with_table(table, [*client.tables[table], *second])
    return client


def differences(
    one: Mapping[str, StepResult], other: Mapping[str, StepResult], *, money: float = 1.0, currency: str = "GBP"
) -> Iterator[str]:
    """Where the estimates or the verdicts of two runs differ; amounts of `one` are multiplied by `money` first."""
    for step, result in one.items():
        same = other[step]
        if result.verdict.status is not same.verdict.status:
            yield f"{step}: {result.verdict.status} became {same.verdict.status}"
        for name, estimate in result.estimates.items():
            scale = money if estimate.unit.startswith(currency) else 1.0
            yield from (f"{step}: {text}" for text in _differ(name, estimate, same.estimates[name], scale))


def _differ(name: str, one: Estimate, other: Estimate, scale: float) -> Iterator[str]:
    for end in ("value", "low", "high"):
        a, b = getattr(one, end), getattr(other, end)
        if (a is None) != (b is None) or (
            a is not None and abs(a * scale - b) > 1e-6 * max(1e-9, abs(a * scale), abs(b))
        ):
            yield f"{name}.{end}: {a if a is None else a * scale} became {b}"


MEASURED_SHARES = {
    "pmf_check": ("very_disappointed_share", "csat", "organic_referral_share"),
    "referral_sources": ("unknown_source_share",),
}
"""Shares of people counted by a formula, without draws."""
MONEY_PER_CUSTOMER = {"value_exchange": "customer_value", "break_even": "unit_contribution"}
"""Amounts that may narrow and must not jump when a difference between groups becomes significant."""
JUMP = 0.25
"""Of the earlier range: what an amount may move when everybody is there twice."""


def not_narrower(one: Mapping[str, StepResult], twice: Mapping[str, StepResult]) -> Iterator[str]:
    """Shares that moved, or whose range did not narrow, when everybody was there twice."""
    for step, names in MEASURED_SHARES.items():
        for name in names:
            before, after = one[step].estimates[name], twice[step].estimates[name]
            if not before.defined:
                continue
            if abs((before.value or 0) - (after.value or 0)) > 1e-9:
                yield f"{step}: {name} was {before.value} and became {after.value}"
            if (after.high or 0) - (after.low or 0) >= (before.high or 0) - (before.low or 0):
                yield f"{step}: the range of {name} did not narrow"
    for step, name in MONEY_PER_CUSTOMER.items():
        before, after = one[step].estimates[name], twice[step].estimates[name]
        if before.defined and after.defined and abs(after.point - before.point) > JUMP * (before.upper - before.lower):
            yield f"{step}: {name} jumped from {before.value} to {after.value}"
