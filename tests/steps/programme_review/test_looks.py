"""An experiment that is read every month: ranges that stay valid at every look, and futility."""

from __future__ import annotations

import pytest
from steps.programme_review.made import reviewed

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.programme_review import (
    looks,
    step,
)


class TestReadEveryMonth:
    def test_the_conclusion_uses_the_range_that_holds_at_every_look(self, with_arms):
        """p = 0.03 for one look alone; read every month it shows nothing yet."""
        found = reviewed(with_arms(("none", 2000, 80), ("gift", 2000, 109)), planned_users=4000)
        (row,) = found.tables["contrasts"]
        assert row["p_value"] < 0.05 < row["valid_p"]
        assert row["valid_low"] < row["low"] < row["high"] < row["valid_high"]
        assert row["share_of_plan"] == pytest.approx(0.5)
        assert "does not show a difference" in row["conclusion"]
        assert "read every month" in row["conclusion"]

    def test_a_test_without_hope_is_called_futile(self, with_arms):
        client = with_arms(("none", 3000, 130), ("gift", 3000, 110))
        readings = step.find(client, Parameters.of("programme_review", planned_users=3300)).readings
        assert readings[0].valid.futile
        assert "futile for gift" in looks.describe_progress(readings)
