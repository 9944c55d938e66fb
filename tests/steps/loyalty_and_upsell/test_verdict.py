"""The verdict of step 08 by its thresholds."""

from __future__ import annotations

from referral_playbook.contract.evidence import Basis, Estimate, Status, undefined
from referral_playbook.steps.loyalty_and_upsell import retention_summary
from referral_playbook.steps.loyalty_and_upsell import verdict as ruling


def measured(name, value, low, high):
    made = Estimate(
        value=value, low=low, high=high, confidence=0.95, n=50, unit="share", per="x", basis=Basis.MEASURED, source="x"
    )
    nothing = undefined("not known here", unit="share", per="x")
    return dict.fromkeys((*retention_summary.KEPT, "bought_again"), nothing) | {name: made}


def test_marks_decide_by_the_range_and_not_by_the_point():
    marks = {"keep_from": 0.85, "keep_below": 0.65}
    ruled = [
        ruling.verdict(measured("grr", *numbers), **marks).status
        for numbers in ((0.9, 0.86, 0.94), (0.9, 0.84, 0.94), (0.6, 0.5, 0.64), (0.6, 0.5, 0.66))
    ]
    assert ruled == [Status.GO, Status.TEST_SMALL, Status.STOP, Status.TEST_SMALL]


def test_the_best_measure_that_is_there_decides():
    both = measured("customers_kept", 0.9, 0.88, 0.92) | {"grr": measured("grr", 0.5, 0.4, 0.6)["grr"]}
    assert ruling.verdict(both, keep_from=0.85, keep_below=0.65).status is Status.STOP
    only = measured("customers_kept", 0.9, 0.88, 0.92)
    assert ruling.verdict(only, keep_from=0.85, keep_below=0.65).status is Status.GO
    shop = measured("bought_again", 0.9, 0.88, 0.92)
    ruled = ruling.verdict(shop, keep_from=0.85, keep_below=0.65)
    assert ruled.status is Status.NOT_ENOUGH_DATA
    assert "90.0% (88.0% to 92.0%) bought again" in ruled.reason


def test_a_loss_per_customer_stops_whoever_stays():
    value = Estimate(
        value=-240.0,
        low=-410.0,
        high=-60.0,
        confidence=0.95,
        n=50,
        unit="GBP",
        per="new customer",
        basis=Basis.MEASURED,
        source="x",
    )
    ruled = ruling.verdict(measured("grr", 1.0, 0.94, 1.0) | {"customer_value": value}, keep_from=0.85, keep_below=0.65)
    assert ruled.status is Status.STOP
    assert "loses £240 (£60 to £410)" in ruled.reason
    unsure = value.as_(high=10.0)
    ruled = ruling.verdict(
        measured("grr", 1.0, 0.94, 1.0) | {"customer_value": unsure}, keep_from=0.85, keep_below=0.65
    )
    assert ruled.status is Status.GO


def test_sensitivity_goes_from_strict_to_lenient():
    rows = ruling.sensitivity(measured("grr", 0.8, 0.76, 0.84))
    assert [row["verdict"] for row in rows if row["go_from"] in ("85%", "75%")] == ["test small", "go"]
