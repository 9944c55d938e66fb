"""The programme's own record: rates per 1,000 customer-months, goals of the last month, flagged referrals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import ONLY_CONVERTED, Basis
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.programme import goals, programme, record

from .. import sample_results as samples


def changed(step, **parts):
    rich = samples.rich()
    return Findings({**rich.results, step: replace(rich.results[step], **parts)})


def test_rates_are_counted_per_1000_customer_months():
    rows = record(samples.rich()).rows
    # 90 of 9,000 and 120 of 6,000 customer-months; 7 and 9 conversions
    assert rows == (
        ("Before", "9,000", "90", "10", "7", "0.778"),
        ("Since", "6,000", "120", "20", "9", "1.5"),
    )


def test_a_period_without_customers_has_counts_and_no_rate_and_its_months_are_named():
    row = {"period": "since", "from": "2026-07", "to": "2026-09", "customer_months": 0, "referrals": 2}
    found = changed("break_even", tables={"record": [row]})
    assert record(found).rows == (("Since (Jul 2026 to Sept 2026)", "0", "2", "–", "–", "–"),)


def today(findings):
    return [b.text for b in programme(findings).blocks if b.kind == "text"]


def rate(value, low, high):
    return samples.estimate(value, low, high, "referrals", "month")


def test_todays_rate_and_the_goal_have_their_ranges():
    (text, *_) = today(samples.rich())
    for part in ("12.8 (10.3 to 16", "19 a month", "10 to 30 in 8 of 10 months"):
        assert part in text


def test_a_rate_that_no_table_counts_is_said_to_be_assumed_and_why():
    supposed = {"referrals_per_month": replace(rate(32, 15, 90), basis=Basis.ASSUMED)}
    assert today(changed("goal_setting", estimates=supposed))[0].startswith("We assume that customers and partners now")
    source = f"{ONLY_CONVERTED}: 19 customers / conversion rate"
    joined = {"referrals_per_month": replace(rate(32, 15, 90), basis=Basis.ASSUMED, source=source)}
    (text, *_) = today(changed("goal_setting", estimates=joined))
    assert "make 32 (15 to 90) referrals a month. The tables record only the referrals that became customers." in text


@pytest.mark.parametrize("value", [1.0, 2.0, 0.4])
def test_one_referral_a_month_is_not_counted_twice_in_a_sentence(value):
    found = changed("goal_setting", estimates={"referrals_per_month": rate(value, value / 2, 2 * value)})
    (text, *_) = today(found)
    assert text.count("referral") == 1


def test_a_goal_that_is_todays_rate_keeps_it_and_a_stop_has_no_goal():
    both = {"referrals_per_month": rate(12, 10, 16), "programme_goal": rate(12, 8, 17)}
    assert "keep that rate" in today(changed("goal_setting", estimates=both))[0]
    stop = changed("client_report", verdict=samples.step("client_report", "stop", "H").verdict)
    assert "goal" not in today(stop)[0]


def test_flagged_referrals_are_told_with_what_is_still_owed():
    share = interval(samples.estimate(0.076, 0.05, 0.11, "share"))
    assert any(share in text and "£200" in text for text in today(samples.rich()))
    none = {"flagged_share": samples.estimate(0.0, 0.0, 0.02, "share", "referral")}
    assert not any("flag" in text for text in today(changed("programme_review", estimates=none)))


def test_the_last_month_of_every_goal_is_shown():
    ends = {"metric": "asks", "low": 21.0, "high": 39.0}
    rows = [
        {"month": "2026-08", **ends, "actual": 9, "target": 20.0, "reading": "behind"},
        {"month": "2026-09", **ends, "actual": 21, "target": 30.0, "reading": "ok"},
        {"month": "2026-10", "metric": "asks", "actual": None, "target": 31.0},
        {"month": "2026-09", "metric": "referrals", "actual": 4, "target": None},
    ]
    grid = goals(changed("programme_review", tables={"goals": rows}))
    assert "Sept 2026" in grid.caption
    assert grid.rows == (("Asks", "21", "30", "21 to 39", "ok"), ("Referrals", "4", "–", "–", ""))


def test_goals_without_an_actual_are_no_record():
    rows = [{"month": "2026-10", "metric": "asks", "actual": None, "target": 31.0}]
    assert goals(changed("programme_review", tables={"goals": rows})) is None


def test_a_client_without_a_record_has_no_section():
    assert programme(Findings({"pmf_check": samples.step("pmf_check", "go", "H")})) is None


@pytest.mark.parametrize(
    ("low", "says"),
    [(1.3, "This is an effect of the programme"), (0.6, "the effect of the programme is not shown yet")],
)
def test_what_the_control_group_shows_is_said_in_the_range_for_every_look(low, says):
    ratio = rate(2.5, low, 4.6).as_(unit="times")
    text = " ".join(today(changed("programme_review", estimates={"uplift_at_every_look": ratio})))
    assert f"refer {interval(ratio)} as often as the control group" in text
    assert says in text
    assert "control group" not in " ".join(today(changed("programme_review", estimates={})))


def test_flagged_referrals_do_not_fill_a_goal():
    row = {"month": "2026-09", "metric": "referrals", "actual": 21, "without_flagged": 8, "target": 14.0, "low": 9.0}
    row |= {"high": 19.0, "reading": "within the band", "reading_without_flagged": "behind"}
    grid = goals(changed("programme_review", tables={"goals": [row]}))
    assert grid.rows == (("Referrals", "8", "14", "9 to 19", "behind"),)
