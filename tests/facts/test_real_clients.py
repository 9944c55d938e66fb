"""The facts of two real exports against plain counts over their files."""

import shutil

import pandas as pd
import pytest

from referral_playbook.facts.engagement import open_engagement


def _open(name, files, real, tmp_path, request):
    client = tmp_path / name
    client.mkdir()
    shutil.copy(request.config.rootpath / "tests" / "real_clients" / f"{name}.toml", client / "client.toml")
    for file in files:
        shutil.copy(real / file, client / file)
    return open_engagement(client, tmp_path / "run" / "results")


@pytest.fixture
def telco(real, tmp_path, request):
    raw = pd.read_csv(real / "telco_customers.csv", encoding="utf-8-sig").rename(columns=str.strip)
    return _open("telco", ["telco_customers.csv"], real, tmp_path, request), raw


def test_telco_keeps_every_customer_and_its_length_of_life(telco):
    made, raw = telco
    assert made.tables["customers"]["rows"] == len(raw) == 7043
    life = made.fact("customer_life")
    tenure = raw.columns[raw.columns.str.lower().str.replace(" ", "") == "tenureinmonths"][0]
    status = raw.columns[raw.columns.str.lower().str.replace(" ", "") == "customerstatus"][0]
    wanted = raw.groupby([tenure, raw[status] == "Churned"]).size().to_dict()
    assert life.groupby(["months", "left"]).customers.sum().to_dict() == wanted
    assert not made.real_dates
    assert made.fact("period_flow") is None


def test_telco_advocates_come_from_the_clients_own_count(telco):
    made, raw = telco
    column = raw.columns[raw.columns.str.lower().str.replace(" ", "") == "numberofreferrals"][0]
    counts = made.fact("advocate_counts")
    assert counts.groupby("referrals").customers.sum().to_dict() == raw[column].value_counts().to_dict()


def test_telco_negative_charges_are_told_and_kept(telco):
    made, raw = telco
    column = raw.columns[raw.columns.str.lower().str.replace(" ", "").str.startswith("monthlycharge")][0]
    faults = made.fact("amount_faults").set_index("column")
    assert faults.loc["monthly_amount", "rows"] == (raw[column] < 0).sum() == 120
    assert made.fact("customer_profile").monthly_amount.sum() == pytest.approx(raw[column].sum())


def test_olist_leads_of_unknown_and_of_no_origin_stay_in(real, tmp_path, request):
    files = ["olist_qualified_leads.csv", "olist_closed_deals.csv"]
    made = _open("olist", files, real, tmp_path, request)
    sources = made.fact("lead_sources").groupby("source")[["leads", "won"]].sum()
    assert sources.leads.sum() == made.tables["leads"]["rows"] == 8000
    assert sources.leads[["referral", "unknown", "(empty)"]].tolist() == [284, 1099, 60]
    leads, deals = (pd.read_csv(real / file, dtype=str) for file in files)
    won = leads[leads.mql_id.isin(deals.mql_id)].origin.fillna("(empty)").value_counts()
    assert sources.won[sources.won > 0].sort_index().to_dict() == won.sort_index().to_dict()
    assert sources.won.sum() == len(deals) == 842
