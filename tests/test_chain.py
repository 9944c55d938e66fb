"""All steps on one client after another: a table missing, real exports, every contract name in its place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from plain_run import run_plain

from referral_playbook.contract.evidence import Basis, Status, StepResult
from referral_playbook.contract.quantities import quantities
from referral_playbook.contract.tables import TABLES
from referral_playbook.facts.engagement import Engagement
from referral_playbook.run.report.memo.memo import write_memo
from referral_playbook.run.report.section import shown

from .run.report.people import ids_in, ids_of

ROOT = Path(__file__).resolve().parents[1]
MUST_CARRY = {
    "pmf_check": "very_disappointed_share nps csat retention_rate organic_referral_share",
    "value_exchange": "customer_value value_of_the_ask reward_ceiling unit_value_per_qualified_referral",
    "social_currency": "invites_per_customer conversion_per_invite k_factor cascade_size top_decile_share",
    "goal_setting": "referrals_per_month advocate_goal advocate_goal_probability programme_goal",
    "break_even": "fixed_cost unit_contribution break_even_conversions break_even_referrals referrals_per_advocate "
    "probability_by_date months_to_break_even worst_decile_result evpi",
    "ask_and_follow_up": "median_time_to_first_referral ask_list_size",
    "referral_sources": "unknown_source_share",
    "loyalty_and_upsell": "retention_rate nrr grr quick_ratio customer_value",
    "programme_review": "flagged_share reward_liability",
}


def check_contract(found):
    """Every name is there; a null has its reason; every number has range, unit, per, basis, source."""
    for step, result in found.items():
        missing = set(MUST_CARRY.get(step, "").split()) - set(result.estimates)
        assert not missing, f"{step} lacks {missing}"
        said = {check.name: check.text for check in result.checks}
        for name, e in result.estimates.items():
            assert name in quantities(), f"{step}.{name}: describe it in contract/quantities.toml"
            if e.defined:
                assert e.unit, (step, name)
                assert e.per, (step, name)
                assert e.source, (step, name)
            else:
                assert said.get(f"{name}_defined"), (step, name)


def run_on(client: Engagement, folder: Path, **how: Any) -> dict[str, StepResult]:
    """All steps on a client whose facts are there: they are made once for all tests."""
    shutil.copytree(client.facts_dir, folder / "facts")
    return run_plain(client.client_dir, folder / "results", **how)


def test_the_whole_client_has_every_number_of_the_contract_and_names_no_customer(simulated, tmp_path, promise):
    client, kept = simulated(customers=250), []
    check_contract(run_on(client, tmp_path / "run", keep=kept))
    ids = ids_of(client.client_dir)
    assert len(ids) >= 250
    assert ids_in("".join(kept), ids)  # the consultant's notebooks list whom to ask
    pages = [shown({"output_type": "display_data", "data": {"text/html": html}}) for html in kept]
    pages.append(write_memo(tmp_path / "run").read_text(encoding="utf-8"))
    assert ids_in("".join(pages), ids) == set()
    promise("No id of a customer, lead, referral or respondent stands in the memo or the evidence", "0 ids")


SMALL = ("arms", "costs", "effort", "exchanges", "friction", "goals", "rewards")
"""Costs and judgement from the workshop: each is read by a step or two, whose own tests leave it out alone."""
FEWER = {"break_even": {"draws": 5_000}}


@pytest.mark.parametrize("table", sorted(set(TABLES) - set(SMALL)))
def test_any_one_table_may_be_missing(table, simulated, tmp_path):
    client = simulated(customers=250, without=(table,))
    found = run_on(client, tmp_path / "run", rendered=False, parameters=FEWER)
    check_contract(found)
    if table == "surveys":
        assert found["pmf_check"].verdict.status is Status.NOT_ENOUGH_DATA


def test_costs_and_judgement_may_all_be_missing(simulated, tmp_path):
    client = simulated(customers=250, without=SMALL)
    found = run_on(client, tmp_path / "run", rendered=False, parameters=FEWER)
    check_contract(found)
    assert found["break_even"].estimate("fixed_cost").basis is Basis.ASSUMED


@pytest.mark.parametrize("name", ["harlow-partners", "cupboard"])
def test_the_other_samples_go_through(name, tmp_path):
    check_contract(run_plain(ROOT / "data" / name, tmp_path / "run" / "results"))


REAL_FILES = {"telco": ["telco_customers.csv"], "olist": ["olist_qualified_leads.csv", "olist_closed_deals.csv"]}


@pytest.fixture(scope="module", params=sorted(REAL_FILES))
def real_run(request, real, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "client"
    folder.mkdir()
    for file in REAL_FILES[request.param]:
        shutil.copy(real / file, folder / file)
    shutil.copy(ROOT / "tests" / "real_clients" / f"{request.param}.toml", folder / "client.toml")
    return request.param, folder, run_plain(folder, folder.parent / "run" / "results")


def test_real_exports_go_through_and_say_what_they_lack(real_run):
    name, folder, found = real_run
    check_contract(found)
    assert found["pmf_check"].verdict.status is Status.NOT_ENOUGH_DATA
    assert found["client_report"].verdict.status is not Status.GO
    told = json.loads((folder.parent / "run" / "facts" / "facts.json").read_text())["tables"]
    if name == "telco":
        assert told["customers"]["rows"] == 7043
        assert found["value_exchange"].estimate("customer_value").defined
        assert found["break_even"].estimate("break_even_conversions").defined
        assert found["goal_setting"].estimate("referrals_per_month").basis is Basis.MEASURED
    else:
        assert told["leads"]["rows"] == 8000
        assert found["goal_setting"].estimate("referrals_per_month").value == pytest.approx(284 / 12, rel=0.5)
