"""Invoices of a subscription client, and the true value of a customer worked out from the parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaln

from referral_playbook.simulate.people import sbg
from referral_playbook.simulate.simulated import day, generator
from referral_playbook.simulate.world import Segment, SubscriptionWorld

KINDS = np.array(["renewal", "upsell", "cross_sell", "contraction"], dtype=object)


def invoices(people: pd.DataFrame, world: SubscriptionWorld, seed: int) -> pd.DataFrame:
    """One invoice a month paid for, its kind says what changed since the last one; refunds are rows of their own."""
    rng = generator(seed, "money")
    rows = _calendar(people, world)
    n, first = len(rows), rows["number"].to_numpy() == 0
    odds = np.array([world.upsell[0], world.cross_sell[0], world.contraction[0]])
    change = np.where(first, 0, rng.choice(4, n, p=[1 - odds.sum(), *odds]))
    factor = np.array([1.0, world.upsell[1], world.cross_sell[1], world.contraction[1]])[change]
    rows["amount"] = rows["price"] * pd.Series(factor).groupby(rows["person"].to_numpy()).cumprod()
    rows["amount"] = rows["amount"].round(2)
    rows["kind"] = np.where(first, "new", KINDS[change])
    cost = (1 - rows["margin_rate"]) * rng.gamma(world.margin_noise**-2, world.margin_noise**2, n)
    rows["margin"] = (rows["amount"] * (1 - cost)).round(2)
    return pd.concat([rows, _refunds(rows, people, world, rng)]).sort_values(
        ["paid", "person", "number"], kind="stable"
    )


def _calendar(people: pd.DataFrame, world: SubscriptionWorld) -> pd.DataFrame:
    """Invoice days: the day of joining, then the same day of each calendar month (or its last day)."""
    joined = people["joined"].to_numpy("M8[D]")
    start, last = joined.astype("M8[M]"), day(world.as_of).astype("M8[M]")
    count = np.minimum(people["life"].to_numpy(), (last - start).astype(int) + 1)
    who = np.repeat(np.arange(len(people)), count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    month = start[who] + number
    offset = np.minimum((joined - start.astype("M8[D]"))[who], (month + 1).astype("M8[D]") - month.astype("M8[D]") - 1)
    rate = people["segment"].map({name: s.margin_rate for name, s in world.segments.items()})
    rows = pd.DataFrame({"person": people.index[who], "number": number, "paid": month.astype("M8[D]") + offset})
    rows = rows.assign(price=people["price"].to_numpy()[who], margin_rate=rate.to_numpy()[who])
    return rows[rows["paid"] <= pd.Timestamp(world.as_of)].reset_index(drop=True)


def _refunds(
    rows: pd.DataFrame, people: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator
) -> pd.DataFrame:
    back = rows[rng.random(len(rows)) < world.refund]
    undone = rows[rows["person"].isin(people.index[people["refunded"]]) & (rows["number"] == 0)]
    back = pd.concat([back, undone]).drop_duplicates(["person", "number"])
    paid = back["paid"] + pd.to_timedelta(rng.integers(2, 15, len(back)), unit="D")
    back = back.assign(paid=paid, amount=-back["amount"], margin=-back["amount"], kind="refund")
    return back[back["paid"] <= pd.Timestamp(world.as_of)]


def survival(segment: Segment, referred: bool, world: SubscriptionWorld, months: np.ndarray) -> np.ndarray:
    """Share that stays more than t months: S(t) = B(alpha, beta + t) / B(alpha, beta)."""
    alpha, beta = sbg(segment, referred, world)
    return np.asarray(np.exp(betaln(alpha, beta + np.asarray(months)) - betaln(alpha, beta)))


def customer_value(segment: Segment, referred: bool, world: SubscriptionWorld) -> float:
    """Expected discounted margin of a new customer over the horizon, first margin at t = 0, by calculation.

    Sum over t = 0 .. horizon-1 of S(t) x price x growth^t x (margin rate - refunds) / (1 + d)^(t/12): an invoice at
    month t is paid when the customer stays more than t months; price changes are independent of staying.
    """
    t = np.arange(world.horizon)
    steps = (world.upsell, world.cross_sell, world.contraction)
    growth = 1 + sum(chance * (factor - 1) for chance, factor in steps)
    weights = np.array(list(segment.prices.values()))
    price = np.dot(list(segment.prices), weights / weights.sum())
    discount = (1 + world.discount_rate) ** (-t / 12)
    stays = survival(segment, referred, world, t)
    return float(price * (segment.margin_rate - world.refund) * np.sum(stays * growth**t * discount))


def mean_value(people: pd.DataFrame, world: SubscriptionWorld) -> float:
    """The true value of a customer on average over those who joined."""
    mix = people.groupby(["segment", "referred"]).size()
    return float(sum(n * customer_value(world.segments[s], r, world) for (s, r), n in mix.items()) / len(people))


def recurring_revenue(paid: pd.DataFrame, as_of: np.datetime64) -> dict[str, Any]:
    """What truly happened to monthly recurring revenue over the last 12 months, customer by customer."""
    rows = paid[paid["kind"] != "refund"]
    month = rows["paid"].to_numpy("M8[M]")
    end = as_of.astype("M8[M]")
    then = rows[month == end - 12].set_index("person")["amount"]
    now = rows[month == end].set_index("person")["amount"]
    still_paid = now.reindex(then.index).fillna(0.0)
    start = float(then.sum())
    return {
        "month_start": str(end - 12),
        "month_end": str(end),
        "start": start,
        "end": float(now.sum()),
        "lost": float(then[still_paid == 0].sum()),
        "contracted": float((then - still_paid)[(still_paid > 0) & (still_paid < then)].sum()),
        "expanded": float((still_paid - then)[still_paid > then].sum()),
        "new": float(now[~now.index.isin(then.index)].sum()),
        "nrr": float(still_paid.sum()) / start,
        "grr": float(np.minimum(still_paid, then).sum()) / start,
    }
