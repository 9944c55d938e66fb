"""What only all pieces of a file together show: seen piece by piece, the same as seen at once."""

from __future__ import annotations

import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import IntakeError, read_client_tables
from referral_playbook.intake.files import csv_file, pieces

TOML = 'name = "Test"\ncurrency = "GBP"\nas_of = 2026-09-30\n'
CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'


@pytest.fixture
def both(tmp_path, monkeypatch):
    """Read a folder whole, then in pieces of a few rows: what each says."""

    def reading(toml, **files):
        folder = tmp_path / "client"
        folder.mkdir(exist_ok=True)
        (folder / "client.toml").write_text(TOML + toml)
        for name, rows in files.items():
            (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
        client = read_client(folder)
        whole = _told(client, None)
        monkeypatch.setattr(pieces, "BIG", 0)
        monkeypatch.setattr(csv_file, "BLOCK", 120)
        return whole, _told(client, tmp_path / "spool")

    return reading


def _told(client, spool):
    if spool is not None:
        spool.mkdir(exist_ok=True)
    try:
        found = read_client_tables(client, spool=spool)
    except IntakeError as refused:
        return sorted((f.problem, f.line, f.more) for f in refused.faults), {}
    return sorted((f.problem, f.line, f.more) for f in found.faults), found.quality


def payments(*rows):
    return ["customer_id,paid_on,amount", *rows]


MANY = [f"C{i},2026-05-{1 + i % 28:02d},{i + 1}" for i in range(60)]


def test_rows_that_repeat_far_apart_are_found(both):
    whole, parts = both(PAYMENTS, p=payments(*MANY, MANY[3], MANY[40]))
    assert parts == whole
    faults, quality = parts
    assert quality["payments"]["rows_alike"] == 2
    ((problem, line, _),) = faults
    assert "2 rows" in problem
    assert line == 62


def test_a_total_below_all_pieces_is_recognised(both):
    whole, parts = both(PAYMENTS, p=payments(*MANY, f"Total,2026-05-31,{sum(range(1, 61))}"))
    assert parts == whole
    assert ("the sum of all rows above it", 62, 0) in parts[0]


def test_a_key_that_stands_in_two_pieces_is_refused_at_both_places(both):
    people = [f"C{i},2026-01-01" for i in range(60)]
    whole, parts = both(CUSTOMERS, c=["customer_id,joined_on", *people, "C7,2026-02-02"])
    assert parts == whole
    assert [line for problem, line, _ in parts[0] if "more than one row" in problem] == [9, 62]


def test_empty_keys_are_empty_and_not_twice_the_same(both):
    people = [f"C{i},2026-01-01" for i in range(60)]
    whole, parts = both(CUSTOMERS, c=["customer_id,joined_on", *people, ",2026-02-02", ",2026-02-03"])
    assert parts == whole
    assert {problem for problem, _, _ in parts[0]} == {"customer_id is empty, and customers needs it"}


def test_referrers_in_another_piece_are_known_and_strangers_are_counted(both):
    people = [f"C{i},2026-01-01,C{59 - i}" for i in range(60)]
    whole, parts = both(CUSTOMERS, c=["customer_id,joined_on,referred_by", *people, "D1,2026-01-02,Nobody Known"])
    assert parts == whole
    assert parts[1]["customers"]["orphans"] == 1


def test_repeats_that_are_meant_are_not_compared(both):
    whole, parts = both(PAYMENTS + 'repeats = "keep"\n', p=payments(*MANY, MANY[3]))
    assert parts == whole
    assert parts[0] == []
    assert parts[1]["payments"]["rows_used"] == 61
