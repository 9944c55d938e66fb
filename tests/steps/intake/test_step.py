"""Step 00: rows equal the files', the coverage map is what the steps do when they are run, capacity by arithmetic."""

from __future__ import annotations

import csv
import json
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.handover import record
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.tables import TABLES
from referral_playbook.facts.engagement import open_engagement
from referral_playbook.steps.intake import capacity, coverage, data_quality
from referral_playbook.steps.intake.coverage_needs import NEEDS, Has
from tests.steps import shared

ROOT = Path(__file__).resolve().parents[3]


def concluded(engagement, **options):
    return shared.concluded("intake", engagement, **options)


def _rows_of(path: Path) -> int:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return sum(1 for _ in csv.reader(file)) - 1


# --- every row


def test_rows_are_those_of_the_files(sample):
    for row in data_quality.file_rows(sample()):
        assert row["rows_in_file"] == _rows_of(ROOT / "data" / "brightdesk" / row["file"]), row["table"]
        assert row["rows_in_file"] == row["left_out"] + row["after_as_of"] + row["used"]


def test_telco_rows_equal_the_file_and_its_negative_charges_are_told(real, real_client):
    client = real_client("telco")
    (row,) = data_quality.file_rows(client)
    assert row["rows_in_file"] == _rows_of(real / "telco_customers.csv") == 7043
    negative, unfinished = data_quality.fault_rows(client)
    assert "does not end with a line break" in unfinished["problem"]
    assert not (real / "telco_customers.csv").read_bytes().endswith(b"\n")
    assert (negative["cells"], negative["problem"]) == (120, "negative")
    assert {c.name: c.passed for c in data_quality.checks(client)}["dates_are_real"] is False
    assert "no source" in data_quality.unknown_sources(client).reason


def test_olist_rows_equal_the_files_and_unknown_sources_are_shown(real, real_client):
    client = real_client("olist")
    (row,) = data_quality.file_rows(client)
    assert row["rows_in_file"] == _rows_of(real / "olist_qualified_leads.csv") == 8000
    assert f"olist_closed_deals.csv ({_rows_of(real / 'olist_closed_deals.csv'):,})" in row["file"]
    sources = {r["source"]: r for r in data_quality.source_rows(client)}
    assert sources["unknown"]["rows"] == 1099
    assert sources["(empty)"]["rows"] == 60
    assert sum(r["rows"] for r in sources.values()) == 8000
    assert sum(r["won"] for r in sources.values()) == 842
    assert data_quality.unknown_sources(client).value == pytest.approx(1159 / 8000)


@pytest.fixture
def odd(tmp_path):
    """A client with one of each oddity that does not stop the intake."""
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "customers.csv").write_text(
        "customer_id,joined_on,left_on,source,referred_by,monthly_amount\n"
        "a,2026-01-01,,referral,,10\nb,2026-02-01,2026-01-15,unknown,,10\n"
        "c,2026-03-01,,,nobody,-5\nd,2026-09-01,,ads,,10\n"
    )
    (folder / "touchpoints.csv").write_text(
        "customer_id,on,kind\na,2026-04-01,ask\na,2026-04-01,ask\nz,2026-04-02,ask\n"
    )
    (folder / "client.toml").write_text(
        'name = "Odd"\ncurrency = "EUR"\nas_of = 2026-06-30\n'
        '[tables.customers]\nfile = "customers.csv"\ndates = "%Y-%m-%d"\n'
        '[tables.touchpoints]\nfile = "touchpoints.csv"\ndates = "%Y-%m-%d"\n'
    )
    return open_engagement(folder, tmp_path / "run" / "results")


def test_oddities_are_counted_and_told(odd):
    rows = {r["table"]: r for r in data_quality.file_rows(odd)}
    assert (rows["customers"]["rows_in_file"], rows["customers"]["after_as_of"], rows["customers"]["used"]) == (4, 1, 3)
    assert rows["customers"]["orphans"] == 1  # referred by nobody that is known
    assert (rows["touchpoints"]["duplicates"], rows["touchpoints"]["orphans"]) == (1, 1)
    told = {(r["table"], r["column"]) for r in data_quality.fault_rows(odd)}
    assert {("customers", "monthly_amount"), ("customers", "left_on"), ("customers", "referred_by")} <= told
    passed = {c.name: c.passed for c in data_quality.checks(odd)}
    assert passed == {
        "rows_accounted_for": True,
        "ids_match": False,
        "nothing_twice": False,
        "dates_are_real": True,
        "sources_known": False,
    }
    assert data_quality.unknown_sources(odd).value == pytest.approx(2 / 3)


def test_each_fault_is_told_once(odd):
    rows = data_quality.fault_rows(odd)
    assert len({(r["table"], r["column"], r["problem"]) for r in rows}) == len(rows)
    assert sum(r["cells"] for r in rows if r["column"] == "monthly_amount") == 1
    assert all(r["what_to_do"] for r in rows)


# --- what the numbers stand on

OPEN = {
    ("goal_setting", "advocate_goal"): "no goal is near enough",
    ("break_even", "months_to_break_even"): "half of the futures never pay back",
    **dict.fromkeys(
        (("break_even", "break_even_conversions"), ("break_even", "break_even_referrals")), "no volume breaks even"
    ),
    ("ask_and_follow_up", "median_time_to_first_referral"): "fewer than half ever refer",
}
"""Numbers that may be undefined although everything they need is there, and why."""


def run_steps(client) -> dict[tuple[str, str], str]:
    """Run all steps on a client, one after the other as their notebooks do, and take what each number stands on."""
    stands_on = {}
    for step in STEPS[:-1]:
        parameters = client.parameters_of(step)
        few = {"draws": 2000} if "draws" in parameters.values else {}
        module = import_module(f"referral_playbook.steps.{step}.step")
        result = module.build_result(module.find(client, parameters.with_(**few)))
        record(result, client.results_dir)
        for name, e in result.estimates.items():
            stands_on[step, name] = e.basis.value if e.defined else "not known"
    return stands_on


def _as_run(client):
    wanted = coverage.coverage(client)
    done = run_steps(client)
    wrong = {}
    for row in wanted.itertuples():
        key = (row.step, row.quantity)
        happened = done.get(key, "missing")
        if happened != row.stands_on and not (key in OPEN and happened == "not known"):
            wrong[key] = f"foretold {row.stands_on}, was {happened}"
    return wrong


@pytest.mark.parametrize("name", ["harlow-partners", "cupboard"])
def test_the_map_is_what_the_steps_do(tmp_path, name):
    assert _as_run(open_engagement(ROOT / "data" / name, tmp_path / "results")) == {}


@pytest.mark.parametrize("name", ["telco", "olist"])
def test_the_map_is_what_the_steps_do_with_real_exports(real_client, name):
    assert _as_run(real_client(name)) == {}


def test_the_map_is_what_the_steps_do_with_everything(simulated):
    assert _as_run(simulated(seed=3, customers=400)) == {}


@pytest.mark.parametrize("table", ["payments", "surveys", "leads"])
def test_the_map_follows_a_table_that_is_missing(simulated, table):
    with_it, without = (simulated(seed=2, customers=250, without=lack) for lack in ((), (table,)))
    gone = coverage.coverage(with_it).merge(
        coverage.coverage(without), on=["step", "quantity"], suffixes=("", "_without")
    )
    changed = gone[gone["stands_on"] != gone["stands_on_without"]]
    wanted = {
        "payments": {"customer_value", "nrr", "grr", "quick_ratio"},
        "surveys": {"very_disappointed_share", "nps", "csat", "ask_list_size"},
        "leads": set(),
    }
    assert set(changed["quantity"]) == wanted[table]
    assert (changed["bring_without"].str.contains(table)).all()


def test_every_need_names_a_fact_and_an_export_that_there_are(sample):
    client = sample()
    for needs in NEEDS:
        for alternatives in (needs.measured, needs.benchmark, needs.assumed):
            for part in (part for parts in alternatives for part in parts):
                rows = client.fact(part.fact)
                assert part.column is None or part.column in rows.columns, part
                assert part.bring, part


def test_required_names_are_all_on_the_map():
    """The names of DESIGN's contract that are estimates: whoever adds one there adds what it needs here."""
    required = {
        "pmf_check": {"very_disappointed_share", "nps", "csat", "retention_rate", "organic_referral_share"},
        "value_exchange": {"customer_value", "value_of_the_ask", "reward_ceiling", "unit_value_per_qualified_referral"},
        "social_currency": {
            "invites_per_customer",
            "conversion_per_invite",
            "k_factor",
            "cascade_size",
            "top_decile_share",
        },
        "goal_setting": {"referrals_per_month", "advocate_goal", "advocate_goal_probability", "programme_goal"},
        "break_even": {
            "fixed_cost",
            "unit_contribution",
            "break_even_conversions",
            "break_even_referrals",
            "referrals_per_advocate",
            "probability_by_date",
            "months_to_break_even",
            "worst_decile_result",
            "evpi",
        },
        "ask_and_follow_up": {"median_time_to_first_referral", "ask_list_size"},
        "referral_sources": {"unknown_source_share"},
        "loyalty_and_upsell": {"retention_rate", "nrr", "grr", "quick_ratio", "customer_value"},
        "programme_review": {"flagged_share", "reward_liability"},
    }
    for step, names in required.items():
        assert names <= {needs.name for needs in NEEDS if needs.step == step}, step


def test_a_column_that_is_empty_is_not_there(odd):
    assert coverage.there(odd, Has(fact="customer_profile", column="monthly_amount"))
    assert not coverage.there(odd, Has(fact="customer_profile", column="segment"))
    assert not coverage.there(odd, Has(fact="survey_counts"))
    assert coverage.there(odd, Has(fact="touchpoints", column="kind", word="ask"))
    assert not coverage.there(odd, Has(fact="touchpoints", column="kind", word="delight"))


def test_the_unknown_share_is_that_of_the_audit_of_sources(sample):
    """Enquiries that the firm sent out to others are in neither of the two: 62 of the 522 rows of the register."""
    client = sample("harlow-partners")
    found = data_quality.unknown_sources(client)
    assert (found.n, found.value) == (460, pytest.approx(179 / 460))


def test_what_to_bring_would_help(sample):
    found = coverage.coverage(sample("cupboard"))
    first, *_ = coverage.exports_to_bring(found)
    assert "referrals" in first["bring"]
    assert not any("left_on" in row["bring"] for row in coverage.exports_to_bring(found))  # nobody leaves a shop
    assert not coverage.exports_to_bring(coverage.coverage(sample()))
    counts, steps, kinds = coverage.grid(found)
    assert counts.sum() == len(NEEDS)
    assert counts.shape == (len(steps), len(kinds))


# --- capacity and context


def test_capacity_by_arithmetic():
    direct = capacity.direct_reach(staff=2, hours_per_person=30, hours_per_prospect=1.5)
    assert direct.value == pytest.approx(40)
    customers = capacity.decided_value("customers_today", 500, unit="customers", per="as-of date")
    reach = capacity.customer_reach(customers, friends=4)
    assert reach.value == 2000
    assert capacity.months_by_hand(reach, direct).value == pytest.approx(50)
    with pytest.raises(ValueError, match="a number of hours above 0"):
        capacity.direct_reach(hours_per_prospect=0)


@given(st.floats(0.1, 10), st.floats(1.1, 5))
def test_more_hours_a_prospect_reach_fewer(hours, times):
    few, many = (capacity.direct_reach(hours_per_prospect=h).value for h in (hours * times, hours))
    assert few == pytest.approx(many / times)


def test_customers_are_counted_where_they_can_be(sample, truth):
    assert capacity.customers_today(sample()).value == truth()["customers"]["active"]
    assert capacity.customers_today(sample(), stated=10).basis.value == "assumed"


def test_growth_is_that_of_the_tables(sample):
    profile, as_of = sample().fact("customer_profile"), pd.Timestamp("2025-09-30")
    then = ((profile["joined_on"] <= as_of) & ~(profile["left_on"] <= as_of)).sum()
    found = capacity.customer_growth(sample())
    assert found.value == pytest.approx((profile["left_on"].isna().sum() - then) / then, abs=0.01)
    assert "faster than the industry" in capacity.against_industry(found, 0.05)
    assert "slower than the industry" in capacity.against_industry(found, 0.90)
    assert "cannot tell" in capacity.against_industry(found, found.value)
    assert "too few to speak of growth" in capacity.customer_growth(sample("cupboard")).reason


def test_context_says_what_follows_and_refuses_other_words(sample):
    rows = {r["what"]: r for r in capacity.context(sample(), owners_aim="cash", life_cycle_stage="decline")}
    assert "cash pay-back" in rows["what the owner wants"]["what_follows"]
    assert "keep today's customers" in rows["life-cycle stage"]["what_follows"]
    assert rows["industry growth a year"]["stated"] == "not stated"
    with pytest.raises(ValueError, match="use one of profit, cash, equity value"):
        capacity.context(sample(), owners_aim="fame")


# --- all together


def test_verdicts(sample, simulated):
    assert concluded(sample()).verdict.status is Status.GO
    assert concluded(sample("cupboard")).verdict.status is Status.TEST_SMALL
    bare = simulated(seed=2, customers=250, without=tuple(t for t in TABLES if t not in ("effort", "exchanges")))
    assert concluded(bare).verdict.status is Status.NOT_ENOUGH_DATA


@pytest.mark.parametrize("table", TABLES)
def test_it_goes_on_without_any_one_table(simulated, table):
    result = concluded(simulated(customers=250, without=(table,)))
    json.dumps(result.to_dict(), allow_nan=False)
    assert table not in {row["table"] for row in result.tables["files"]}
    assert result.estimates["customers_today"].defined == (table != "customers")
    needed = table in ("customers", "payments", "surveys", "referrals", "touchpoints")
    assert result.verdict.status is (Status.TEST_SMALL if needed else Status.GO)
    assert bool(result.tables["exports_to_bring"]) == needed
