import json
from datetime import date

import pandas as pd
import pytest

from referral_playbook.contract.client_toml.client import Client, read_client
from referral_playbook.facts.build import build_facts
from referral_playbook.facts.catalogue import FACTS
from referral_playbook.intake import read_client_tables, write_tables

SAMPLE = "brightdesk"


@pytest.fixture(scope="module")
def sample(tmp_path_factory, request):
    folder = request.config.rootpath / "data" / SAMPLE
    client = read_client(folder)
    return client, write_tables(read_client_tables(client), tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def whole(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("facts")
    build_facts(*sample, folder)
    return folder


def _about(folder):
    return json.loads((folder / "facts.json").read_text(encoding="utf-8"))


def _fact(folder, name):
    return pd.read_parquet(folder / f"{name}.parquet")


def test_the_sample_has_every_fact_and_says_what_it_is(whole, sample):
    about = _about(whole)
    assert set(about["facts"]) == {f.name for f in FACTS}
    assert about["absent"] == {}
    assert (about["client"], about["currency"]) == (sample[0].name, sample[0].currency)
    assert about["as_of"] == sample[0].as_of.isoformat()
    for name, rows in about["facts"].items():
        assert len(_fact(whole, name)) == rows


def test_the_same_tables_give_the_same_bytes(whole, sample, tmp_path):
    build_facts(*sample, tmp_path, engine="duckdb://?threads=1")
    files = sorted(p.name for p in whole.iterdir())
    assert files == sorted(p.name for p in tmp_path.iterdir())
    assert [f for f in files if (whole / f).read_bytes() != (tmp_path / f).read_bytes()] == []


def test_nothing_is_lost_on_the_way(whole, sample):
    tables, about = sample[1], _about(whole)
    used = {name: row["rows"] - row["rows_after_as_of"] for name, row in about["tables"].items()}
    for name, row in about["tables"].items():
        assert row["rows"] == len(pd.read_parquet(tables / f"{name}.parquet"))
    for name in ("customer_life", "acquisition"):
        assert _fact(whole, name).customers.sum() == used["customers"]
    assert _fact(whole, "referral_funnel").referrals.sum() == used["referrals"]
    assert _fact(whole, "lead_sources").leads.sum() == used["leads"]
    assert _fact(whole, "service").contacts.sum() == used["touchpoints"]
    assert _fact(whole, "first_referral").customers.sum() == used["customers"]
    assert _fact(whole, "advocate_counts").customers.sum() == used["customers"]
    paid = pd.read_parquet(tables / "payments.parquet")
    paid = paid[pd.to_datetime(paid.paid_on) <= pd.Timestamp(sample[0].as_of)]
    money = paid.amount.where(paid.kind != "refund", -paid.amount.abs()).sum()
    for name in ("payment_flow", "purchase_summary"):
        assert _fact(whole, name).amount.sum() == pytest.approx(money, abs=1e-4)


def test_rows_stand_in_the_order_of_their_keys(whole):
    for fact in (f for f in FACTS if f.keys):
        keys = pd.read_parquet(whole / f"{fact.name}.parquet", columns=list(fact.keys))
        rows = [tuple((v is not None and v == v, v) for v in row) for row in keys.astype(object).to_numpy().tolist()]
        assert rows == sorted(rows), fact.name
        if fact.name != "touchpoints":  # rows as they are; every other fact has one row a key
            assert not keys.duplicated().any(), fact.name


@pytest.mark.parametrize("gone", ["customers", "payments", "surveys", "referrals", "leads", "touchpoints", "goals"])
def test_without_one_table_the_other_facts_stay_as_they_are(whole, sample, tmp_path, gone):
    tables = tmp_path / "tables"
    tables.mkdir()
    for path in sample[1].glob("*.parquet"):
        if path.stem != gone:
            (tables / path.name).symlink_to(path)
    build_facts(sample[0], tables, tmp_path / "facts")
    about = _about(tmp_path / "facts")
    needing = {f.name for f in FACTS if gone in f.needs}
    assert set(about["absent"]) == needing | ({"advocate_counts"} if gone == "referrals" else set())
    assert all(gone in why for why in about["absent"].values())
    assert not any((tmp_path / "facts" / f"{name}.parquet").exists() for name in about["absent"])
    alone = {f.name for f in FACTS if f.needs and gone not in f.needs} - _drawing_on(gone)
    for name in alone & set(about["facts"]):
        assert (tmp_path / "facts" / f"{name}.parquet").read_bytes() == (whole / f"{name}.parquet").read_bytes(), name


def _drawing_on(gone):
    """Facts that are there without the table, but say less or other things."""
    return {
        "customers": {"survey_counts", "value_multiples", "advocate_months", "referrals"},
        "referrals": {"customer_profile", "advocate_counts"},
    }.get(gone, {"customer_profile"})


def _client(folder):
    return Client(folder=folder, name="Toy & <Co>", currency="GBP", as_of=date(2026, 6, 30))


def test_dates_made_from_a_tenure_have_no_calendar(tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    frame = pd.DataFrame({"customer_id": ["a", "b"], "joined_on": [date(2025, 6, 29), date(2026, 3, 30)]})
    frame["left_on"], frame["tenure_months"] = [None, date(2026, 6, 30)], [12, 3]
    frame.to_parquet(tables / "customers.parquet")
    quality = {"tables": [{"table": "customers", "synthetic_dates": True}], "faults": []}
    (tables / "quality.json").write_text(json.dumps(quality))
    build_facts(_client(tmp_path), tables, tmp_path / "facts")
    about = _about(tmp_path / "facts")
    assert about["real_dates"] is False
    assert {"period_flow", "cohort_triangle", "first_referral"} <= set(about["absent"])
    assert (about["tables"]["customers"]["first"], about["tables"]["customers"]["rows"]) == (None, 2)
    assert _fact(tmp_path / "facts", "acquisition").month.isna().all()
    life = _fact(tmp_path / "facts", "customer_life")
    assert sorted(zip(life.months, life.left, strict=True)) == [(3, True), (12, False)]


def test_an_empty_table_gives_empty_facts(tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    frame = pd.DataFrame({"customer_id": pd.Series(dtype=str), "joined_on": pd.Series(dtype="datetime64[s]")})
    frame.to_parquet(tables / "customers.parquet")
    build_facts(_client(tmp_path), tables, tmp_path / "facts")
    about = _about(tmp_path / "facts")
    assert about["tables"]["customers"]["rows"] == 0
    assert about["facts"]["customer_profile"] == 0


def test_no_table_at_all_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no table of the contract"):
        build_facts(_client(tmp_path), tmp_path, tmp_path / "facts")
