"""What a programme has brought against doing nothing, counted by hand for a client of twenty."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.domain.programme.realised import Realised, realised
from tests.domain.programme.paid_back import MONTHS, paid_back_client


def test_value_and_cash_against_doing_nothing_are_those_of_the_control():
    """Extra: 6 less 1 x ratio of customers. Cost: 7 rewards of 10, and 3 months of 20."""
    client, ratio = paid_back_client()
    money = realised(client, MONTHS[0], MONTHS[-1])
    extra = 6 - ratio
    assert money.value == pytest.approx(0.5 * 100 * extra - 70 - 60, rel=0.01)
    assert money.cash == pytest.approx(0.5 * extra * 40 - 70 - 60, rel=0.01)  # each friend has paid a margin of 40


def test_a_panel_stands_for_everyone():
    client, ratio = paid_back_client()
    client.scale = 10.0
    money = realised(client, MONTHS[0], MONTHS[-1])
    assert money.value == pytest.approx(10 * (0.5 * 100 * (6 - ratio) - 70) - 60, rel=0.01)


def test_without_a_control_over_the_whole_time_no_money_is_read():
    late, _ = paid_back_client(since="2026-05")
    assert "after the forecast" in realised(late, MONTHS[0], MONTHS[-1]).reason
    none, _ = paid_back_client(since=None)
    assert "no control has been kept" in realised(none, MONTHS[0], MONTHS[-1]).reason


def test_friends_of_the_control_add_no_cash_of_the_programme():
    """All of the margin received is shared among all who came; the control's friends came without the programme."""
    for conversions in ((6, 1), (6, 4)):
        client, ratio = paid_back_client(conversions=conversions, reward=0.0)
        extra = conversions[0] - conversions[1] * ratio
        assert realised(client, MONTHS[0], MONTHS[-1]).cash == pytest.approx(0.5 * extra * 40 - 60, rel=0.01)


def test_conversions_and_payments_outside_the_time_do_not_count():
    client, _ = paid_back_client()
    april = realised(client, MONTHS[0], MONTHS[0])
    assert april == Realised(value=-20.0, cash=-20.0)  # nobody converted before May; the month cost 20


def test_rewards_are_those_of_all_conversions_and_the_cost_runs_every_month():
    free, paid = (realised(paid_back_client(reward=r)[0], MONTHS[0], MONTHS[-1]) for r in (0.0, 25.0))
    assert free.value - paid.value == pytest.approx(7 * 25)
    assert free.cash - paid.cash == pytest.approx(7 * 25)
    shorter = realised(paid_back_client()[0], MONTHS[1], MONTHS[-1])
    longer = realised(paid_back_client()[0], MONTHS[0], MONTHS[-1])
    assert shorter.value - longer.value == pytest.approx(20, abs=1)


def test_a_client_without_margins_has_a_value_and_no_cash():
    client, ratio = paid_back_client(margin=float("nan"))
    money = realised(client, MONTHS[0], MONTHS[-1])
    assert money.value == pytest.approx(0.5 * 100 * (6 - ratio) - 130, rel=0.01)
    assert (money.cash, money.reason) == (None, "no margin is recorded")


def test_without_the_numbers_of_break_even_nothing_is_valued():
    client, _ = paid_back_client()
    client.upstream = {}.get
    assert realised(client, MONTHS[0], MONTHS[-1]).reason == (
        "step 05 has no value for a customer, the incremental share or the monthly cost"
    )


def test_a_group_without_customers_in_the_time_gives_no_comparison():
    client, _ = paid_back_client()
    long_ago = pd.period_range("2023-01", "2023-03", freq="M")
    client.parameters_of = paid_back_client(since="2022-01")[0].parameters_of
    assert realised(client, long_ago[0], long_ago[-1]).reason == ("one of the two groups has no customers in that time")
