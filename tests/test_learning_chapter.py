"""The numbers of the learning chapter are those of its worked example, and its pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from book import learning_example as example
from book.worked_example import IMAGES
from referral_playbook.benchmarks.uplift import uplift_evidence
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.methods.experiments.sequential import planned_information, valid_bounds
from referral_playbook.methods.experiments.sequential_arms import months_to_tell
from tests.oracles.sequential import crossing_probability

TEXT = (Path(__file__).resolve().parents[1] / "playbook" / "learning.md").read_text(encoding="utf-8")
ONE_LINE = " ".join(TEXT.split())


def test_the_record_of_forecasts():
    record = example.record()
    assert f"{record.held} of {record.n} ranges held" in ONE_LINE
    low, high = ([f[end] for f in example.FORECASTS] for end in (1, 2))
    outside = [m for m, (a, b, x) in enumerate(zip(low, high, example.OUTCOMES, strict=True), 1) if not a <= x <= b]
    assert f"the ranges of months {outside[0]} and {outside[1]} did not hold" in ONE_LINE


def test_the_looks():
    crossed = np.flatnonzero(np.abs(example.walk()) > 1.96) + 1
    assert crossed.tolist() == [7, 8, 10]
    assert "In months 7, 8 and 10 the plain test calls it a success" in ONE_LINE
    months = np.arange(1.0, example.LOOKS + 1)
    bounds = valid_bounds(months, planned=float(example.LOOKS))
    assert (np.abs(example.walk()) < bounds).all()
    assert round(100 * crossing_probability(bounds, months)) == 4
    for looks, of_100 in ((12, 21), (24, 26)):
        assert round(100 * crossing_probability([1.959964] * looks, np.arange(1.0, looks + 1))) == of_100
        assert re.search(rf"\b{of_100}\b", ONE_LINE)


def test_the_control():
    assert interval(example.own()) in ONE_LINE
    assert interval(example.every_look().rate_ratio) in ONE_LINE
    assert example.every_look().p_value > 0.05
    information = float(example.looks().information()[-1]) / example.MONTHS
    needed = months_to_tell(information, effect=np.log(1.5), planned=planned_information(np.log(1.5)))
    assert f"would need {needed} months" in ONE_LINE


def test_the_evidence():
    assert interval(uplift_evidence().next_client.as_(unit="times")) in ONE_LINE
    updated = example.together()
    assert f"carries {updated.own_weight:.0%} of the weight" in ONE_LINE
    assert interval(updated.estimate.as_(unit="times")) in ONE_LINE


def test_the_pictures_are_there():
    for name in example.PICTURES:
        assert f"images/{name}" in TEXT
        assert (IMAGES / name).is_file()
