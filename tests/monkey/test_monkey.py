"""A small seeded part of what `make monkey` does: odd clients one by one, and changes that may change nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from monkey import relations
from monkey.__main__ import smaller
from monkey.chain import OK, REFUSED, Outcome, run_folder
from monkey.clients import OddClient, ordinary
from monkey.judge import faults
from monkey.oddities import TYPED, every_change, then
from referral_playbook.contract.evidence import Basis, Estimate, Status, StepResult, Verdict

SEED = 7
ODD = (
    "ids that look like values", "loops", "one advocate with everything", "refunds above sales", "nobody left",
    "no referral converted", "every referral to oneself", "no lead won", "tables without rows", "two of everything",
    "only customers", "without customers",
)  # fmt: skip
RANDOM = 20
"""Clients with at most two random changes; with the odd ones more than the 30 on which the reports must agree."""


def run(client: OddClient, folder: Path) -> Outcome:
    return run_folder(client.write(folder), what_ifs=False)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_client_gets_a_sound_report_or_a_message(odd, tmp_path):
    client = every_change()[odd](ordinary(Random(SEED), customers=10), Random(SEED))
    assert faults(run(client, tmp_path / "client"), ids=TYPED) == []


def random_client(seed: int) -> OddClient:
    """A client of some size, with none, one or two changes that a run accepts."""
    chance = Random(seed)
    client = ordinary(chance, customers=chance.choice((8, 16, 24)))
    changes = {name: change for name, change in every_change().items() if " beyond " not in name}
    for name in chance.sample(sorted(changes), chance.randint(0, 2)):
        client = changes[name](client, chance).named(name)
    return client


@pytest.mark.parametrize("seed", range(RANDOM))
def test_no_part_of_a_random_clients_report_contradicts_another(seed, tmp_path):
    """One number for one quantity, one list for a customer, one verdict, every action once, no forbidden text."""
    assert faults(run(random_client(seed), tmp_path / "client"), ids=TYPED) == []


def test_a_parameter_beyond_its_bounds_is_refused(tmp_path):
    client = replace(ordinary(Random(SEED), customers=3), parameters={"discount_rate": 1.5})
    assert run(client, tmp_path / "client").code == REFUSED


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> tuple[OddClient, Outcome]:
    client = ordinary(Random(SEED), customers=16)
    outcome = run(client, tmp_path_factory.mktemp("plain") / "client")
    assert outcome.code == OK, outcome.message
    return client, outcome


@pytest.mark.parametrize("change", [relations.with_other_names, relations.shuffled, relations.years_later])
def test_a_change_without_a_meaning_changes_no_number(change, plain, tmp_path):
    client, before = plain
    after = run(change(client), tmp_path / "client")
    assert faults(after) == []
    assert list(relations.differences(before.results, after.results)) == []


def test_money_in_another_unit_scales_every_amount(plain, tmp_path):
    client, before = plain
    pounds = run(replace(client, rates={}), tmp_path / "pounds") if client.rates else before
    yen = run(relations.in_yen(client), tmp_path / "yen")
    assert faults(yen) == []
    assert list(relations.differences(pounds.results, yen.results, money=relations.POUNDS_TO_YEN)) == []


@pytest.mark.parametrize(("currency", "rate"), [("JPY", 190.0), ("EUR", 1.2)])
def test_default_costs_are_the_same_assumption_in_every_currency(currency, rate, tmp_path):
    """Only leads: every cost is the playbook's own, in the client's currency at its planning rate."""
    steps = ("value_exchange", "goal_setting", "break_even")
    client = every_change()["only leads"](ordinary(Random(SEED), customers=30), Random(SEED))
    pounds = run_folder(client.write(tmp_path / "pounds"), steps=steps)
    other = run_folder(relations.in_currency(client, currency, rate).write(tmp_path / "other"), steps=steps)
    assert (pounds.code, other.code) == (OK, OK), pounds.message + other.message
    assert pounds.results["break_even"].estimates["value_result"].defined
    assert list(relations.differences(pounds.results, other.results, money=rate)) == []


def test_everybody_twice_keeps_shares_and_narrows_their_ranges(plain, tmp_path):
    client, once = plain
    twice = run(relations.everybody_twice(client), tmp_path / "client")
    assert faults(twice) == []
    assert list(relations.not_narrower(once.results, twice.results)) == []


def result(reason: str, *estimates: Estimate) -> StepResult:
    return StepResult(
        step="break_even", client="A", as_of=ordinary(Random(1)).as_of, headline="H",
        verdict=Verdict(status=Status.GO, reason=reason),
        estimates={f"e{n}": e for n, e in enumerate(estimates)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("0 of 0 converted.", "0 of 0"),
        ("The rate is nan.", "nan"),
        ("Left:1 customers.", "1 and a plural"),
        ("Set conversion_rate first.", "raw name, conversion_rate"),
        ("It cannot break even at any volume.", "the verdict go"),
    ],
)
def test_the_judge_sees_what_is_forbidden(reason, fault):
    (found,) = faults(Outcome(code=OK, results={"break_even": result(reason)}))
    assert fault in found


def test_the_judge_lets_ordinary_words_pass():
    fine = "11 customers left; None of the others did, in 1 month. Information is scarce."
    number = Estimate(
        value=2.0, low=1.0, high=3.0, n=None, confidence=None, unit="x", per="y", basis=Basis.ASSUMED, source="z"
    )
    assert faults(Outcome(code=OK, results={"break_even": result(fine, number)})) == []


def test_a_failing_client_is_made_smaller(monkeypatch):
    """The fault needs two leads: all else is taken away."""
    monkeypatch.setattr(
        "monkey.__main__.faults_of", lambda c: ["crash: leads"] if len(c.tables.get("leads", ())) >= 2 else []
    )
    least = smaller(ordinary(Random(SEED), customers=16), "crash: leads")
    assert set(least.tables) == {"leads"}
    assert len(least.tables["leads"]) <= 3


def test_changes_can_be_put_on_top_of_one_another():
    changes = every_change()
    client = then(changes["only leads"], changes["no lead won"])(ordinary(Random(SEED)), Random(SEED))
    assert set(client.tables) == {"leads"}
    assert {row["won_on"] for row in client.tables["leads"]} == {""}
