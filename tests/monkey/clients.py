"""Small made-up clients with every table, and the changes that make them odd.

A client is plain rows of text under the contract's own headers, so that it is written as it stands and every change is
a change of rows. All values are made up.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from referral_playbook.contract.tables import TABLES

Row = dict[str, str]
Tables = Mapping[str, tuple[Row, ...]]
AS_OF = date(2026, 9, 30)


@dataclass(frozen=True, kw_only=True)
class OddClient:
    """A client folder before it is written; `odd` names what was done to it.

    `headers` keeps the columns of a table whose last row was taken away, `refused` is True where a run must not start.
    """

    tables: Tables
    headers: Mapping[str, tuple[str, ...]]
    odd: tuple[str, ...] = ()
    currency: str = "GBP"
    as_of: date = AS_OF
    rates: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    refused: bool = False

    @property
    def rows(self) -> int:
        return sum(map(len, self.tables.values()))

    def with_table(self, name: str, rows: list[Row] | tuple[Row, ...]) -> OddClient:
        headers = {**self.headers, name: tuple(rows[0])} if rows else dict(self.headers)
        return replace(self, tables={**self.tables, name: tuple(rows)}, headers=headers)

    def without_table(self, name: str) -> OddClient:
        return replace(self, tables={n: rows for n, rows in self.tables.items() if n != name})

    def without_column(self, table: str, column: str) -> OddClient:
        rows = tuple({k: v for k, v in row.items() if k != column} for row in self.tables.get(table, ()))
        header = tuple(k for k in self.headers.get(table, ()) if k != column)
        changed = replace(self, tables={**self.tables, table: rows}) if table in self.tables else self
        return replace(changed, headers={**self.headers, table: header})

    def named(self, odd: str) -> OddClient:
        return replace(self, odd=(*self.odd, odd))

    def write(self, folder: Path) -> Path:
        """Write client.toml and a CSV per table."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "client.toml").write_text(self._toml(), encoding="utf-8")
        for name, rows in self.tables.items():
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, self.headers[name])
                writer.writeheader()
                writer.writerows(rows)
        return folder

    def _toml(self) -> str:
        lines = ['name = "Monkey"', f'currency = "{self.currency}"', f"as_of = {self.as_of.isoformat()}"]
        for other, rate in self.rates.items():
            lines.append(f'rates.{other} = {{ to = "{self.currency}", rate = {rate}, on = {self.as_of.isoformat()} }}')
        for name in self.tables:
            lines += [f"[tables.{name}]", f'file = "{name}.csv"']
            lines += ['scale = { csat = "1-5", ces = "1-5" }'] if name == "surveys" else []
        if self.parameters:
            lines += ["[parameters]", *(f"{name} = {_literal(value)}" for name, value in self.parameters.items())]
        return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def ordinary(chance: Random, customers: int = 24) -> OddClient:
    """A client with all tables and nothing odd about it."""
    people = [f"c{number:04d}" for number in range(customers)]
    joined = {who: AS_OF - timedelta(days=chance.randint(60, 1000)) for who in people}
    left = {who: _after(chance, joined[who], 30) if chance.random() < 0.25 else "" for who in people}
    pay = {who: chance.choice((20, 45, 80)) for who in people}
    referrals = _referrals(chance, people, joined)
    friends = {row["friend_id"]: row["referrer_id"] for row in referrals if row["converted_on"]}
    made = {who: sum(row["referrer_id"] == who for row in referrals) for who in people}
    tables: dict[str, list[Row]] = {
        "customers": [
            {
                "customer_id": who,
                "joined_on": joined[who].isoformat(),
                "left_on": left[who],
                "segment": chance.choice(("small", "large")),
                "region": chance.choice(("north", "south")),
                "source": "referral" if who in friends else chance.choice(("search", "event", "unknown", "")),
                "referred_by": friends.get(who, ""),
                "referrals_made": str(made[who]),
                "monthly_amount": str(pay[who]),
                "total_amount": str(pay[who] * 12),
            }
            for who in people
        ],
        "payments": [row for who in people for row in _payments(who, joined[who], left[who], pay[who])],
        "surveys": [row for who in people for row in _answers(chance, who)],
        "referrals": referrals,
        "leads": [_lead(chance, number) for number in range(customers)],
        "touchpoints": [_contact(chance, chance.choice(people)) for _ in range(2 * customers)],
        **_judgement(chance),
    }
    return OddClient(
        tables={name: tuple(rows) for name, rows in tables.items() if rows},
        headers={name: tuple(c for c in TABLES[name].names if c in rows[0]) for name, rows in tables.items() if rows},
    )


def _after(chance: Random, day: date, least: int, most: int = 400) -> str:
    """A later day up to the as-of date; empty where there is none."""
    later = day + timedelta(days=chance.randint(least, most))
    return later.isoformat() if later <= AS_OF else ""


def _payments(who: str, joined: date, left: str, pay: int) -> list[Row]:
    last = date.fromisoformat(left) if left else AS_OF
    days = [joined + timedelta(days=30 * month) for month in range(40)]
    return [
        {
            "customer_id": who,
            "paid_on": day.isoformat(),
            "amount": str(pay),
            "margin": str(round(0.6 * pay, 2)),
            "kind": "new" if day == joined else "renewal",
        }
        for day in days
        if day <= last
    ]


def _answers(chance: Random, who: str) -> list[Row]:
    words = ("very disappointed", "somewhat disappointed", "not disappointed")
    answers = {
        "pmf": chance.choice(words),
        "nps": chance.randint(0, 10),
        "csat": chance.randint(1, 5),
        "ces": chance.randint(1, 5),
        "value": chance.randint(50, 900),
    }
    return [
        {
            "respondent_id": who,
            "asked_on": (AS_OF - timedelta(days=chance.randint(1, 300))).isoformat(),
            "question": question,
            "answer": str(answer),
            "comment": chance.choice(("", "good", "too slow")),
            "segment": chance.choice(("small", "large")),
            "incentive": "",
        }
        for question, answer in answers.items()
    ]


def _referrals(chance: Random, people: list[str], joined: dict[str, date]) -> list[Row]:
    rows = []
    for number in range(len(people)):
        who = chance.choice(people[: max(1, len(people) // 3)])
        made = _after(chance, joined[who], 5) or AS_OF.isoformat()
        qualified = _after(chance, date.fromisoformat(made), 1, 20) if chance.random() < 0.6 else ""
        converted = _after(chance, date.fromisoformat(qualified), 1, 30) if qualified and chance.random() < 0.5 else ""
        rewarded = _after(chance, date.fromisoformat(converted), 30, 60) if converted else ""
        rows.append(
            {
                "referral_id": f"r{number:04d}",
                "referrer_id": who,
                "referred_on": made,
                "referrer_type": "customer",
                "channel": chance.choice(("link", "verbal")),
                "friend_id": people[-1 - number // 2]
                if number % 2 and number // 2 < len(people) // 2
                else f"x{number}",
                "invited_on": made,
                "qualified_on": qualified,
                "converted_on": converted,
                "reward": "25" if converted else "",
                "rewarded_on": rewarded,
                "arm": chance.choice(("gift", "thanks")),
            }
        )
    return rows


def _lead(chance: Random, number: int) -> Row:
    made = AS_OF - timedelta(days=chance.randint(1, 500))
    won = _after(chance, made, 1, 60) if chance.random() < 0.4 else ""
    return {
        "lead_id": f"l{number:04d}",
        "created_on": made.isoformat(),
        "source": chance.choice(("referral", "search", "event", "unknown", "")),
        "won_on": won,
        "value": str(chance.randint(100, 4000)) if won else "",
        "given_or_received": chance.choice(("", "received")),
    }


def _contact(chance: Random, who: str) -> Row:
    on = AS_OF - timedelta(days=chance.randint(1, 600))
    kind = chance.choice(("support", "delight", "kind_act", "review", "ask", "complaint", "upsell"))
    return {
        "customer_id": who,
        "on": on.isoformat(),
        "kind": kind,
        "channel": chance.choice(("phone", "email")),
        "resolved_on": _after(chance, on, 0, 20) if kind in ("support", "complaint") else "",
        "score": str(chance.randint(1, 5)) if kind == "support" else "",
    }


def _judgement(chance: Random) -> dict[str, list[Row]]:
    """Costs and what was said in the workshop."""
    months = [f"2026-{month:02d}" for month in range(4, 10)]
    return {
        "arms": [
            {
                "arm": arm,
                "users": "400",
                "invites": str(chance.randint(40, 90)),
                "conversions": str(chance.randint(5, 40)),
            }
            for arm in ("thanks", "gift")
        ],
        "costs": [{"month": month, "item": "managing", "hours": "4", "amount": "60"} for month in months],
        "rewards": [
            {
                "name": "gift card",
                "kind": "gift",
                "side": "advocate",
                "trigger": "conversion",
                "cost": "25",
                "value": "25",
                "cap": "5",
                "tier": "1",
            },
            {
                "name": "month free",
                "kind": "free period",
                "side": "both",
                "trigger": "hold",
                "cost": "15",
                "value": "30",
                "cap": "",
                "tier": "",
            },
        ],
        "exchanges": [
            {"stage": "money", "giver": "customer", "receiver": "firm", "what": "fee", "cost": "10", "value": "40"}
        ],
        "friction": [{"step": "find the page", "fields": "2", "seconds": "40"}],
        "effort": [
            {"market": "existing", "current": "3", "desired": "7"},
            {"market": "new", "current": "6", "desired": "3"},
        ],
        "goals": [{"month": month, "metric": "referrals", "target": "3", "owner": "Ann"} for month in months[-3:]],
    }
