"""The offer and its test: who is paid what and when, what it may cost, and what each offer achieved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.writing.formatting import interval
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.offer import arms, offer

from .. import sample_results as samples


def with_offer(**offered):
    rich = samples.rich()
    value = rich.results["value_exchange"]
    row = {"name": "50 credit each", "trigger": "conversion", "advocate": 50.0, "friend": 50.0, **offered}
    return Findings({**rich.results, "value_exchange": replace(value, tables={"offer": [row]})})


def terms(findings):
    return offer(findings).blocks[0].text


def test_both_sides_are_named_with_their_amounts():
    text = terms(with_offer())
    assert "50 credit each" in text
    assert text.count("£50") == 2


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ("conversion", "when the new customer buys"),
        ("lead", "for every qualified referral"),
        ("hold", "once the new customer has stayed for the holding period"),
    ],
)
def test_when_it_is_paid_is_said_in_words(trigger, words):
    assert words in terms(with_offer(trigger=trigger))


@pytest.mark.parametrize(("advocate", "friend", "sides"), [(40.0, 0.0, 1), (0.0, 28.5, 1), (None, None, 0)])
def test_a_side_that_gets_nothing_is_not_named(advocate, friend, sides):
    text = terms(with_offer(name="gift", advocate=advocate, friend=friend))
    assert text.count("£") == sides
    assert (text == "The plan pays no reward.") is (sides == 0)


def with_worth(**estimates):
    rich = samples.rich()
    value = rich.results["value_exchange"]
    return Findings({**rich.results, "value_exchange": replace(value, estimates=estimates)})


def test_a_referral_has_its_worth_and_the_reward_its_ceiling():
    text = offer(samples.rich()).blocks[1].text
    assert "£42 (£12 to £71)" in text
    assert "£230 (£90 to £370) per conversion" in text


@pytest.mark.parametrize("ceiling", [0.0, -12.0])
def test_where_no_reward_pays_no_amount_is_allowed(ceiling):
    found = with_worth(reward_ceiling=samples.estimate(ceiling, ceiling - 5, ceiling + 5, "GBP", "conversion"))
    assert any("No reward pays" in block.text for block in offer(found).blocks if block.kind == "text")


def test_arms_have_counts_and_a_rate_with_its_range():
    rows = arms(samples.rich()).rows
    thanks, credit = (interval(samples.estimate(*x, "share")) for x in ((0.049, 0.03, 0.08), (0.12, 0.08, 0.17)))
    assert rows == (("Thanks", "268", "13", thanks), ("Credit", "233", "28", credit))


def test_at_most_four_conclusions_are_told():
    rich = samples.rich()
    review = rich.results["programme_review"]
    many = [{"arm": str(i), "conclusion": f"offer {i} brings more"} for i in range(6)] + [{"arm": "x"}]
    found = Findings({**rich.results, "programme_review": replace(review, tables={"contrasts": many})})
    (bullets,) = (b for b in offer(found).blocks if b.kind == "bullets")
    assert bullets.items == tuple(f"Offer {i} brings more." for i in range(4))


def test_without_an_offer_a_test_or_a_pilot_there_is_no_section():
    assert offer(Findings({"pmf_check": samples.step("pmf_check", "go", "H")})) is None
