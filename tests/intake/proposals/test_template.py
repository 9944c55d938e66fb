"""What `playbook init` hands out must be right as it stands."""

from __future__ import annotations

from datetime import date

import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.proposals.template import client_toml, data_request


@pytest.mark.parametrize("name", ["Brightdesk", 'Tom "T" & Söhne \\ [x]\n'])
def test_the_template_is_a_client_once_the_files_are_there(tmp_path, name) -> None:
    text = client_toml(name=name, currency="EUR", as_of=date(2026, 9, 30), tables=TABLES)
    (tmp_path / "client.toml").write_text(text, encoding="utf-8")
    for table in TABLES:
        (tmp_path / f"{table}.csv").write_text("x\n")
    client = read_client(tmp_path)
    assert (client.name, client.currency, set(client.tables)) == (name, "EUR", set(TABLES))


def test_every_column_is_explained() -> None:
    text = client_toml(name="A", currency="EUR", as_of=date(2026, 9, 30), tables=["surveys"])
    assert all(f"# {column}" in text for column in TABLES["surveys"].names)
    assert "one of pmf, nps, csat, ces, value" in text
    assert "[tables.payments]" not in text


def test_the_data_request_has_every_column_once() -> None:
    rows = data_request()
    assert [(r["table"], r["column"]) for r in rows] == [(t, c) for t in TABLES for c in TABLES[t].names]
    assert {r["needed"] for r in rows if r["column"] == "customer_id"} == {"yes"}
