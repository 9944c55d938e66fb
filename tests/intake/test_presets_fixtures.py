"""Every preset has a small made-up export of its layout, which loads with no mapping written and gives known values."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from referral_playbook.intake.declared.presets import preset, preset_names

FIXTURES = Path(__file__).parent / "fixtures" / "presets"
D = dt.date


def days(frame, column):
    return [None if value != value else value.date() for value in frame[column]]


# preset: rows used, rows left out, {column: values}, all worked out by hand from the fixture
EXPECTED = {
    "chargebee_subscriptions": (2, 0, {"joined_on": [D(2025, 3, 1), D(2025, 4, 2)], "left_on": [None, D(2026, 5, 2)]}),
    "delighted_responses": (2, 1, {"question": ["nps", "csat"], "asked_on": [D(2026, 5, 1), D(2026, 5, 2)]}),
    "dub_commissions": (
        1,
        2,
        {"referrer_id": ["pn_1"], "friend_id": ["u_7"], "converted_on": [D(2026, 2, 20)], "reward": [24.0]},
    ),
    "dub_customers": (
        2,
        1,
        {"customer_id": ["u_1", "u_2"], "joined_on": [D(2026, 1, 10), D(2026, 2, 3)], "total_amount": [1024.0, 48.0]},
    ),
    "dub_partners": (2, 0, {"referrals_made": [3, 0], "joined_on": [D(2025, 11, 3), D(2026, 1, 15)]}),
    "firstpromoter_referrals": (2, 1, {"referrer_id": ["77", "77"], "converted_on": [D(2026, 1, 21), None]}),
    "friendbuy_purchases": (2, 1, {"friend_id": ["c_11", "c_12"], "converted_on": [D(2026, 2, 23), D(2026, 4, 2)]}),
    "google_forms": (4, 0, {"answer": ["9", "very disappointed", "7", "not disappointed"]}),
    "growsurf_participants": (
        2,
        1,
        {"referred_on": [D(2026, 3, 1), D(2026, 3, 2)], "converted_on": [D(2026, 3, 1), None]},
    ),
    "hubspot_contacts": (2, 0, {"won_on": [D(2026, 2, 20), None], "source": ["Direct Traffic", "Paid Search"]}),
    "hubspot_deals": (2, 0, {"won_on": [D(2026, 2, 1), None], "value": [5000.0, 7000.0]}),
    "ibm_telco_customers": (2, 0, {"status": ["active", "left"], "referrals_made": [2, 0]}),
    "olist_leads": (2, 0, {"won_on": [D(2018, 2, 26), None], "source": ["social", "referral"]}),
    "online_retail_ii": (2, 1, {"amount": [83.4, -5.0], "paid_on": [D(2009, 12, 1), D(2009, 12, 2)]}),
    "pipedrive_deals": (3, 0, {"won_on": [D(2026, 3, 1), None, None], "value": [1500.0, 700.0, 900.0]}),
    "recurly_subscriptions": (2, 0, {"left_on": [None, D(2026, 5, 2)], "segment": ["gold", "silver"]}),
    "referral_rock_referrals": (
        3,
        0,
        {
            "qualified_on": [D(2026, 1, 8), D(2026, 2, 6), None],
            "converted_on": [D(2026, 2, 1), None, None],
            "referrer_id": ["pat@example.com", "pat@example.com", "sam@example.com"],
        },
    ),
    "referralcandy_referrals": (2, 0, {"referral_id": ["1001", "1002"], "referred_on": [D(2026, 3, 1), D(2026, 3, 2)]}),
    "rewardful_referrals": (
        2,
        1,
        {"friend_id": ["cus_1", "cus_2"], "converted_on": [D(2026, 1, 20), None], "referrer_id": ["aff_1", "aff_1"]},
    ),
    "salesforce_leads": (2, 0, {"source": ["referral", "Web"], "created_on": [D(2026, 1, 2), D(2026, 1, 3)]}),
    "salesforce_opportunities": (3, 0, {"won_on": [D(2026, 3, 31), None, None], "value": [1200.0, 800.0, 500.0]}),
    "shopify_orders": (2, 2, {"amount": [100.90, 25.0], "paid_on": [D(2026, 5, 1), D(2026, 5, 3)]}),
    "stripe_charges": (3, 1, {"customer_id": ["cus_a", "cus_a", "cus_b"], "amount": [40.0, 0.0, 90.0]}),
    "stripe_invoices": (2, 1, {"amount": [40.0, 90.0], "paid_on": [D(2026, 5, 1), D(2026, 6, 3)]}),
    "stripe_payments": (2, 1, {"amount": [1061.86, 150.0], "customer_id": ["cus_a", "cus_b"]}),
    "stripe_subscriptions": (2, 0, {"left_on": [None, D(2026, 5, 2)], "segment": ["plan_m", "plan_l"]}),
    "surveymonkey": (3, 0, {"answer": ["10", "7", "0"], "asked_on": [D(2026, 5, 1), D(2026, 5, 22), D(2026, 5, 23)]}),
    "typeform_responses": (3, 0, {"answer": ["10", "6", "9"], "respondent_id": ["r1", "r2", "r3"]}),
    "woocommerce_orders": (2, 1, {"amount": [45.0, 25.5], "paid_on": [D(2026, 9, 6), D(2026, 9, 28)]}),
}


# What a client adds for a form: its own questions. `playbook init` finds these lines itself (see test_starting).
ADDED = {
    "google_forms": """
        [tables.surveys.questions]
        nps = "How likely are you to recommend us? (0-10)"
        pmf = "How would you feel if you could no longer use Acme?"
        [tables.surveys.values]
        answer = { "very disappointed" = "Very disappointed", "not disappointed" = "Not disappointed" }
        """,
    "surveymonkey": """
        dates = "%m/%d/%Y %H:%M:%S"
        [tables.surveys.questions]
        nps = "How likely is it that you would recommend us?"
        [tables.surveys.values]
        answer = { 10 = "Extremely likely - 10", 0 = "Not at all likely - 0" }
        """,
    "typeform_responses": """
        [tables.surveys.questions]
        nps = "How likely are you to recommend Acme to a friend or colleague?"
        """,
}


def test_every_preset_has_a_fixture_and_expected_values():
    assert {path.stem for path in FIXTURES.glob("*.csv")} == set(preset_names()) == set(EXPECTED)


@pytest.mark.parametrize("name", preset_names())
def test_a_fixture_loads_with_no_mapping_written(read, name):
    rows, left_out, columns = EXPECTED[name]
    table = preset(name)["table"]
    toml = "".join(f'rates.{code} = {{ to = "GBP", rate = 1.0, on = 2026-09-30 }}\n' for code in ("EUR", "USD"))
    toml += f'[tables.{table}]\nfile = "export.csv"\npreset = "{name}"\n' + ADDED.get(name, "")
    intake = read(toml, {"export.csv": (FIXTURES / f"{name}.csv").read_bytes()})
    frame, quality = intake.tables[table], intake.quality[table]
    assert (quality["rows_used"], quality["rows_left_out"]) == (rows, left_out)
    for column, values in columns.items():
        found = days(frame, column) if column.endswith("_on") else frame[column].tolist()
        assert found == pytest.approx(values) if column == "amount" else found == values
    assert not [fault for fault in intake.faults if "no such header" in fault.problem]


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_says_where_its_layout_is_from_and_of_which_date(name):
    known = preset(name)
    assert len(known["source"]) > 20
    assert known["source"].count("http") == 0
    assert known["layout"] == "undated" or dt.datetime.strptime(known["layout"], "%Y-%m")
    header = (FIXTURES / f"{name}.csv").read_text(encoding="utf-8-sig").split("\n")[0]
    assert set(known["recognise"]) <= set(header.replace('"', "").split(","))
