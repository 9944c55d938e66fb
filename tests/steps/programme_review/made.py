"""Helpers that the tests of step 09 share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.programme_review import (
    step,
)

ARMS = {"arm", "users", "conversions", "rate", "low", "high"}


CONTRASTS = {"arm", "control", "rate_ratio", "low", "high", "p_value", "p_adjusted", "conclusion"}


def reviewed(client, *, limits=None, previous=None, alpha=0.05, **options):
    told = vars(limits) if limits else {}
    named = {} if previous is None else {"previous_results": str(previous)}
    parameters = Parameters.of("programme_review", confidence=1 - alpha, **told, **named, **options)
    return step.build_result(step.find(client, parameters))


def arms_of(*rows):
    return pd.DataFrame(rows, columns=["arm", "users", "conversions"]).assign(invites=np.nan)
