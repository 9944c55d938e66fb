"""Known exports by their headers, from the fixture of every preset and from nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from referral_playbook.intake.declared.presets import preset_names
from referral_playbook.intake.proposals.recognise import recognise

FIXTURES = Path(__file__).parents[1] / "fixtures" / "presets"


def header(name):
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


@pytest.mark.parametrize("name", preset_names())
def test_each_fixture_is_recognised_as_its_own_preset_and_no_other(name):
    (found,) = recognise(header(name))
    assert found.preset == name
    assert all(f'"{one}"' in found.why for one in found.headers)


def test_a_header_less_is_not_recognised():
    assert recognise([one for one in header("stripe_charges") if one != "Seller Message"]) == []
    assert recognise(["customer_id", "joined_on"]) == []
