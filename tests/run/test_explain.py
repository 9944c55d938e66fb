"""explain: what a number is, and what one client's value stands on."""

from __future__ import annotations

from datetime import date

import pytest

from referral_playbook.contract.evidence import StepResult, Verdict, assumed, undefined
from referral_playbook.contract.handover import record
from referral_playbook.run.explain import UnknownNameError, explained, explanation


@pytest.fixture
def run_folder(tmp_path):
    estimates = {
        "unit_contribution": assumed(750, 310, 1180, unit="GBP", per="extra conversion", source="s V - R"),
        "incremental_share": assumed(0.65, 0.32, 0.98, unit="share", per="conversion", source="stated by the owner"),
        "cash_payback_month": undefined("it never pays back", unit="months", per="programme"),
    }
    result = StepResult(
        step="break_even",
        client="Acme",
        as_of=date(2026, 9, 30),
        headline="H",
        verdict=Verdict(status="go", reason="R"),
        estimates=estimates,
    )
    record(result, tmp_path / "results")
    return tmp_path


def test_a_number_is_explained_without_a_client():
    lines = list(explanation("break_even.unit_contribution"))
    assert lines[0] == "break_even.unit_contribution: Contribution of one more conversion"
    assert any("In symbols: s V − R" in line for line in lines)
    assert any("To measure it better: A control group" in line for line in lines)


def test_a_clients_value_stands_with_its_inputs_basis_and_source(run_folder):
    text = "\n".join(explanation("break_even.unit_contribution", run_folder))
    assert "This client, step break_even: £750 (£310 to £1,180) per extra conversion, assumed; source: s V - R" in text
    assert "from Incremental share (incremental_share): 65% (32% to 98%)" in text
    assert "source: stated by the owner" in text


def test_an_unknown_value_says_why(run_folder):
    assert any("not known: it never pays back" in line for line in explanation("cash_payback_month", run_folder))


def test_a_parameter_is_explained_with_its_bounds_and_default():
    text = "\n".join(explanation("go"))
    assert "from 0.5 to 0.999" in text
    assert "the default is 0.8" in text
    assert "--set go=VALUE" in text


@pytest.mark.parametrize(
    ("name", "near"), [("unit_contributon", "unit_contribution"), ("brake_even.unit_contribution", "break_even")]
)
def test_an_unknown_name_is_refused_with_the_nearest(name, near):
    with pytest.raises(UnknownNameError, match=near):
        explanation(name)


def test_a_notebook_shows_the_lines_and_escapes_them(run_folder):
    told = explained("break_even.unit_contribution", run_folder)
    assert repr(told) == str(told)
    assert told._repr_html_().startswith("<p><b>break_even.unit_contribution: Contribution of one more conversion</b>")


def test_in_a_session_the_client_is_the_one_that_the_notebook_opened(run_folder, monkeypatch):
    from referral_playbook.contract import session

    opened = session.Opened(client_dir="x", files={}, settings={})
    monkeypatch.setattr(session, "_opened", {run_folder / "results": opened})
    assert "This client, step break_even: £750" in explained("unit_contribution")


def test_checks_and_tables_of_a_result_are_explained_with_the_client(run_folder):
    with pytest.raises(UnknownNameError, match="Name the client too"):
        explanation("break_even.cash_payback_month_defined")
    text = "\n".join(explanation("break_even.cash_payback_month_defined", run_folder))
    assert "a check of step Break even; for this client: not known" in text
    assert "it never pays back" in text
