"""The sentences of step 05. A sentence about pay-back names its clock: value of customers won, or cash."""

import math

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.agreement import agreed
from referral_playbook.contract.writing.formatting import (
    about,
    chance_of,
    interval,
    money,
    number,
    quantity,
    share,
    whole,
    written,
)
from referral_playbook.contract.writing.input_labels import INPUT_LABELS
from referral_playbook.contract.writing.wording import counted
from referral_playbook.methods.decisions.against_nothing import ANY_VOLUME
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.steps.break_even.answers import changes_needed
from referral_playbook.steps.break_even.finding import BreakEvenFinding
from referral_playbook.steps.break_even.forecast import EndOfRange
from referral_playbook.steps.break_even.knowledge import Measurement, Pilots


def never(f: BreakEvenFinding) -> bool:
    """Whether no volume is enough, because a conversion leaves nothing."""
    return f.inputs.loses_on_every_sale or (f.contribution.value is not None and f.contribution.value <= 0)


def describe_both_clocks(f: BreakEvenFinding) -> str:
    """Value and cash in one sentence: when all cost is covered, and when the cash is back."""
    value, cash, need = (f.outcomes[n] for n in ("months_to_break_even", "cash_payback_month", "peak_cash_need"))
    if not need.defined:
        return f"When the cost is covered is not known: {need.reason}."
    followed = f.forecast.timetable.months
    covered = (
        f"all cost is covered by the value of customers won by month {whole(value.value)}"
        if value.defined
        else f"the value of customers won does not cover all cost within {followed} months"
    )
    back = (
        f"the cash is paid back in month {whole(cash.value)}{_spread(cash)}"
        if cash.defined
        else f"the cash is not paid back within {followed} months"
    )
    return (
        f"In the median future {covered}, and {back}, with a peak cash need of "
        f"{money(need.value or 0.0, f.currency)} (one in ten above {money(need.high or 0.0, f.currency)})."
    )


def _spread(month: Estimate) -> str:
    if month.high is None:
        return f" (one future in ten by month {whole(month.low)}, more than one in ten not in the months followed)"
    span = f" (one future in ten by month {whole(month.low)}, nine in ten by month {whole(month.high)})"
    return span if month.low != month.high else ""


def describe_probability(f: BreakEvenFinding) -> str:
    """The probability by the date, and how far the least known assumptions move it."""
    p = f.outcomes["probability_by_date"]
    if p.value is None or p.low is None or p.high is None:
        return f"The probability is not known: {p.reason}."
    text = (
        f"In {chance_of(p.value)} of the futures the programme covers all its cost by the value of customers won by "
        f"month {f.forecast.timetable.deadline}, against doing nothing."
    )
    return f"{text} {_least_known(f)}".strip()


def _least_known(f: BreakEvenFinding) -> str:
    """What the input that moves the probability most does to it, in words; nothing where both are decided."""
    ends: dict[str, list[EndOfRange]] = {}
    for end in f.forecast.ends:
        ends.setdefault(end.input, []).append(end)
    if not ends:
        return ""
    name, pair = max(ends.items(), key=lambda item: abs(item[1][0].value - item[1][-1].value))
    unit = f.inputs.known[name].unit
    low, high = (f"{chance_of(end.value)} at {written(end.at, unit)}" for end in (pair[0], pair[-1]))
    return f"The {INPUT_LABELS[name]} moves it most: it is {low}, and {high}."


def describe_needed(f: BreakEvenFinding) -> str:
    """How many extra conversions and referrals it takes, and what uplift that is."""
    n, factor = f.needed["break_even_conversions"], f.needed["break_even_uplift"]
    if never(f):
        return describe_no_volume(f)
    if n.value is None:
        return f"How many conversions it takes is not known: {n.reason}."
    referrals = f.needed["break_even_referrals"]
    many = f"{counted(n.value, 'extra conversion')}{_range(n)}"
    text = (
        f"For the value of customers won to cover all cost by month {f.forecast.timetable.deadline}, "
        f"against doing nothing, the programme needs {many}."
    )
    if referrals.value is not None:
        text += f" That takes {counted(referrals.value, 'referral')} in all{_range(referrals)}."
    if factor.value is not None:
        text += f" Referrals must rise to {quantity(factor)} the baseline; the estimate is {_uplift(f)}."
    return text


def _range(e: Estimate) -> str:
    if e.low == e.high:
        return ""
    return f" ({whole(e.low)} or more)" if e.high is None else f" ({whole(e.low)} to {whole(e.high)})"


def _uplift(f: BreakEvenFinding) -> str:
    u = f.inputs.known["uplift"]
    if u.value is None:
        return "not known"
    return f"{interval(u)}, {u.basis.value}"


def describe_no_volume(f: BreakEvenFinding) -> str:
    """That the programme breaks even at no volume, and what would have to change."""
    if f.inputs.loses_on_every_sale:
        margin = f.inputs.beside["gross_margin"]
        level = "zero" if margin.value == 0 else f"below zero ({interval(margin)})"
        return f"The programme {ANY_VOLUME}: the gross margin is {level}, so the margin has to change first."
    left = money(f.contribution.value or 0.0, f.currency)
    text = f"The programme {ANY_VOLUME}: one extra conversion leaves {left}."
    value = f.inputs.known["customer_value"].value
    if value is not None and value <= 0:
        return f"{text} A new customer costs more than they pay, so no reward pays. The margin has to change first."
    changes = [_change(name, x, f.currency) for name, x in changes_needed(f.inputs).items()]
    return f"{text} One of these would have to change: {'; '.join(changes)}." if changes else text


def _change(name: str, x: float, currency: str) -> str:
    if name == "incremental_share":
        return f"an incremental share above {share(x)}"
    if name == "reward":
        return f"a reward below {money(x, currency)} per conversion"
    return f"a customer value above {money(x, currency)}"


def describe_record(f: BreakEvenFinding) -> str:
    """The programme's own record, named as a description."""
    if not f.status.running:
        return "No programme runs yet, so there is no record."
    rows = {r["period"]: r for r in f.record}
    if set(rows) != {"before", "since"}:
        return f"{f.status.question} Its record before and since the start cannot be compared: dates are missing."
    before, since = rows["before"], rows["since"]
    return (
        f"{f.status.question} Since the start there were {number(since['referrals_per_1000'])} referrals and "
        f"{number(since['conversions_per_1000'])} conversions per {number(1000)} customer-months, against "
        f"{number(before['referrals_per_1000'])} and {number(before['conversions_per_1000'])} before. This describes "
        "what happened. It is not an effect, because nobody was left without the programme."
    )


def record_bars(f: BreakEvenFinding) -> dict[str, Estimate]:
    """Referrals and conversions per 1,000 customer-months before and since the start, each with its range, to draw."""
    labels = {"before": "before", "since": "since the start"}
    return {
        f"{what} {labels[row['period']]}": poisson_rate(
            round(row[what]), row["customer_months"] / 1_000, unit=what, per=f"{number(1000)} customer-months"
        )
        for row in f.record
        for what in ("referrals", "conversions")
        if row["customer_months"] > 0
    }


def describe_pilot(found: Pilots, currency: str) -> str:
    """The hold-out test that is worth most after its cost, with its size, duration and cost."""
    t = found.best
    if t is None:
        why = found.reason or "no size is worth its cost"
        return f"No hold-out test of the uplift is advised: {why}."
    return agreed(
        f"Ask {number(t.size)} customers and hold out {number(t.held_out)}, chosen by lot, for "
        f"{counted(t.months, 'month')}. The test costs about {about(t.cost, currency)} and is worth about "
        f"{about(t.worth, currency)} before that cost."
    )


HOW = {
    "incremental_share": "ask {size} new customers who came by referral how they would have found you otherwise",
    "conversion_rate": "record for {size} qualified referrals when they were qualified and won",
    "qualified_share": "record for {size} referrals whether sales accepts them",
    "customer_value": "record what {size} customers pay each month, with the margin",
    "baseline_referrals": "record every referral with its date",
    "new_referrals": "ask {size} customers and count the referrals that follow",
    "monthly_cost": "keep a cost sheet of hours and spending",
    "set_up_cost": "get {size} quotes for the set-up",
    "reward": "record for {size} conversions whether the reward is claimed",
    "lead_reward": "record for {size} referrals whether the reward is claimed",
    "uplift": "ask {size} customers and hold out {held_out}, chosen by lot",
}


def describe_measurement(first: Measurement | None, currency: str) -> str:
    """What to measure, with its size, duration and cost, and what it is worth; in two sentences."""
    if first is None:
        return "No measurement would change the decision; the offer or its cost has to change."
    text = f"Measure the {INPUT_LABELS[first.input]}: {_how(first)}. {_effort(first, currency)}"
    gain = money(first.worth, currency)
    if first.net > 0:
        return f"{text}, and knowing the answer is worth about {gain}."
    return f"{text}, more than it is worth on average ({gain}); without it there is too little evidence for a start."


def describe_lift(f: BreakEvenFinding) -> str:
    """What would lift a `test_small`: a measurement, else what keeps the uplift from being tested, else a change."""
    known = next((row["evppi"] for row in f.knowledge if row["input"] == "uplift"), 0.0)
    if f.first_measurement is not None or f.pilots.trials or not f.pilots.reason or known <= 0:
        return describe_measurement(f.first_measurement, f.currency)
    worth = about(known, f.currency)
    return f"Knowing the uplift is worth up to {worth}, but no test of it can be planned: {f.pilots.reason}."


def describe_first(f: BreakEvenFinding) -> str:
    """The measurement that the verdict names, else the hold-out test that is worth most."""
    if f.first_measurement is None:
        return describe_pilot(f.pilots, f.currency)
    return describe_measurement(f.first_measurement, f.currency)


def measurements_shown(f: BreakEvenFinding) -> list[dict[str, object]]:
    """What could be measured, the most useful first: what, how, months, cost, worth before cost, net, and at most.

    `at_most` is what it is worth to know the input exactly (EVPPI).
    """
    exactly = {row["input"]: row["evppi"] for row in f.knowledge}
    return [
        {
            "what": INPUT_LABELS[m.input],
            "how": _how(m),
            "months": m.months,
            "cost": m.cost,
            "evsi": m.worth,
            "net": m.net,
            "at_most": exactly.get(m.input),
        }
        for m in sorted(f.measurements, key=lambda m: -m.net)
    ]


def describe_start(first: Measurement, currency: str) -> str:
    """The measurement as something to do, with its size, duration and cost."""
    what = "Start the test that decides" if first.held_out else f"Start to measure the {INPUT_LABELS[first.input]}"
    return f"{what}: {_how(first)}. {_effort(first, currency)}"


def _how(first: Measurement) -> str:
    return agreed(HOW[first.input].format(size=f"{number(first.size)}", held_out=f"{number(first.held_out)}"))


def _effort(first: Measurement, currency: str) -> str:
    """How long the measurement takes and what it costs; the beginning of a sentence."""
    return f"This takes {counted(first.months, 'month')} and costs about {about(first.cost, currency)}"


def describe_channels(f: BreakEvenFinding) -> str:
    """What one more extra customer costs by referral, beside the other channels that were named."""
    row = f.channels[0]
    marginal, average = row["marginal"], row["average"]
    if marginal.value is None or average.value is None:
        return f"What an extra customer costs by referral is not known: {marginal.reason or average.reason}."
    text = (
        f"One more extra customer by referral costs about {about(marginal.value, f.currency)}. With the fixed "
        f"cost and the rewards on the baseline the average is {money(average.value, f.currency)}."
    )
    if len(f.channels) == 1:
        return f"{text} No other channel was named to compare with."
    dearer = [r["channel"] for r in f.channels[1:] if (r["average"].value or math.inf) > average.value]
    return f"{text} More expensive on average: {', '.join(dearer) or 'none of the others'}."


def flips_shown(f: BreakEvenFinding) -> list[dict[str, object]]:
    """Where each input would change the sign of the result, in words."""
    return [
        {
            "input": INPUT_LABELS[row["input"]],
            "now": written(row["now"], row["unit"]),
            "searched": f"{written(row['low'], row['unit'])} to {written(row['high'], row['unit'])}",
            "result changes its sign at": "no value in this range"
            if row["value"] is None
            else written(row["value"], row["unit"]),
        }
        for row in f.flips
    ]
