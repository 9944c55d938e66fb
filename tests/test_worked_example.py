"""The example of chapters 02, 04 and 05: every number that is typed there is the one that the methods give."""

from __future__ import annotations

from pathlib import Path

import pytest

from book import worked_example as firm
from referral_playbook.methods.decisions.economics import value_of_ask

PLAYBOOK = Path(__file__).resolve().parents[1] / "playbook"


def chapter(name: str) -> str:
    (path,) = PLAYBOOK.glob(f"{name}-*.md")
    return " ".join(path.read_text(encoding="utf-8").split())


def test_the_three_answers():
    naive, every, against = firm.answers()
    text = chapter("05")
    assert (naive.conversions, every.conversions, against.conversions) == (7.5, 12, 15)
    assert (naive.referrals, every.referrals, against.referrals) == pytest.approx((75, 120, 270))
    assert against.uplift == pytest.approx(2.2)
    for row in (
        "| naive | £3,000 / £400 | 7.5 | 75 |",
        "| every referral credited | £3,000 / £250 | 12 | 120 |",
        "= 14.4 | 15 *extra* | 270 |",
        "**2.2 times** the baseline",
    ):
        assert row in text


def test_the_three_errors_of_public_calculators():
    assert list(firm.errors().values()) == [12, None, 18]
    text = chapter("05")
    assert "(£3,000 + £600) / (£300 − £100) | 18 |" in text
    assert "none is enough" in text


def test_the_year_at_three_uplifts():
    text = chapter("05")
    assert firm.year(2.6) == pytest.approx(1_200)
    assert firm.year(1.5) == pytest.approx(-2_100)
    assert firm.year(1.0) == pytest.approx(-3_600)
    for words in ("the value result of the year is £1,200", "loses £2,100 in a year", "truly loses £3,600"):
        assert words in text


def test_the_ceilings_and_the_value_of_a_referral():
    text = chapter("02")
    assert (firm.ceilings(1.5).with_baseline, firm.ceilings().with_baseline) == pytest.approx((100, 184.6), abs=0.1)
    assert firm.ceilings(1.2).with_baseline == pytest.approx(firm.REWARD)
    assert "= £300 × 0.5 / 1.5 | £100 |" in text
    assert "£300 × 1.6 / 2.6 | £185 |" in text
    ask = value_of_ask(
        friends=2, acceptance=0.3, qualified=0.5, conversion=0.2, incremental_share=0.75, margin_value=400
    )
    assert ask == pytest.approx(18)
    assert "**£18** before any reward" in text


def test_the_goal_and_its_band():
    text = chapter("04")
    today, sure, stated = firm.today(), firm.goal(measured=True), firm.goal(measured=False)
    assert f"{today.value:.0f} a month ({today.low:.1f} to {today.high:.1f})" in text
    assert f"{sure.value:.0f} a month" in text
    assert f"{sure.low:.0f} to {sure.high:.0f}" in text
    assert f"a band from {stated.low:.0f} to {stated.high:.0f}" in text
    assert f"{100 * firm.best_month_again():.0f} months in 100" in text
    assert sum(firm.REFERRALS) == 120
    assert min(firm.WITH_PROGRAMME) == 15 < sure.low


@pytest.mark.parametrize("name", firm.PICTURES)
def test_the_pictures_are_there_and_in_their_chapter(name):
    assert (firm.IMAGES / name).stat().st_size > 2_000
    assert f"](images/{name})" in chapter(name[:2])


@pytest.mark.parametrize("number", ["02", "04", "05"])
def test_each_blank_template_has_a_filled_in_sample_beside_it(number):
    text = chapter(number)
    blank, filled = text.count("______"), text.lower().count("filled in for")
    assert blank
    assert filled
