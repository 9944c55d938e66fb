"""Segments sorted by delight, with the correction for their number."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from referral_playbook.domain.lists import segments


def client(counts):
    """Survey answers: (question, answer, segment) to how many."""
    rows = [
        {"question": q, "answer": a, "segment": s, "incentive": "", "answers": n} for (q, a, s), n in counts.items()
    ]
    return SimpleNamespace(fact={"survey_counts": pd.DataFrame(rows)}.get, real_dates=True)


def test_many_alike_segments_are_not_told_apart_by_chance():
    """Ten segments at the threshold: without a correction one in two such clients would show one."""
    counts = {}
    for i in range(10):
        counts[("pmf", "very disappointed", f"s{i}")] = 40 + (12 if i == 0 else 0)
        counts[("pmf", "not disappointed", f"s{i}")] = 60 - (12 if i == 0 else 0)
    found = segments.segments(client(counts), threshold=0.40)
    assert set(found["sorted_into"]) == {"not enough data"}


def test_each_kind_of_segment():
    """Good: 80 of 100. Poor and unhappy: 5 of 100 with more detractors. Poor and friendly: 5 of 100 with promoters."""
    counts = {}
    for name, yes, score in (("good", 80, "9"), ("lost", 5, "2"), ("to fix", 5, "10")):
        counts |= {("pmf", "very disappointed", name): yes, ("pmf", "not disappointed", name): 100 - yes}
        counts |= {("nps", score, name): 50}
    found = segments.segments(client(counts)).set_index("segment")["sorted_into"].to_dict()
    assert found == {"good": "ask here", "lost": "do not take on", "to fix": "fix first"}


def test_nps_by_hand():
    """10 promoters, 5 passives, 5 detractors of 20: 0.25."""
    found = segments.nps(client({("nps", "9", "a"): 10, ("nps", "7", "a"): 5, ("nps", "6", "b"): 5}))
    assert (found.value, found.n) == (0.25, 20)
    assert segments.nps(client({("nps", "9", "a"): 10, ("nps", "6", "b"): 5}), segment="b").value == -1


def test_small_segments_stand_together_or_not_at_all(promise):
    """Of 9, 6 and 40 answers: 15 stand together, of whom 6 would be very disappointed; 9 alone are left out."""
    counts = {("pmf", "very disappointed", s): n for s, n in (("a", 4), ("b", 2), ("large", 20))}
    counts |= {("pmf", "not disappointed", s): n for s, n in (("a", 5), ("b", 4), ("large", 20))}
    found = segments.segments(client(counts)).set_index("segment")
    assert list(found.index) == ["large", "(other segments)"]
    assert (
        found.loc["(other segments)", "very_disappointed"].value,
        found.loc["(other segments)", "very_disappointed"].n,
    ) == (0.4, 15)
    assert found.loc["(other segments)", "sorted_into"] == "not enough data"
    alone = {key: n for key, n in counts.items() if key[2] != "b"}
    assert list(segments.segments(client(alone))["segment"]) == ["large"]
    promise("Segments of fewer than 10 people are pooled before anything is made from them", "0 small segments")
