"""A subscription client with every table of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.simulate.fraud import fraud
from referral_playbook.simulate.judgement import small_tables
from referral_playbook.simulate.lists import ask_lists
from referral_playbook.simulate.money import invoices
from referral_playbook.simulate.people import HOLDOUT_SEED, pick, population
from referral_playbook.simulate.simulated import FileLayout, Simulated, contract_form, day, generator, until
from referral_playbook.simulate.subscription_truth import truth
from referral_playbook.simulate.voices import surveys, touchpoints
from referral_playbook.simulate.world import SubscriptionWorld

SCALES = {"csat": "1-5", "ces": "1-7"}


def subscription(world: SubscriptionWorld, seed: int) -> Simulated:
    """Simulate the whole client; the same world and seed give the same tables."""
    people, honest = population(world, seed)
    paid = invoices(people, world, seed)
    people["monthly_now"] = paid[paid["kind"] != "refund"].groupby("person")["amount"].last()
    contacts = _unasked(touchpoints(people, world, seed), people, world)
    answers = surveys(people, contacts, world, seed)
    claims = _claims(people, honest, world, seed)
    leads = _leads(people, claims, world, seed)
    tables = {
        "customers": _customers(people, paid),
        "payments": _payments(paid),
        "surveys": _surveys(answers, seed),
        "referrals": _referrals(claims, leads, world, seed),
        "leads": leads[["lead_id", "created_on", "source", "won_on", "value"]].reset_index(drop=True),
        "touchpoints": _touchpoints(contacts),
        "arms": _arms(people, honest, world),
        **small_tables(world, seed),
    }
    tables["touchpoints"] = _without_doubt(tables, pd.Timestamp(world.as_of))
    return Simulated(
        name=world.name,
        kind="subscription",
        currency="GBP",
        as_of=world.as_of,
        seed=seed,
        says=world.says,
        tables=contract_form(tables),
        truth=truth(world, people, honest, paid, claims, tables),
        layout={name: FileLayout(file=f"{name}.csv", scale=SCALES if name == "surveys" else {}) for name in tables},
        parameters=_parameters(world),
    )


def _parameters(world: SubscriptionWorld) -> dict[str, Any]:
    return {
        "discount_rate": world.discount_rate,
        **_kept(world),
        "value_exchange": {"chosen_reward": "50 credit each", "incremental_share": world.incremental_share},
        "programme_review": {"control_arm": next(iter(world.arms))},
    }


def _kept(world: SubscriptionWorld) -> dict[str, Any]:
    """The kept control, where customers are held out."""
    if not world.holdout:
        return {}
    since = world.programme_start.isoformat()[:7]
    return {"control_share": world.holdout, "control_seed": HOLDOUT_SEED, "control_since": since}


def _unasked(contacts: pd.DataFrame, people: pd.DataFrame, world: SubscriptionWorld) -> pd.DataFrame:
    """Contacts without the asks of those who are held out."""
    held = contacts["person"].isin(people.index[people["held_out"]])
    asks = (contacts["kind"] == "ask") & (contacts["on"] >= pd.Timestamp(world.programme_start))
    return contacts[~(held & asks)].reset_index(drop=True) if world.holdout else contacts


def customer_ids(position: Any) -> np.ndarray:
    """Customer ids of positions in `people`."""
    return np.array([f"B{p + 1:04d}" for p in position], dtype=object)


def _customers(people: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    referred = (people["advocate"] >= 0).to_numpy()
    return pd.DataFrame(
        {
            "customer_id": customer_ids(people.index),
            "joined_on": people["joined"].to_numpy(),
            "left_on": people["left"].to_numpy(),
            "segment": people["segment"].to_numpy(),
            "region": people["region"].to_numpy(),
            "source": people["source"].to_numpy(),
            "referred_by": np.where(referred, customer_ids(people["advocate"]), ""),
            "monthly_amount": people["monthly_now"].to_numpy(),
            "total_amount": paid.groupby("person")["amount"].sum().round(2).reindex(people.index).to_numpy(),
        }
    ).sort_values(["joined_on", "customer_id"], ignore_index=True)


def _payments(paid: pd.DataFrame) -> pd.DataFrame:
    rows = paid.rename(columns={"paid": "paid_on"}).assign(customer_id=customer_ids(paid["person"]))
    rows["paid_on"] = rows["paid_on"].astype("M8[ns]")
    return rows[["customer_id", "paid_on", "amount", "margin", "kind"]].reset_index(drop=True)


def _surveys(answers: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A few who answer the product survey do so without a name."""
    nameless = (generator(seed, "names").random(len(answers)) < 0.03) & (answers["question"] == "pmf").to_numpy()
    ids = np.where(nameless, [f"anon-{i:04d}" for i in range(len(answers))], customer_ids(answers["person"]))
    rows = answers.rename(columns={"asked": "asked_on"}).assign(respondent_id=ids)
    return rows[["respondent_id", "asked_on", "question", "answer", "comment", "segment", "incentive"]].reset_index(
        drop=True
    )


def _claims(people: pd.DataFrame, honest: pd.DataFrame, world: SubscriptionWorld, seed: int) -> pd.DataFrame:
    """Honest and fraudulent referrals together, in the order in which they were made."""
    rows = honest.assign(fraud="", again=-1, row=honest.index)
    if world.fraud:
        rows = pd.concat([rows, fraud(people, honest, world, seed).assign(row=-1)], ignore_index=True)
    rows = rows.sort_values(["referred", "advocate", "row"], ignore_index=True)
    return rows.assign(referral_id=[f"R{i + 1:04d}" for i in rows.index])


def _leads(people: pd.DataFrame, claims: pd.DataFrame, world: SubscriptionWorld, seed: int) -> pd.DataFrame:
    """Every customer was a lead, so was every invited friend; two in three others were lost."""
    rng = generator(seed, "leads")
    own = people[people["advocate"] < 0]
    before = pd.to_timedelta(rng.integers(3, 60, len(own)), unit="D")
    won = pd.DataFrame(
        {"created_on": own["joined"] - before, "source": own["source"], "won_on": own["joined"], "person": own.index}
    )
    invited = claims[claims["invited"].notna() & (claims["again"] < 0) & (claims["friend"] != claims["advocate"])]
    invited = invited[(invited["fraud"] == "") | (invited["friend"] < 0)]
    noted = pick(rng, {"referral": 0.8, "unknown": 0.12, "": 0.05, "website": 0.03}, len(invited))
    friends = pd.DataFrame(
        {
            "created_on": invited["invited"],
            "source": noted,
            "won_on": invited["converted"],
            "person": invited["friend"],
            "claim": invited.index,
        }
    )
    referred = friends["person"].to_numpy() >= 0
    friends.loc[referred, "source"] = people["source"].reindex(friends["person"][referred]).to_numpy()
    rows = pd.concat([won, friends, _lost(won, world, rng)], ignore_index=True).fillna({"person": -1, "claim": -1})
    rows["value"] = (12 * people["price"].reindex(rows["person"].astype(int))).to_numpy()
    rows = rows.sort_values(["created_on", "person", "claim"], kind="stable", ignore_index=True)
    return rows.assign(lead_id=[f"L{i + 1:05d}" for i in rows.index])


def _lost(won: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    n = 2 * len(won)
    span = int((day(world.as_of) - day(world.start)).astype(int))
    created = day(world.start) + np.floor(np.sqrt(rng.random(n)) * span).astype(int)
    return pd.DataFrame({"created_on": created.astype("M8[ns]"), "source": pick(rng, world.sources, n)})


def _referrals(claims: pd.DataFrame, leads: pd.DataFrame, world: SubscriptionWorld, seed: int) -> pd.DataFrame:
    lead = leads[leads["claim"] >= 0].set_index("claim")["lead_id"]
    friend = claims.index.to_series().map(lead).fillna("").to_numpy(object)
    first = {row: lead.get(i, "") for i, row in claims["row"].items() if row >= 0}
    again = (claims["again"] >= 0).to_numpy()
    friend[again] = [first[r] for r in claims["again"][again]]
    member = (claims["friend"] >= 0).to_numpy()
    friend[member] = customer_ids(claims["friend"][member])
    reward, paid = _rewards(claims, world, generator(seed, "rewards"))
    return pd.DataFrame(
        {
            "referral_id": claims["referral_id"],
            "referrer_id": customer_ids(claims["advocate"]),
            "referred_on": claims["referred"],
            "referrer_type": "customer",
            "channel": claims["channel"],
            "friend_id": friend,
            "invited_on": claims["invited"],
            "qualified_on": claims["qualified"],
            "converted_on": claims["converted"],
            "reward": reward,
            "rewarded_on": paid,
            "arm": claims["arm"],
        }
    )


def _rewards(claims: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Promised when a friend converts under the programme, paid within a month of that (self-referrals are not yet)."""
    due = (claims["converted"] >= pd.Timestamp(world.programme_start)).to_numpy()
    size = [world.arms[a].reward if a else world.reward for a in claims["arm"]]
    paid = claims["converted"].to_numpy("M8[D]") + rng.integers(5, 31, len(claims))
    paid = np.where(due & (claims["fraud"] == "").to_numpy() & (np.array(size) > 0), paid, np.datetime64("NaT", "D"))
    return np.where(due, size, np.nan), until(day(world.as_of), paid).astype("M8[ns]")


def _touchpoints(contacts: pd.DataFrame) -> pd.DataFrame:
    rows = contacts.rename(columns={"resolved": "resolved_on"}).assign(customer_id=customer_ids(contacts["person"]))
    return rows[["customer_id", "on", "kind", "channel", "resolved_on", "score"]].reset_index(drop=True)


def _arms(people: pd.DataFrame, honest: pd.DataFrame, world: SubscriptionWorld) -> pd.DataFrame:
    """Customers offered each arm, those who referred someone under it, and the referrals they made."""
    start, end = map(pd.Timestamp, world.experiment)
    users = people[(people["joined"] <= end) & (people["exit"] > start)]
    rows = [
        (
            arm,
            int((users["arm"] == arm).sum()),
            honest[honest["arm"] == arm]["advocate"].nunique(),
            int((honest["arm"] == arm).sum()),
        )
        for arm in world.arms
    ]
    return pd.DataFrame(rows, columns=["arm", "users", "conversions", "invites"])


def _without_doubt(tables: Mapping[str, pd.DataFrame], as_of: pd.Timestamp) -> pd.DataFrame:
    """Drop review meetings that decide whether someone is asked: whether a review is a gift is a matter of taste."""
    contacts = tables["touchpoints"]
    kinds = (("delight", "kind_act"), ("delight", "kind_act", "review"))
    one, two = (
        {r["customer_id"] for r in ask_lists(tables["customers"], tables["surveys"], contacts, as_of, given=g)["ask"]}
        for g in kinds
    )
    doubtful = contacts["customer_id"].isin(one ^ two) & (contacts["kind"] == "review")
    return contacts[~doubtful].reset_index(drop=True)
