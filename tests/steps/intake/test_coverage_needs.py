"""The needs of the coverage map name steps and tables that exist."""

from __future__ import annotations

from referral_playbook.contract.names import STEPS
from referral_playbook.contract.tables import TABLES
from referral_playbook.steps.intake.coverage_needs import NEEDS


def test_each_number_is_named_once_and_belongs_to_a_step():
    keys = [(needs.step, needs.name) for needs in NEEDS]
    assert len(keys) == len(set(keys))
    assert {step for step, _ in keys} <= set(STEPS)


def test_every_export_that_can_be_brought_is_a_table_of_the_contract():
    for needs in NEEDS:
        for parts in (*needs.measured, *needs.benchmark, *needs.assumed):
            for part in parts:
                assert part.bring.split(":")[0].split(",")[0] in TABLES, part


def test_by_nature_is_what_no_table_measures():
    by_name = {(n.step, n.name): n for n in NEEDS}
    assert by_name["break_even", "probability_by_date"].by_nature
    assert not by_name["pmf_check", "nps"].by_nature
