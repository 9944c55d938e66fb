"""Facts of other referrals than the client's own: as the engine would count them, and raised where rows are a panel."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from referral_playbook.domain.programme.referral_facts import by_group, by_month, funnel, referral_facts

DAYS = ("invited_on", "referred_on", "qualified_on", "converted_on", "rewarded_on")
FOUR = [
    # who, channel, invited, referred, qualified, converted, rewarded, reward, arm
    ("C1", "email", "2026-01-02", "2026-01-05", "2026-01-09", "2026-02-01", "2026-03-01", 25.0, "A"),
    ("C2", "email", None, "2026-01-20", None, "2026-02-03", None, None, "A"),
    ("C1", "", None, "2026-01-31", None, None, None, None, ""),
    ("C9", "email", None, "2026-02-10", "2026-02-11", None, None, None, "B"),
]
PROFILE = pd.DataFrame({"customer_id": ["C1", "C2"], "segment": ["Small", ""], "region": ["North", None]})


@pytest.fixture
def rows():
    columns = ["referrer_id", "channel", *DAYS, "reward", "arm"]
    table = pd.DataFrame(FOUR, columns=columns).assign(referrer_type=["customer", "", "customer", "partner"])
    return table.assign(**{day: pd.to_datetime(table[day]) for day in DAYS})


def test_the_funnel_counts_every_stage_by_channel_month_and_arm(rows):
    table = funnel(rows).set_index(["referrer_type", "channel", "month", "arm"])
    assert len(table) == 4
    one = table.loc[("customer", "email", "2026-01", "A")]
    assert one[["referrals", "invited", "qualified", "converted", "converted_unqualified"]].tolist() == [1, 1, 1, 1, 0]
    skipped = table.loc[("(none)", "email", "2026-01", "A")]
    assert skipped[["qualified", "converted", "converted_unqualified"]].tolist() == [0, 1, 1]
    assert one["reward"] == 25
    assert pd.isna(skipped["reward"])  # nobody noted one; that is not 0
    assert ("customer", "(none)", "2026-01", "(none)") in table.index


def test_months_count_each_event_when_it_happened(rows):
    table = by_month(rows).set_index("month")
    assert table.to_dict("index") == {
        "2026-01": {"invited_on": 1, "referred_on": 3, "qualified_on": 1, "converted_on": 0, "rewarded_on": 0},
        "2026-02": {"invited_on": 0, "referred_on": 1, "qualified_on": 1, "converted_on": 2, "rewarded_on": 0},
        "2026-03": {"invited_on": 0, "referred_on": 0, "qualified_on": 0, "converted_on": 0, "rewarded_on": 1},
    }


def test_groups_count_customers_referrals_only_and_name_those_without_a_group(rows):
    found = {(r.by, r.group, r.month): r.referrals for r in by_group(rows, PROFILE).itertuples()}
    assert found == {
        ("all", "all", "2026-01"): 3,
        ("segment", "Small", "2026-01"): 2,
        ("segment", "(none)", "2026-01"): 1,
        ("region", "North", "2026-01"): 2,
        ("region", "(none)", "2026-01"): 1,
    }
    assert by_group(rows, None).empty


def test_no_rows_give_empty_tables_with_their_columns(rows):
    none = rows.iloc[:0]
    assert list(funnel(none).columns)[:4] == ["referrer_type", "channel", "month", "arm"]
    assert list(by_month(none).columns) == ["month", *DAYS]
    assert by_group(none, PROFILE).empty


@pytest.mark.parametrize("name", ["brightdesk", "lantern"])
def test_of_the_clients_own_rows_the_engine_counts_the_same(sample, name):
    client = sample(name)
    found = referral_facts(client, client.fact("referrals"))
    for fact in ("referral_funnel", "referral_months", "referral_groups"):
        own = client.fact(fact)
        keys = [c for c in ("by", "group", "referrer_type", "channel", "arm", "month") if c in own]
        ours, theirs = (t.sort_values(keys).reset_index(drop=True)[list(own.columns)] for t in (found[fact], own))
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_of_a_panel_the_counts_of_everyone_change_as_the_panels_do(sample):
    """Every other referral is left out; everyone's counts are ten times the panel's, and change by the same ratio."""
    client = sample()
    rows = client.fact("referrals")
    tenfold = {}
    for fact in ("referral_funnel", "referral_months", "referral_groups"):
        table = client.fact(fact)
        counts = [c for c in table.columns if pd.api.types.is_integer_dtype(table[c])]
        tenfold[fact] = table.assign(**{c: table[c] * 10 for c in counts})
    panel = replace(client.with_facts(**tenfold), scale=10.0)
    half = rows.iloc[::2]
    found = referral_facts(panel, half)["referral_months"].set_index("month")
    expected = 10 * by_month(half).set_index("month").reindex(found.index, fill_value=0)
    assert (found["referred_on"] - expected["referred_on"]).abs().max() == 0
    funnels = referral_facts(panel, half)["referral_funnel"]
    assert funnels["referrals"].sum() == pytest.approx(10 * len(half), rel=0.02)  # of months, for cells are too few
    unchanged = referral_facts(panel, rows)["referral_funnel"]
    pd.testing.assert_frame_equal(unchanged, tenfold["referral_funnel"], check_dtype=False)
