"""What makes a client odd: each change has a name and may be put on top of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from monkey.clients import AS_OF, OddClient, Row
from referral_playbook.contract.settings.declarations import declarations
from referral_playbook.contract.tables import TABLES

Change = Callable[[OddClient, Random], OddClient]
TYPED = [
    "007",
    "1e5",
    "true",
    "False",
    "NaN",
    "None",
    "NULL",
    "-1",
    "0",
    "1.0",
    "inf",
    "2026-01-01",
    "#N/A",
    "é",
    "A",
    "a",
]
"""Ids that look like something else; two differ by letter case alone."""


def alter(table: str, **values: str | Callable[[Row, Random], str]) -> Change:
    """A change of columns of a table, where the client has them."""

    def change(client: OddClient, chance: Random) -> OddClient:
        rows = [
            {**row, **{k: v if isinstance(v, str) else v(row, chance) for k, v in values.items() if k in row}}
            for row in client.tables.get(table, ())
        ]
        return client.with_table(table, rows) if rows else client

    return change


def then(*changes: Change) -> Change:
    """One change after another."""

    def change(client: OddClient, chance: Random) -> OddClient:
        for one in changes:
            client = one(client, chance)
        return client

    return change


def only(table: str) -> Change:
    return lambda client, chance: replace(client, tables={n: r for n, r in client.tables.items() if n == table})


def lacking(table: str) -> Change:
    return lambda client, chance: client.without_table(table)


def lacking_column(table: str, column: str) -> Change:
    return lambda client, chance: client.without_column(table, column)


def first_rows(table: str, rows: int) -> Change:
    def change(client: OddClient, chance: Random) -> OddClient:
        kept = client.tables.get(table, ())[:rows]
        return replace(client, tables={**client.tables, table: kept}) if table in client.tables else client

    return change


def every_table(rows: int) -> Change:
    return then(*(first_rows(table, rows) for table in TABLES))


def setting(**parameters: object) -> Change:
    return lambda client, chance: replace(client, parameters={**client.parameters, **parameters})


def refused(change: Change) -> Change:
    return lambda client, chance: replace(change(client, chance), refused=True)


def renamed(client: OddClient, names: Callable[[str], str]) -> OddClient:
    """Another name for every person, in every table that names people."""
    columns = {
        "customers": ("customer_id", "referred_by"),
        "payments": ("customer_id",),
        "surveys": ("respondent_id",),
        "referrals": ("referrer_id", "friend_id"),
        "touchpoints": ("customer_id",),
    }
    for table, ids in columns.items():
        rows = [{**row, **{k: names(row[k]) for k in ids if row.get(k)}} for row in client.tables.get(table, ())]
        client = client.with_table(table, rows) if rows else client
    return client


def typed_ids(client: OddClient, chance: Random) -> OddClient:
    people = [row["customer_id"] for row in client.tables.get("customers", ())]
    names = dict(zip(people, TYPED, strict=False))
    return renamed(client, lambda who: names.get(who, who))


def loops(client: OddClient, chance: Random) -> OddClient:
    """Two who referred each other, and one who referred himself."""
    people = [row["customer_id"] for row in client.tables.get("customers", ())][:3]
    if len(people) < 3:
        return client
    by = dict(zip(people, (people[1], people[0], people[2]), strict=True))
    change = alter("customers", referred_by=lambda row, _: by.get(row["customer_id"], row["referred_by"]))
    rows = [dict(row) for row in client.tables.get("referrals", ())]
    for row, (friend, who) in zip(rows, by.items(), strict=False):
        row |= {"friend_id": friend, "referrer_id": who}
    return change(client.with_table("referrals", rows) if rows else client, chance)


def one_advocate(client: OddClient, chance: Random) -> OddClient:
    """One person has made every referral, thousands of them, and all were won."""
    day = (AS_OF - timedelta(days=90)).isoformat()
    rows = [
        {
            "referral_id": f"r{n}",
            "referrer_id": "c0000",
            "referred_on": day,
            "friend_id": f"x{n}",
            "qualified_on": day,
            "converted_on": day,
            "reward": "25",
            "rewarded_on": day,
        }
        for n in range(3000)
    ]
    return client.with_table("referrals", rows)


def twelve_arms(client: OddClient, chance: Random) -> OddClient:
    rows = [
        {"arm": f"offer {n}", "users": str(n * 30), "conversions": str(n), "invites": str(2 * n)} for n in range(12)
    ]
    return client.with_table("arms", rows)


def refunds_above_sales(client: OddClient, chance: Random) -> OddClient:
    rows = list(client.tables.get("payments", ()))
    back = [{**r, **{k: f"-{2 * float(r[k])}" for k in ("amount", "margin") if k in r}, "kind": "refund"} for r in rows]
    return client.with_table("payments", [*rows, *back]) if rows else client


def on_one_day(client: OddClient, chance: Random) -> OddClient:
    """Everything happened on the as-of date."""
    for table, rows in client.tables.items():
        dates = [c.name for c in TABLES[table].columns if c.kind == "date"]
        changed = [{**row, **{k: AS_OF.isoformat() for k in dates if row.get(k)}} for row in rows]
        client = client.with_table(table, changed) if changed else client
    return client


def as_of(day: date) -> Change:
    return lambda client, chance: replace(client, as_of=day)


def in_currency(code: str) -> Change:
    return lambda client, chance: replace(client, currency=code)


def big(client: OddClient, chance: Random) -> OddClient:
    """A hundred thousand customers, for the long run alone."""
    rows = client.tables.get("customers", ())
    if not rows:
        return client
    copies = range(1 + 100_000 // len(rows))
    return client.with_table(
        "customers", [{**row, "customer_id": f"{row['customer_id']}-{n}"} for n in copies for row in rows]
    )


ALL_OR_NONE: dict[str, Change] = {
    "nobody left": alter("customers", left_on=""),
    "everybody left": alter("customers", left_on=lambda row, _: max(row["joined_on"], "2026-08-01")),
    "everybody referred": alter("customers", source="referral"),
    "nobody referred": then(
        alter("customers", source="search", referred_by="", referrals_made="0"),
        alter("leads", source="search"),
        lacking("referrals"),
    ),
    "every lead won": alter("leads", won_on=lambda row, _: row["created_on"], value="500"),
    "no lead won": alter("leads", won_on="", value=""),
    "every referral converted": alter(
        "referrals", qualified_on=lambda row, _: row["referred_on"], converted_on=lambda row, _: row["referred_on"]
    ),
    "no referral converted": alter("referrals", converted_on="", reward="", rewarded_on=""),
    "no referral qualified": alter("referrals", qualified_on="", converted_on="", reward="", rewarded_on=""),
    "every referral to oneself": alter("referrals", friend_id=lambda row, _: row["referrer_id"]),
    "unknown advocates": alter("referrals", referrer_id=""),
    "free customers": then(
        alter("payments", amount="0", margin="0"), alter("customers", monthly_amount="0", total_amount="0")
    ),
    "negative margin": alter("payments", margin="-5"),
    "every answer the best": alter("surveys", answer=lambda row, _: BEST[row["question"]]),
    "every answer the worst": alter("surveys", answer=lambda row, _: WORST[row["question"]]),
    "every contact a complaint": alter("touchpoints", kind="complaint", resolved_on=""),
    "every contact an ask": alter("touchpoints", kind="ask", resolved_on="", score=""),
    "arms nobody used": alter("arms", users="0", conversions="0", invites="0"),
    "arms all converted": alter("arms", users="9", conversions="9", invites="30"),
    "rewards that cost nothing": alter("rewards", cost="0", value="0"),
    "rewards above any value": alter("rewards", cost="90000"),
    "no cost": alter("costs", hours="0", amount="0"),
    "goals of nothing": alter("goals", target="0"),
}
BEST = {"pmf": "very disappointed", "nps": "10", "csat": "5", "ces": "1", "value": "9000"}
WORST = {"pmf": "not disappointed", "nps": "0", "csat": "1", "ces": "5", "value": "0"}
OTHER: dict[str, Change] = {
    "ids that look like values": typed_ids,
    "loops": loops,
    "one advocate with everything": one_advocate,
    "twelve arms": twelve_arms,
    "refunds above sales": refunds_above_sales,
    "all on one day": on_one_day,
    "a leap day": then(as_of(date(2028, 2, 29)), alter("customers", joined_on="2024-02-29", left_on="")),
    "the middle of a month": as_of(date(2026, 9, 17)),
    "a programme of twenty days": alter(
        "referrals",
        referred_on=lambda row, chance: (AS_OF - timedelta(days=chance.randint(0, 20))).isoformat(),
        qualified_on="",
        converted_on="",
        rewarded_on="",
        reward="",
    ),
    "an arm above one conversion per user": alter(
        "arms", conversions=lambda row, _: str(2 * int(row["users"])) if row["arm"] == "gift" else row["conversions"]
    ),
    "a record that ended long ago": as_of(date(2031, 9, 30)),
    "a young record": as_of(date(2024, 3, 1)),
    "yen": in_currency("JPY"),
    "dinars": in_currency("KWD"),
    "euros": in_currency("EUR"),
    "one customer": every_table(1),
    "two of everything": every_table(2),
    "tables without rows": every_table(0),
}


def every_days(days: int) -> Change:
    """Customers pay at this interval and not every month."""

    def change(client: OddClient, chance: Random) -> OddClient:
        rows = []
        for row in client.tables.get("customers", ()):
            first, last = date.fromisoformat(row["joined_on"]), date.fromisoformat(row.get("left_on") or str(AS_OF))
            for number in range(max(0, (last - first).days // days) + 1):
                on = (first + timedelta(days=days * number)).isoformat()
                rows.append(
                    {"customer_id": row["customer_id"], "paid_on": on, "amount": "9", "margin": "6", "kind": ""}
                )
        return client.with_table("payments", rows) if rows and "payments" in client.tables else client

    return change


def a_year_ahead(client: OddClient, chance: Random) -> OddClient:
    """Half of the customers paid a year at once last January, and nothing since."""
    rows = []
    for row in client.tables.get("payments", ()):
        moved = row["customer_id"] < "c0012" and row["paid_on"] >= "2026-01"
        if moved and row["paid_on"] < "2026-02":
            rows.append({**row, **{k: str(10 * float(row[k])) for k in ("amount", "margin") if k in row}})
        elif not moved:
            rows.append(row)
    return client.with_table("payments", rows) if rows else client


def credited_and_invoiced_again(client: OddClient, chance: Random) -> OddClient:
    """Every payment is taken back the day after, and made again."""
    rows = list(client.tables.get("payments", ()))
    back = [{**r, **{k: f"-{r[k]}" for k in ("amount", "margin") if k in r}, "kind": "refund"} for r in rows]
    return client.with_table("payments", [*rows, *back, *rows]) if rows else client


ORDINARY: dict[str, Change] = {
    "paid every week": every_days(7),
    "paid every 28 days": every_days(28),
    "a year paid ahead": a_year_ahead,
    "credited and invoiced again": credited_and_invoiced_again,
    "sources in another language": then(
        alter("customers", source=lambda row, _: GERMAN.get(row["source"], row["source"])),
        alter("leads", source=lambda row, _: GERMAN.get(row["source"], row["source"])),
    ),
    "nobody by a word": alter("customers", referred_by="niemand"),
}
"""What is odd to a program and ordinary to a firm."""
GERMAN = {"referral": "Empfehlung", "search": "Suche", "event": "Messe", "unknown": "keine Angabe", "": ""}


def singles() -> Iterator[tuple[str, Change]]:
    """Every change alone, in an order that does not vary."""
    yield "nothing odd", lambda client, chance: client
    yield from OTHER.items()
    yield from ALL_OR_NONE.items()
    for name, table in TABLES.items():
        yield f"only {name}", only(name)
        yield f"without {name}", lacking(name)
        yield f"no rows in {name}", first_rows(name, 0)
        yield f"one row in {name}", first_rows(name, 1)
        for column in (c for c in table.columns if not c.required):
            yield f"{name} without {column.name}", lacking_column(name, column.name)
    yield from settings()
    yield from ORDINARY.items()


def settings() -> Iterator[tuple[str, Change]]:
    """Every parameter with bounds at both of them, and beyond."""
    for name, entry in declarations().items():
        if entry.kind not in ("number", "count") or name == "draws":
            continue
        for end, beyond in ((entry.low, -1), (entry.high, +1)):
            if end is not None:
                value = int(end) if entry.kind == "count" else float(end)
                yield f"{name} = {value}", setting(**{name: value})
                yield f"{name} beyond {value}", refused(setting(**{name: value + beyond}))


def every_change() -> dict[str, Change]:
    return dict(singles())
