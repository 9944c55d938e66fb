"""Signs that tell of an earlier damage get a warning with their line; what people write does not."""

from __future__ import annotations

import pytest

from referral_playbook.intake.files import odd_signs
from referral_playbook.intake.files.odd_signs import CONTROL, GARBLED, LOST, UNSEEN


@pytest.fixture
def problems(tmp_path):
    def looking(content, encoding="utf-8-sig"):
        path = tmp_path / "a.csv"
        path.write_bytes(content)
        return [(f.problem, f.line) for f in odd_signs.odd_signs(path, "a.csv", "customers", encoding)]

    return looking


def test_each_kind_is_found_with_its_line(problems):
    assert problems("id\nM\ufffdller\n".encode()) == [(LOST.problem, 2)]
    assert problems("id\nx\nMÃ¼ller\n".encode()) == [(GARBLED.problem, 3)]
    assert problems("id\nDonâ€™t\n".encode()) == [(GARBLED.problem, 2)]
    assert problems("id\na\u200bb\n".encode()) == [(UNSEEN.problem, 2)]
    assert problems(b"id\nx\ny\x08\n") == [(CONTROL, 3)]


def test_a_mark_at_the_beginning_and_what_people_write_are_fine(problems):
    fine = "id,name\n1,NÃO É\n2,Müller\n3,\U0001f468\u200d\U0001f469\u200d\U0001f467 família\n4,tab\there\n"
    assert problems(b"\xef\xbb\xbf" + fine.encode()) == []


def test_other_encodings_have_other_letters(problems):
    assert problems("id\nMÃ¼ller\n".encode("cp1252"), "cp1252") == []
    assert problems(b"id\n\x08\n", "cp1252") == [(CONTROL, 2)]
    assert problems("id\nMüller\n".encode("utf-16"), "utf-16") == []


def test_a_sign_across_two_pieces_is_found_once_with_its_line(problems, monkeypatch):
    monkeypatch.setattr(odd_signs, "PIECE", 10)
    assert problems("id\n1\n2\n3\n4\n5\n6\ufffd\n7\n8\n".encode()) == [(LOST.problem, 7)]
