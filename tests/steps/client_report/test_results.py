"""What step 10 reads of the other steps: in the order of the playbook, itself left out, gaps as nothing."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from referral_playbook.contract.evidence import Status, StepResult, Verdict, assumed
from referral_playbook.contract.names import STEPS, Step
from referral_playbook.steps.client_report.results import earlier_results, estimate, every_estimate, label, rows


def result(step, **estimates):
    return StepResult(
        step=step,
        client="Acme",
        as_of=date(2026, 9, 30),
        verdict=Verdict(status=Status.GO, reason="It pays."),
        headline="It pays.",
        estimates=estimates,
        tables={"list": [{"customer_id": "a"}]},
    )


MARGIN = assumed(0.8, 0.7, 0.9, unit="share", per="customer", source="test")


@pytest.fixture
def results():
    asked = []
    made = {step: result(step, gross_margin=MARGIN) for step in ("value_exchange", "pmf_check", "client_report")}

    def upstream(step):
        asked.append(step)
        return made.get(step)

    found = earlier_results(SimpleNamespace(upstream=upstream))
    assert Step.CLIENT_REPORT not in asked, "a report does not read itself"
    return found


def test_results_come_in_the_order_of_the_playbook(results):
    assert list(results) == [step for step in STEPS if step in ("value_exchange", "pmf_check")]


def test_what_is_not_there_is_nothing(results):
    assert rows(results, "pmf_check", "list") == [{"customer_id": "a"}]
    assert rows(results, "pmf_check", "other") == []
    assert rows(results, "break_even", "list") == []
    assert estimate(results, "value_exchange", "gross_margin") is MARGIN
    assert estimate(results, "value_exchange", "other") is None
    assert estimate(results, "break_even", "gross_margin") is None


def test_rows_are_a_copy_of_the_list(results):
    rows(results, "pmf_check", "list").clear()
    assert len(results["pmf_check"].tables["list"]) == 1


def test_every_estimate_is_named_with_its_step(results):
    assert [(step, name) for step, name, _ in every_estimate(results)] == [
        ("pmf_check", "gross_margin"),
        ("value_exchange", "gross_margin"),
    ]


def test_a_name_without_a_label_is_written_as_words():
    assert label("some_new_name") == "some new name"
    assert "_" not in label("incremental_share")
