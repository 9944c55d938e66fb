"""One notebook of a run: cells counted as on disk, and whose fault it is when one raises."""

from __future__ import annotations

import pytest

from referral_playbook.run.client.execute import _cell, _failed


@pytest.mark.parametrize(("index", "cell"), [(0, 1), (1, 2), (3, 3), (4, 4), (None, None)])
def test_a_cell_is_counted_as_on_disk_without_the_injected_one(book, index, cell):
    assert _cell(book, index) == cell


@pytest.mark.parametrize(("name", "fault"), [("ClientError", True), ("IntakeError", True), ("ValueError", False)])
def test_a_fault_of_the_client_is_known_by_its_class(book, name, fault):
    failed = _failed(book, cell=3, name=name, text="no")
    assert failed.clients_fault is fault
    assert str(failed) == f"pmf_check, cell 3: {name}: no"
