"""A second file that says more of the same rows is joined by the key that both have."""

from __future__ import annotations

import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import read_client_tables
from referral_playbook.intake.proposals.propose import UnknownExportError
from referral_playbook.intake.proposals.starting import Source, start_client

LEADS = "Lead No,Created,Lead Source\n1,2026-01-03,Web\n2,2026-01-04,Referral\n3,2026-01-05,Web\n"
DEALS = "Ref;Signed on;Deal Size\n3;2026-02-01;900,50\n1;2026-03-01;100,00\n"


@pytest.fixture
def start(tmp_path):
    def starting(**texts):
        sources = []
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
            sources.append(Source(tmp_path / f"{name}.csv"))
        folder = tmp_path / "acme"
        said = "\n".join(start_client(folder, sources, name="Acme", currency="EUR", as_of=None))
        file = folder / "client.toml"
        file.write_text(file.read_text(encoding="utf-8").replace("# as_of", "as_of"), encoding="utf-8")
        return said, folder

    return starting


def test_won_deals_in_a_second_file_are_joined_by_their_key(start):
    said, folder = start(deals=DEALS.replace(";", ",").replace("900,50", "900.5").replace("100,00", "100"), leads=LEADS)
    assert "joined with deals.csv" in said
    assert '2 of 2 rows have a "Ref" that stands in leads.csv' in said
    leads = read_client_tables(read_client(folder)).tables["leads"].set_index("lead_id")
    assert leads["value"].fillna(0).to_dict() == {"1": 100.0, "2": 0.0, "3": 900.5}
    assert leads["won_on"].notna().to_dict() == {"1": True, "2": False, "3": True}


def test_a_file_with_other_keys_stays_unknown(start):
    with pytest.raises(UnknownExportError, match="We cannot tell what other"):
        start(leads=LEADS, other="Ref,Colour\n91,red\n92,blue\n")


def test_a_column_for_each_month_is_said(start):
    with pytest.raises(UnknownExportError, match="Unpivot Columns"):
        start(revenue="Customer,Jan 2026,Feb 2026,Mar 2026\nA,100,100,100\nB,50,,50\n")
