"""Customers of a subscription client and whom they refer: a branching process with known parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import gamma, norm

from referral_playbook.simulate.simulated import DAYS_PER_MONTH, day, generator, months_between, months_later, until
from referral_playbook.simulate.world import Segment, SubscriptionWorld


def population(world: SubscriptionWorld, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everyone who became a customer by the as-of date, and every honest referral they made.

    The people have what cannot be seen too (life, urge to refer, delight). `advocate` and `friend` of a referral are
    positions among them, friend -1 for one who is no customer.
    """
    rng = generator(seed, "people")
    new = _arrivals(world, rng)
    people, referrals = [new], []
    while len(new):
        made = _referrals_of(new, world, rng)
        converted = made[made["converted"].notna()]
        first = sum(map(len, people))
        made["friend"] = -1
        made.loc[converted.index, "friend"] = first + np.arange(len(converted))
        new = _friends(converted, pd.concat(people), first, world, rng)
        people.append(new)
        referrals.append(made)
    return pd.concat(people), pd.concat(referrals, ignore_index=True)


HOLDOUT_SEED = 1  # of the kept control, as client.toml has it


def held_out(positions: np.ndarray, world: SubscriptionWorld) -> np.ndarray:
    """Which customers have no programme: drawn by a hash of the id, as the playbook's kept control is."""

    def drawn(position: int) -> float:
        name = f"{HOLDOUT_SEED}:B{position + 1:04d}".encode()
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big") / 2**64

    if world.holdout == 0:
        return np.zeros(len(positions), dtype=bool)
    return np.array([drawn(int(p)) < world.holdout for p in positions], dtype=bool)


def expected_referrals(
    people: pd.DataFrame, world: SubscriptionWorld, start: np.datetime64, end: np.datetime64, *, programme: bool = True
) -> np.ndarray:
    """Expected referrals of each customer from day `start` to day `end`, before the experiment's factors.

    Without `programme`, as they would be if none had ever run.
    """
    begin = min(max(day(world.programme_start), start), end + 1)
    before = _expected(people, world, start, begin - 1)
    since = _expected(people, world, begin, end)
    lift = np.where(people["held_out"], 1.0, world.programme_uplift if programme else 1.0)
    return np.asarray(before + lift * since)


def _expected(people: pd.DataFrame, world: SubscriptionWorld, start: np.datetime64, end: np.datetime64) -> np.ndarray:
    """Expected referrals from day `start` to day `end` where no programme runs."""
    first = np.maximum(people["joined"].to_numpy("M8[D]"), start)
    last = np.minimum(people["exit"].to_numpy("M8[D]"), end + 1)
    joined = people["joined"].to_numpy("M8[D]")
    gain = shape_sum(world, months_between(joined, last)) - shape_sum(world, months_between(joined, first))
    return np.asarray(world.referral_rate * np.where(last > first, gain, 0.0))


def shape_sum(world: SubscriptionWorld, months: np.ndarray) -> np.ndarray:
    """The tenure shape summed from joining up to `months`."""
    starts = np.array([m for m, _ in world.shape] + [600], float)
    levels = np.array([level for _, level in world.shape])
    return np.asarray(np.interp(months, starts, np.concatenate([[0.0], np.cumsum(levels * np.diff(starts))])))


def _arrivals(world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    span = int((day(world.as_of) - day(world.start)).astype(int))
    u = rng.random(world.customers)
    g = world.growth - 1.0  # density rises in a line from 1 to `growth`
    at = u if g == 0 else (np.sqrt(1 + u * (g * g + 2 * g)) - 1) / g
    joined = np.sort(day(world.start) + np.floor(at * (span + 1)).astype(int))
    source = pick(rng, world.sources, len(joined))
    segment = pick(rng, {name: s.share for name, s in world.segments.items()}, len(joined))
    return _draw(joined, segment, source, np.full(len(joined), -1), 0, world, rng)


def _friends(
    converted: pd.DataFrame, people: pd.DataFrame, first: int, world: SubscriptionWorld, rng: np.random.Generator
) -> pd.DataFrame:
    """Friends become customers on the day they convert; mostly of their advocate's segment."""
    theirs = people["segment"].to_numpy()[converted["advocate"].to_numpy(int)]
    anyone = pick(rng, {name: s.share for name, s in world.segments.items()}, len(converted))
    segment = np.where(rng.random(len(converted)) < world.homophily, theirs, anyone)
    source = np.where(rng.random(len(converted)) < 0.8, "referral", "unknown")  # sales forgets to note one in five
    return _draw(
        converted["converted"].to_numpy("M8[D]"),
        segment,
        source,
        converted["advocate"].to_numpy(int),
        first,
        world,
        rng,
    )


def _draw(
    joined: np.ndarray,
    segment: np.ndarray,
    source: np.ndarray,
    advocate: np.ndarray,
    first: int,
    world: SubscriptionWorld,
    rng: np.random.Generator,
) -> pd.DataFrame:
    n = len(joined)
    referred = (advocate >= 0) | (source == "referral")
    delight = rng.standard_normal(n)
    r = world.delight_correlation
    urge = norm.cdf(r * delight + np.sqrt(1 - r * r) * rng.standard_normal(n))
    people = pd.DataFrame(
        {
            "joined": joined.astype("M8[ns]"),
            "segment": segment,
            "region": pick(rng, world.regions, n),
            "source": source,
            "advocate": advocate,
            "referred": referred,
            "delight": delight,
            "urge": gamma.ppf(urge, world.dispersion, scale=1 / world.dispersion),
            "arm": pick(rng, dict.fromkeys(world.arms, 1.0), n),
            "life": _lives(segment, referred, world, rng),
            "price": _prices(segment, world, rng),
        },
        index=first + np.arange(n),
    )
    people = _under_programme(people, world, rng)
    left = months_later(joined, people["life"].to_numpy())
    people["left"] = until(day(world.as_of), left).astype("M8[ns]")
    people["exit"] = np.minimum(left, day(world.as_of) + 1).astype("M8[ns]")  # first day without the customer
    return people


def _under_programme(people: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Who is held out, and which friends get their first month back and leave."""
    people["held_out"] = held_out(people.index.to_numpy(), world)
    people.loc[people["held_out"], "arm"] = ""
    people["refunded"] = False
    if world.friend_refund:
        people["refunded"] = (people["advocate"] >= 0) & (rng.random(len(people)) < world.friend_refund)
        people.loc[people["refunded"], "life"] = 1
    return people


def sbg(segment: Segment, referred: bool, world: SubscriptionWorld) -> tuple[float, float]:
    """Shifted beta-geometric (alpha, beta) of a segment; for the referred, first-month churn is `churn_ratio` times."""
    first = segment.alpha / (segment.alpha + segment.beta)
    ratio = world.churn_ratio if referred else 1.0
    return segment.alpha, segment.alpha / (ratio * first) - segment.alpha


def _lives(segment: np.ndarray, referred: np.ndarray, world: SubscriptionWorld, rng: np.random.Generator) -> np.ndarray:
    """Months paid for: 1, 2, ..."""
    pairs = [sbg(world.segments[s], bool(r), world) for s, r in zip(segment, referred, strict=True)]
    alpha, beta = np.array(pairs, float).reshape(-1, 2).T
    return np.minimum(rng.geometric(np.maximum(rng.beta(alpha, beta), 1e-4)), 1200)


def _prices(segment: np.ndarray, world: SubscriptionWorld, rng: np.random.Generator) -> np.ndarray:
    prices = np.zeros(len(segment))
    for name, s in world.segments.items():
        mine = segment == name
        prices[mine] = pick(rng, s.prices, int(mine.sum())).astype(float)
    return prices


def _referrals_of(people: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    """A Poisson process for each customer, rate = referral_rate x urge x shape(tenure) x arm, by thinning."""
    top = max(level for _, level in world.shape) * max(1.0, *(a.factor for a in world.arms.values()))
    top *= max(1.0, world.programme_uplift)
    joined, out = people["joined"].to_numpy("M8[D]"), people["exit"].to_numpy("M8[D]")
    exposure = months_between(joined, out)
    count = rng.poisson(world.referral_rate * people["urge"] * top * exposure)
    who = np.repeat(np.arange(len(people)), count)
    tenure = rng.random(len(who)) * exposure[who]
    on = joined[who] + np.floor(tenure * DAYS_PER_MONTH).astype(int)
    factor, arm = _arm_factor(people["arm"].to_numpy()[who], on, world)
    runs = (on >= day(world.programme_start)) & ~people["held_out"].to_numpy()[who]
    factor = factor * np.where(runs, world.programme_uplift, 1.0)
    keep = rng.random(len(who)) < _shape(world, tenure) * factor / top
    rows = pd.DataFrame({"advocate": people.index[who[keep]], "referred": on[keep], "arm": arm[keep]})
    return _outcomes(rows, world, rng)


def _shape(world: SubscriptionWorld, tenure: np.ndarray) -> np.ndarray:
    starts = np.array([m for m, _ in world.shape], float)
    return np.array([level for _, level in world.shape])[np.searchsorted(starts, tenure, side="right") - 1]


def _arm_factor(arm: np.ndarray, on: np.ndarray, world: SubscriptionWorld) -> tuple[np.ndarray, np.ndarray]:
    start, end = map(day, world.experiment)
    inside = (on >= start) & (on <= end)
    factors = np.array([world.arms[a].factor if a else 1.0 for a in arm], float)
    return np.where(inside, factors, 1.0), np.where(inside, arm, "")


def _outcomes(rows: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    n, as_of = len(rows), day(world.as_of)
    on = rows["referred"].to_numpy("M8[D]")
    channel = pick(rng, {name: mix for name, (mix, _) in world.channels.items()}, n)
    chance = np.array([world.channels[c][1] for c in channel], float)
    stages = (
        ("invited", world.invited, rng.integers(0, 4, n)),
        ("qualified", world.qualified, lags(rng, world.days_to_qualified, n)),
        ("converted", chance, lags(rng, world.days_to_converted, n)),
    )
    rows = rows.assign(channel=channel)
    for stage, probability, lag in stages:
        happens = rng.random(n) < probability
        on = np.where(happens, on + lag.astype("m8[D]"), np.datetime64("NaT", "D"))
        rows[stage] = until(as_of, on).astype("M8[ns]")
    return rows.assign(referred=rows["referred"].astype("M8[ns]"))


def lags(rng: np.random.Generator, median_sigma: tuple[float, float], n: int) -> np.ndarray:
    """Log-normal waiting times in whole days, at least 1."""
    median, sigma = median_sigma
    return np.ceil(rng.lognormal(np.log(median), sigma, n)).astype(int)


def pick(rng: np.random.Generator, shares: Mapping[Any, float], n: int) -> np.ndarray:
    """`n` words drawn by their shares, as an array of objects."""
    weights = np.array(list(shares.values()), float)
    return np.array(list(shares), dtype=object)[rng.choice(len(weights), n, p=weights / weights.sum())]
