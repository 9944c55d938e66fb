"""What a memo reads of a run: numbers that may be absent, the currency, the failed steps, the run before."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import Status, undefined
from referral_playbook.contract.handover import record, record_failure
from referral_playbook.run.report.memo.findings import Findings, text_of

from .. import sample_results as samples


def test_a_run_is_read_with_its_failures_and_the_run_before(tmp_path):
    record(samples.break_even(), tmp_path / "results")
    record(samples.step("pmf_check", "go", "Before."), tmp_path / "previous")
    record_failure("goal_setting", "no referrals", tmp_path / "results")
    found = Findings.read(tmp_path)
    assert list(found.results) == ["break_even"]
    assert found.failed == ("goal_setting",)
    assert found.previous["pmf_check"].headline == "Before."
    assert found.challenge is None
    assert (found.client, found.as_of) == ("Acme <b>& Sons", samples.AS_OF)


def test_a_folder_without_results_says_what_to_do(tmp_path):
    with pytest.raises(ValueError, match=r"holds no results.*Run the client first"):
        Findings.read(tmp_path)


def test_what_is_not_there_is_none_and_what_is_undefined_says_why():
    found = Findings(
        {
            "pmf_check": samples.step(
                "pmf_check", "go", "H", estimates={"nps": undefined("nobody answered", unit="NPS", per="answer")}
            )
        }
    )
    for step, name in (("pmf_check", "nps"), ("pmf_check", "csat"), ("break_even", "uplift")):
        assert found.estimate(step, name) is None
    assert found.why_not("pmf_check", "nps") == "nobody answered"
    assert found.why_not("pmf_check", "csat") == found.why_not("break_even", "uplift") == ""
    assert found.rows("pmf_check", "segments") == found.rows("break_even", "months") == []


def test_the_currency_is_that_of_the_first_amount_and_nps_is_no_currency():
    assert samples.rich().currency == "GBP"
    only = samples.step("pmf_check", "go", "H", estimates={"nps": samples.estimate(0.2, 0.1, 0.3, "NPS")})
    assert Findings({"pmf_check": only}).currency == ""


def test_the_status_is_that_of_the_report_then_of_break_even_else_unknown():
    rich = samples.rich()
    assert rich.status is Status.TEST_SMALL
    go = samples.step("client_report", "go", "H")
    assert Findings({"break_even": samples.break_even(), "client_report": go}).status is Status.GO
    assert Findings({"pmf_check": samples.step("pmf_check", "go", "H")}).status is Status.NOT_ENOUGH_DATA


def test_rows_come_from_the_first_step_that_has_some():
    review = samples.step("programme_review", "go", "H", tables={"record": [{"period": "since"}]})
    empty = samples.break_even(tables={"record": []})
    found = Findings({"break_even": empty, "programme_review": review})
    assert found.first_rows("record", "break_even", "programme_review") == [{"period": "since"}]
    assert found.first_rows("record", "break_even") == []


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"what": " a "}, "a"),
        ({"what": "  ", "text": "b"}, "b"),
        ({"number": 3, "other": "c"}, "c"),
        ({"what": None}, ""),
        ({}, ""),
    ],
)
def test_the_text_of_a_row_is_the_first_that_has_words(row, text):
    assert text_of(row, "what", "text") == text
