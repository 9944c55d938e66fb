"""The module `deals` of step referral sources, on clients made by hand and on the samples."""

from __future__ import annotations

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.sources import sources as source_record
from referral_playbook.steps import referral_sources
from referral_playbook.steps.referral_sources import deals as deal_types


class TestDealTypes:
    def test_the_textbook_case_is_about_five_times(self):
        assert "5.2 times" in deal_types.example()
        assert "200,000" in deal_types.example()

    def test_stated_amounts_make_the_same(self, sample):
        client = sample("harlow-partners")
        found = source_record.sources(client)
        worth = referral_sources.find_deals(
            client,
            found,
            Parameters.of(
                "referral_sources", one_off_amount=200_000.0, yearly_amount=300_000.0, yearly_retention=0.9, years=5
            ),
        )
        assert worth.times.value == pytest.approx(5.2, abs=0.05)

    def test_of_the_same_size_only_coming_back_counts(self, sample, truth):
        client = sample("harlow-partners")
        worth = referral_sources.find_deals(client, source_record.sources(client), Parameters.of("referral_sources"))
        multiple = sum((worth.kept.value / 1.1) ** t for t in range(5))
        assert worth.times.value == pytest.approx(multiple)
        assert worth.one_off.value == worth.first_year.value

    def test_where_nobody_ever_left_leaving_was_not_recorded(self, sample):
        assert deal_types.yearly_retention(sample("cupboard")).basis == "assumed"
