"""The names of the steps are those of the rooms that hold them."""

from __future__ import annotations

from pathlib import Path

import referral_playbook
from referral_playbook.contract.names import STEPS, Step


def test_every_step_has_a_room_and_every_room_is_a_step() -> None:
    rooms = Path(referral_playbook.__file__).with_name("steps")
    assert {room.name for room in rooms.iterdir() if (room / "step.py").is_file()} == set(STEPS)


def test_a_step_is_its_own_name() -> None:
    assert STEPS[0] == Step.INTAKE == "intake"
    assert STEPS[-1] == Step("client_report")
    assert len(set(STEPS)) == 11
