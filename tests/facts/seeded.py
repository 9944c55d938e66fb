"""A small seeded client with everything that engines differ on: ties, nulls, empty texts, capitals, loops, refunds."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.contract.client_toml.client import Client
from referral_playbook.contract.tables import TABLES

AS_OF = date(2026, 6, 30)
START = date(2024, 1, 1)
ARROW = {"date": pa.date32(), "number": pa.float64(), "count": pa.int64()}
WORDS = ["", None, "Zebra", "apple", "Äpfel", 'a "quoted", one', "tab\there", "O'Neil", "50%"]


def client(folder: Path) -> Client:
    return Client(folder=folder, name="Seeded", currency="GBP", as_of=AS_OF)


def tables(seed: int = 7, *, customers: int = 60) -> dict[str, pd.DataFrame]:
    """Frames by contract name; dates as Python dates or None, a few of them after the as-of date."""
    draw = np.random.default_rng(seed)
    ids = [f"{'cC'[i % 2]}{i:03d}" for i in range(customers)]
    friends = [*ids, *(f"f{i}" for i in range(customers))]
    made = {
        "customers": _customers(draw, ids),
        "payments": _payments(draw, ids),
        "referrals": _referrals(draw, ids, friends),
        "surveys": _surveys(draw, ids),
        "touchpoints": _touchpoints(draw, ids),
        "leads": _leads(draw),
        "costs": pd.DataFrame({"month": ["2026-01", "2026-09"], "item": ["tool", "Tool"], "amount": [10.0, 1e6]}),
    }
    return {name: frame.astype(object).where(frame.notna(), None) for name, frame in made.items()}


def write(made: dict[str, pd.DataFrame], folder: Path) -> Path:
    """The frames as intake writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in made.items():
        fields = [(c, ARROW.get(TABLES[name].column(c).kind, pa.string())) for c in frame.columns]
        pq.write_table(pa.Table.from_pandas(frame, pa.schema(fields), preserve_index=False), folder / f"{name}.parquet")
    (folder / "quality.json").write_text(json.dumps({"tables": [], "faults": []}))
    return folder


def _days(draw, n, *, gaps=0.0, span=950):
    days = [START + timedelta(days=int(d)) for d in draw.integers(0, span, n)]
    return [None if draw.random() < gaps else day for day in days]


def _later(draw, days, *, gaps, most):
    return [
        None if d is None or draw.random() < gaps else d + timedelta(days=int(draw.integers(-2, most))) for d in days
    ]


def _customers(draw, ids):
    joined = _days(draw, len(ids))
    n = len(ids)
    by = [None if draw.random() < 0.6 else str(draw.choice(ids)) for _ in ids]
    by[:3] = [ids[1], ids[0], ids[2]]  # two on a circle, and one who names themselves
    return pd.DataFrame(
        {
            "customer_id": ids,
            "joined_on": joined,
            "left_on": _later(draw, joined, gaps=0.6, most=500),
            "segment": draw.choice(np.array(WORDS, dtype=object), n),
            "region": draw.choice(np.array(WORDS, dtype=object), n),
            "source": draw.choice(np.array(["referral", "Referral", "ads", "unknown", "", None], dtype=object), n),
            "referred_by": by,
            "monthly_amount": draw.choice(np.array([9.99, 49.5, -3.0, 0.0, None], dtype=object), n),
        }
    )


def _payments(draw, ids):
    n = 8 * len(ids)
    days = _days(draw, n)
    days[1::5] = days[0::5][: len(days[1::5])]  # several on one day
    return pd.DataFrame(
        {
            "customer_id": [str(draw.choice(ids[:-3])) if i % 5 != 1 else None for i in range(n)],
            "paid_on": days,
            "amount": np.round(draw.normal(40, 40, n), 2),
            "margin": [None if draw.random() < 0.2 else round(float(x), 2) for x in draw.normal(10, 5, n)],
            "kind": draw.choice(
                np.array(["new", "renewal", "refund", "upsell", "contraction", "cross_sell", None], dtype=object), n
            ),
        }
    ).assign(customer_id=lambda t: t.customer_id.ffill())


def _referrals(draw, ids, friends):
    n = 3 * len(ids)
    referred = _days(draw, n)
    qualified = _later(draw, referred, gaps=0.4, most=60)
    return pd.DataFrame(
        {
            "referral_id": [f"{'rR'[i % 2]}{i:04d}" for i in range(n)],
            "referrer_id": [str(draw.choice([*ids, "stranger"])) for _ in range(n)],
            "referred_on": referred,
            "referrer_type": draw.choice(np.array(["customer", "employee", "", None], dtype=object), n),
            "channel": draw.choice(np.array(WORDS, dtype=object), n),
            "friend_id": [None if draw.random() < 0.1 else str(draw.choice(friends)) for _ in range(n)],
            "invited_on": _later(draw, referred, gaps=0.3, most=5),
            "qualified_on": qualified,
            "converted_on": _later(draw, qualified, gaps=0.5, most=90),
            "rewarded_on": [None] * n,
            "reward": draw.choice(np.array([25.0, 12.345678, None], dtype=object), n),
            "arm": draw.choice(np.array(["A", "b", None], dtype=object), n),
        }
    )


def _surveys(draw, ids):
    n = 4 * len(ids)
    question = draw.choice(["pmf", "nps", "csat", "ces", "value"], n)
    pmf = ["Very disappointed", "somewhat disappointed", "not disappointed"]
    answer = [str(draw.choice(pmf)) if q == "pmf" else str(draw.integers(1, 8)) for q in question]
    return pd.DataFrame(
        {
            "respondent_id": draw.choice([*ids, "nobody"], n),
            "asked_on": _days(draw, n, span=900),
            "question": question,
            "answer": [f" {a}\t" if i % 7 == 0 else a for i, a in enumerate(answer)],
            "comment": draw.choice(np.array([*WORDS, "  never returns  "], dtype=object), n),
            "segment": draw.choice(np.array(WORDS, dtype=object), n),
            "incentive": draw.choice(np.array(["voucher", None], dtype=object), n),
        }
    )


def _touchpoints(draw, ids):
    n = 5 * len(ids)
    on = _days(draw, n)
    return pd.DataFrame(
        {
            "customer_id": draw.choice(ids, n),
            "on": on,
            "kind": draw.choice(["support", "delight", "kind_act", "review", "ask", "complaint", "upsell"], n),
            "channel": draw.choice(np.array(WORDS, dtype=object), n),
            "resolved_on": _later(draw, on, gaps=0.4, most=30),
            "score": draw.choice(np.array([1.0, 3.0, 4.0, 5.0, None], dtype=object), n),
        }
    )


def _leads(draw):
    n = 80
    created = _days(draw, n)
    return pd.DataFrame(
        {
            "lead_id": [f"l{i}" for i in range(n)],
            "created_on": created,
            "source": draw.choice(np.array(WORDS, dtype=object), n),
            "won_on": _later(draw, created, gaps=0.5, most=99),
            "value": draw.choice(np.array([100.0, 99.999999, None], dtype=object), n),
            "given_or_received": draw.choice(np.array(["given", "received", None], dtype=object), n),
        }
    )
