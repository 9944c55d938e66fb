"""Loyal customers are those whom the client calls loyal."""

from __future__ import annotations

from referral_playbook.contract.evidence import assumed
from referral_playbook.steps.loyalty_and_upsell import loyal


def exact(value, unit="GBP"):
    return assumed(value, value, value, unit=unit, per="x", source="test")


def test_loyal_is_what_the_client_says_and_unknown_where_no_table_tells(sample):
    rule = loyal.LoyalRule
    margin = exact(0.7, "share")
    everybody = loyal.loyal(sample(), rule=rule(tenure=0), margin_share=margin)
    strict = loyal.loyal(sample(), rule=rule(tenure=12, spend=1000, nps=9), margin_share=margin)
    assert everybody.share().value == 1
    assert list(strict.passes)[:2] == ["a customer for 12 months or more", "pays £1,000 or more a year"]
    assert strict.share().n == int((~sample().fact("customer_profile")["left"].astype(bool)).sum())
    people = strict.people[strict.people["loyal"]]
    assert (people["tenure_months"].min() >= 12) and (people["yearly_amount"].min() >= 1000)  # noqa: PT018
    assert (people["nps"] >= 9).all()
    segment = loyal.loyal(sample(), rule=rule(tenure=None, segments=["agencies"]), margin_share=margin)
    assert set(segment.people.loc[segment.people["loyal"], "segment"]) == {"agencies"}
    unasked = loyal.loyal(sample("harlow-partners"), rule=rule(nps=9), margin_share=margin)
    assert "last NPS answer 9 or more" in unasked.share().reason
    assert "no limit" in loyal.loyal(sample(), rule=rule(tenure=None), margin_share=margin).reason
