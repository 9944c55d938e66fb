"""Clients and results as the tests of social currency need them."""

from __future__ import annotations

import pandas as pd

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.baseline import baseline
from referral_playbook.steps.social_currency import step as social_currency
from referral_playbook.steps.social_currency.word_of_mouth import WordOfMouth
from tests.steps import shared

REQUIRED = ("invites_per_customer", "conversion_per_invite", "k_factor", "cascade_size", "top_decile_share")


def finding(client, **stated_values):
    return social_currency.find(client, Parameters.of("social_currency", **stated_values))


def concluded(client, **stated_values):
    return shared.concluded("social_currency", client, **stated_values)


def make_or_buy(client, **options):
    return social_currency.make_or_buy(client, referrals=baseline(client), **options)


def stated(value, low=None, high=None, *, unit="x", basis=Basis.MEASURED):
    limits = (value if low is None else low, value if high is None else high)
    return assumed(value, *limits, unit=unit, per="x", source="test").as_(basis=basis)


def word(k, *, dispersion=None, low=None, high=None):
    return WordOfMouth(invites=stated(1.0), conversion=stated(k, low, high), dispersion=dispersion)


def referral_rows(rows):
    """(referrer, referred, invited, qualified, converted), all of them with a day or None."""
    columns = ["referrer_id", "referred_on", "invited_on", "qualified_on", "converted_on"]
    frame = pd.DataFrame(rows, columns=columns)
    for column in columns[1:]:
        frame[column] = pd.to_datetime(frame[column])
    return frame.assign(referral_id=[f"T{i}" for i in range(len(frame))], referrer_type="customer")


SENT = (
    ("2026-01-05", "2026-01-06", "2026-01-20", "2026-03-01"),
    ("2026-01-08", "2026-01-09", "2026-01-25", None),
    ("2026-02-01", "2026-02-02", None, None),
    ("2026-02-03", None, None, None),
)


"""Referred, invited, qualified, converted."""


TOUCHED = (("kind_act", "phone"), ("ask", "email"), ("ask", "email"))
