"""The data to bring, in the words of the people who have them."""

from __future__ import annotations

EXPORTS = {
    "arms: arm, users, conversions": "for each offer that you tested: customers, conversions and the name of the offer",
    "costs: month, item, hours, amount": "a cost sheet of the programme: month, item, hours and amount",
    "customers: customer_id, joined_on, left_on": "the list of customers, with the day each joined and left",
    "customers: joined_on": "the day on which each customer joined",
    "customers: left_on": "the day on which each customer left",
    "customers: monthly_amount": "what each customer pays a month",
    "customers: total_amount": "what each customer has paid so far",
    "customers: source, referred_by": "where each customer came from, and who referred them",
    "leads: created_on, source, won_on": "the list of enquiries: date, source, and the day each was won",
    "leads: source": "the source of each enquiry",
    "leads: won_on, value": "the day each deal was won, and its value",
    "payments: customer_id, paid_on, amount": "payments: who paid, when and how much",
    "payments: every payment of a year and more": "every payment of at least the last two years",
    "payments: margin": "the margin on each payment",
    "referrals, or customers: referrals_made": "the list of referrals, or how many each customer has made",
    "referrals: converted_on": "the day on which a referred person became a customer",
    "referrals: qualified_on": "the day on which sales accepted a referral",
    "referrals: referrer_id, referred_on": "the list of referrals: who referred, and when",
    "referrals: referrer_id, referred_on, and customers: joined_on": (
        "the list of referrals with their dates, and the day each customer joined"
    ),
    "referrals: reward, rewarded_on": "the reward of each referral, if you give any, and the day it was paid",
    "surveys: question ces": "answers to the question how easy it is to deal with you",
    "surveys: question csat": "answers to the question how satisfied customers are",
    "surveys: question nps": "answers to the question whether customers would recommend you (0 to 10)",
    "surveys: question pmf": "answers to the question how customers would feel if they could no longer use you",
    "touchpoints: customer_id, on, kind, resolved_on": (
        "your contacts with customers: what you gave, what you asked, and complaints with the day they were resolved"
    ),
}
"""What step 00 asks for, by the name of the table and its columns."""


def in_plain_words(bring: str) -> str:
    """What to bring, for somebody who has never seen our tables.

    Examples
    --------
    >>> in_plain_words("customers: left_on"), in_plain_words("payments with their dates")
    ('the day on which each customer left', 'payments with their dates')
    """
    return EXPORTS.get(bring, bring)
