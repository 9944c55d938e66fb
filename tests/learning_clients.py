"""Simulated clients with a known truth, for the learning study and for tests: programmes with a kept control."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.domain.programme.referral_facts import EVENTS, by_group, by_month

AS_OF = pd.Timestamp("2026-09-30")
OLD = np.datetime64("2024-01-01T00:00:00.000000")
BEGIN = pd.Timestamp("2025-10-01")


def control_client(profile, referrals, touches=None, parameters=None, real_dates=True):
    facts = {"customer_profile": profile, "referrals": referrals, "touchpoints": touches}
    stated = parameters or {}
    return SimpleNamespace(
        fact=facts.get,
        as_of=date(2026, 9, 30),
        stated=stated,
        real_dates=real_dates,
        parameters_of=lambda step: Parameters.of(step, **stated),
    )


def programme(seed, *, customers=3_000, uplift=2.0, share=0.6, rate=0.01, control=0.10):
    """A year of a programme: referrals of customers with their own urge, and new customers linked to their advocate."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"C{seed}-{i}" for i in range(customers)])
    held = KeptControl(share=control).includes(ids)
    urge = rng.gamma(0.5, 2.0, customers)
    base = rng.poisson(12 * rate * urge)
    extra = np.where(held, 0, rng.poisson(12 * rate * (uplift - 1) * urge))
    who = np.repeat(np.arange(customers), base + extra)
    made = pd.DataFrame(
        {"referrer_id": ids[who], "referred_on": BEGIN + pd.to_timedelta(rng.integers(0, 364, who.size), unit="D")}
    )
    # Every referral brings a customer. Of the extra ones 1 - share would have come through another channel.
    elsewhere = np.where(held, rng.poisson(12 * rate * (uplift - 1) * (1 - share) * urge), 0)
    friends = np.r_[who, np.repeat(np.arange(customers), elsewhere)]
    source = np.r_[np.repeat("referral", who.size), np.repeat("website", friends.size - who.size)]
    profile = pd.DataFrame(
        {
            "customer_id": np.r_[ids, [f"F{seed}-{i}" for i in range(friends.size)]],
            "joined_on": np.r_[np.repeat(OLD, customers), np.repeat(np.datetime64(AS_OF), friends.size)],
            "left_on": pd.NaT,
            "referred_by": np.r_[np.repeat("", customers), ids[friends]],
            "source": np.r_[np.repeat("website", customers), source],
        }
    )
    asked = ids[~held][::4]
    touches = pd.DataFrame({"customer_id": asked, "on": BEGIN + pd.Timedelta(days=40), "kind": "ask"})
    return control_client(profile.astype({"left_on": "datetime64[ns]"}), made, touches)


def asked_only(seed, *, customers=30_000, effect=2.5, rate=0.02):
    """A year in which a quarter of those who may be asked are asked on day 40, and only these refer more from then."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"A{seed}-{i}" for i in range(customers)])
    control = KeptControl(share=0.10).includes(ids)
    asked = ~control & (rng.random(customers) < 0.25)
    urge = rng.gamma(0.5, 2.0, customers)
    base = rng.poisson(12 * rate * urge)
    extra = rng.poisson(12 * rate * (effect - 1) * urge * asked * (364 - 40) / 364)
    who = np.r_[np.repeat(np.arange(customers), base), np.repeat(np.arange(customers), extra)]
    days = np.r_[rng.integers(0, 364, base.sum()), rng.integers(40, 364, extra.sum())]
    made = pd.DataFrame({"referrer_id": ids[who], "referred_on": BEGIN + pd.to_timedelta(days, unit="D")})
    profile = pd.DataFrame(
        {"customer_id": ids, "joined_on": OLD, "left_on": pd.NaT, "referred_by": "", "source": "website"}
    ).astype({"left_on": "datetime64[ns]"})
    touches = pd.DataFrame({"customer_id": ids[asked], "on": BEGIN + pd.Timedelta(days=40), "kind": "ask"})
    return control_client(profile, made, touches)


def counts_of(rows, profile=None):
    """The facts on referrals that count rows: `referrals`, `referral_months`, `referral_groups`, `customer_flow`."""
    whole = rows.assign(**{day: pd.NaT for day in EVENTS if day not in rows}).astype(
        dict.fromkeys(EVENTS, "datetime64[ns]")
    )
    facts = {"referrals": rows, "referral_months": by_month(whole)}
    if profile is None:
        return facts
    profile = profile.assign(**{by: None for by in ("segment", "region") if by not in profile})
    return facts | {"referral_groups": by_group(whole, profile), "customer_flow": _flow(profile)}


def _flow(profile):
    """Customers who joined and left by month, for all and by region."""
    parts = []
    for by in ("all", "region"):
        group = pd.Series("all", index=profile.index) if by == "all" else profile[by].fillna("(none)")
        for what, day in (("joined", "joined_on"), ("left", "left_on")):
            dated = profile[day].notna()
            month = profile.loc[dated, day].dt.strftime("%Y-%m")
            parts.append(pd.DataFrame({"by": by, "group": group[dated], "month": month, what: 1}))
    return pd.concat(parts).groupby(["by", "group", "month"], as_index=False)[["joined", "left"]].sum()
