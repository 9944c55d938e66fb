"""A professional-services client: leads and introducers, no payments; files as a continental office exports them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.simulate.judgement import frame
from referral_playbook.simulate.people import lags, pick
from referral_playbook.simulate.services_files import LAYOUT
from referral_playbook.simulate.services_truth import truth
from referral_playbook.simulate.services_world import ServicesWorld
from referral_playbook.simulate.simulated import Simulated, contract_form, day, generator, months_between, until

SAYS = (
    "Accountants and tax advisers with four offices. Work comes by introduction; the register of leads is kept by "
    "hand, so more than a third of the leads have no known source. There are no payments and no survey."
)
STAFF, CONNECTORS = 14, 9
CUSTOMER_COLUMNS = [
    "customer_id",
    "joined_on",
    "left_on",
    "segment",
    "region",
    "source",
    "referred_by",
    "monthly_amount",
    "total_amount",
]


def services(world: ServicesWorld, seed: int) -> Simulated:
    """Simulate the whole firm; the same world and seed give the same tables."""
    old = _lives(_clients_before(world, generator(seed, "before")), 0, world, generator(seed, "old lives"))
    received = _received(world, old, generator(seed, "leads"))
    new = _lives(
        _clients_won(world, received, old, generator(seed, "won")), len(old), world, generator(seed, "new lives")
    )
    clients = pd.concat([old, new], ignore_index=True)
    sent_out = _given(world, generator(seed, "given"))
    leads, received = _numbered(received, sent_out)
    tables = {
        "customers": _customers(clients),
        "leads": leads,
        "referrals": _referrals(received, world, generator(seed, "referrals")),
        "touchpoints": _touchpoints(clients, world, generator(seed, "touchpoints")),
        "effort": frame("market current desired", EFFORT),
        "exchanges": frame("stage giver receiver what cost value", EXCHANGES),
    }
    return Simulated(
        name="Harlow & Partners",
        kind="services",
        currency="EUR",
        as_of=world.as_of,
        seed=seed,
        says=SAYS,
        tables=contract_form(tables),
        truth=truth(world, clients, received, sent_out, tables),
        layout=LAYOUT,
    )


EFFORT = (
    ("customers", 7.0, 6.0),
    ("referral", 3.0, 8.0),
    ("influencer", 1.0, 2.0),
    ("supplier", 1.0, 3.0),
    ("employee", 2.0, 5.0),
    ("internal", 5.0, 4.0),
)
EXCHANGES = (
    ("money", "Harlow", "client", "accounts, tax return, advice, a year", 4_100.0, 9_500.0),
    ("money", "client", "Harlow", "fees, a year", 6_600.0, 6_600.0),
    ("information", "client", "Harlow", "introduces another owner", 60.0, 2_400.0),
    ("information", "notary or bank", "Harlow", "names a client who needs accounts", 80.0, 4_800.0),
    ("information", "Harlow", "notary or bank", "names a client who needs a deed or a loan", 80.0, 3_000.0),
    ("promise", "Harlow", "client", "a partner answers within a working day", 300.0, 1_200.0),
    ("promise", "Harlow", "introducer", "hears what became of the introduction within a month", 40.0, None),
)


def _clients_before(world: ServicesWorld, rng: np.random.Generator) -> pd.DataFrame:
    n, span = world.clients_before, int((day(world.register) - day(world.start)).astype(int))
    joined = np.sort(day(world.start) + rng.integers(0, span, n))
    true = pick(rng, {name: s.share * s.conversion for name, s in world.sources.items()}, n)
    known = pick(rng, {"known": 0.5, "unknown": 0.5}, n) == "known"  # nobody kept a register then
    return _profile(pd.DataFrame({"joined": joined, "source": np.where(known, _group(true), "unknown")}), world, rng)


def _profile(rows: pd.DataFrame, world: ServicesWorld, rng: np.random.Generator) -> pd.DataFrame:
    n = len(rows)
    segment = pick(rng, {name: s.share for name, s in world.sectors.items()}, n)
    fee = np.array([world.sectors[s].fee for s in segment], float) * rng.lognormal(0.0, world.fee_sigma, n)
    return rows.assign(segment=segment, region=pick(rng, world.offices, n), fee=np.round(fee / 5) * 5)


def _group(source: np.ndarray) -> np.ndarray:
    """``"reciprocal: Notary De Wit"`` is ``"reciprocal"`` in the list of clients."""
    return np.array([s.split(":")[0] for s in source], dtype=object)


def _received(world: ServicesWorld, old: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n, as_of = world.leads, day(world.as_of)
    span = int((as_of - day(world.register)).astype(int))
    created = np.sort(day(world.register) + rng.integers(0, span + 1, n))
    true = pick(rng, {name: s.share for name, s in world.sources.items()}, n)
    noted = pick(rng, {"": world.empty, "unknown": world.unknown, "as is": 1 - world.unknown - world.empty}, n)
    chance, median = (
        np.array([getattr(world.sources[s], what) for s in true], float) for what in ("conversion", "value")
    )
    wins = rng.random(n) < chance
    wait = lags(rng, world.days_to_won, n)
    won = until(as_of, np.where(wins, created + wait, np.datetime64("NaT", "D")))
    value = np.round(median * rng.lognormal(0.0, world.value_sigma, n), 2)
    quoted = ~np.isnat(won) | (rng.random(n) < 0.6)
    return pd.DataFrame(
        {
            "created": created,
            "true": true,
            "source": np.where(noted == "as is", true, noted),
            "will_win": wins,
            "won": won,
            "value": np.where(quoted, value, np.nan),
            "by": _introducers(created, true, old, world, rng),
        }
    )


def _introducers(
    created: np.ndarray, true: np.ndarray, old: pd.DataFrame, world: ServicesWorld, rng: np.random.Generator
) -> np.ndarray:
    """Who introduced each lead: a client of that day (a few do most), a partner firm, staff, a connector."""
    there = old["exit"].to_numpy("M8[D]") > created[:, None]
    weight = np.cumsum(rng.gamma(0.4, 1.0, len(old)) * there, axis=1)
    client = (rng.random((len(true), 1)) * weight[:, -1:] >= weight).sum(axis=1)
    partners = {name: f"P-{i + 1:02d}" for i, name in enumerate(n for n in world.sources if ":" in n)}
    staff, connector = rng.integers(1, STAFF + 1, len(true)), rng.integers(1, CONNECTORS + 1, len(true))
    by = {
        "customer": np.array([_client_id(c) for c in client]),
        "employee": np.array([f"S-{i:02d}" for i in staff]),
        "connector": np.array([f"C-{i:02d}" for i in connector]),
        "": np.full(len(true), ""),
    }
    firm = np.array([partners.get(s, "") for s in true])
    kinds = [world.sources[s].referrer for s in true]
    return np.array([by.get(kind, firm)[i] for i, kind in enumerate(kinds)], dtype=object)


def _client_id(position: Any) -> str:
    return f"H{1000 + int(position)}"


def _clients_won(
    world: ServicesWorld, received: pd.DataFrame, old: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    won = received[received["won"].notna()]
    by = np.where(won["source"] == "referral", won["by"], "")
    rows = pd.DataFrame({"joined": won["won"].to_numpy("M8[D]"), "source": _group(won["source"].to_numpy()), "by": by})
    received.loc[won.index, "client"] = [_client_id(len(old) + i) for i in range(len(won))]
    return _profile(rows, world, rng)


def _lives(clients: pd.DataFrame, first: int, world: ServicesWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Months until a client leaves are geometric: the same chance each month."""
    churn = clients["segment"].map({name: s.churn for name, s in world.sectors.items()}).to_numpy(float)
    life = rng.geometric(churn)
    joined = clients["joined"].to_numpy("M8[D]")
    left = until(day(world.as_of), joined + np.ceil(life * 30.4375).astype(int))
    exit_ = np.where(np.isnat(left), day(world.as_of) + 1, left)
    ids = [_client_id(first + i) for i in range(len(clients))]
    return clients.assign(customer_id=ids, left=left, exit=exit_, months=months_between(joined, exit_))


def _given(world: ServicesWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Business passed to partner firms, as far as it was written down."""
    span = int((day(world.as_of) - day(world.register)).astype(int))
    names = np.repeat(list(world.sources), [rng.poisson(s.given * span / 365.25) for s in world.sources.values()])
    created = day(world.register) + rng.integers(0, span, len(names))
    won = np.where(rng.random(len(names)) < 0.5, created + rng.integers(10, 90, len(names)), np.datetime64("NaT", "D"))
    won = until(day(world.as_of), won)
    value = np.where(np.isnat(won), np.nan, np.round(rng.lognormal(np.log(6_000), 0.6, len(names)), 2))
    return pd.DataFrame({"created": created, "source": names.astype(object), "won": won, "value": value})


def _numbered(received: pd.DataFrame, given: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    partner = received["source"].str.startswith("reciprocal")
    both = pd.concat(
        [received.assign(way=np.where(partner, "received", "")), given.assign(way="given")], ignore_index=True
    )
    both = both.sort_values(["created", "way", "source"], kind="stable", ignore_index=True)
    both["lead_id"] = [f"{c.year}-{i + 1:04d}" for i, c in zip(both.index, both["created"], strict=True)]
    names = {"created": "created_on", "won": "won_on", "way": "given_or_received"}
    leads = both.rename(columns=names)[["lead_id", "created_on", "source", "won_on", "value", "given_or_received"]]
    return leads, both[both["way"] != "given"]


def _customers(clients: pd.DataFrame) -> pd.DataFrame:
    names = {"joined": "joined_on", "left": "left_on", "by": "referred_by", "fee": "monthly_amount"}
    rows = clients.rename(columns=names).assign(total_amount=(clients["fee"] * np.ceil(clients["months"])).round(2))
    return rows[CUSTOMER_COLUMNS].sort_values(["joined_on", "customer_id"], ignore_index=True)


def _referrals(received: pd.DataFrame, world: ServicesWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Introductions whose introducer the register names; half of the lost ones had been accepted as real prospects."""
    made = received[(received["source"] == received["true"]) & (received["by"] != "")]
    on = made["created"].to_numpy("M8[D]")
    soon = on + lags(rng, world.days_to_qualified, len(made)).astype("m8[D]")
    won = made["won"].to_numpy("M8[D]")
    soon = np.where(np.isnat(won), soon, np.minimum(soon, won))
    real = ~np.isnat(won) | (rng.random(len(made)) < 0.5)
    agency = np.array([world.sources[s].referrer == "agency" for s in made["true"]])
    paid = agency & ~np.isnat(won)
    return pd.DataFrame(
        {
            "referral_id": [f"I-{i + 1:03d}" for i in range(len(made))],
            "referrer_id": made["by"].to_numpy(),
            "referred_on": on,
            "referrer_type": [world.sources[s].referrer for s in made["true"]],
            "channel": pick(rng, {"phone": 0.4, "e-mail": 0.3, "lunch": 0.2, "event": 0.1}, len(made)),
            "friend_id": np.where(np.isnat(won), made["lead_id"], made["client"]),
            "qualified_on": until(day(world.as_of), np.where(real, soon, np.datetime64("NaT", "D"))),
            "converted_on": won,
            "reward": np.where(paid, (world.commission * made["value"]).round(2), np.nan),
            "rewarded_on": until(day(world.as_of), np.where(paid, won + 30, np.datetime64("NaT", "D"))),
        }
    )


def _touchpoints(clients: pd.DataFrame, world: ServicesWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Contacts since the register began; a complaint in eight stays open while the client stays."""
    start = np.maximum(clients["joined"].to_numpy("M8[D]"), day(world.register))
    days = np.maximum((clients["exit"].to_numpy("M8[D]") - start).astype(int), 0)
    parts = []
    for kind, rate in world.contacts.items():
        who = np.repeat(np.arange(len(clients)), rng.poisson(rate / 30.4375 * days))
        on = start[who] + np.floor(rng.random(len(who)) * days[who]).astype(int)
        parts.append(pd.DataFrame({"who": who, "on": on, "kind": kind}))
    rows = pd.concat(parts, ignore_index=True).sort_values(["on", "who", "kind"], kind="stable", ignore_index=True)
    return _settled(rows, clients, world, rng)


def _settled(rows: pd.DataFrame, clients: pd.DataFrame, world: ServicesWorld, rng: np.random.Generator) -> pd.DataFrame:
    never = day("2200-01-01")
    open_ = rng.random(len(rows)) < 0.125
    done = np.where(open_, never, rows["on"].to_numpy("M8[D]") + lags(rng, (10.0, 0.6), len(rows)).astype("m8[D]"))
    left = clients["left"].to_numpy("M8[D]")[rows["who"]]
    done = np.minimum(done, np.where(np.isnat(left), never, left))
    done = np.where(rows["kind"] == "complaint", done, np.datetime64("NaT", "D"))
    channel = pick(rng, {"meeting": 0.4, "phone": 0.35, "e-mail": 0.25}, len(rows))
    ids = clients["customer_id"].to_numpy()[rows["who"]]
    return pd.DataFrame(
        {
            "customer_id": ids,
            "on": rows["on"],
            "kind": rows["kind"],
            "channel": channel,
            "resolved_on": until(day(world.as_of), done),
        }
    )
