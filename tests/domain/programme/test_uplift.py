"""Where the uplift comes from: the client's own hold-out, published experiments, a statement."""

from __future__ import annotations

import math
from typing import ClassVar

import pandas as pd
import pytest

from referral_playbook.contract.estimate import Basis
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.baseline import customers_share
from referral_playbook.domain.programme.uplift import holdout_uplift, published_uplift, stated_uplift, uplift


class Client:
    """A client with an arms table and the parameters of step 09."""

    parameters: ClassVar = {}

    def __init__(self, arms=None, **review):
        self._arms, self._review = arms, review

    def fact(self, name):
        return self._arms if name == "arms" else None

    def parameters_of(self, step, cell=None):
        return Parameters.of(step, **(self._review if step == "programme_review" else {}))


def arms(*rows):
    return pd.DataFrame(rows, columns=["arm", "users", "conversions", "invites"])


LARGE = arms(("held out", 1_000, 20, 100), ("credit", 2_000, 70, 320))


def test_a_hold_out_gives_the_ratio_of_referrals_per_customer_and_its_interval():
    found = holdout_uplift(LARGE, control="held out")
    assert found.value == pytest.approx((320 / 2_000) / (100 / 1_000))  # 1.6
    error = math.sqrt(1 / 320 + 1 / 100)
    assert found.low == pytest.approx(1.6 * math.exp(-1.959964 * error), rel=1e-6)
    assert found.basis is Basis.MEASURED


def test_conversions_stand_in_where_no_invites_were_counted():
    found = holdout_uplift(LARGE.assign(invites=[None, 320]), control="held out")
    assert found.value == pytest.approx((70 / 2_000) / (20 / 1_000))


def test_a_measured_uplift_goes_before_the_published_one():
    own = uplift(Client(LARGE, holdout=True, control_arm="held out"))
    assert own.basis is Basis.MEASURED
    assert own.value == pytest.approx(1.6)


def test_arms_that_are_not_a_hold_out_measure_no_uplift():
    assert uplift(Client(LARGE, control_arm="held out")) == published_uplift()


def test_a_test_too_small_to_stand_alone_only_moves_the_published_range():
    tiny = arms(("held out", 40, 0, 1), ("credit", 40, 1, 3))
    found = uplift(Client(tiny, holdout=True, control_arm="held out"))
    assert found.basis is Basis.BENCHMARK
    assert published_uplift().value < found.value < 3
    assert "too small" in found.source


def test_a_group_without_a_referral_has_no_ratio():
    assert not holdout_uplift(arms(("held out", 40, 0, 0), ("credit", 40, 1, 3)), control="held out").defined
    assert not holdout_uplift(arms(("held out", 40, 1, 2)), control="held out").defined


@pytest.mark.parametrize("value", [0.7, 1.0, 1.2, 1.5, 3.0])
def test_a_stated_uplift_has_mass_at_and_below_one(value):
    found = uplift(Client(LARGE, holdout=True, control_arm="held out"), stated=value)
    assert found.value == value
    assert found.low < 1
    assert math.sqrt(found.low * found.high) == pytest.approx(value)  # the middle of a log-normal


def test_a_published_uplift_reaches_below_one():
    assert published_uplift().low < 1 < published_uplift().high
    assert published_uplift().basis is Basis.BENCHMARK


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf])
def test_an_impossible_uplift_is_refused(value):
    with pytest.raises(ValueError, match="uplift"):
        stated_uplift(value)


OTHERS = ["1.3 (1 to 1.69)", "1.4 (1.08 to 1.82)", "1.5 (1.15 to 1.95)", "1.6 (1.23 to 2.08)"]


def test_uplifts_of_other_clients_narrow_what_is_expected():
    found = uplift(Client(shared_uplifts=OTHERS))
    assert found.basis is Basis.BENCHMARK
    assert found.low > published_uplift().low
    assert found.high < published_uplift().high
    assert "4 other clients of the portfolio" in found.source


def test_a_client_whose_own_uplift_may_be_among_them_cannot_use_them():
    with pytest.raises(ValueError, match="would count twice"):
        uplift(Client(shared_uplifts=OTHERS, share_evidence=True))


def test_a_published_uplift_of_customers_moves_only_the_referrals_that_customers_make(sample):
    client = sample("harlow-partners")
    share, published = customers_share(client), published_uplift()
    found = uplift(client)
    for end in ("low", "value", "high"):
        assert getattr(found, end) == pytest.approx(1 + share * (getattr(published, end) - 1))
    assert found.basis is Basis.BENCHMARK
    assert uplift(client, stated=1.5).value == 1.5
