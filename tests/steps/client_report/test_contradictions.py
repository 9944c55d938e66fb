"""Two steps must not give the same quantity two values, nor put a customer on two lists."""

from __future__ import annotations

from referral_playbook.steps.client_report.contradictions import agreement, contradictions
from tests.steps.client_report.made import by_step, measured, step


def test_one_quantity_with_two_values_fails_the_check():
    one = step("value_exchange", estimates={"customer_value": measured(1200.0, unit="GBP", per="new customer")})
    other = step("break_even", estimates={"customer_value": measured(1300.0, unit="GBP", per="new customer")})
    found = contradictions(by_step(one, other))
    assert found == [
        {
            "what": "value of a new customer",
            "step": "value_exchange",
            "value": "£1,200",
            "other_step": "break_even",
            "other_value": "£1,300",
        }
    ]
    check = agreement(found)
    assert check.passed is False
    assert "value of a new customer: £1,200 in value exchange, £1,300 in break even" in check.text


def test_another_denominator_is_another_quantity():
    one = step("intake", estimates={"unknown_source_share": measured(0.12, per="lead")})
    other = step("goal_setting", estimates={"unknown_source_share": measured(0.15, per="new customer")})
    same = step("referral_sources", estimates={"unknown_source_share": measured(0.12 + 1e-12, per="lead")})
    assert contradictions(by_step(one, other, same)) == []
    assert agreement([]).passed is True


def test_a_customer_who_is_asked_has_no_complaint_and_is_not_asked_for_too_much():
    lists = {
        "ask_list": [{"customer_id": "A"}, {"customer_id": "B"}, {"customer_id": "C", "control": True}],
        "close_the_loop": [{"customer_id": "B"}, {"customer_id": "C"}],
    }
    found = contradictions(
        by_step(
            step("social_currency", tables={"do_not_ask": [{"customer_id": "D"}]}),
            step("ask_and_follow_up", tables=lists),
        )
    )
    assert [row["what"] for row in found] == ["1 customer on two lists"]


def test_a_customer_with_a_complaint_is_on_no_list_of_step_08():
    ask = step(
        "ask_and_follow_up", tables={"close_the_loop": [{"customer_id": "A"}], "ask_list": [{"customer_id": "B"}]}
    )
    loyalty = step(
        "loyalty_and_upsell",
        tables={"follow_up": [{"customer_id": "A"}, {"customer_id": "C"}], "upsell_list": [{"customer_id": "B"}]},
    )
    found = contradictions(by_step(ask, loyalty))
    assert [(row["value"], row["other_value"]) for row in found] == [
        ("close the loop", "follow up"),
        ("ask list", "upsell list"),
    ]
