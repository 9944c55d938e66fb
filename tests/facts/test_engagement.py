import json
import subprocess
import sys
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from referral_playbook.contract.evidence import Status, StepResult, Verdict
from referral_playbook.contract.handover import FACTS, SETTINGS, record
from referral_playbook.facts.engagement import open_engagement, read_fact
from referral_playbook.facts.fresh import ensure_facts, fingerprint, is_fresh
from referral_playbook.intake import IntakeError

TOML = """
name = "Toy"
currency = "GBP"
as_of = 2026-06-30
[tables.customers]
file = "customers.csv"
[tables.payments]
file = "payments.csv"
[parameters]
discount_rate = 0.1
[parameters.break_even]
conversion_rate = 0.08
"""
CUSTOMERS = "customer_id,joined_on,left_on,source\na,2026-01-01,,referral\nb,2026-02-01,2026-03-01,\n"
PAYMENTS = "customer_id,paid_on,amount\na,2026-01-01,10\na,2026-02-01,20\n"


@pytest.fixture
def client_dir(tmp_path):
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "client.toml").write_text(TOML)
    (folder / "customers.csv").write_text(CUSTOMERS)
    (folder / "payments.csv").write_text(PAYMENTS)
    return folder


def test_an_engagement_reads_what_was_built(client_dir, tmp_path):
    made = open_engagement(client_dir, tmp_path / "run" / "results")
    assert (made.client, made.currency, made.as_of, made.time_unit) == ("Toy", "GBP", date(2026, 6, 30), "month")
    assert dict(made.tables["payments"]) == {
        "rows": 2,
        "rows_after_as_of": 0,
        "first": date(2026, 1, 1),
        "last": date(2026, 2, 1),
        "orphans": 0,
        "duplicates": 0,
    }
    assert made.heading == "Toy as of 30 Jun 2026, money in GBP"
    assert made.has("customers")
    assert not made.has("surveys")
    assert made.parameters == {"discount_rate": 0.1, "conversion_rate": 0.08}
    assert {row["table"] for row in made.quality["tables"]} == {"customers", "payments"}


def test_a_fact_has_types_to_count_on_and_is_the_callers_own(client_dir, tmp_path):
    made = open_engagement(client_dir, tmp_path / "run" / "results")
    profile = made.fact("customer_profile")
    assert pd.api.types.is_datetime64_dtype(profile.left_on)
    assert profile.referred.dtype == "boolean"
    assert (~profile.left).tolist() == [True, False]
    profile["customer_id"] = "spoilt"
    assert made.fact("customer_profile").customer_id.tolist() == ["a", "b"]


def test_a_fact_that_cannot_be_is_none_and_one_that_is_none_is_an_error(client_dir, tmp_path):
    made = open_engagement(client_dir, tmp_path / "run" / "results")
    assert made.fact("survey_counts") is None
    assert "surveys" in made.absent["survey_counts"]
    with pytest.raises(KeyError, match=r"no fact 'nonsense'; there are .*customer_life"):
        made.fact("nonsense")


def test_an_earlier_step_is_there_once_it_was_recorded(client_dir, tmp_path):
    results = tmp_path / "run" / "results"
    made = open_engagement(client_dir, results)
    assert made.upstream("pmf_check") is None
    verdict = Verdict(status=Status.STOP, reason="x")
    record(StepResult(step="pmf_check", client="Toy", as_of=made.as_of, verdict=verdict, headline="x"), results)
    assert made.upstream("pmf_check").verdict == verdict


def test_facts_are_built_once_and_again_when_a_file_changed(client_dir, tmp_path):
    facts = tmp_path / "run" / "facts"
    assert not is_fresh(client_dir, facts)
    assert ensure_facts(client_dir, facts)
    assert not ensure_facts(client_dir, facts)
    (client_dir / "payments.csv").write_text(PAYMENTS + "b,2026-02-01,5\n")
    made = open_engagement(client_dir, tmp_path / "run" / "results")
    assert made.tables["payments"]["rows"] == 3
    (client_dir / "client.toml").write_text(TOML.replace("2026-06-30", "2026-01-31"))
    made = open_engagement(client_dir, tmp_path / "run" / "results")
    assert (made.tables["payments"]["rows"], made.tables["payments"]["rows_after_as_of"]) == (3, 2)
    assert [p.name for p in (tmp_path / "run").iterdir()] == ["facts"]


def test_a_notebook_of_a_run_takes_the_facts_that_the_run_has_checked(client_dir, tmp_path, monkeypatch):
    facts = tmp_path / "out" / "facts"
    ensure_facts(client_dir, facts)
    (client_dir / "payments.csv").write_text(PAYMENTS + "b,2026-02-01,5\n")
    monkeypatch.setenv(FACTS, str(facts))
    opened = open_engagement(client_dir, tmp_path / "out" / "results")
    assert len(opened.fact("purchase_summary")) == 1
    assert open_engagement(client_dir, tmp_path / "out" / "results") is opened
    monkeypatch.setenv(SETTINGS, json.dumps({"confidence": 0.9}))
    assert open_engagement(client_dir, tmp_path / "out" / "results") is not opened
    monkeypatch.setenv(FACTS, str(tmp_path / "another run" / "facts"))
    assert len(open_engagement(client_dir, tmp_path / "out" / "results").fact("purchase_summary")) == 2


def test_a_fact_of_a_table_that_is_gone_is_gone_too(client_dir, tmp_path):
    facts = tmp_path / "run" / "facts"
    ensure_facts(client_dir, facts)
    assert (facts / "purchase_summary.parquet").is_file()
    (client_dir / "client.toml").write_text(TOML.replace('[tables.payments]\nfile = "payments.csv"\n', ""))
    ensure_facts(client_dir, facts)
    assert not (facts / "purchase_summary.parquet").exists()


def test_faulty_tables_leave_the_facts_that_were_there(client_dir, tmp_path):
    facts = tmp_path / "run" / "facts"
    ensure_facts(client_dir, facts)
    before = (facts / "facts.json").read_bytes()
    (client_dir / "payments.csv").write_text("customer_id,paid_on,amount\na,never,10\n")
    with pytest.raises(IntakeError):
        open_engagement(client_dir, tmp_path / "run" / "results")
    assert (facts / "facts.json").read_bytes() == before
    assert [p.name for p in (tmp_path / "run").iterdir()] == ["facts"]


def test_what_another_process_put_there_first_stands(client_dir, tmp_path, monkeypatch):
    """Two notebooks open the same client at once; the second finds the folder taken when it wants to swap."""
    facts = tmp_path / "run" / "facts"
    ensure_facts(client_dir, facts)
    monkeypatch.setattr(type(facts), "rename", _taken)
    assert ensure_facts(client_dir, facts, fresh=True)
    assert is_fresh(client_dir, facts)


def _taken(self, target):
    raise FileNotFoundError(f"{self} was moved by another process")


def test_the_fingerprint_covers_joined_files_and_the_code(client_dir):
    toml = TOML + '[tables.leads]\nfile = "leads.csv"\njoin = { file = "deals.csv", on = "lead_id" }\n'
    (client_dir / "client.toml").write_text(toml)
    (client_dir / "deals.csv").write_text("x")
    found = fingerprint(client_dir)
    assert set(found) == {"client.toml", "customers.csv", "payments.csv", "leads.csv", "deals.csv", "code"}
    assert found["leads.csv"] == "absent"
    assert len(found["deals.csv"]) == len(found["code"]) == 64


def test_other_rows_for_a_what_if_leave_the_rest_alone(client_dir, tmp_path):
    made = open_engagement(client_dir, tmp_path / "run" / "results")
    fewer = made.with_facts(customer_profile=made.fact("customer_profile").head(1))
    assert len(fewer.fact("customer_profile")) == 1
    assert len(made.fact("customer_profile")) == 2
    assert fewer.fact("payment_flow").equals(made.fact("payment_flow"))


def test_reading_needs_neither_the_engine_nor_intake(client_dir, tmp_path):
    ensure_facts(client_dir, tmp_path / "run" / "facts")
    code = (
        "import sys; from referral_playbook.facts.engagement import open_engagement\n"
        "made = open_engagement(sys.argv[1], sys.argv[2]); assert len(made.fact('customer_profile')) == 2\n"
        "heavy = {'ibis', 'duckdb', 'sqlglot', 'pydantic', 'referral_playbook.intake'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code, client_dir, tmp_path / "run" / "results"], check=True)


def test_words_and_scales_that_intake_hands_on(client_dir, tmp_path):
    toml = TOML + '[tables.surveys]\nfile = "s.csv"\nscale = { csat = "1-10" }\n'
    (client_dir / "client.toml").write_text(toml)
    (client_dir / "s.csv").write_text("respondent_id,asked_on,question,answer\na,2026-01-01,csat,9\n")
    (client_dir / "customers.csv").write_text(CUSTOMERS.replace("referral", "Empfehlung"))
    made = open_engagement(client_dir, tmp_path / "run" / "results")
    assert (made.scale_of("csat"), made.scale_of("ces")) == ((1, 10), None)
    assert made.quality_of("customers")["unmapped"] == {"source": {"Empfehlung": 1}}
    assert made.quality_of("leads") == {}


def test_every_file_that_client_toml_names_counts(client_dir):
    (client_dir / "more.csv").write_text(PAYMENTS)
    toml = TOML.replace('file = "payments.csv"', 'files = ["payments.csv", "more.csv"]')
    toml = toml.replace(
        'file = "customers.csv"', 'file = "customers.csv"\njoin = [{ file = "j.csv", on = "customer_id" }]'
    )
    (client_dir / "client.toml").write_text(toml)
    assert {"payments.csv", "more.csv", "customers.csv", "j.csv"} <= fingerprint(client_dir).keys()


def test_a_fact_without_rows_or_row_groups_has_its_columns(tmp_path):
    """pyarrow 18 refuses such a file, which is how a fact without rows is written."""
    schema = pa.schema([("month", pa.string()), ("on", pa.date32()), ("left", pa.bool_()), ("n", pa.int64())])
    pq.ParquetWriter(tmp_path / "none.parquet", schema).close()
    found = read_fact(tmp_path / "none.parquet")
    assert len(found) == 0
    assert [str(kind) for kind in found.dtypes] == ["object", "datetime64[ms]", "boolean", "int64"]
