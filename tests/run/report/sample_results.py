"""Results of one made-up client with everything a memo can show, and of one with next to nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from referral_playbook.contract.evidence import Action, Estimate, StepResult, Verdict, undefined
from referral_playbook.run.report.memo.findings import Findings

AS_OF = date(2026, 9, 30)


def estimate(value, low, high, unit, per="", basis="measured", n=None, source="payments", reason=""):
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=0.8,
        n=n,
        unit=unit,
        per=per,
        basis=basis,
        source=source,
        reason=reason,
    )


def step(name: str, status: str, headline: str, reason: str = "Because.", **more: Any) -> StepResult:
    return StepResult(
        step=name,
        client="Acme <b>& Sons",
        as_of=AS_OF,
        headline=headline,
        verdict=Verdict(status=status, reason=reason),
        **more,
    )


def months() -> list[dict[str, float]]:
    """Value rises by 300 and cash by 100 a month from a set-up of 1,500; bands widen with time."""
    return [
        {
            "month": m,
            "value_p10": 150 * m - 1500,
            "value_p50": 300 * m - 1500,
            "value_p90": 480 * m - 1500,
            "cash_p10": 40 * m - 1500,
            "cash_p50": 100 * m - 1500,
            "cash_p90": 180 * m - 1500,
        }
        for m in range(1, 25)
    ]


def break_even(**changes: Any) -> StepResult:
    """A programme of 12 months that covers its costs in value in month 5 and in cash in month 15."""
    estimates = {
        "extra_conversions": estimate(11, 3, 19, "customers", "programme of 12 months", "assumed"),
        "value_result": estimate(2100, -600, 5200, "GBP", "programme of 12 months", "assumed"),
        "peak_cash_need": estimate(1460, 1300, 2040, "GBP", "programme", "assumed"),
        "cash_payback_month": estimate(15, 9, None, "months", "programme", "assumed", reason="1 in 10 never pays back"),
        "break_even_uplift": estimate(1.4, 1.2, 1.9, "times", "baseline referral", "assumed"),
        "uplift": estimate(1.8, 0.9, 2.9, "times", "baseline referral", "benchmark"),
        "probability_by_date": estimate(0.83, 0.61, 0.95, "share", "future", "assumed"),
    }
    fields = {
        "estimates": estimates,
        "actions": (Action(what="Launch in the two strong segments", why="they pay", owner="Maya", due=14),),
        "tables": {
            "months": months(),
            "three_answers": [
                {"answer": "naive", "conversions": 5, "referrals": 62, "uplift": None},
                {"answer": "every_referral", "conversions": 8, "referrals": 99, "uplift": None},
                {"answer": "against_nothing", "conversions": 10, "referrals": 250, "uplift": 1.4},
            ],
            "gate": [
                {"test": "value", "value": 0.83, "threshold": 0.8, "passed": True},
                {"test": "cash", "value": 15, "threshold": 36, "passed": True},
                {"test": "evidence", "value": -400, "threshold": 0, "passed": False},
            ],
            "record": [
                {"period": "before", "customer_months": 9000, "referrals": 90, "conversions": 7},
                {"period": "since", "customer_months": 6000, "referrals": 120, "conversions": 9},
            ],
            "futures": [
                {"future": i, "value_result": -900 + 120.0 * i, "cash_result": -1200 + 80.0 * i} for i in range(1, 51)
            ],
            "tornado": [
                {
                    "input": "incremental_share",
                    "low_input": 0.4,
                    "high_input": 0.8,
                    "low_result": -300.0,
                    "high_result": 4100.0,
                    "basis": "assumed",
                    "unit": "share",
                },
                {
                    "input": "customer_value",
                    "low_input": 700.0,
                    "high_input": 900.0,
                    "low_result": 1700.0,
                    "high_result": 2500.0,
                    "basis": "measured",
                    "unit": "GBP",
                },
            ],
            "waterfall": [
                {"part": "customer value", "amount": 800.0},
                {"part": "would have come anyway", "amount": -280.0},
                {"part": "rewards", "amount": -100.0},
                {"part": "left over", "amount": 420.0},
            ],
            "knowledge": [{"input": "uplift", "evppi": 310.0}, {"input": "customer_value", "evppi": 0.0}],
            "pilots": [
                {"asked": 200, "held_out": 50, "months": 4, "cost": 150.0, "evsi": 390.0, "net": 240.0},
                {"asked": 400, "held_out": 100, "months": 6, "cost": 600.0, "evsi": 450.0, "net": -150.0},
            ],
            "flips": [{"input": "incremental_share", "value": 0.46, "low": 0.4, "high": 0.8}],
            "inputs": [{"name": "incremental_share", "value": 0.6, "low": 0.4, "high": 0.8, "unit": "share"}],
        },
    }
    return step("break_even", "test_small", "Test small.", **(fields | changes))


def segment(name: str, n: int) -> dict[str, Any]:
    return {
        "segment": name,
        "very_disappointed": 0.5,
        "very_disappointed_low": 0.4,
        "very_disappointed_high": 0.6,
        "very_disappointed_n": n,
        "nps": 0.2,
        "nps_low": 0.1,
        "nps_high": 0.3,
        "nps_n": n,
        "monthly_retention": 0.97,
        "monthly_retention_low": 0.95,
        "monthly_retention_high": 0.99,
        "monthly_retention_n": n,
        "sorted_into": "ask here",
    }


def report_actions() -> tuple[Action, ...]:
    return tuple(Action(what=f"Do thing number {i}", why="it helps", owner="Maya", due=10 * i) for i in range(1, 9))


def rich() -> Findings:
    """Everything: a programme that runs, a test, lists, goals."""
    asks = [{"customer_id": f"C{i}", "reason": "promoter", "monthly_amount": 50.0} for i in range(1, 6)]
    complaints = [{"customer_id": "C1", "reason": "open complaint", "monthly_amount": 99.0}]
    results = (
        step(
            "pmf_check",
            "go",
            "Customers would miss it.",
            estimates={
                "very_disappointed_share": estimate(0.51, 0.46, 0.56, "share", "answer"),
                "nps": estimate(0.22, 0.16, 0.29, "NPS", "answer"),
            },
            tables={"segments": [segment("agencies", 160), segment("clinics", 90), segment("Jones family", 3)]},
        ),
        step(
            "value_exchange",
            "go",
            "A referral pays.",
            estimates={
                "unit_value_per_qualified_referral": estimate(42, 12, 71, "GBP", "qualified referral", "assumed"),
                "reward_ceiling": estimate(230, 90, 370, "GBP", "conversion", "assumed"),
            },
            tables={"offer": [{"name": "50 credit each", "trigger": "conversion", "advocate": 50.0, "friend": 50.0}]},
        ),
        step(
            "goal_setting",
            "go",
            "A near goal.",
            estimates={
                "referrals_per_month": estimate(12.8, 10.3, 16, "referrals", "month"),
                "programme_goal": estimate(19, 10, 30, "referrals", "month", "assumed"),
            },
        ),
        break_even(),
        step("ask_and_follow_up", "go", "There is a list.", tables={"ask_list": asks, "close_the_loop": complaints}),
        step(
            "loyalty_and_upsell",
            "go",
            "They stay.",
            estimates={
                "customers_kept": estimate(0.68, 0.63, 0.72, "share", "customer"),
                "nrr": estimate(0.69, 0.64, 0.74, "share", "revenue"),
            },
            tables={
                "upsell_list": [
                    {"customer_id": "C2", "why_now": "grew", "expected_margin": 12.5},
                    {"customer_id": "C9", "why_now": "grew", "expected_margin": 30.0},
                ]
            },
        ),
        step(
            "programme_review",
            "go",
            "Credit wins.",
            estimates={
                "flagged_share": estimate(0.076, 0.05, 0.11, "share", "referral", n=353),
                "reward_liability": estimate(200, 0, 200, "GBP", "client"),
            },
            tables={
                "arms": [
                    {"arm": "thanks", "users": 268, "conversions": 13, "rate": 0.049, "low": 0.03, "high": 0.08},
                    {"arm": "credit", "users": 233, "conversions": 28, "rate": 0.12, "low": 0.08, "high": 0.17},
                ],
                "contrasts": [{"arm": "credit", "conclusion": "credit brings 2.5 times as many (1.3 to 4.8)"}],
                "goals": [
                    {
                        "month": "2026-09",
                        "metric": "asks",
                        "actual": 21,
                        "target": 30.0,
                        "low": 21.0,
                        "high": 39.0,
                        "reading": "within the expected range",
                    }
                ],
            },
        ),
        step(
            "client_report",
            "test_small",
            "Test the programme with 200 customers first. More here.",
            "It pays in 8 of 10 futures, but the uplift is not measured yet. And more.",
            actions=report_actions(),
            tables={
                "would_change": [
                    {"what": "a measured uplift above 1.4 makes it a go"},
                    {"what": "a measured uplift below 1.4 makes it a stop"},
                ]
            },
        ),
    )
    return Findings({result.step: result for result in results})


def poor() -> Findings:
    """Two customers and no survey: there is not enough data."""
    results = (
        step(
            "intake",
            "not_enough_data",
            "Little is known.",
            tables={"exports_to_bring": [{"bring": "payments with their dates", "numbers": 3}]},
        ),
        step(
            "pmf_check",
            "not_enough_data",
            "Nobody was asked.",
            estimates={"nps": undefined("nobody answered", unit="NPS", per="answer")},
        ),
        step("loyalty_and_upsell", "go", "Nine of ten customers stay a year."),
        step(
            "client_report",
            "not_enough_data",
            "There is not enough data to decide.",
            "No survey was made.",
            tables={"missing": [{"number": "nps", "step": "pmf_check", "why": "nobody answered"}]},
        ),
    )
    return Findings({result.step: result for result in results})
