"""The floor that facts are measured against computes the same numbers, so that the comparison is an honest one."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from bench.clients import write_client
from bench.scale import SQL
from referral_playbook.facts.engagement import open_engagement

CUSTOMERS = 3_000


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """``both(fact)``: the rows that facts hold, and those of the floor."""
    place = tmp_path_factory.mktemp("floor")
    client = write_client(place / "client", CUSTOMERS)
    engagement = open_engagement(client, place / "results")
    (out := place / "floor").mkdir()
    with duckdb.connect() as connection:
        connection.execute((SQL / "floor.sql").read_text(encoding="utf-8").format(folder=client, out=out))
    return lambda name: (engagement.fact(name), pd.read_parquet(out / f"{name}.parquet"))


SUMS = {
    "customer_life": ["customers"],
    "lives": ["customers"],
    "acquisition": ["customers"],
    "payment_flow": ["customers", "payments", "amount", "margin"],
    "purchase_summary": ["payments", "amount", "margin", "days"],
    "customer_months": ["amount", "margin"],
    "kind_months": ["amount"],
    "survey_counts": ["answers"],
    "value_multiples": ["multiple"],
    "service": ["contacts", "resolved", "scored", "top2"],
    "touchpoint_months": ["contacts"],
    "referral_funnel": ["referrals", "invited", "qualified", "converted", "reward"],
    "reward_states": ["referrals"],
    "advocate_months": ["referrals"],
    "lead_sources": ["leads", "won", "value"],
    "won_deals": ["deals"],
    "customer_profile": ["amount_paid", "margin_last_12m", "qualified", "converted", "asks"],
}


@pytest.mark.parametrize("name", SUMS)
def test_the_floor_counts_and_sums_what_the_fact_does(both, name):
    ours, floor = both(name)
    assert len(ours) == len(floor)
    for column in SUMS[name]:
        assert floor[column].sum() == pytest.approx(ours[column].sum(), rel=1e-9), column
        assert ours[column].sum() != 0


def test_everyone_who_joined_and_left_is_in_the_flow_by_segment_and_region(both):
    ours, floor = both("customer_flow")
    everyone = ours[ours["by"] == "all"]
    total = floor[floor["segment"].isna() & floor["region"].isna()]
    assert (everyone["joined"].sum(), everyone["left"].sum()) == (CUSTOMERS, total["gone"].sum())
    assert len(ours) == len(floor)
