"""An experiment that is read every month: ranges that stay valid at every look, and futility."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from steps.programme_review.made import reviewed

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.methods.experiments.contrasts import Arm
from referral_playbook.steps.programme_review import (
    looks,
    step,
)
from referral_playbook.steps.programme_review.readout import Experiment, contrasts


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


class TestArmsByHand:
    CONTROL = Arm(name="none", users=2_000, events=80)

    def read(self, *arms, planned_users=4_000):
        run, p = (
            Experiment(arms=(self.CONTROL, *arms), control="none", source="arms"),
            Parameters.of("programme_review", weeks_run=12.0),
        )
        return looks.read_arms(run, contrasts(run, p), p, planned_users=planned_users)

    def test_a_large_difference_is_shown_at_every_look(self):
        (reading,) = self.read(Arm(name="gift", users=2_000, events=180))
        assert reading.ratio == pytest.approx(180 / 80)
        assert reading.shown
        assert reading.conclusion.startswith("gift has 2.")
        assert reading.row()["share_of_plan"] == pytest.approx(0.5)

    def test_of_two_arms_the_p_values_are_corrected(self):
        one, two = self.read(Arm(name="gift", users=2_000, events=135), Arm(name="cash", users=2_000, events=84))
        assert one.p_adjusted == pytest.approx(min(1.0, 2 * one.valid.p_value))
        assert two.p_adjusted >= two.valid.p_value

    def test_a_small_difference_between_large_arms_is_written_with_its_digits(self):
        control = Arm(name="none", users=40_000_000, events=4_000_000)
        run = Experiment(
            arms=(control, Arm(name="gift", users=40_000_000, events=4_040_000)), control="none", source="x"
        )
        (reading,) = looks.read_arms(
            run,
            contrasts(run, Parameters.of("programme_review")),
            Parameters.of("programme_review"),
            planned_users=None,
        )
        assert reading.conclusion.startswith("gift has 1.010 times (1.00")

    def test_what_is_shown_at_the_error_that_was_set_is_not_futile(self):
        half = SimpleNamespace(fraction=0.5, futile=True)
        made = {"fixed": SimpleNamespace(arm="gift"), "valid": half, "p_adjusted": 0.1, "conclusion": ""}
        strict, loose = (looks.describe_progress([looks.ArmReading(**made, alpha=alpha)]) for alpha in (0.05, 0.2))
        assert "futile for gift" in strict
        assert "futile" not in loose

    def test_without_a_plan_nobody_can_say_how_far_it_has_come(self):
        readings = self.read(Arm(name="gift", users=2_000, events=90), planned_users=None)
        assert readings[0].valid.fraction is None
        assert "No number of users was planned" in looks.describe_progress(readings)

    def test_an_arm_without_events_on_either_side_cannot_be_compared(self):
        arms = tuple(Arm(name=name, users=50, events=0) for name in ("none", "gift"))
        run = Experiment(arms=arms, control="none", source="arms")
        (reading,) = looks.read_arms(
            run,
            contrasts(run, Parameters.of("programme_review")),
            Parameters.of("programme_review"),
            planned_users=None,
        )
        assert reading.p_adjusted is None
        assert "too few events" in reading.conclusion
        assert not reading.shown
