"""Parameters of step 09: the declared defaults are ours, and each reaches what it decides."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.programme_review.parameters import ReviewParameters


def test_what_is_declared_for_the_playbook_is_the_default_here():
    declared, ours = ReviewParameters.of(Parameters.of("programme_review")), ReviewParameters()
    differ = {f.name for f in fields(ours) if getattr(declared, f.name) != getattr(ours, f.name)}
    assert differ == set()


def test_limits_control_and_level_are_those_that_were_stated():
    stated = {"burst": 4, "burst_days": 2, "dormant_days": 45, "hold_days": 90, "confidence": 0.9}
    p = ReviewParameters.of(Parameters.of("programme_review", control_share=0.3, control_since="2026-07", **stated))
    assert (p.limits.burst, p.limits.burst_days, p.limits.dormant_days, p.limits.hold_days) == (4, 2, 45, 90)
    assert p.alpha == pytest.approx(0.10)
    assert (p.control.share, p.control.since) == (0.3, pd.Period("2026-07"))
