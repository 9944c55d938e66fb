"""What clients agreed to share is written for the portfolio from three clients on, without their names."""

from __future__ import annotations

import json

from referral_playbook.contract.shared_evidence import FILE, SharedUplift
from referral_playbook.run.portfolio.findings import Findings
from referral_playbook.run.portfolio.one_client import Outcome
from referral_playbook.run.portfolio.places import place_at
from referral_playbook.run.portfolio.portfolio import _summed_up


def _outcome(client, *uplifts):
    words = dict.fromkeys(("name", "as_of", "decision", "headline"), "")
    lists = dict.fromkeys(("tables_missing", "not_known", "not_measured"), ())
    shared = tuple(SharedUplift(value=u, low=u / 2, high=2 * u) for u in uplifts)
    return Outcome(client=client, findings=Findings(verdicts={}, shared=shared, **words, **lists))


def test_three_clients_that_agreed_make_a_file_without_names(tmp_path):
    outcomes = [_outcome("acme", 1.7), _outcome("bolt"), _outcome("cork", 1.2), _outcome("dune", 1.4)]
    _summed_up(outcomes, place_at(tmp_path), None)
    text = (tmp_path / FILE).read_text()
    assert 'shared_uplifts = ["1.2 (0.6 to 2.4)", "1.4 (0.7 to 2.8)", "1.7 (0.85 to 3.4)"]' in text
    assert not any(name in text for name in ("acme", "bolt", "cork", "dune"))


def test_two_make_none(tmp_path):
    _summed_up([_outcome("acme", 1.7), _outcome("cork", 1.2)], place_at(tmp_path), None)
    assert not (tmp_path / FILE).exists()


def test_they_are_read_from_the_review_of_a_run(tmp_path):
    (tmp_path / "results").mkdir()
    review = {
        "verdict": {"status": "go"},
        "estimates": {},
        "tables": {
            "shared_evidence": [{"value": 1.5, "low": 1.1, "high": 2.0}],
            "chance_scores": [{"forecast": "x", "stated": 0.7, "happened": 1.0}],
        },
    }
    (tmp_path / "results" / "programme_review.json").write_text(json.dumps(review))
    found = Findings.of(tmp_path)
    assert found.shared == (SharedUplift(value=1.5, low=1.1, high=2.0),)
    assert [(c.stated, c.happened) for c in found.chances] == [(0.7, 1.0)]
