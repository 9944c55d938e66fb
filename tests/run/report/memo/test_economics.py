"""The economics: factors to two digits, needed counts rounded up, charts that say what they show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.challenged import Challenge, Trial
from referral_playbook.run.report.memo.economics import (
    answers,
    dots,
    drivers,
    economics,
    gate,
    parts,
    pilot,
    put_to_the_test,
)
from referral_playbook.run.report.memo.findings import Findings

from .. import sample_results as samples


def with_table(name, rows):
    even = samples.break_even()
    return Findings({"break_even": replace(even, tables={**even.tables, name: rows})})


def with_estimates(**estimates):
    even = samples.break_even()
    return Findings({"break_even": replace(even, estimates={**even.estimates, **estimates})})


def first_text(findings):
    return economics(findings).blocks[0].text


def test_the_uplift_that_is_needed_stands_beside_the_expected_one_and_its_basis():
    text = first_text(samples.rich())
    for part in ("1.4 times (1.2 to 1.9)", "1.8 times (0.90 to 2.9)", "published studies", "83%", "61% to 95%"):
        assert part in text, part


@pytest.mark.parametrize(
    ("basis", "words"),
    [("measured", "measured in your data"), ("benchmark", "published studies"), ("assumed", "assumed")],
)
def test_where_the_uplift_comes_from_is_said(basis, words):
    uplift = samples.estimate(1.8, 1.1, 2.9, "times", "baseline referral", basis)
    assert words in first_text(with_estimates(uplift=uplift))


def test_an_open_range_ends_in_or_more_and_a_decided_factor_just_stands():
    needed = samples.estimate(1.4, 1.2, None, "times", reason="it may never pay")
    assert "1.4 times (1.2 or more)" in first_text(with_estimates(break_even_uplift=needed))
    decided = samples.estimate(2.0, 2.0, 2.0, "times")
    assert "2.0 times; this" in first_text(with_estimates(uplift=decided))


def test_a_chance_without_a_range_has_no_sentence_about_it():
    chance = samples.estimate(0.83, 0.83, 0.83, "share", "future")
    assert "could be anything" not in first_text(with_estimates(probability_by_date=chance))


@pytest.mark.parametrize(
    ("needed", "written"), [(4.0, "4"), (4.0000000001, "4"), (4.01, "5"), (249.2, "250"), (None, "–")]
)
def test_a_count_that_is_needed_is_the_next_whole_one(needed, written):
    rows = [{"answer": "against_nothing", "conversions": needed, "referrals": needed}]
    assert answers(with_table("three_answers", rows)).rows[0][1:] == (written, written)


def test_the_naive_answer_comes_first_and_the_used_one_is_marked():
    rows = answers(samples.rich()).rows
    assert [row[1:] for row in rows] == [("5", "62"), ("8", "99"), ("10", "250")]
    assert ["used here" in row[0] for row in rows] == [False, False, True]


def test_every_test_of_the_gate_has_its_outcome():
    rows = gate(samples.rich()).rows
    assert [row[0] for row in rows] == ["Value", "Cash", "Evidence"]
    assert [row[2] for row in rows] == ["passed", "passed", "not passed"]
    assert rows[0][1] == "83%, threshold 80%"


def test_a_test_that_says_itself_what_it_found_is_quoted_in_two_sentences():
    rows = [{"test": "cash", "text": "Cash is back in month 15. The limit is 36. More.", "passed": None}]
    assert gate(with_table("gate", rows)).rows == (("Cash", "Cash is back in month 15. The limit is 36.", "not known"),)


def test_the_bars_of_one_conversion_are_added_up_and_its_caption_is_the_rest():
    chart = parts(samples.rich())
    assert "£420" in chart.caption  # 800 - 280 - 100
    rows = [
        {"part": "customer value", "amount": 800.0},
        {"part": "reward to advocate", "amount": -50.0},
        {"part": "reward to friend", "amount": -50.0},
        {"part": "reward on referrals that come anyway", "amount": -125.0},
        {"part": "contribution", "amount": 575.0},
    ]
    caption = parts(with_table("waterfall", rows)).caption
    assert "£700" in caption  # before the rewards on those that come anyway
    assert "£575" in caption


@pytest.mark.parametrize(
    "rows", [[], [{"part": "customer value", "amount": 800.0}, {"part": "contribution", "amount": 800.0}]]
)
def test_one_bar_is_no_chart(rows):
    assert parts(with_table("waterfall", rows)) is None


def test_futures_that_cover_their_cost_are_counted():
    assert "50 equally likely futures; in 43 of them" in dots(samples.rich()).caption  # -900 + 120 i >= 0 from i = 8
    assert dots(with_table("futures", [{"future": 1, "value_result": None}])) is None


def test_the_input_that_moves_the_result_most_is_named():
    chart = drivers(samples.rich())
    assert chart.caption.startswith("The share who would not have come anyway moves the result most")
    assert "40%" in chart.picture.alt
    assert "80%" in chart.picture.alt
    assert drivers(with_table("tornado", [{"input": "uplift", "low_result": None, "high_result": None}])) is None


def pilots(*nets):
    sizes = [{"asked": 200 * (i + 1), "held_out": 50, "months": i + 1, "cost": 150.0} for i in range(len(nets))]
    return [{**size, "evsi": 150.0 + (net or 0.0), "net": net} for size, net in zip(sizes, nets, strict=True)]


def test_the_best_test_is_the_one_worth_most_after_its_cost():
    text = pilot(with_table("pilots", pilots(-20.0, 240.0, 90.0))).text
    for part in ("400 customers", "holds out 50", "2 months", "£150", "£390"):
        assert part in text
    assert "runs for 1 month." in pilot(with_table("pilots", pilots(10.0))).text


def test_no_test_pays_for_itself_and_a_size_that_was_not_valued_is_none():
    assert "No hold-out test" in pilot(with_table("pilots", pilots(-1.0, 0.0))).text
    assert pilot(with_table("pilots", pilots(None))) is None


def test_a_test_that_the_decision_waits_for_is_not_said_to_be_useless():
    named = {"input": "uplift", "size": 22, "held_out": 22, "months": 3, "cost": 1950.0, "evsi": 400.0, "named": True}
    even = samples.break_even()
    tables = {**even.tables, "pilots": pilots(-1550.0), "measurements": [named]}
    text = pilot(Findings({"break_even": replace(even, tables=tables)})).text
    assert "The test that decides asks 22 customers, holds out 22 and runs for 3 months." in text
    assert "£1,950" in text
    assert "No hold-out test" not in text


def test_what_is_most_worth_knowing_is_what_the_verdict_names():
    rows = [{"input": "uplift", "evppi": 310.0}, {"input": "incremental_share", "evppi": 800.0}]
    found = with_table("knowledge", rows)
    assert "£800" in _knowledge(found)
    even = found.results["break_even"]
    named = [{"input": "uplift", "named": True}, {"input": "incremental_share", "named": False}]
    tables = {**even.tables, "measurements": named}
    assert "£310" in _knowledge(Findings({"break_even": replace(even, tables=tables)}))


def _knowledge(findings):
    (block,) = (b for b in economics(findings).blocks if b.kind == "text" and "most useful" in b.text)
    return block.text


def test_a_challenge_of_another_decision_is_not_told():
    trial = Trial(name="largest customer gone", asks="?", when="it leaves", verdicts={"break_even": "stop"}, reason="r")
    told = {"client": "Acme", "as_of": "2026-09-30", "inputs": "x", "trials": (trial,)}
    for before, expected in (("test_small", True), ("go", False)):
        base = Trial(name="as it is", asks="", verdicts={"break_even": before}, reason="r")
        found = replace(samples.rich(), challenge=Challenge(base=base, **told))
        assert (put_to_the_test(found) is not None) is expected
    assert put_to_the_test(samples.rich()) is None


def test_without_break_even_there_is_no_section():
    assert economics(Findings({"pmf_check": samples.step("pmf_check", "go", "H")})) is None


def test_a_measurement_that_costs_more_than_it_teaches_is_not_praised():
    found = with_table("knowledge", [{"input": "incremental_share", "evppi": 89.0}])
    even = found.results["break_even"]
    named = [{"input": "incremental_share", "named": True, "cost": 168.0}]
    found = Findings({"break_even": replace(even, tables={**even.tables, "measurements": named})})
    (block,) = (b for b in economics(found).blocks if b.kind == "text" and "costs about" in b.text)
    assert "about £168, more than the answer is worth on average (up to £89)" in block.text


@pytest.mark.parametrize(("good", "words"), [(0, "none of them"), (2, "all of them"), (1, "1 of them")])
def test_none_and_all_futures_are_said_in_words(good, words):
    futures = [{"value_result": 100.0 if i < good else -100.0} for i in range(2)]
    assert words in dots(with_table("futures", futures)).caption


def test_the_part_of_the_referrals_that_a_programme_reaches_is_said():
    rich = samples.rich()
    result = rich.results["break_even"]
    uplift = result.estimates["uplift"].as_(source="x; over all referrals, of which the programme reaches 27%")
    made = replace(result, estimates={**result.estimates, "uplift": uplift})
    text = first_text(Findings({**rich.results, "break_even": made}))
    assert "The programme reaches 27% of all referrals; the others stay as they are." in text
    assert "reaches" not in first_text(rich)
