"""Step 08 as a finding: parameters reach every part, and what is shown is what is handed over."""

from __future__ import annotations

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.loyalty_and_upsell import step as loyalty_and_upsell


@pytest.fixture(scope="module")
def found(sample):
    given = {"confidence": 0.9, "loyal_tenure": 24.0, "contact_cost": 40.0, "upsell_taken": 0.3, "quiet_days": 400}
    return loyalty_and_upsell.find(sample(), Parameters.of("loyalty_and_upsell", **given))


def test_parameters_reach_every_part(found):
    assert "a customer for 24 months or more" in found.care.loyal.passes
    assert found.growth.contact_cost == 40
    assert found.growth.offers.taken.value == 0.3
    assert "400 days" in found.care.follow.heard_by
    for name in ("nrr", "grr", "churn_rate", "loyal_share", "advocates_share"):
        assert found.estimates[name].confidence == 0.9


def test_what_is_shown_is_what_is_handed_over(found):
    result = loyalty_and_upsell.build_result(found)
    assert result.estimates == found.estimates
    assert result.tables["mrr"] == found.revenue.movements()
    assert found.shown_upsells["customer_id"].tolist() == [row["customer_id"] for row in result.tables["upsell_list"]]
    assert found.complaints_offered() == 0


def test_the_worst_theme_is_an_action(found):
    theme = found.worst_theme()["theme"]
    assert any(repr(theme) in action.what for action in loyalty_and_upsell.build_result(found).actions)


def test_where_the_cost_of_a_contact_is_unknown_nothing_is_ruled_out(found):
    upsell = found.growth.upsell
    assert upsell.worth_it(None) == set(upsell.offer["customer_id"])
    check = upsell.worth_a_contact(None, "KES")
    assert check.passed is None
    assert "state the cost of a contact" in check.text
