"""The experiment as planned against as run, and the effect that it could show."""

from __future__ import annotations

import numpy as np
import pytest

from referral_playbook.steps.programme_review import (
    design,
    readout,
)


class TestOddArms:
    def test_planned_against_run(self, with_arms):
        run = readout.experiment(with_arms(("none", 300, 12), ("gift", 180, 15)))
        checks = {c.name: c.passed for c in design.design_checks(run, 250, weeks_planned=8, weeks_run=5)}
        assert checks["none_size"] is True
        assert checks["gift_size"] is False
        assert checks["weeks_run"] is False
        assert checks["arms_of_a_size"] is False  # 300 against 180 is no fair draw
        without = {c.name: c.passed for c in design.design_checks(run, None)}
        assert without == {"experiment_planned": False, "arms_of_a_size": False}

    def test_what_it_could_show_has_the_power_that_is_claimed(self, with_arms):
        run = readout.experiment(with_arms(("none", 1000, 50), ("gift", 1000, 60)))
        ratio = design.could_show(run).value
        rng = np.random.default_rng(2)
        none, gift = rng.binomial(1000, 0.05, 20_000), rng.binomial(1000, 0.05 * ratio, 20_000)
        pooled = (none + gift) / 2000
        z = (gift - none) / 1000 / np.sqrt(pooled * (1 - pooled) * 2 / 1000)
        assert (np.abs(z) > 1.96).mean() == pytest.approx(0.80, abs=0.02)
