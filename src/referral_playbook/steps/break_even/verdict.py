"""The verdict, the headline and the action of step 05."""

from referral_playbook.contract.evidence import Action, Check, Status, Verdict
from referral_playbook.contract.writing.formatting import chance_of, money, whole
from referral_playbook.domain.record_end import capped
from referral_playbook.steps.break_even.finding import BreakEvenFinding
from referral_playbook.steps.break_even.knowledge import NO_LIST
from referral_playbook.steps.break_even.sentences import (
    describe_both_clocks,
    describe_lift,
    describe_no_volume,
    describe_start,
    never,
)

RECORD_MAY_LACK = 12
"""Months without any record after which a decision cannot rest on it at all."""


def verdict(f: BreakEvenFinding) -> Verdict:
    """The verdict of the gate; a `test_small` also names the measurement that would lift it."""
    of_gate = verdict_of_gate(f)
    if of_gate.status is not Status.TEST_SMALL:
        return of_gate
    return Verdict(status=of_gate.status, reason=f"{of_gate.reason} {_lift(f)}")


def verdict_of_gate(f: BreakEvenFinding) -> Verdict:
    """What follows from the gate, with the reason; `not_enough_data` where the futures cannot be run.

    It is no better than a record allows that ends long before the as-of date. The step, its what-if and its scenarios
    take their verdict from here.
    """
    ruling, reaches = _from_gate(f), f.record_check
    return ruling if reaches is None else capped(ruling, reaches, behind=f.months_behind, months=RECORD_MAY_LACK)


def _from_gate(f: BreakEvenFinding) -> Verdict:
    if never(f):
        return Verdict(status=Status.STOP, reason=describe_no_volume(f))
    if f.gate is None:
        missing = f.inputs.unknown or f.forecast.unknown
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=f"The economics cannot be computed yet: {missing}.")
    stop = f.gate.status is Status.STOP  # then the evidence decides nothing
    tests = (t.text for t in f.gate.tests if not (stop and t.test == "evidence"))
    return Verdict(status=f.gate.status, reason=" ".join(tests))


def _lift(f: BreakEvenFinding) -> str:
    """What would lift a `test_small`: the measurement with its size, duration and cost, or what has to change."""
    if _only_cash(f):
        return "No measurement changes the cash: lower the cost, pay the reward later, or raise the limit on cash."
    return describe_lift(f)


def _start(f: BreakEvenFinding) -> str:
    """The first thing to do where the verdict is to test small: start the measurement that decides."""
    if f.first_measurement is None and f.pilots.reason == NO_LIST:
        return "Bring the list of customers, so that a test can be planned that asks some and holds out others"
    if f.first_measurement is None or _only_cash(f):
        return _lift(f)
    return describe_start(f.first_measurement, f.currency)


def _only_cash(f: BreakEvenFinding) -> bool:
    """Whether nothing but the cash test failed, which no measurement changes."""
    assert f.gate is not None
    failed = [t.test for t in f.gate.tests if t.passed is False]
    return failed == ["cash"]


def headline(f: BreakEvenFinding) -> str:
    """One line: what it takes against what is expected, and the probability."""
    if never(f):
        return "The programme cannot break even at any volume, because each extra conversion costs more than it earns."
    needed, extra = f.needed["break_even_conversions"], f.outcomes["extra_conversions"]
    p, value = f.outcomes["probability_by_date"], f.outcomes["value_result"]
    if needed.value is None or extra.value is None or p.value is None or value.value is None:
        return "Whether the programme pays against doing nothing is not known yet."
    return (
        f"It takes {whole(needed.value)} extra conversions by month {f.forecast.timetable.deadline}; "
        f"about {whole(extra.value)} are "
        f"expected. Against doing nothing the value result is {money(value.value, f.currency)} in the median "
        f"future, and {chance_of(p.value)} of the futures cover all cost by the value of customers won."
    )


def checks(f: BreakEvenFinding) -> tuple[Check, ...]:
    """The tests of the gate, whether a conversion leaves anything, and how the two clocks read."""
    tests = (
        ()
        if f.gate is None
        else tuple(Check(name=f"{t.test}_test", passed=t.passed, text=t.text) for t in f.gate.tests)
    )
    runs = (Check(name="programme_runs", passed=None, text=f.status.question),) if f.status.running else ()
    return (
        *f.checks,
        *runs,
        _positive(f),
        *tests,
        Check(name="both_clocks", passed=None, text=describe_both_clocks(f)),
    )


def _positive(f: BreakEvenFinding) -> Check:
    left = f.contribution
    if never(f):
        return Check(name="contribution_positive", passed=False, text=describe_no_volume(f))
    if left.value is None or left.low is None:
        return Check(name="contribution_positive", passed=None, text=left.reason)
    at = money(left.low, f.currency)
    text = f"One extra conversion leaves {money(left.value, f.currency)}, and {at} at the low end of its range."
    return Check(name="contribution_positive", passed=left.low > 0, text=text)


def _missing(f: BreakEvenFinding) -> str:
    """What nobody can compute the economics without, as far as it is not known."""
    parts = {"customer_value": "what customers pay", "baseline_referrals": "how many referrals come in a month"}
    lacking = [what for name, what in parts.items() if not (e := f.inputs.known.get(name)) or not e.defined]
    return " and ".join(lacking or parts.values())


def actions(f: BreakEvenFinding, found: Verdict) -> tuple[Action, ...]:
    """One action: what to do next, by whom and when."""
    running = f.status.running
    if found.status is Status.STOP:
        stop = "Stop paying rewards under the present offer, and tell advocates the last day that counts"
        never = "Tell the team that no programme starts, and set a day in a year to look at this decision again"
        start = "Do not start the programme with this offer" if f.inputs.offer.rewards else never
        what = stop if running else start
        return (Action(what=what, why=found.reason, owner="managing director", due=14),)
    if found.status is Status.NOT_ENOUGH_DATA:
        what = f"Find out {_missing(f)}"
        return (Action(what=what, why=found.reason, owner="managing director", due=30),)
    if f.gate is not None and f.gate.open:
        why = " ".join(t.text for t in f.gate.tests if t.passed is False)
        return (Action(what=_start(f), why=why or found.reason, owner="programme manager", due=14),)
    what = "Continue the programme and keep a hold-out" if running else "Launch the programme with a hold-out"
    return (Action(what=what, why=found.reason, owner="programme manager", due=30),)
