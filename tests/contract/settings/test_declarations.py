"""Parameters are declared once: their types, bounds and earlier names."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from referral_playbook.contract.names import STEPS
from referral_playbook.contract.settings.declarations import Kind, current_name, declarations, declared_for


@pytest.mark.parametrize("name", declarations())
class TestEveryDeclaration:
    def test_its_default_is_allowed_by_its_own_bounds(self, name):
        entry = declarations()[name]
        entry.accept(list(entry.default) if entry.kind.is_list and entry.default else entry.default)

    def test_it_belongs_to_steps_that_exist_and_says_what_it_is(self, name):
        entry = declarations()[name]
        assert entry.steps
        assert set(entry.steps) <= set(STEPS)
        assert entry.meaning
        assert entry.empty or not entry.optional

    def test_a_share_or_probability_stays_within_zero_and_one_and_money_is_not_negative(self, name):
        entry = declarations()[name]
        if entry.kind is Kind.NUMBER and entry.unit.startswith("money"):
            assert entry.low == 0
        if entry.unit.startswith("probability") or entry.unit.startswith("share of"):
            assert entry.low >= 0
            assert entry.high <= (10 if name == "upsell_rise" else 1)

    def test_what_several_steps_use_is_shared(self, name):
        entry = declarations()[name]
        assert entry.shared or len(entry.steps) == 1


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("conversion_rate", 0, 0.0),
        ("conversion_rate", None, None),
        ("break_even_months", 24, 24),
        ("programme_start", date(2026, 3, 1), "2026-03-01"),
        ("programme_start", "2026-03", "2026-03"),
        ("tier_steps", [1, 5], (1, 5)),
        ("rollout", ["North=2026-03"], ("North=2026-03",)),
        ("randomised", False, False),
    ],
)
def test_a_value_is_accepted_in_its_type(name, value, accepted):
    found = declarations()[name].accept(value)
    assert found == accepted
    assert type(found) is type(accepted)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("conversion_rate", 8, "8 is outside its bounds, from 0 to 1"),
        ("conversion_rate", "0.1", "not a number"),
        ("conversion_rate", True, "not a number"),
        ("conversion_rate", float("nan"), "not a number"),
        ("purse", 10**400, "not a number below 1e15"),
        ("purse", -1, "-1 is outside its bounds, from 0 up"),
        ("confidence", 95, "95 is outside its bounds, from 0.5 to 0.999"),
        ("break_even_months", 6.5, "not a whole number"),
        ("break_even_months", None, "it cannot be empty; its default is 12"),
        ("reward_trigger", "sale", "'sale' is not one of lead, conversion, hold"),
        ("programme_start", "March", "'March' is not written as YYYY-MM"),
        ("programme_start", datetime(2026, 3, 1, 12), "a date with a time; give the day alone"),
        ("tier_steps", 5, "not a list, each a whole number"),
        ("tier_steps", [0], "0 is outside its bounds, from 1 up"),
        ("owner", b"Ann", "bytes cannot be a parameter"),
    ],
)
def test_a_wrong_value_is_refused_with_the_reason(name, value, message):
    with pytest.raises(ValueError, match="^" + message.replace("(", r"\(")):
        declarations()[name].accept(value)


def test_an_earlier_name_is_translated_for_its_step():
    assert current_name("months", "goal_setting") == "goal_months"
    assert current_name("months", "pmf_check") == "retention_months"
    assert current_name("months", None) == "months"


def test_the_cell_of_a_step_has_its_own_and_the_shared_ones_it_uses():
    assert "purse" in declared_for("break_even")
    assert "minimum_tenure" not in declared_for("break_even")
