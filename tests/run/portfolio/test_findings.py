"""What a summary reads of one client's run: verdicts, missing tables, and which numbers are not measured."""

from __future__ import annotations

import json

from referral_playbook.contract.tables import TABLES
from referral_playbook.run.client.manifest import FORMAT, MARK
from referral_playbook.run.portfolio.findings import Chance, Findings, Score


def number(value, basis="measured"):
    return {"value": value, "basis": basis}


def written(folder, *, results, facts=None):
    """A run folder with only what the summary reads."""
    (folder / "results").mkdir(parents=True)
    told = {MARK: FORMAT, "client": "Acme", "as_of": "2026-09-30"}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    for step, result in results.items():
        whole = {"headline": "", "estimates": {}, "tables": {}, "verdict": {"status": "go"}} | result
        (folder / "results" / f"{step}.json").write_text(json.dumps(whole), encoding="utf-8")
    if facts is not None:
        (folder / "facts").mkdir()
        (folder / "facts" / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def test_numbers_are_sorted_by_what_they_rest_on_and_the_closing_step_repeats_none(tmp_path):
    numbers = {"nps": number(40), "margin": number(0.8, "assumed"), "churn": number(None, "assumed")}
    run = written(
        tmp_path / "run",
        results={
            "pmf_check": {"estimates": numbers, "verdict": {"status": "test_small"}},
            "client_report": {"estimates": numbers, "headline": "Start small.", "verdict": {"status": "stop"}},
        },
    )
    found = Findings.of(run)
    assert (found.name, found.as_of, found.decision, found.headline) == ("Acme", "2026-09-30", "stop", "Start small.")
    assert found.verdicts == {"pmf_check": "test_small", "client_report": "stop"}
    assert found.not_known == ("pmf_check.churn",)
    assert found.not_measured == ("pmf_check.margin",)


def test_tables_that_were_not_given_are_those_of_the_contract(tmp_path):
    given = ["customers", "payments"]
    found = Findings.of(written(tmp_path / "run", results={}, facts={"tables": {name: {} for name in given}}))
    assert set(found.tables_missing) == set(TABLES) - set(given)
    assert Findings.of(written(tmp_path / "without", results={})).tables_missing == ()


def test_scores_of_earlier_forecasts_come_from_the_programme_review(tmp_path):
    tables = {
        "forecast_scores": [{"level": 0.8, "held": 3, "n": 4}],
        "chance_scores": [{"name": "profit", "stated": 0.7, "happened": 1.0}],
    }
    found = Findings.of(written(tmp_path / "run", results={"programme_review": {"tables": tables}}))
    assert found.scores == (Score(level=0.8, held=3, n=4),)
    assert found.chances == (Chance(stated=0.7, happened=1.0),)


def test_a_folder_without_a_run_has_no_findings(tmp_path):
    found = Findings.of(tmp_path)
    assert (found.name, found.decision, dict(found.verdicts), found.scores) == ("", "", {}, ())
