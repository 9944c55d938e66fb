"""Step 05: the cases that public calculators get wrong, the futures, and gates that turn."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import Status, assumed, undefined
from referral_playbook.domain import programme_costs
from referral_playbook.domain.assumptions import decided
from referral_playbook.domain.offers import NO_OFFER, Offer
from referral_playbook.methods.economics import Reward
from referral_playbook.steps.break_even import programme as programme_plan
from referral_playbook.steps.break_even import step as break_even
from referral_playbook.steps.break_even.futures import Programme
from referral_playbook.steps.break_even.step import unit_contribution
from referral_playbook.steps.break_even.volume import volumes

REQUIRED = {
    "fixed_cost", "unit_contribution", "break_even_conversions", "break_even_referrals", "referrals_per_advocate",
    "probability_by_date", "months_to_break_even", "worst_decile_result", "evpi",
}  # fmt: skip


def known(value=400.0, share=1.0, conversion=0.10, monthly=0.0, set_up=0.0):
    exact = {
        "customer_value": (value, "GBP", "new customer"),
        "incremental_share": (share, "share", "conversion"),
        "conversion_rate": (conversion, "share", "qualified referral"),
        "fulfilment": (0.0, "GBP", "conversion"),
        "monthly_cost": (monthly, "GBP", "month"),
        "set_up_cost": (set_up, "GBP", "programme"),
    }
    return {name: decided(name, x, unit=unit, per=per) for name, (x, unit, per) in exact.items()}


def offer(advocate=0.0, friend=0.0, trigger="conversion"):
    paid = tuple(Reward(cost=c, side=s, trigger=trigger) for s, c in (("advocate", advocate), ("friend", friend)))
    return Offer(name="test", kind="cash", rewards=paid)


def cost(value):
    return decided("fixed", value, unit="GBP", per="programme of 12 months")


def programme(inputs, what=NO_OFFER, referrals=20.0, draws=4000, **more):
    inflow = assumed(referrals, 0.8 * referrals, 1.2 * referrals, unit="referrals", per="month", source="test")
    half = decided("qualified_share", 0.5, unit="share", per="referral")
    return Programme(
        referrals=inflow,
        baseline=inflow,
        qualified=half,
        known=inputs,
        offer=what,
        draws=draws,
        discount_rate=0.0,
        **more,
    )


def test_a_reward_on_conversion_is_not_charged_for_what_did_not_convert():
    """10,000 fixed, 400 a customer, 50 reward: 10,000 / 350 = 28.57, 29 conversions, 290 qualified referrals.

    Calculators that charge the reward on each referral come to 400 - 50 / 0.10 < 0: never.
    """
    c = unit_contribution(known(), offer(advocate=50))
    assert c.value == pytest.approx(350)
    needed = volumes(cost(10_000), c, known()["conversion_rate"])
    assert needed["break_even_conversions"].value == 29
    assert needed["break_even_referrals"].value == 290


def test_nothing_is_deducted_twice():
    c = unit_contribution(known(), offer(advocate=25, friend=25))
    assert c.value == pytest.approx(350)
    assert unit_contribution(known(), offer(advocate=50)).value == pytest.approx(c.value)


def test_a_reward_per_lead_is_charged_per_lead():
    c = unit_contribution(known(), offer(advocate=5, trigger="lead"), leads_per_qualified=2.0)
    assert c.value == pytest.approx(400 - 5 * 2 / 0.10)


@pytest.mark.parametrize("reward", [400, 401, 1000])
def test_no_contribution_breaks_even_at_no_volume_and_gives_null(reward):
    c = unit_contribution(known(), offer(advocate=reward))
    needed = volumes(cost(10_000), c, known()["conversion_rate"])
    for estimate in needed.values():
        assert estimate.value is None
        assert "cannot break even at any volume" in estimate.reason
    chance = undefined("not run", unit="share", per="future")
    found = break_even.verdict(chance, c, go=0.8, stop=0.2, stands_on=())
    assert found.status is Status.STOP
    assert "cannot break even at any volume" in found.reason


def test_incremental_share_counts_value_not_reward():
    assert unit_contribution(known(share=0.5), offer(advocate=50)).value == pytest.approx(0.5 * 400 - 50)


def test_a_contribution_that_may_be_nothing_has_no_upper_limit():
    c = assumed(100, -20, 220, unit="GBP", per="conversion", source="test")
    needed = volumes(cost(1000), c, known()["conversion_rate"])["break_even_conversions"]
    assert needed.value == 10
    assert needed.high is None
    assert "no upper limit" in needed.reason


def test_certain_inputs_break_even_when_arithmetic_says():
    """20 referrals, half qualify, a tenth convert: 1 conversion a month worth 400; 2,000 of set-up: month 5."""
    inputs = known(set_up=2000)
    exact = decided("referrals", 20.0, unit="referrals", per="month")
    p = programme(inputs)
    p = Programme(
        referrals=exact,
        baseline=exact,
        qualified=p.qualified,
        known=inputs,
        offer=NO_OFFER,
        draws=100,
        discount_rate=0.0,
    )
    assert p.middle() == pytest.approx(12 * 400 - 2000)


@pytest.mark.parametrize(
    ("set_up", "status"), [(100.0, Status.GO), (4800.0, Status.TEST_SMALL), (12_000.0, Status.STOP)]
)
def test_the_gate_turns_with_the_cost(set_up, status):
    p = programme(known(set_up=set_up))
    chance = p.estimates()["probability_by_date"]
    c = unit_contribution(p.known, p.offer)
    assert break_even.verdict(chance, c, go=0.8, stop=0.2, stands_on=()).status is status


def test_go_on_assumptions_is_test_small():
    chance = decided("probability", 0.95, unit="share", per="future")
    guess = assumed(400, 300, 500, unit="GBP", per="new customer", source="client")
    c = unit_contribution(known(), NO_OFFER)
    assert break_even.verdict(chance, c, go=0.8, stop=0.2, stands_on=(guess,)).status is Status.TEST_SMALL


def test_dots_and_probability_tell_the_same():
    p = programme(known(set_up=3000), draws=20_000)
    dots = p.dots()
    assert len(dots) == 50
    share = (dots <= p.months).mean()
    assert abs(share - p.estimates()["probability_by_date"].value) <= 0.02


def test_the_same_inputs_give_the_same_futures():
    one, two = programme(known(set_up=3000)), programme(known(set_up=3000))
    assert one.futures.result.tolist() == two.futures.result.tolist()


def test_an_input_that_nobody_knows_makes_the_chance_unknown_not_zero():
    inputs = known() | {"customer_value": undefined("no payments", unit="GBP", per="new customer")}
    p = programme(inputs)
    assert all(not e.defined and "no payments" in e.reason for e in p.estimates().values())
    assert p.dots().size == 0
    assert p.tornado_rows() == []


def test_the_tornado_ranks_and_the_flip_is_where_the_result_turns():
    inputs = known(set_up=4000) | {
        "customer_value": assumed(400, 100, 700, unit="GBP", per="new customer", source="test"),
    }
    p = programme(inputs)
    rows = p.tornado_rows()
    assert [r["swing"] for r in rows] == sorted((r["swing"] for r in rows), reverse=True)
    turn = next(r["flips_at"] for r in p.flip_rows() if r["input"] == "value")
    assert 12 * turn - 4000 == pytest.approx(0, abs=60)


def test_the_cost_sheet_is_read_with_the_range_of_the_hourly_rate(sample):
    client = sample()
    cheap, dear = (programme_costs.costs(client, hourly_rate=r)["monthly_cost"] for r in (20, 60))
    assert cheap.value < dear.value
    sheet = programme_costs.cost_sheet(client)
    months = sheet[~sheet["once"]].groupby("month")[["hours", "amount"]].sum().mean()
    assert cheap.value == pytest.approx(20 * months["hours"] + months["amount"])


def concluded(client, **given):
    costs = programme_costs.costs(client)
    terms, what = break_even.economics_of(client), break_even.offer_of(client)
    p = programme_plan.programme(client, known=terms | costs, offer=what, draws=4000, **given)
    fixed, c = programme_costs.fixed_cost(costs, months=12), unit_contribution(terms, what)
    return break_even.conclude(client, known=terms | costs, offer=what, programme=p, fixed=fixed, contribution=c)


def test_the_sample_gives_every_number_of_the_contract(sample):
    result = concluded(sample())
    assert result.estimates.keys() >= REQUIRED
    assert all(result.estimate(name).defined for name in REQUIRED)
    needed = result.estimate("break_even_conversions")
    assert needed.low <= needed.value <= needed.high


@pytest.mark.parametrize("name", ["harlow-partners", "cupboard"])
def test_the_other_samples_go_through(sample, name):
    result = concluded(sample(name))
    assert result.estimates.keys() >= REQUIRED
    said = {check.name for check in result.checks}
    assert all(f"{n}_defined" in said for n, e in result.estimates.items() if not e.defined)


def test_telco_breaks_even_on_counts_without_dates(real_client):
    result = concluded(real_client("telco"))
    assert result.estimate("break_even_conversions").defined
    assert result.estimate("probability_by_date").defined
    assert result.verdict.status is not Status.GO  # conversion is assumed


@pytest.mark.parametrize("table", ["customers", "payments", "referrals", "costs", "leads", "rewards"])
def test_without_a_table_it_goes_on(simulated, table):
    result = concluded(simulated(customers=250, without=(table,)))
    assert result.estimates.keys() >= REQUIRED
