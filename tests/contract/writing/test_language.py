"""Numbers and dates in the client's language, as the Unicode locale data have it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.contract.writing import formatting as write
from referral_playbook.contract.writing.dates import day, month
from referral_playbook.contract.writing.language import locale, locale_of, numbers_in


def plain(text: str) -> str:
    """A text whose protected blanks are plain ones."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("language", "money", "share", "number", "date", "of_month"),
    [
        (None, "-£1,234", "41%", "12,345", "3 Nov 2026", "Nov 2026"),
        ("de-DE", "-1.234 £", "41 %", "12.345", "3. November 2026", "November 2026"),
        ("fr-FR", "-1 234 £GB", "41 %", "12 345", "3 novembre 2026", "novembre 2026"),
        ("en-US", "-£1,234", "41%", "12,345", "3 Nov 2026", "Nov 2026"),
    ],
)
def test_each_language_writes_as_its_readers_do(language, money, share, number, date, of_month):
    with numbers_in(language):
        written = (write.money(-1234.0, "GBP"), write.share(0.41), write.number(12345))
        assert tuple(map(plain, written)) == (money, share, number)
        assert (day("2026-11-03"), month("2026-11")) == (date, of_month)


def test_decimals_and_ranges_follow():
    with numbers_in("de-DE"):
        assert plain(write.money(12.5, "EUR")) == "12,50 €"
        assert write.times(1.54) == "about 1,5 times"
        worth = assumed(1234.567, 1000, 1500, unit="EUR", per="customer", source="owner")
        assert plain(write.interval(worth)) == "1.230 € (1.000 € to 1.500 €)"


def test_a_block_ends_and_threads_do_not_see_each_other():
    both = Barrier(2, timeout=10)

    def seen(language):
        with numbers_in(language):
            both.wait()
            return locale()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(seen, ["de-DE", "fr-FR"])) == ["de_DE", "fr_FR"]
    assert locale() == "en_GB"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="no language that numbers"):
        locale_of("klingon")
