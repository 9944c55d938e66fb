"""A client whose programme brought a known number of customers, who paid a known amount."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd

from referral_playbook.contract.evidence import Basis, Estimate, Status, StepResult, Verdict
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.kept_control import KeptControl

MONTHS = pd.period_range("2026-04", "2026-06", freq="M")


def paid_back_client(*, share=0.5, conversions=(6, 1), reward=10.0, margin=40.0, since="2026-01"):
    """Twenty customers, about half of them the control; conversions of both groups in May; friends pay from June."""
    ids = [f"C{i}" for i in range(20)]
    control = KeptControl(share=share).includes(ids)
    asked, unasked = ([c for c, x in zip(ids, control, strict=True) if x == kind] for kind in (False, True))
    who = [asked[i % len(asked)] for i in range(conversions[0])] + [unasked[0]] * conversions[1]
    rows = pd.DataFrame({"referrer_id": who, "referred_on": pd.Timestamp("2026-04-10"), "reward": reward})
    rows["converted_on"] = pd.Timestamp("2026-05-10")
    friends = [f"F{i}" for i in range(len(who))]
    profile = pd.DataFrame({"customer_id": ids + friends, "left_on": pd.NaT}).astype({"left_on": "datetime64[ns]"})
    old = [pd.Timestamp("2025-01-01")] * 20 + [pd.Timestamp("2026-06-30")] * len(who)
    profile = profile.assign(joined_on=old, referred=[False] * 20 + [True] * len(who))
    paid = pd.DataFrame({"customer_id": friends, "month": "2026-06", "amount": 90.0, "margin": margin})
    facts = {"customer_profile": profile, "referrals": rows, "customer_months": paid}
    said = {"confidence": None, "n": 1, "per": "x", "basis": Basis.MEASURED, "source": "x"}
    inputs = {
        "customer_value": Estimate(value=100.0, low=100.0, high=100.0, unit="GBP", **said),
        "incremental_share": Estimate(value=0.5, low=0.5, high=0.5, unit="share", **said),
        "monthly_cost": Estimate(value=20.0, low=20.0, high=20.0, unit="GBP", **said),
    }
    verdict = Verdict(status=Status.GO, reason="x")
    result = StepResult(
        step=Step.BREAK_EVEN, client="x", as_of=date(2026, 6, 30), headline="x", verdict=verdict, estimates=inputs
    )
    stated = {"control_share": share, "control_since": since}
    client = SimpleNamespace(
        fact=facts.get,
        as_of=date(2026, 6, 30),
        real_dates=True,
        scale=1.0,
        upstream={Step.BREAK_EVEN: result}.get,
        parameters_of=lambda step: Parameters.of(step, **stated),
    )
    return client, len(asked) / len(unasked)
