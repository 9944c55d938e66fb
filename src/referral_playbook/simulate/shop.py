"""A young shop: customers, what they bought, and a survey of 30 answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import hyp2f1

from referral_playbook.simulate.people import pick
from referral_playbook.simulate.simulated import (
    DAYS_PER_MONTH,
    FileLayout,
    Simulated,
    contract_form,
    day,
    generator,
    months_between,
)

SAYS = "A shop for refillable kitchen goods that opened last year. It has its orders and one small survey."


@dataclass(frozen=True, kw_only=True)
class ShopWorld:
    """Everything true of the shop. Repeat purchase is BG/NBD (time in months), spend per order Gamma-Gamma."""

    customers: int = 250
    start: date = date(2025, 6, 1)
    as_of: date = date(2026, 8, 31)
    r: float = 0.9
    alpha: float = 3.0
    a: float = 1.4
    b: float = 3.2
    p: float = 6.0  # Gamma-Gamma: orders of one customer vary with shape p around their own mean
    q: float = 4.0
    gamma: float = 22.0  # mean order = p gamma / (q - 1)
    margin_rate: float = 0.45
    answers: int = 30
    very_disappointed: int = 17  # of the answers, as many exactly
    promoters: int = 13
    detractors: int = 6
    sources: Mapping[str, float] = field(
        default_factory=lambda: {"instagram": 0.38, "search": 0.22, "market stall": 0.18, "referral": 0.12, "": 0.10}
    )
    regions: Mapping[str, float] = field(
        default_factory=lambda: {"Oregon": 0.6, "Washington": 0.25, "California": 0.15}
    )
    discount_rate: float = 0.10
    horizon: int = 24


def shop(world: ShopWorld, seed: int) -> Simulated:
    """Simulate the whole shop; the same world and seed give the same tables."""
    people = _people(world, generator(seed, "people"))
    tables = {
        "customers": people[["customer_id", "joined_on", "region", "source"]],
        "payments": _orders(people, world, generator(seed, "orders")),
        "surveys": _survey(people, world, generator(seed, "survey")),
    }
    return Simulated(
        name="Cupboard",
        kind="shop",
        currency="USD",
        as_of=world.as_of,
        seed=seed,
        says=SAYS,
        tables=contract_form(tables),
        truth=_truth(world),
        layout=_layout(),
    )


def _layout() -> dict[str, FileLayout]:
    marks: dict[str, Any] = {"dates": "%m/%d/%Y"}
    return {
        "customers": FileLayout(file="customers.csv", **marks),
        "payments": FileLayout(
            file="orders.csv",
            **marks,
            columns={"customer_id": "Customer", "paid_on": "Order date", "amount": "Total", "margin": "Gross profit"},
        ),
        "surveys": FileLayout(file="survey.csv", **marks),
    }


def _people(world: ShopWorld, rng: np.random.Generator) -> pd.DataFrame:
    n, span = world.customers, int((day(world.as_of) - day(world.start)).astype(int))
    joined = np.sort(day(world.start) + np.floor(np.sqrt(rng.random(n)) * span).astype(int))
    return pd.DataFrame(
        {
            "customer_id": [f"C{i + 1:03d}" for i in range(n)],
            "joined_on": joined,
            "region": pick(rng, world.regions, n),
            "source": pick(rng, world.sources, n),
            "rate": rng.gamma(world.r, 1 / world.alpha, n),
            "drop": rng.beta(world.a, world.b, n),
            "scale": rng.gamma(world.q, 1 / world.gamma, n),
        }
    )


def _orders(people: pd.DataFrame, world: ShopWorld, rng: np.random.Generator) -> pd.DataFrame:
    """First order on the day of joining; then at the customer's own rate, until after one order they are gone."""
    rows = [row for customer in people.itertuples() for row in _orders_of(customer, world, rng)]
    orders = pd.DataFrame(rows, columns=["customer_id", "paid_on", "amount"])
    orders = orders.sort_values(["paid_on", "customer_id"], kind="stable", ignore_index=True)
    return orders.assign(margin=(orders["amount"] * world.margin_rate).round(2))


def _orders_of(customer: Any, world: ShopWorld, rng: np.random.Generator) -> list[tuple[str, np.datetime64, float]]:
    joined = day(customer.joined_on.date())
    life = float(months_between(np.array([joined]), day(world.as_of))[0])
    times, at = [0.0], rng.exponential(1 / customer.rate)
    while at <= life:
        times.append(at)
        gone = rng.random() < customer.drop
        at = np.inf if gone else at + rng.exponential(1 / customer.rate)
    amounts = np.round(rng.gamma(world.p, 1 / customer.scale, len(times)), 2)
    return [
        (customer.customer_id, joined + int(t * DAYS_PER_MONTH), float(x)) for t, x in zip(times, amounts, strict=True)
    ]


def _survey(people: pd.DataFrame, world: ShopWorld, rng: np.random.Generator) -> pd.DataFrame:
    """The counts are fixed; who gave which answer is chance."""
    n = world.answers
    who = np.sort(
        rng.choice(people.index[people["joined_on"] < pd.Timestamp(world.as_of) - pd.Timedelta(days=60)], n, False)
    )
    rest = n - world.very_disappointed
    pmf = (
        ["very disappointed"] * world.very_disappointed
        + ["somewhat disappointed"] * (rest - 4)
        + ["not disappointed"] * 4
    )
    nps = [10, 9] * (world.promoters // 2) + [9] * (world.promoters % 2) + [5, 6, 3] * 10
    nps = nps[: world.promoters + world.detractors] + [8, 7] * n
    asked = day(world.as_of) - 25 + rng.integers(0, 14, n)
    both = [("pmf", rng.permutation(pmf)), ("nps", rng.permutation(np.array(nps[:n]).astype(str)))]
    rows = [
        pd.DataFrame(
            {
                "respondent_id": people["customer_id"].to_numpy()[who],
                "asked_on": asked,
                "question": question,
                "answer": answer,
            }
        )
        for question, answer in both
    ]
    return pd.concat(rows).sort_values(["asked_on", "respondent_id", "question"], ignore_index=True)


def expected_orders(world: ShopWorld, months: np.ndarray) -> np.ndarray:
    """Expected repeat orders of a new customer by `months` (Fader, Hardie and Lee 2005, equation 9; needs a > 1)."""
    r, alpha, a, b = world.r, world.alpha, world.a, world.b
    t = np.asarray(months, float)
    still = (alpha / (alpha + t)) ** r * hyp2f1(r, b, a + b - 1, t / (alpha + t))
    return np.asarray((a + b - 1) / (a - 1) * (1 - still))


def _truth(world: ShopWorld) -> dict[str, Any]:
    mean_order = world.p * world.gamma / (world.q - 1)
    t = np.arange(world.horizon + 1)
    repeat = np.diff(expected_orders(world, t)) * (1 + world.discount_rate) ** (-(t[1:] - 0.5) / 12)
    return {
        "bg_nbd": {"r": world.r, "alpha": world.alpha, "a": world.a, "b": world.b, "time_unit": "month"},
        "gamma_gamma": {"p": world.p, "q": world.q, "gamma": world.gamma, "mean_order": mean_order},
        "expected_repeat_orders": {m: float(expected_orders(world, np.array(m))) for m in (3, 6, 12, 24)},
        "margin_rate": world.margin_rate,
        "customer_value": {
            "unit": "USD",
            "per": "new customer",
            "value": world.margin_rate * mean_order * float(1 + repeat.sum()),
            "discount_rate_per_year": world.discount_rate,
            "horizon_months": world.horizon,
            "first_margin": "t = 0",
            "note": "repeat orders of a month count in its middle",
        },
        "survey": {
            "answers": world.answers,
            "very_disappointed": world.very_disappointed,
            "promoters": world.promoters,
            "detractors": world.detractors,
        },
        "source_referral": world.sources["referral"] / sum(world.sources.values()),
    }
