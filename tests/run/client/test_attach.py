"""A challenge goes into the run of the same data and into no other, and the memo shows it in two sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from referral_playbook.contract.challenged import FILE, Challenge, Trial
from referral_playbook.contract.handover import record
from referral_playbook.run.client.attach import attach_challenge, carry_challenge
from referral_playbook.run.client.manifest import files_digests, read_manifest, write_manifest
from referral_playbook.run.client.up_to_date import report_stands_on
from referral_playbook.run.report import deliver
from referral_playbook.run.report.evidence import write_evidence
from referral_playbook.run.report.memo.memo import write_memo

from ..report import sample_results as samples

INPUTS = {"client.toml": "abc"}


def _challenge(verdict, **changes):
    base = Trial(name="as it is", asks="", verdicts={"break_even": verdict})
    storm = Trial(name="storm", asks="Rain?", when="it rains", verdicts={"break_even": "stop"})
    return Challenge(client="Acme", as_of="2026-09-30", trials=(storm,), **{"inputs": INPUTS, "base": base} | changes)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run folder with results but no notebooks; delivery is the memo alone, for the others cost seconds."""
    monkeypatch.setattr(deliver, "deliver", lambda folder, **_: [write_memo(folder)])
    folder = tmp_path / "run"
    for result in (samples.break_even(),):
        record(result, folder / "results")
    write_memo(folder)
    write_manifest(folder, {"inputs": INPUTS, "report": report_stands_on(files_digests(folder))})
    return folder


def test_the_memo_shows_it_and_the_manifest_stays_true(run):
    verdict = samples.break_even().verdict.status.value
    assert "when it rains" not in (run / "report.html").read_text()
    assert attach_challenge(_challenge(verdict), run) == ""
    assert "It changes when it rains (stop)." in (run / "report.html").read_text()
    manifest = read_manifest(run)
    assert FILE in manifest["files"]
    assert manifest["report"] == report_stands_on(files_digests(run))


def test_the_working_papers_have_a_section_on_it(run):
    import nbformat

    attach_challenge(_challenge("go"), run)
    (run / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), run / "notebooks" / "05_break_even.ipynb")
    assert 'id="put-to-the-test"' in write_evidence(run).read_text()


def test_a_challenge_that_began_with_another_verdict_is_not_in_the_memo(run):
    attach_challenge(_challenge("not_enough_data"), run)
    assert "when it rains" not in (run / "report.html").read_text()


def test_other_data_or_no_run_are_refused_with_the_reason(run):
    assert "made from other data" in attach_challenge(_challenge("go", inputs={"client.toml": "x"}), run)
    assert "there is no run" in attach_challenge(_challenge("go"), Path(run, "nowhere"))


def test_the_next_run_of_the_same_data_takes_it_over(run, tmp_path):
    attach_challenge(_challenge("go"), run)
    same, other = (tmp_path / name for name in ("same", "other"))
    for folder, inputs in ((same, INPUTS), (other, {"client.toml": "new"})):
        folder.mkdir()
        carry_challenge(run, folder, inputs)
    assert (same / FILE).read_bytes() == (run / FILE).read_bytes()
    assert not (other / FILE).exists()
