"""What may be called an effect: the ratio to a hold-out, matched customers, a staggered roll-out."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.rollout import staggered
from referral_playbook.steps.programme_review import (
    incrementality,
    readout,
)


class TestWhatIsAnEffect:
    def test_incremental_share_is_one_less_one_over_the_ratio(self, with_arms):
        run = readout.experiment(with_arms(("none", 1000, 40), ("gift", 1000, 80)))
        (contrast,) = readout.contrasts(run, Parameters.of("programme_review"))
        share = incrementality.incremental(contrast)
        assert share.value == pytest.approx(0.5)
        assert share.low == pytest.approx(1 - 1 / contrast.rate_ratio.low)

    def test_a_control_that_is_an_offer_is_not_called_a_hold_out(self, brightdesk):
        said = {c.name: c for c in brightdesk.checks}["effect_or_difference"]
        assert said.passed is None
        assert "not a hold-out" in said.text

    def test_before_after_is_shown_to_be_broken(self, sample):
        client = sample("brightdesk")
        assert "times" in incrementality.before_after(client)
        assert "not an effect" in incrementality.NOT_AN_EFFECT

    def test_the_matched_comparison_holds_the_truth_that_asks_do_nothing(self, simulated):
        """In the simulator nobody refers because of an ask."""
        found = [
            incrementality.matched(simulated(seed=s, customers=1500, fraud=False, referral_rate=0.05))
            for s in (1, 2, 3)
        ]
        assert all(e.defined for e in found)
        assert sum(e.low <= 1 <= e.high for e in found) >= 2

    def test_and_sees_it_where_the_asked_refer_three_times_as_much(self, simulated):
        def edit(tables):
            rows, touched = tables["referrals"], tables["touchpoints"]
            as_of = rows["referred_on"].max()
            asked = touched[(touched["kind"] == "ask") & (touched["on"] <= as_of - pd.Timedelta(days=185))]
            mine = rows[
                rows["referrer_id"].isin(asked["customer_id"]) & (rows["referred_on"] > as_of - pd.Timedelta(days=170))
            ]
            more = [mine.assign(referral_id=mine["referral_id"] + f"x{i}", friend_id=None) for i in range(4)]
            return {"referrals": pd.concat([rows, *more])}

        client = simulated(seed=4, customers=1500, fraud=False, referral_rate=0.06, edit=edit)
        assert incrementality.matched(client).low > 1

    def test_a_staggered_roll_out(self, simulated):
        """From January on the customers of London refer three times as much; elsewhere it comes later."""

        def edit(tables):
            rows, customers = tables["referrals"], tables["customers"]
            london = set(customers.loc[customers["region"] == "London", "customer_id"])
            since = rows["referrer_id"].isin(london) & (rows["referred_on"] >= "2026-01-01")
            more = [
                rows[since].assign(referral_id=rows[since]["referral_id"] + f"x{i}", friend_id=None) for i in range(2)
            ]
            return {"referrals": pd.concat([rows, *more])}

        plan, told = ["London=2026-01"], {"seed": 2, "customers": 2000, "fraud": False, "referral_rate": 0.05}
        changed = staggered(simulated(edit=edit, **told), plan)
        assert changed.low <= 3 <= changed.high
        assert changed.low > 1
        same = staggered(simulated(**told), plan)
        assert same.low <= 1 <= same.high

    def test_where_all_started_at_once_there_is_no_control(self, sample):
        everywhere = [f"{r}=2026-01" for r in ("London", "South", "Midlands", "North", "Scotland")]
        assert not staggered(sample("brightdesk"), everywhere).defined

    @pytest.mark.parametrize("text", ["London", "London=soon", "=2026-01", "Paris=2026-01"])
    def test_a_roll_out_that_cannot_be_read_is_refused(self, sample, text):
        with pytest.raises(ValueError, match="rollout"):
            staggered(sample("brightdesk"), [text])
