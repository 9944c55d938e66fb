"""Outside figures: complete, and refused where they must be."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from referral_playbook.benchmarks import (
    BlockedBenchmark,
    DenominatorMismatch,
    WeakBenchmark,
    benchmark,
    compare,
    registry,
)
from referral_playbook.benchmarks.registry import parse
from referral_playbook.contract.evidence import Basis, Estimate, Status, Verdict, undefined

ROOT = Path(__file__).resolve().parents[2]
FIGURES = [e for e in registry().values() if e.value is not None]
USABLE = [e for e in FIGURES if e.firmness != "blocked"]

METHOD = {
    # name: (value, unit, firmness), as METHOD.md has them
    "referred_margin_difference": (0.25, "share", "firm"),
    "referred_churn_difference": (-0.18, "share", "firm"),
    "referred_value_difference": (0.16, "share", "firm"),
    "advocate_defection": (0.07, "share", "firm"),
    "advocate_defection_without_programme": (0.19, "share", "firm"),
    "advocate_revenue_difference": (0.114, "share", "firm"),
    "web_incentive_start": (1.19, "odds ratio", "firm"),
    "web_incentive_completion": (1.27, "odds ratio", "firm"),
    "prepaid_mail_incentive": (0.191, "share", "firm"),
    "amplifinity_conversion": (0.13, "share", "medium"),
    "amplifinity_conversion_verbal": (0.32, "share", "medium"),
    "amplifinity_conversion_form": (0.19, "share", "medium"),
    "amplifinity_conversion_email": (0.17, "share", "medium"),
    "amplifinity_conversion_print": (0.12, "share", "medium"),
    "amplifinity_conversion_url": (0.04, "share", "medium"),
    "amplifinity_conversion_social": (0.01, "share", "medium"),
    "active_advocates": (0.36, "share", "medium"),
    "advocates_with_one_referral": (0.61, "share", "medium"),
    "advocates_with_two_to_ten_referrals": (0.34, "share", "medium"),
    "advocates_with_eleven_or_more_referrals": (0.05, "share", "medium"),
    "top_decile_share": (0.54, "share", "medium"),
    "b2b_lead_to_deal": (0.0363, "share", "medium"),
    "referred_share_of_purchases": (0.023, "share", "medium"),
    "referral_rate_settles": (6, "months", "medium"),
    "four_times_more_likely": (4, "times", "weak"),
    "silent_per_complaint": (26, "customers", "weak"),
    "untracked_referral_share": (0.40, "share", "weak"),
    "very_disappointed_threshold": (0.40, "share", "convention"),
    "conversion_per_qualified_referral": (0.10, "share", "convention"),
    "willing_to_refer": (0.83, "share", "blocked"),
    "do_refer": (0.29, "share", "blocked"),
    "reminder_referrals": (1.21, "ratio", "firm"),
    "prosocial_against_egoistic": (1.99, "ratio", "medium"),
    "prosocial_against_equitable": (1.30, "ratio", "medium"),
    "uncertain_reward_for_advocate": (1.209, "ratio", "firm"),
    "uncertain_reward_for_friend": (0.877, "ratio", "firm"),
    "staff_referral_programme_attrition": (0.85, "ratio", "firm"),
    "paid_on_conversion_against_paid_for_sharing": (0.226, "ratio", "medium"),
    "bought_with_shareable_coupon": (0.0722, "share", "medium"),
    "bought_with_plain_coupon": (0.0905, "share", "medium"),
    "referred_retention_37_percent": (0.37, "share", "blocked"),
    "four_times_more_likely_to_refer": (4, "times", "blocked"),
}
EXTOLE = {
    "apparel": (5.2, 15.2, 15.8, 15),
    "b2b": (4.8, 7, 1.3, 17),
    "banks": (15.6, 17.9, 13.4, 30),
    "auto": (20.8, 16.8, 17.1, 7.8),
    "credit_unions": (11.6, 17.7, 13.5, 22),
    "education": (14.8, 6.8, 4.1, 13),
    "entertainment": (9.9, 33.1, 12.1, 18),
    "financial_services": (17, 4.9, 6.5, 7),
    "lending": (30, 22, 9.4, 16),
    "health_services": (28, 14.7, 3.4, 14),
    "hospitality": (7.3, 10.6, 2.2, 11),
    "footwear": (6.5, 17.4, 12.2, 16),
    "beauty": (7, 13.4, 9.1, 14),
    "pets": (16, 18.1, 8.7, 18),
    "insurance": (26, 8.9, 6.6, 22),
    "home_services": (9.8, 14.4, 5, 6),
    "retail": (7.7, 16.2, 10.8, 21),
}


@pytest.mark.parametrize("name", METHOD)
def test_every_figure_of_the_method_is_there(name):
    entry = registry()[name]
    assert (entry.value, entry.unit, entry.firmness) == METHOD[name]


@pytest.mark.parametrize("industry", EXTOLE)
def test_the_industry_table_is_there_with_its_four_columns(industry):
    columns = ("share", "sign_up", "conversion", "acquisition")
    found = [100 * registry()[f"extole_{industry}_{c}"].value for c in columns]
    assert found == pytest.approx(EXTOLE[industry])


@pytest.mark.parametrize("entry", FIGURES, ids=lambda e: e.name)
def test_each_figure_names_what_it_is_per_who_says_so_and_what_speaks_against_it(entry):
    assert entry.per
    assert entry.source
    assert entry.firmness == "blocked" or entry.counter_evidence
    assert entry.unit != "share" or -1 <= entry.value <= 1


@pytest.mark.parametrize("entry", USABLE, ids=lambda e: e.name)
def test_each_usable_figure_is_an_estimate_that_says_how_firm_it_is(entry):
    estimate = benchmark(entry.name, allow_weak=True)
    assert estimate.basis is (Basis.ASSUMED if entry.firmness == "convention" else Basis.BENCHMARK)
    assert entry.firmness in estimate.source
    assert ("no range published" in estimate.source) == (estimate.low == estimate.high)
    assert estimate.n is None
    go = Verdict(status=Status.GO, reason="It pays.")
    assert go.capped(estimate).status is Status.TEST_SMALL


@pytest.mark.parametrize("name", ["willing_to_refer", "do_refer"])
def test_blocked_figures_do_not_come_out(name):
    with pytest.raises(BlockedBenchmark, match="no primary source"):
        benchmark(name, allow_weak=True)
    with pytest.raises(BlockedBenchmark):
        compare(name, "active_advocates")


def test_weak_figures_come_out_only_where_a_weak_one_will_do():
    with pytest.raises(WeakBenchmark, match="what-if"):
        benchmark("silent_per_complaint")
    assert benchmark("silent_per_complaint", allow_weak=True).value == 26


def test_a_finding_has_no_number():
    with pytest.raises(ValueError, match="without a number"):
        benchmark("split_the_reward")


def test_an_unknown_name_lists_close_ones():
    with pytest.raises(KeyError, match="extole_b2b_conversion"):
        benchmark("extole_b2b")


@pytest.mark.parametrize("other", ["b2b_lead_to_deal", "extole_b2b_conversion", "conversion_per_qualified_referral"])
def test_rates_of_different_things_are_not_compared(other):
    with pytest.raises(DenominatorMismatch, match="share per referral, the other a share per"):
        compare("amplifinity_conversion", other)


def _ours(value, low, high, per="Referral"):
    return Estimate(
        value=value, low=low, high=high, confidence=0.95, n=90, unit="share", per=per, basis="measured", source="ours"
    )


def test_a_clients_rate_is_compared_with_its_range_and_the_weaker_basis():
    ratio = compare(_ours(0.26, 0.2, 0.32), "amplifinity_conversion")
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((2.0, 0.2 / 0.32, 0.32 / 0.01))
    assert (ratio.unit, ratio.basis, ratio.n) == ("ratio", Basis.BENCHMARK, 90)


def test_a_ratio_to_what_may_be_zero_or_is_not_known_is_undefined_with_its_reason():
    assert "may be zero" in compare(_ours(0.2, 0.1, 0.3), _ours(0.1, 0.0, 0.2)).reason
    nothing = undefined("no referrals", unit="share", per="referral")
    assert compare(nothing, "amplifinity_conversion").reason == "no referrals"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"firmness": "solid"}, "firmness 'solid'"),
        ({"per": ""}, "names its unit"),
        ({"low": 0.1}, "two ends"),
        ({"estimand": "asked against not"}, "an effect is a ratio"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_faulty_registry_is_refused(entry, fault):
    good = {"name": "a", "value": 0.2, "unit": "share", "per": "lead"}
    groups = {"g": {"source": "s", "firmness": "firm", "figures": [good | entry]}}
    with pytest.raises(ValueError, match=fault):
        parse(groups)


def test_a_name_used_twice_is_refused():
    figure = {"name": "a", "value": 0.2, "unit": "share", "per": "lead"}
    group = {"source": "s", "firmness": "firm", "figures": [figure]}
    with pytest.raises(ValueError, match="twice: g and h"):
        parse({"g": group, "h": group})


def test_the_registry_file_is_read_whole():
    raw = tomllib.loads((ROOT / "src/referral_playbook/benchmarks/registry.toml").read_text(encoding="utf-8"))
    entries = sum(len(g.get("figures", [])) + len(g.get("findings", [])) for g in raw.values())
    assert entries == len(registry())
