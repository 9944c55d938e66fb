"""The source of a number that no table measures says who stands behind it, without the name of a parameter."""

from __future__ import annotations

import pytest

from referral_playbook.domain.assumptions import Default, assumed_value, decided_value

HALF = Default(0.5, 0.25, 0.75)


@pytest.mark.parametrize(
    ("value", "source"), [(None, "playbook default, not confirmed"), (0.6, "stated by the client")]
)
def test_the_source_says_in_words_who_stands_behind_the_number(value, source):
    assert assumed_value("incremental_share", value, HALF, unit="share", per="conversion").source == source


def test_what_the_firm_sets_itself_is_decided_by_it():
    assert decided_value("reward_friend", 25.0, unit="GBP", per="conversion").source == "decided by the firm"


def test_an_error_still_names_the_parameter():
    with pytest.raises(ValueError, match=r"incremental_share = 1\.2: give a share from 0 to 1"):
        assumed_value("incremental_share", 1.2, HALF, unit="share", per="conversion")
