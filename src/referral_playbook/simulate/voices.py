"""What customers say and every contact with them: surveys and touchpoints of a subscription client."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from referral_playbook.simulate.people import lags, pick
from referral_playbook.simulate.simulated import day, generator, until
from referral_playbook.simulate.world import SubscriptionWorld

STABLE = 0.8  # share of an answer's variance that is the customer, not the day
NO_LONGER_USE = 0.02
PRAISE = (
    "The team answers before I have finished my coffee",
    "Saves us hours every week",
    "Shared inbox is superb, thank you",
)
COMPLAINTS = (
    "Too slow on mobile",
    "Reports are hard to read",
    "Price went up, value did not",
    "Support hours too short",
    "Set-up took weeks, and nobody called",
)
CHANNELS = {
    "support": {"email": 0.5, "chat": 0.4, "phone": 0.1},
    "delight": {"in-product": 0.5, "email": 0.3, "phone": 0.2},
    "kind_act": {"card": 0.3, "phone": 0.4, "email": 0.3},
    "review": {"meeting": 1.0},
    "ask": {"email": 0.6, "phone": 0.3, "in-product": 0.1},
    "complaint": {"email": 0.6, "phone": 0.4},
    "upsell": {"phone": 0.5, "email": 0.5},
}


def surveys(people: pd.DataFrame, contacts: pd.DataFrame, world: SubscriptionWorld, seed: int) -> pd.DataFrame:
    """One row an answer; `person` is the position in `people`. Who answers does not depend on what they would say."""
    rng = generator(seed, "surveys")
    parts = [_pmf(people, wave, world, rng) for wave in world.pmf_waves]
    parts += [_nps(people, wave, world, rng) for wave in world.nps_waves]
    parts += [_value(people, parts[len(world.pmf_waves) - 1], world, rng), _after_support(contacts, rng)]
    rows = pd.concat([p for p in parts if len(p)], ignore_index=True)
    rows = rows[rows["asked"] <= pd.Timestamp(world.as_of)]
    rows["segment"] = people["segment"].reindex(rows["person"]).to_numpy()
    return rows.sort_values(["asked", "person", "question"], kind="stable")


def _wave(people: pd.DataFrame, wave: date, world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Who answers a wave: customers of at least 30 days, a share of them, within three weeks."""
    on = day(wave)
    active = (people["joined"] <= on - 30) & (people["exit"] > on + 21)
    asked = people[active & (rng.random(len(people)) < world.response)]
    return asked.assign(asked=(on + rng.integers(0, 21, len(asked))).astype("M8[ns]"))


def _felt(delight: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Place of an answer between 0 and 1: the customer's delight and the day's mood, uniform over customers."""
    mood = rng.standard_normal(len(delight))
    return np.asarray(norm.cdf(np.sqrt(STABLE) * np.asarray(delight) + np.sqrt(1 - STABLE) * mood))


def _true(people: pd.DataFrame, world: SubscriptionWorld, what: str) -> np.ndarray:
    by = {name: getattr(s, what) for name, s in world.segments.items()}
    return np.asarray(people["segment"].map(by), float)


def _pmf(people: pd.DataFrame, wave: date, world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    who = _wave(people, wave, world, rng)
    place, share = 1 - _felt(who["delight"], rng), _true(who, world, "very_disappointed")
    answer = np.select(
        [place < share, place < share + 0.7 * (1 - share)],
        ["very disappointed", "somewhat disappointed"],
        "not disappointed",
    )
    answer = np.where(rng.random(len(who)) < NO_LONGER_USE, "no longer use", answer)
    incentive = np.where(rng.random(len(who)) < 0.5, "10 GBP voucher", "")
    return _answers(who, "pmf", answer, incentive=incentive)


def _nps(people: pd.DataFrame, wave: date, world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    who = _wave(people, wave, world, rng)
    place = 1 - _felt(who["delight"], rng)
    promoter = place < _true(who, world, "promoters")
    detractor = place > 1 - _true(who, world, "detractors")
    low = rng.choice(7, len(who), p=[0.05, 0.04, 0.07, 0.12, 0.15, 0.25, 0.32])
    score = np.select(
        [promoter, detractor], [9 + (rng.random(len(who)) < 0.45), low], 7 + (rng.random(len(who)) < 0.55)
    )
    words = np.where(promoter, rng.choice(PRAISE, len(who)), np.where(detractor, rng.choice(COMPLAINTS, len(who)), ""))
    comment = np.where(rng.random(len(who)) < 0.35, words, "")
    return _answers(who, "nps", score.astype(int).astype(str), comment=comment)


def _value(
    people: pd.DataFrame, pmf_answers: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator
) -> pd.DataFrame:
    """Of those who answered the last product survey, six in ten say what a month is worth to them."""
    answered = pmf_answers[rng.random(len(pmf_answers)) < 0.6]
    who = people.loc[answered["person"]].assign(asked=answered["asked"].to_numpy())
    multiple = _true(who, world, "worth") * rng.lognormal(0.0, 1.0, len(who)) ** _true(who, world, "worth_sigma")
    price = who["monthly_now"].fillna(who["price"]).to_numpy()
    return _answers(who, "value", np.char.mod("%d", np.round(multiple * price)))


def _after_support(contacts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Scores given after a support contact: satisfaction for all who score, effort (1 easy to 7 hard) for some."""
    scored = contacts[contacts["score"].notna() & (contacts["kind"] == "support")]
    asked = scored.assign(asked=scored["resolved"].fillna(scored["on"]))
    csat = _answers(asked, "csat", asked["score"].astype(int).astype(str).to_numpy())
    some = asked[rng.random(len(asked)) < 0.5]
    ease = np.clip(np.round(8 - 1.4 * some["score"] + rng.normal(0, 0.8, len(some))), 1, 7).astype(int)
    return pd.concat([csat, _answers(some, "ces", ease.astype(str).to_numpy())])


def _answers(who: pd.DataFrame, question: str, answer: Any, *, comment: Any = "", incentive: Any = "") -> pd.DataFrame:
    person = who.get("person", who.index)
    return pd.DataFrame(
        {
            "person": np.asarray(person),
            "asked": who["asked"].to_numpy(),
            "question": question,
            "answer": answer,
            "comment": comment,
            "incentive": incentive,
        }
    )


def touchpoints(people: pd.DataFrame, world: SubscriptionWorld, seed: int) -> pd.DataFrame:
    """One row a contact, each kind at its own rate while the customer stays; a few kind acts before the sale."""
    rng = generator(seed, "touchpoints")
    kinds = [_contacts(people, kind, rate, rng) for kind, rate in world.contacts.items()]
    rows = pd.concat([*kinds, _before_the_sale(people, rng)], ignore_index=True)
    channel = [pick(rng, CHANNELS[k], int((rows["kind"] == k).sum())) for k in world.contacts]
    for kind, words in zip(world.contacts, channel, strict=True):
        rows.loc[rows["kind"] == kind, "channel"] = words
    return _resolved(rows, people, world, rng).sort_values(["on", "person", "kind"], kind="stable")


def _contacts(people: pd.DataFrame, kind: str, rate: float, rng: np.random.Generator) -> pd.DataFrame:
    joined, out = people["joined"].to_numpy("M8[D]"), people["exit"].to_numpy("M8[D]")
    days = (out - joined).astype(int)
    who = np.repeat(np.arange(len(people)), rng.poisson(rate / 30.4375 * days))
    on = joined[who] + np.floor(rng.random(len(who)) * days[who]).astype(int)
    return pd.DataFrame({"person": people.index[who], "on": on.astype("M8[ns]"), "kind": kind})


def _before_the_sale(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    who = people[(rng.random(len(people)) < 0.15) & (people["advocate"] < 0)]
    on = who["joined"] - pd.to_timedelta(rng.integers(2, 30, len(who)), unit="D")
    return pd.DataFrame({"person": who.index, "on": on, "kind": pick(rng, {"delight": 0.6, "kind_act": 0.4}, len(who))})


def _resolved(
    rows: pd.DataFrame, people: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator
) -> pd.DataFrame:
    """Complaints and support are resolved after a while, some never; what is open when a customer leaves is closed."""
    n, complaint = len(rows), (rows["kind"] == "complaint").to_numpy()
    needs = complaint | (rows["kind"] == "support").to_numpy()
    wait = np.where(complaint, lags(rng, (6.0, 0.8), n), lags(rng, (1.0, 0.7), n) - 1)
    never = rng.random(n) < np.where(complaint, world.unresolved, 0.03)
    on = rows["on"].to_numpy("M8[D]")
    done = np.where(never, np.datetime64("2200-01-01", "D"), on + wait)
    done = np.minimum(done, people["left"].reindex(rows["person"]).fillna(pd.Timestamp("2200-01-01")).to_numpy("M8[D]"))
    resolved = until(day(world.as_of), np.where(needs, done, np.datetime64("NaT", "D")))
    return rows.assign(resolved=resolved.astype("M8[ns]"), score=_scores(rows, people, needs, world, rng))


def _scores(
    rows: pd.DataFrame, people: pd.DataFrame, needs: np.ndarray, world: SubscriptionWorld, rng: np.random.Generator
) -> np.ndarray:
    satisfied = _true(people.loc[rows["person"]], world, "satisfied")
    happy = rng.random(len(rows)) < satisfied
    score = np.where(
        happy, rng.choice([4, 5], len(rows), p=[0.45, 0.55]), rng.choice([1, 2, 3], len(rows), p=[0.2, 0.3, 0.5])
    )
    return np.where(needs & (rng.random(len(rows)) < 0.55), score, np.nan)
