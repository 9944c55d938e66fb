"""Two real exports, mapped as a client would; they skip where the files are not on the machine."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import Intake, IntakeError, read_client_tables

MAPPINGS = Path(__file__).resolve().parents[1] / "real_clients"


def intake_of(name: str, files: list[str], real: Path, folder: Path) -> Intake:
    for file in files:
        shutil.copy(real / file, folder / file)
    shutil.copy(MAPPINGS / f"{name}.toml", folder / "client.toml")
    return read_client_tables(read_client(folder))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_telco(real: Path, tmp_path: Path) -> None:
    intake = intake_of("telco", ["telco_customers.csv"], real, tmp_path)
    rows = rows_of(real / "telco_customers.csv")
    frame, quality = intake.tables["customers"], intake.quality["customers"]
    assert list(intake.tables) == ["customers"]
    assert quality["rows_in_files"] == quality["rows_used"] == len(frame) == len(rows) == 7043
    assert Counter(frame["status"]) == {"active": 4720 + 454, "left": 1869}
    assert frame["left_on"].notna().sum() == 1869
    assert int(frame["referrals_made"].sum()) == sum(int(r["Numberofreferrals "]) for r in rows)
    assert frame["total_amount"].sum() == pytest.approx(sum(float(r["Totalrevenue "]) for r in rows))
    assert frame["tenure_months"].tolist() == [int(r["Tenureinmonths "]) for r in rows]
    assert quality["synthetic_dates"] is True
    assert quality["faults"] == {"Monthlycharge ": 120}  # negative, kept
    assert (frame["monthly_amount"] < 0).sum() == 120


def test_olist(real: Path, tmp_path: Path) -> None:
    files = ["olist_qualified_leads.csv", "olist_closed_deals.csv"]
    intake = intake_of("olist", files, real, tmp_path)
    leads, deals = (rows_of(real / file) for file in files)
    frame, quality = intake.tables["leads"], intake.quality["leads"]
    assert quality["rows_in_files"] == quality["rows_used"] == len(frame) == len(leads) == 8000
    assert quality["files"] == [{"file": files[0], "rows": 8000}, {"file": files[1], "rows": 842}]
    assert (frame["source"] == "unknown").sum() == 1099
    assert frame["source"].isna().sum() == 60
    assert (frame["source"] == "referral").sum() == 284
    assert frame["won_on"].notna().sum() == len(deals) == 842
    assert frame["value"].sum() == pytest.approx(sum(float(r["declared_monthly_revenue"]) for r in deals))
    (fault,) = intake.faults
    assert (fault.file, fault.problem) == (files[1], "won_on is before created_on")
    contacted = {r["mql_id"]: r["first_contact_date"] for r in leads}
    early = [n for n, r in enumerate(deals, start=2) if r["won_date"][:10] < contacted[r["mql_id"]]]
    assert [fault.line] == early


def test_the_olist_preset_says_the_same(real: Path, tmp_path: Path) -> None:
    files = ["olist_qualified_leads.csv", "olist_closed_deals.csv"]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    by_hand = intake_of("olist", files, real, tmp_path / "a")
    for file in files:
        shutil.copy(real / file, tmp_path / "b" / file)
    text = (MAPPINGS / "olist.toml").read_text(encoding="utf-8")
    head = text[: text.index("dates =")]
    (tmp_path / "b" / "client.toml").write_text(head + 'preset = "olist_leads"\n', encoding="utf-8")
    by_preset = read_client_tables(read_client(tmp_path / "b"))
    assert by_preset.tables["leads"].equals(by_hand.tables["leads"])


def test_a_cell_of_telco_gone_bad_is_named(real: Path, tmp_path: Path) -> None:
    shutil.copy(MAPPINGS / "telco.toml", tmp_path / "client.toml")
    lines = (real / "telco_customers.csv").read_text(encoding="utf-8-sig").splitlines()
    lines[1234] = re.sub(",(Stayed|Churned|Joined),", ",Paused,", lines[1234])
    (tmp_path / "telco_customers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(IntakeError) as caught:
        read_client_tables(read_client(tmp_path))
    (fault,) = [f for f in caught.value.faults if f.severity == "error"]
    assert (fault.line, fault.column, fault.value) == (1235, "Customerstatus ", "Paused")
