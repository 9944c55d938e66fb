"""Whole clients from the simulator, and whether the steps' own estimates hold what is true of them.

Worlds are drawn, many small clients from each; facts are made from the simulated rows in memory, without files.
What is true follows from the world's parameters and from who became a customer, or, where no formula gives it, is read
off a client of the same world that is more than a hundred times as large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from coverage_count import Aim, Coverage

from referral_playbook.contract.evidence import Basis, Estimate
from referral_playbook.contract.settings.statements import Settings
from referral_playbook.domain.lists import segments as survey_answers
from referral_playbook.domain.programme import baseline
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.value import retention
from referral_playbook.domain.value.contract_value import contract_value
from referral_playbook.domain.value.value_terms import Horizon
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.predictions import predict_counts
from referral_playbook.simulate.money import customer_value as true_value
from referral_playbook.simulate.people import expected_referrals, population
from referral_playbook.simulate.simulated import months_between
from referral_playbook.simulate.voices import surveys
from referral_playbook.simulate.world import ARMS, CHANNELS, SEGMENTS, SubscriptionWorld
from referral_playbook.steps.pmf_check import step as pmf_check
from referral_playbook.steps.social_currency.advocates import top_decile_share
from referral_playbook.steps.social_currency.word_of_mouth import word_of_mouth

LARGE = 100_000  # customers of the client that others are measured by
MARGIN = 0.7
YEAR = (np.datetime64("2025-10-01"), np.datetime64("2026-09-30"))
DAYS = pd.Series(dtype="M8[ns]")
NO_CONTACTS = pd.DataFrame(
    {
        "person": pd.Series(dtype=int),
        "kind": pd.Series(dtype=object),
        "score": pd.Series(dtype=float),
        "on": DAYS,
        "resolved": DAYS,
    }
)


def world(number: int) -> SubscriptionWorld:
    """A world of its own: how its customers stay, pay, feel and refer."""
    rng = np.random.default_rng([20260930, number])
    segments = {
        name: replace(
            s,
            alpha=s.alpha * rng.uniform(0.7, 1.4),
            beta=s.beta * rng.uniform(0.4, 1.0),
            margin_rate=MARGIN,
            very_disappointed=rng.uniform(0.25, 0.7),
            promoters=rng.uniform(0.2, 0.6),
            detractors=rng.uniform(0.1, 0.3),
        )
        for name, s in SEGMENTS.items()
    }
    channels = {name: (mix, chance * rng.uniform(1.0, 2.5)) for name, (mix, chance) in CHANNELS.items()}
    return SubscriptionWorld(
        customers=int(rng.integers(500, 900)),
        growth=rng.uniform(1.0, 1.6),
        segments=segments,
        channels=channels,
        upsell=(0.0, 1.0),
        cross_sell=(0.0, 1.0),
        contraction=(0.0, 1.0),
        refund=0.0,
        referral_rate=rng.uniform(0.02, 0.06),
        dispersion=rng.uniform(0.4, 1.5),
        qualified=rng.uniform(0.5, 0.8),
        arms={name: replace(arm, factor=1.0) for name, arm in ARMS.items()},
        pmf_waves=(date(2026, 6, 8),),
        nps_waves=(date(2026, 4, 13),),
        response=rng.uniform(0.2, 0.6),
        fraud=False,
    )


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One simulated client: its world, its people with what cannot be seen, and its facts as a step reads them."""

    world: SubscriptionWorld
    people: pd.DataFrame
    engagement: Engagement


def draw(of: SubscriptionWorld, seed: int) -> Drawn:
    """One client of the world."""
    people, made = population(of, seed)
    answers = surveys(people.assign(monthly_now=people["price"]), NO_CONTACTS, of, seed)
    facts = {
        "customer_profile": _profile(people, of),
        "referrals": _referrals(made),
        "referral_edges": _edges(people),
        "referral_funnel": _by_month(made),
        "referral_months": _by_month(made).rename(columns={"referrals": "referred_on"}),
        "advocate_counts": _advocates(people, made),
        "customer_life": _life(people, of),
        "lives": _lives(people, of),
        "survey_counts": answers.groupby(["question", "answer", "segment"]).size().reset_index(name="answers"),
    }
    return Drawn(world=of, people=people, engagement=_engagement(of, facts, made))


def _engagement(of: SubscriptionWorld, facts: dict[str, pd.DataFrame], made: pd.DataFrame) -> Engagement:
    nowhere = Path("nowhere")
    return Engagement(
        client="simulated",
        currency="GBP",
        as_of=of.as_of,
        time_unit="month",
        absent={"customer_months": "no payments are simulated"},
        settings=Settings(),
        tables={"referrals": {"rows": len(made), "first": of.start, "last": made["referred"].max().date()}},
        real_dates=True,
        client_dir=nowhere,
        results_dir=nowhere,
        facts_dir=nowhere,
        _names=tuple(facts),
        _read=facts,
    )


def _profile(people: pd.DataFrame, of: SubscriptionWorld) -> pd.DataFrame:
    joined, left = people["joined"].to_numpy("M8[D]"), people["left"].to_numpy("M8[D]")
    end = np.where(np.isnat(left), np.datetime64(of.as_of, "D"), left)
    return pd.DataFrame(
        {
            "customer_id": people.index,
            "segment": people["segment"],
            "tenure_months": months_between(joined, end),
            "left": ~np.isnat(left),
            "monthly_amount": people["price"],
            "amount_usable": True,
            "source": people["source"],
            "referred": people["referred"].where(people["referred"] | ~people["source"].isin(["unknown", ""])),
        }
    )


def _referrals(made: pd.DataFrame) -> pd.DataFrame:
    names = {"advocate": "referrer_id"} | {s: f"{s}_on" for s in ("referred", "invited", "qualified", "converted")}
    return made.rename(columns=names).assign(referrer_type="customer")


def _edges(people: pd.DataFrame) -> pd.DataFrame:
    friends = people[people["advocate"] >= 0]
    return pd.DataFrame({"friend_id": friends.index, "referrer_id": people.index[friends["advocate"]]})


def _by_month(made: pd.DataFrame) -> pd.DataFrame:
    counts = made["referred"].dt.strftime("%Y-%m").value_counts().sort_index()
    return counts.rename_axis("month").reset_index(name="referrals")


def _advocates(people: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    each = made["advocate"].value_counts().reindex(people.index, fill_value=0)
    cells = pd.DataFrame({"left": people["left"].notna(), "referrals": each})
    return cells.groupby(["left", "referrals"]).size().reset_index(name="customers")


def _lives(people: pd.DataFrame, of: SubscriptionWorld) -> pd.DataFrame:
    lives = _profile(people, of).rename(columns={"tenure_months": "months"})
    return lives.groupby(["segment", "months", "left"]).size().reset_index(name="customers")


def _life(people: pd.DataFrame, of: SubscriptionWorld) -> pd.DataFrame:
    lives = _profile(people, of).assign(months=lambda p: p["tenure_months"] // 1)
    return lives.groupby(["segment", "months", "left"]).size().reset_index(name="customers")


def _exactly(share: float) -> Estimate:
    return Estimate(
        value=share,
        low=share,
        high=share,
        confidence=None,
        n=None,
        unit="share",
        per="unit of revenue",
        basis=Basis.ASSUMED,
        source="known",
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """One estimate of a step: what it is, the step's range at a confidence, and what is true.

    `true` is given the client and the large client of its world; without it, that one's value is what is true. The
    first so many `clients` of a world are tried, fewer where trying costs much.
    """

    name: str
    truth: str
    estimate: Callable[[Engagement, float], Estimate]
    true: Callable[[Drawn, Drawn], float] | None = None
    clients: int = 300
    aim: Aim = "target"
    why: str = ""


def _a_month(client: Drawn, _: Drawn) -> float:
    return float((client.people["urge"] * expected_referrals(client.people, client.world, *YEAR)).sum()) / 12


def _value(client: Drawn, _: Drawn) -> float:
    mix = client.people.groupby(["segment", "referred"]).size()
    worths = [true_value(client.world.segments[s], bool(r), client.world) for s, r in mix.index]
    return float(np.average(worths, weights=mix))


def _conversion(client: Drawn, _: Drawn) -> float:
    return sum(mix * chance for mix, chance in client.world.channels.values())


def _k(client: Drawn, large: Drawn) -> float:
    invites = word_of_mouth(large.engagement).invites.value
    assert invites is not None
    return invites * client.world.qualified * _conversion(client, large)


def _last_month(client: Drawn, _: Drawn) -> float:
    return float(_counts(client.engagement)[-1])


def _counts(engagement: Engagement) -> np.ndarray:
    found = baseline.record(engagement, window=13)
    assert found is not None
    return found.counts


def _worth(engagement: Engagement, confidence: float) -> Estimate:
    return contract_value(engagement, Horizon(), _exactly(MARGIN), confidence)


LIKE, CALCULATED = "as the large client shows", "calculated"
GROWING = "Months that grow look like months that spread, and spread widens the range: wide where the client grows"
NEAR = "A miss by less than the simulation's error (1.3 points), and what the large client shows has one of its own"
FEW = (
    "A hundred advocates are too few for any bootstrap (percentile, basic, bias-corrected and normal were tried); "
    "with 1,000-2,500 of them 78% and 93%"
)
TOLD: tuple[Told, ...] = (
    Told(
        name="Retention at 12 months",
        truth=LIKE,
        estimate=lambda e, c: retention.retention(e, confidence=c)["retention_at_horizon"],
    ),
    Told(
        name="Retention a month",
        truth=LIKE,
        why=NEAR,
        estimate=lambda e, c: retention.monthly_retention(e, confidence=c),
    ),
    Told(name="Ellis share", truth=LIKE, estimate=lambda e, c: survey_answers.very_disappointed(e, confidence=c)),
    Told(name="NPS", truth=LIKE, estimate=lambda e, c: survey_answers.nps(e, confidence=c)),
    Told(
        name="Share who came by referral",
        truth=LIKE,
        estimate=lambda e, c: pmf_check.organic_referrals(e, confidence=c),
    ),
    Told(
        name="Qualified per referral",
        truth=CALCULATED,
        true=lambda c, _: c.world.invited * c.world.qualified,
        estimate=lambda e, c: funnel.qualified_share(e, confidence=c),
    ),
    Told(
        name="Conversion per qualified referral",
        truth=CALCULATED,
        true=_conversion,
        estimate=lambda e, c: funnel.conversion_rate(e, confidence=c),
    ),
    Told(
        name="Invites per customer",
        clients=100,
        truth=LIKE,
        estimate=lambda e, c: word_of_mouth(e, confidence=c).invites,
    ),
    Told(
        name="K",
        clients=100,
        truth="invites as the large client shows, conversion calculated",
        true=_k,
        estimate=lambda e, c: word_of_mouth(e, confidence=c).k,
    ),
    Told(
        name="Referrals a month",
        truth="calculated from who is a customer",
        true=_a_month,
        aim="at least",
        why=f"{GROWING}.",
        estimate=lambda e, c: baseline.baseline(e, confidence=c),
    ),
    Told(
        name="Referrals next month",
        truth="what the next month brought",
        true=_last_month,
        estimate=lambda e, c: predict_counts(_counts(e)[:-1], confidence=c),
    ),
    Told(
        name="Share of the top tenth of advocates",
        truth=LIKE,
        clients=50,
        why=FEW,
        estimate=lambda e, c: top_decile_share(e, confidence=c),
    ),
    Told(name="Customer value", truth="calculated, at the mix that joined", true=_value, clients=50, estimate=_worth),
)


def measure_world(number: int, *, most: int = 300, large: int = LARGE) -> dict[str, Coverage]:
    """Simulate the clients of one world, no more than `most`, and count by name of the estimate."""
    of, found = world(number), {told.name: Coverage() for told in TOLD}
    giant = draw(replace(of, customers=large), 0)
    shown = {told.name: told.estimate(giant.engagement, 0.95).value for told in TOLD if not told.true}
    for seed in range(1, most + 1):
        client = draw(of, seed)
        for told in TOLD:
            if seed <= told.clients:
                truth = told.true(client, giant) if told.true else shown[told.name]
                found[told.name].add(truth, lambda c, t=told, e=client.engagement: t.estimate(e, c))
    return found


def together(worlds: Iterable[dict[str, Coverage]]) -> dict[str, Coverage]:
    """The counts of all worlds."""
    whole = {told.name: Coverage() for told in TOLD}
    for counted in worlds:
        for name, found in counted.items():
            whole[name].join(found)
    return whole
