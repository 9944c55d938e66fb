"""No cell of a CSV is a formula, however its start is written."""

from __future__ import annotations

import csv
import io

import pytest

from referral_playbook.run.report.csv_text import csv_text, guarded

STARTS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
UNSEEN = [
    "", " ", "\t", "\r", "\n", "\x00", "\u00a0", "\u200b", "\ufeff", "\u00ad", "\u2060", "\u202e", "\u0301", "\u3000",
]  # fmt: skip


@pytest.mark.parametrize("before", UNSEEN, ids=lambda text: ascii(text))
@pytest.mark.parametrize("start", STARTS, ids=lambda text: ascii(text))
def test_every_start_of_a_formula_is_text(start, before):
    attack = f"{before}{start}HYPERLINK(A1)"
    ((heading,), (cell,)) = csv.reader(io.StringIO(csv_text([{attack: attack}])))
    assert heading == cell
    assert cell.startswith("'")
    assert "HYPERLINK(A1)" in cell


@pytest.mark.parametrize("text", ["Anna", "B0001", "5 - 3", "a@b.example", "\u00c9milie", "\U0001f600 happy", "\u4e2d"])
def test_other_text_is_as_it_was(text):
    assert guarded(text) == text


def test_the_figure_of_the_page(promise):
    promise("No cell of a list starts a formula", f"0 of {len(STARTS) * len(UNSEEN)} starts")
