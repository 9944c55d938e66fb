"""Two runs side by side: verdicts, numbers beyond and within their noise, and nothing that reads the same."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import undefined
from referral_playbook.contract.handover import record
from referral_playbook.run.compare import NotARunError, compare, compare_runs, markdown, read_results

from .report import sample_results as samples


def results(status="go", **estimates):
    found = samples.step("pmf_check", status, "H", estimates=estimates)
    return {"pmf_check": found}


def share(value, low, high):
    return samples.estimate(value, low, high, "share")


def test_ranges_that_do_not_overlap_are_beyond_noise():
    old = results(a=share(0.1, 0.05, 0.15), b=share(0.1, 0.05, 0.15))
    new = results(a=share(0.3, 0.2, 0.4), b=share(0.12, 0.07, 0.17))
    found = compare(old, new)
    assert [(c.key, c.beyond_noise) for c in found.numbers] == [("a", True), ("b", False)]
    assert (found.numbers[0].before, found.numbers[0].after) == ("10% (5% to 15%)", "30% (20% to 40%)")


def test_what_reads_the_same_is_not_told():
    old, new = results(a=share(0.1, 0.05, 0.15)), results(a=share(0.1000001, 0.05, 0.15))
    assert not compare(old, new)
    assert markdown(compare(old, new)) == "Nothing changed."


def test_verdicts_come_first_and_client_text_is_no_markup():
    text = markdown(compare(results("stop"), results("go")))
    assert text.splitlines()[0] == "# Acme \\<b\\>& Sons: what changed from 30 Sept 2026 to 30 Sept 2026"
    assert "| PMF check | Stop | Go |" in text


def test_a_number_handed_on_by_another_step_is_told_once():
    old = {s: samples.step(s, "go", "H", estimates={"nps": share(0.1, 0.0, 0.2)}) for s in ("pmf_check", "break_even")}
    new = {s: samples.step(s, "go", "H", estimates={"nps": share(0.5, 0.4, 0.6)}) for s in ("pmf_check", "break_even")}
    assert len(compare(old, new).numbers) == 1


def test_a_step_or_a_number_that_is_gone_is_said(tmp_path):
    for result in samples.rich().results.values():
        record(result, tmp_path / "one" / "results")
    record(samples.rich().results["pmf_check"], tmp_path / "two" / "results")
    found = compare_runs(tmp_path / "one", tmp_path / "two")
    assert "Not in the second run: Value exchange," in markdown(found)
    with pytest.raises(NotARunError, match="Give a run folder"):
        compare_runs(tmp_path, tmp_path / "two")


def test_an_open_range_overlaps_everything_above_it():
    old = results(a=samples.estimate(10, 8, None, "count", reason="no limit"), b=share(0.1, 0.05, 0.15))
    new = results(a=samples.estimate(90, 80, 100, "count"), b=share(0.2, 0.15, 0.25))
    found = {c.key: c.beyond_noise for c in compare(old, new).numbers}
    assert found == {"a": False, "b": False}  # 0.15 is the end of one range and the beginning of the other


def test_a_number_that_appears_or_is_not_known_any_more_is_no_noise():
    gone = undefined("nobody answered", unit="share", per="answer")
    found = compare(results(a=share(0.1, 0.05, 0.15)), results(a=gone, b=share(0.1, 0.05, 0.15)))
    assert [(c.key, c.after if c.key == "a" else c.before, c.beyond_noise) for c in found.numbers] == [
        ("a", "not known", True),
        ("b", "not known", True),
    ]


def test_new_and_lost_steps_are_named_apart():
    one, two = results(), {"goal_setting": samples.step("goal_setting", "go", "H")}
    text = markdown(compare({**one, **two}, {**one, "break_even": samples.break_even()}))
    assert "Not in the first run: Break even." in text
    assert "Not in the second run: Goal setting." in text
    assert "No verdict changed." in text


def test_numbers_beyond_the_noise_stand_in_a_table_before_the_others():
    old = results(a=share(0.1, 0.05, 0.15), b=share(0.1, 0.05, 0.15))
    new = results(a=share(0.12, 0.07, 0.17), b=share(0.5, 0.4, 0.6))
    text = markdown(compare(old, new))
    assert (
        text.index("## Changed beyond the noise") < text.index("| B | 10%") < text.index("## Changed within the noise")
    )
    assert text.index("## Changed within the noise") < text.index("| A | 10%")


def test_a_results_folder_is_read_like_its_run(tmp_path):
    for result in samples.rich().results.values():
        record(result, tmp_path / "run" / "results")
    assert read_results(tmp_path / "run") == read_results(tmp_path / "run" / "results")
    (tmp_path / "run" / "results" / "notes.json").write_text("{}")
    assert "notes" not in read_results(tmp_path / "run")
    assert not compare_runs(tmp_path / "run", tmp_path / "run" / "results")
