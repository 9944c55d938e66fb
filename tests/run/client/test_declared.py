"""What a notebook declares in its parameters cell, and what may not stand there."""

from __future__ import annotations

import pytest

from referral_playbook.run.client.declared import declared_in

CELL = """
client_dir: str = "../data/brightdesk"
uplift: float | None = None  # times, per referral without the programme
steps: list[int] = [1, 3]
fresh: bool = False
"""


def test_names_and_defaults_in_their_order():
    found = declared_in([CELL])
    assert list(found) == ["client_dir", "uplift", "steps", "fresh"]
    assert list(found.values()) == ["../data/brightdesk", None, [1, 3], False]


def test_no_cell_declares_nothing():
    assert declared_in([]) == {}


@pytest.mark.parametrize(
    ("source", "match"),
    [
        ("rate = 3", r"book\.ipynb, parameters, line 1: write name: type = default"),
        ("rate: float", "write name: type = default"),
        ("\n\nimport os", "line 3"),
        ("a.b: int = 1", "write name: type = default"),
        ("rate: complex = 3", "rate: no such type here: complex"),
        ("rate: float | Path = 3", "no such type here: Path"),
        ("rate: float = 1 / 0", "the default is not a literal"),
        ("name: str = __import__('os').name", "the default is not a literal"),
    ],
)
def test_anything_but_annotated_literals_is_refused_with_its_place(source, match):
    with pytest.raises(ValueError, match=match):
        declared_in([source], where="book.ipynb")


def test_two_parameter_cells_are_refused():
    with pytest.raises(ValueError, match="more than one cell"):
        declared_in(["a: int = 1", "b: int = 2"])
