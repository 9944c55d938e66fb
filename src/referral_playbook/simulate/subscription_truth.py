"""What is true of a simulated subscription client: parameters, and what follows from them by calculation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.simulate.lists import ask_lists
from referral_playbook.simulate.money import customer_value, mean_value, recurring_revenue, survival
from referral_playbook.simulate.people import expected_referrals, sbg, shape_sum
from referral_playbook.simulate.programme_truth import programme_truth
from referral_playbook.simulate.simulated import day, generator
from referral_playbook.simulate.world import SubscriptionWorld

AGES = (1, 2, 3, 6, 9, 12, 18, 24, 36)


def truth(
    world: SubscriptionWorld,
    people: pd.DataFrame,
    honest: pd.DataFrame,
    paid: pd.DataFrame,
    claims: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    """Everything a test may want; each part says how it was got where that is not plain."""
    as_of = pd.Timestamp(world.as_of)
    return {
        "customers": {"total": len(people), "active": int(people["left"].isna().sum())},
        "retention": _retention(world, people),
        "customer_value": _value(world, people),
        "recurring_revenue_last_12_months": recurring_revenue(paid, day(world.as_of)),
        "surveys": _surveys(world, tables["surveys"]),
        "referrals": _referrals(world, people, honest),
        "first_referral": _first_referral(world),
        "funnel": _funnel(world),
        "k": _k(world, people),
        "organic_referral_share": _organic(world, people),
        "incremental_share": world.incremental_share,
        "experiment": _experiment(world, people),
        **({"programme": programme_truth(world, people)} if world.holdout else {}),
        "fraud": _fraud(claims),
        **ask_lists(tables["customers"], tables["surveys"], tables["touchpoints"], as_of),
    }


def _retention(world: SubscriptionWorld, people: pd.DataFrame) -> dict[str, Any]:
    def of(name: str, referred: bool) -> dict[str, Any]:
        segment = world.segments[name]
        alpha, beta = sbg(segment, referred, world)
        stays = survival(segment, referred, world, np.array(AGES))
        return {
            "alpha": alpha,
            "beta": beta,
            "first_month_churn": alpha / (alpha + beta),
            "survival": dict(zip(AGES, stays, strict=True)),
        }

    groups = people.groupby(["segment", "referred"]).size()
    mix = sum(n * survival(world.segments[s], r, world, np.array(AGES)) for (s, r), n in groups.items()) / len(people)
    return {
        "model": "shifted beta-geometric; survival t = share that stays more than t months of 30.4375 days",
        "not_referred": {name: of(name, False) for name in world.segments},
        "referred": {name: of(name, True) for name in world.segments},
        "all": {"survival": dict(zip(AGES, mix, strict=True)), "note": "mixed as those who joined"},
        "referred_first_month_churn_ratio": world.churn_ratio,
    }


def _value(world: SubscriptionWorld, people: pd.DataFrame) -> dict[str, Any]:
    by = {(s, r): customer_value(world.segments[s], r, world) for s in world.segments for r in (False, True)}
    shares = pd.Series({name: s.share for name, s in world.segments.items()})
    shares = shares / shares.sum()
    return {
        "unit": "GBP",
        "per": "new customer",
        "discount_rate_per_year": world.discount_rate,
        "horizon_months": world.horizon,
        "first_margin": "t = 0",
        "note": "margin, by calculation from the parameters",
        "all": mean_value(people, world),
        "not_referred": {name: by[name, False] for name in world.segments},
        "referred": {name: by[name, True] for name in world.segments},
        "referred_minus_not_at_the_same_mix": sum(w * (by[s, True] - by[s, False]) for s, w in shares.items()),
    }


def _surveys(world: SubscriptionWorld, surveys: pd.DataFrame) -> dict[str, Any]:
    last_answers = surveys[surveys["question"] == "pmf"].drop_duplicates("respondent_id", keep="last")
    weights = last_answers[last_answers["answer"] != "no longer use"]["segment"].value_counts(normalize=True)
    nps = (
        surveys[surveys["question"] == "nps"]
        .drop_duplicates("respondent_id", keep="last")["segment"]
        .value_counts(normalize=True)
    )
    each = world.segments.items()

    def over(mix: pd.Series, by: dict[str, float]) -> float:
        return float(sum(w * by[name] for name, w in mix.items()))

    pmf = {name: s.very_disappointed for name, s in each}
    net = {name: s.promoters - s.detractors for name, s in each}
    return {
        "very_disappointed_share": {
            "by_segment": pmf,
            "all": over(weights, pmf),
            "note": "of those who still use it; 'no longer use' is 2% of answers, apart",
        },
        "nps": {
            "by_segment": net,
            "all": over(nps, net),
            "promoters": {n: s.promoters for n, s in each},
            "detractors": {n: s.detractors for n, s in each},
        },
        "csat_top2": {name: s.satisfied for name, s in each},
        "value_multiple": {name: {"median": s.worth, "sigma": s.worth_sigma} for name, s in each},
        "note": "'all' weighs the segments as those who answered; who answers does not depend on the answer",
    }


def _referrals(world: SubscriptionWorld, people: pd.DataFrame, honest: pd.DataFrame) -> dict[str, Any]:
    end = day(world.as_of)
    year = expected_referrals(people, world, (end.astype("M8[M]") - 11).astype("M8[D]"), end)
    ever = expected_referrals(people, world, day(world.start), end)
    return {
        "note": "honest referrals; given who was a customer and when",
        "rate_per_active_customer_month": world.referral_rate,
        "shape": [{"from_tenure_month": m, "factor": f} for m, f in world.shape],
        "nb_dispersion": world.dispersion,
        "expected_per_month_last_12": float(year.sum()) / 12,
        "variance_last_12_months_total": float((year + year**2 / world.dispersion).sum()),
        "expected_ever": float(ever.sum()),
        "made_ever": len(honest),
        "top_decile_share": _top_decile(ever, world),
    }


def _top_decile(expected: np.ndarray, world: SubscriptionWorld) -> dict[str, Any]:
    """Share of referrals made by the top tenth of all customers and of those who referred, over 400 repeats."""
    rng = generator(0, "top decile")
    urge = rng.gamma(world.dispersion, 1 / world.dispersion, (400, len(expected)))
    counts = -np.sort(-rng.poisson(urge * expected), axis=1)
    total, active = np.maximum(counts.sum(axis=1), 1), np.maximum((counts > 0).sum(axis=1), 1)
    among = [row[: max(1, round(0.1 * n))].sum() for row, n in zip(counts, active, strict=True)]
    return {
        "of_all_customers": float((counts[:, : round(0.1 * len(expected))].sum(axis=1) / total).mean()),
        "of_those_who_referred": float((among / total).mean()),
        "note": "expected, by simulation",
    }


def _first_referral(world: SubscriptionWorld) -> dict[str, Any]:
    t = np.arange(37)
    none = (1 + world.referral_rate * shape_sum(world, t) / world.dispersion) ** -world.dispersion
    hazard = 1 - none[1:] / none[:-1]
    top = hazard.max()
    return {
        "note": "months since joining, of customers who stay; hazard m = chance of a first referral in month m to m+1",
        "none_by_month": none,
        "hazard": hazard,
        "highest_months": [int(m) for m in np.flatnonzero(hazard >= 0.75 * top)],
    }


def _funnel(world: SubscriptionWorld) -> dict[str, Any]:
    mix = {name: share for name, (share, _) in world.channels.items()}
    converted = sum(share * chance for share, chance in world.channels.values()) / sum(mix.values())
    return {
        "invited_per_referral": world.invited,
        "qualified_per_invited": world.qualified,
        "converted_per_qualified": converted,
        "converted_per_invited": world.qualified * converted,
        "converted_per_referral": world.invited * world.qualified * converted,
        "converted_per_qualified_by_channel": {name: chance for name, (_, chance) in world.channels.items()},
        "channel_mix": mix,
        "days_to_qualified_from_invited": dict(zip(("median", "sigma"), world.days_to_qualified, strict=True)),
        "days_to_converted_from_qualified": dict(zip(("median", "sigma"), world.days_to_converted, strict=True)),
        "note": "in the end; the last months before the as-of date are not yet through",
    }


def _k(world: SubscriptionWorld, people: pd.DataFrame) -> dict[str, Any]:
    per_invite = _funnel(world)["converted_per_invited"]
    to_date = float(expected_referrals(people, world, day(world.start), day(world.as_of)).mean()) * world.invited
    months = np.arange(world.horizon)
    gain = world.referral_rate * np.diff(shape_sum(world, np.arange(world.horizon + 1)))
    mix = people["segment"].value_counts(normalize=True)
    whole = (
        sum(w * float(np.sum(survival(world.segments[s], False, world, months) * gain)) for s, w in mix.items())
        * world.invited
    )
    return {
        "conversion_per_invite": per_invite,
        "invites_per_customer_to_date": to_date,
        "k_to_date": to_date * per_invite,
        "invites_per_customer_over_horizon": whole,
        "k_over_horizon": whole * per_invite,
        "horizon_months": world.horizon,
    }


def _organic(world: SubscriptionWorld, people: pd.DataFrame) -> dict[str, Any]:
    noted = world.sources["referral"] / sum(world.sources.values())
    return {
        "source_referral_of_those_without_advocate": noted,
        "with_a_known_advocate": int((people["advocate"] >= 0).sum()),
        "referred_customers": int(people["referred"].sum()),
        "note": "referred: a known advocate, or source 'referral'",
    }


def _experiment(world: SubscriptionWorld, people: pd.DataFrame) -> dict[str, Any]:
    """True share of users who refer at least once under each arm, given who was there and how long."""
    start, end = map(day, world.experiment)
    users = people[people["arm"] != ""]
    there = users[(users["joined"] <= pd.Timestamp(end)) & (users["exit"] > pd.Timestamp(start))]
    mean, k = expected_referrals(there, world, start, end), world.dispersion
    rates = {
        name: {
            "referral_rate_factor": arm.factor,
            "share_who_refer": float((1 - (1 + arm.factor * mean / k) ** -k).mean()),
            "invites_per_user": float(arm.factor * mean.mean()),
            **asdict(arm),
        }
        for name, arm in world.arms.items()
    }
    return {
        "arms": rates,
        "control": next(iter(world.arms)),
        "from": start,
        "to": end,
        "note": "users: customers offered it; conversions: who referred; invites: their referrals",
    }


def _fraud(claims: pd.DataFrame) -> list[dict[str, Any]]:
    first = {row: rid for rid, row in zip(claims["referral_id"], claims["row"], strict=True)}
    return [
        {"referral_id": r.referral_id, "kind": r.fraud} | ({"first_claim": first[r.again]} if r.again >= 0 else {})
        for r in claims[claims["fraud"] != ""].itertuples()
    ]
