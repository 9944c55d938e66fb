"""The read-out of an experiment: against the textbook, with Holm over the arms, and for odd arms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from steps.programme_review.made import ARMS, CONTRASTS, reviewed

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.programme_review import (
    readout,
)


class TestFiveArmsAsCounts:
    ROWS = (("none", 2000, 80), ("note", 2000, 92), ("gift", 2000, 118), ("credit", 2000, 140), ("cash", 2000, 101))

    def test_against_the_textbook(self, with_arms):
        """Ratio with SE(ln RR) = sqrt(1/c1 + 1/c0), Wilson rates, Holm over four contrasts."""
        found = reviewed(with_arms(*self.ROWS))
        assert set(found.tables["arms"][0]) == ARMS
        assert set(found.tables["contrasts"][0]) >= CONTRASTS
        p = []
        for row, (arm, _, k) in zip(found.tables["contrasts"], self.ROWS[1:], strict=True):
            half = 1.959964 * np.sqrt(1 / k + 1 / 80)
            assert (row["arm"], row["control"]) == (arm, "none")
            assert row["rate_ratio"] == pytest.approx(k / 80)
            assert (row["low"], row["high"]) == pytest.approx((k / 80 * np.exp(-half), k / 80 * np.exp(half)), rel=1e-5)
            p.append(2 * stats.norm.sf(abs(np.log(k / 80)) / np.sqrt(1 / k + 1 / 80)))
            assert row["p_value"] == pytest.approx(p[-1], rel=1e-6)
        order = np.argsort(p)
        holm = np.minimum(1, np.maximum.accumulate(np.array(p)[order] * [4, 3, 2, 1]))
        assert [found.tables["contrasts"][i]["p_adjusted"] for i in order] == pytest.approx(list(holm))
        wilson = stats.binomtest(80, 2000).proportion_ci(method="wilson")
        first = found.tables["arms"][0]
        assert (first["rate"], first["low"], first["high"]) == pytest.approx((0.04, wilson.low, wilson.high))

    def test_alone_it_would_and_corrected_it_does_not(self, with_arms):
        """One of four looks: p below 0.05 alone, not after Holm. The words say so."""
        found = reviewed(
            with_arms(("none", 2000, 80), ("a", 2000, 109), ("b", 2000, 84), ("c", 2000, 79), ("d", 2000, 81))
        )
        row = found.tables["contrasts"][0]
        assert row["p_value"] < 0.05 < row["p_adjusted"]
        assert "one of 4 arms and is read every month" in row["conclusion"]
        assert found.verdict.status is Status.TEST_SMALL

    def test_the_control_is_the_first_arm_unless_it_is_named(self, with_arms):
        client = with_arms(*self.ROWS)
        assert {r["control"] for r in reviewed(client).tables["contrasts"]} == {"none"}
        assert {r["control"] for r in reviewed(client, control_arm="cash").tables["contrasts"]} == {"cash"}
        with pytest.raises(ValueError, match="control_arm = 'nobody' is no arm; there are none, note"):
            reviewed(client, control_arm="nobody")

    def test_without_referrals_it_is_still_read_out(self, with_arms):
        found = reviewed(with_arms(*self.ROWS, without=("referrals", "customers", "goals")))
        assert len(found.tables["contrasts"]) == 4
        assert not found.estimates["flagged_share"].defined
        assert found.verdict.status is Status.GO

    def test_chance_to_be_better_is_the_share_of_draws_in_which_it_is(self, with_arms):
        row = reviewed(with_arms(("none", 500, 20), ("gift", 500, 30))).tables["chances"][0]
        rng = np.random.default_rng(1)
        a, b = rng.beta(21, 481, 400_000), rng.beta(31, 471, 400_000)
        assert row["chance_better"] == pytest.approx((b > a).mean(), abs=0.003)
        assert row["lost_if_chosen_and_worse"] == pytest.approx(np.maximum(a - b, 0).mean(), rel=0.03)


class TestOddArms:
    def test_an_arm_without_users_and_one_without_events(self, with_arms):
        found = reviewed(with_arms(("none", 800, 40), ("nobody", 0, 0), ("silent", 900, 0)))
        rows = {r["arm"]: r for r in found.tables["contrasts"]}
        assert rows["nobody"]["p_value"] is None
        assert "cannot be compared" in rows["nobody"]["conclusion"]
        assert rows["silent"]["p_adjusted"] < 0.001
        assert rows["silent"]["rate_ratio"] is None
        assert found.tables["arms"][1]["rate"] is None

    def test_one_arm_alone_is_no_experiment(self, with_arms):
        found = reviewed(with_arms(("all", 800, 40)))
        assert len(found.tables["arms"]) == 1
        assert found.tables["contrasts"] == []

    def test_invites_are_rates_not_shares(self, sample):
        client = sample("brightdesk")
        run = readout.experiment(client, outcome="invites")
        assert {row["conversions"] for row in readout.arm_rows(run)} == set(client.fact("arms")["invites"])
        narrow, wide = (
            readout.contrasts(run, Parameters.of("programme_review", dispersion=d))[0].rate_ratio for d in (1.0, 2.0)
        )
        assert np.log(wide.high / wide.value) == pytest.approx(np.sqrt(2) * np.log(narrow.high / narrow.value))
        with pytest.raises(ValueError, match="outcome"):
            readout.experiment(client, outcome="clicks")

    def test_from_the_referrals_alone_it_says_what_is_left_out(self, simulated):
        client = simulated(customers=900, without=("arms",))
        run = readout.experiment(client, control_arm="thanks")
        assert run.per == "referral"
        rows = client.fact("referrals")
        marked = rows[rows["arm"].fillna("") != ""]
        assert {a.name: a.users for a in run.arms} == marked["arm"].value_counts().to_dict()
        assert "leaves out how many referred" in run.note
