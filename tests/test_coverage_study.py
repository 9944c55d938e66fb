"""A small seeded coverage study: ranges that are far off show here; `make coverage-study` is the large one."""

from __future__ import annotations

import math
import re

import pytest
from coverage_clients import TOLD, measure_world
from coverage_count import TARGETS
from coverage_study import STUDIES, TABLE, measure

HONEST = [s for s in STUDIES if s.aim != "wrong on purpose"]
WRONG = [s for s in STUDIES if s.aim == "wrong on purpose"]


def holds_about_as_often(found, aim: str, tried: int) -> bool:
    """Within 3.5 standard errors of the aim."""
    errors = {c: 3.5 * math.sqrt(c * (1 - c) / tried) for c in TARGETS}
    above = all(found.covered[c] >= low - errors[c] for c, (low, _) in TARGETS.items())
    below = all(found.covered[c] <= high + errors[c] for c, (_, high) in TARGETS.items())
    return above and (below or aim == "at least")


@pytest.mark.parametrize("study", HONEST, ids=[s.method for s in HONEST])
def test_ranges_hold_about_as_often_as_they_say(study) -> None:
    tried = min(200, study.repeats // 40)
    found = measure(study, repeats=tried, seed=1)
    assert found.defined >= 0.98 * tried  # no events in the base: no ratio
    assert holds_about_as_often(found, study.aim, tried)


@pytest.mark.parametrize("study", WRONG[:1], ids=lambda s: s.method)
def test_the_study_notices_a_wrong_method(study) -> None:
    found = measure(study, repeats=200, seed=1)
    assert found.meets("wrong on purpose", slack=0.1)


def test_the_steps_ranges_hold_what_is_true_of_whole_clients() -> None:
    found = measure_world(0, most=14, large=20_000)
    for told in TOLD:
        tried = found[told.name].defined
        assert tried >= 12, told.name
        assert holds_about_as_often(found[told.name], told.aim, tried), told.name


def test_the_pages_tables_have_every_row_and_say_truly_whether_it_meets_its_aim() -> None:
    text = TABLE.read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if re.match(r"\| [A-Z]", line)}
    listed = ["Method", *(s.method for s in STUDIES), "Estimate", *(t.name for t in TOLD)]
    assert list(rows) == listed
    for of, name in [(s, s.method) for s in STUDIES] + [(t, t.name) for t in TOLD]:
        columns = [column.strip() for column in rows[name].split("|")]
        shares = {c: float(columns[place].rstrip("%")) / 100 for c, place in zip(TARGETS, (3, 4), strict=True)}
        inside = [low <= shares[c] <= high for c, (low, high) in TARGETS.items()]
        met = {"target": all(inside), "at least": all(shares[c] >= c for c in TARGETS), "wrong on purpose": True}
        assert columns[7] == ("yes" if met[of.aim] else "no")
        assert met[of.aim] or of.why, f"{name} misses its aim and does not say why"
        assert of.aim == "target" or of.why
