"""What a reward for answering a survey buys: extra answers, their cost, and whether the paid answer otherwise.

The client's tables hold answers, not invitations; how many were asked must be stated. Without it the effect is taken
from meta-analyses: prepaid money works by mail, a promised one does not; on the web an incentive raises the odds to
start and to finish.
"""

from typing import Any

import pandas as pd

from referral_playbook.benchmarks.registry import benchmark
from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import Default, assumed_value, decided_value
from referral_playbook.domain.programme.money_defaults import stated_money
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.uncertainty.propagation import propagate

START, FINISH = Default(0.30, 0.15, 0.45), Default(0.80, 0.65, 0.95)
NOTHING, ELLIS = "(none)", "pmf"


def answers_by_incentive(engagement: Engagement) -> pd.DataFrame:
    """Answers by question, with an incentive and without: question, with_incentive, without."""
    counts = engagement.fact("survey_counts")
    if counts is None:
        return pd.DataFrame(columns=["question", "with_incentive", "without"])
    paid = counts["incentive"] != NOTHING
    columns = (
        counts.groupby(["question", paid])["answers"]
        .sum()
        .unstack(fill_value=0)
        .reindex(columns=[True, False], fill_value=0)
    )
    return columns.rename(columns={True: "with_incentive", False: "without"}).rename_axis(columns=None).reset_index()


def _at_odds(share: float, ratio: float) -> float:
    return ratio * share / (1 - share + ratio * share)


def web_survey() -> tuple[Estimate, Estimate]:
    """Share of those asked who answer a web survey with an incentive, and how many more these are than without one.

    Assumed shares who start and who finish, at Göritz's odds ratios.
    """
    inputs: dict[str, Any] = {
        "b": assumed_value("start_rate", None, START, unit="share", per="person asked"),
        "e": assumed_value("completion_rate", None, FINISH, unit="share", per="person who started"),
        "s": benchmark("web_incentive_start"),
        "c": benchmark("web_incentive_completion"),
    }

    def answered(b: float, e: float, s: float, c: float) -> float:
        return _at_odds(b, s) * _at_odds(e, c)

    def gained(b: float, e: float, s: float, c: float) -> float:
        return answered(b, e, s, c) - b * e

    labels: dict[str, Any] = {"unit": "share", "per": "person asked"}
    return (
        propagate(answered, source="start rate x completion rate at Göritz's odds ratios", **labels, **inputs),
        propagate(gained, source=f"base rates at the odds of {inputs['s'].source}", **labels, **inputs),
    )


def measured_gain(engagement: Engagement, p: Parameters) -> Estimate:
    """Extra share of those asked who answered with an incentive; needs how many were asked each way.

    ValueError where fewer were asked than answered.
    """
    labels: dict[str, Any] = {
        "unit": "share",
        "per": "person asked",
        "source": f"surveys: question {ELLIS}, incentive; parameters invited_with, invited_without",
    }
    with_, without = p.optional_count("invited_with"), p.optional_count("invited_without")
    if not with_ or not without:
        return undefined("how many were asked with an incentive and how many without is not stated", **labels)
    paid, unpaid = _answered(engagement)
    if not paid:
        return undefined(f"no answer to the question {ELLIS} is marked with an incentive", **labels)
    return difference(paid, with_, unpaid, without, confidence=p.number("confidence"), **labels)


def _answered(engagement: Engagement) -> tuple[int, int]:
    """Answers to the Ellis question with an incentive, and without."""
    rows = answers_by_incentive(engagement)
    rows = rows[rows["question"] == ELLIS]
    return int(rows["with_incentive"].sum()), int(rows["without"].sum())


def cost_per_extra(gain: Estimate, answered: Estimate, cost: Estimate, *, prepaid: bool = False) -> Estimate:
    """Money spent on incentives per answer that would not have come.

    Prepaid is paid to all who are asked: cost / gain. Promised is paid to all who answer: cost x share who answer /
    gain. No upper limit where the gain may be nothing; undefined where it is nothing.
    """
    labels: dict[str, Any] = {"unit": cost.unit, "per": "extra answer"}
    if not gain.defined or gain.point <= 0:
        return undefined(gain.reason or "the incentive brings no extra answers", **labels)

    def worth(money: float, extra: float, share: float) -> float:
        if extra <= 0:
            raise ValueError("the incentive brings no extra answers")
        return money / extra if prepaid else money * share / extra

    return propagate(
        worth,
        source=f"incentive {'for all asked' if prepaid else 'x share who answer'} / extra share",
        open_above=True,
        money=cost,
        extra=gain,
        share=1.0 if prepaid else answered,
        **labels,
    )


def incentive_rows(engagement: Engagement, p: Parameters) -> list[dict[str, Any]]:
    """What an incentive buys, the client's own survey first where it is known.

    Rows: way, extra_share (Estimate), cost_per_extra_answer (Estimate), basis, source.
    """
    currency, stated = engagement.currency, p.optional_number("incentive_cost")
    if stated is None:
        cost = stated_money("incentive_cost", None, currency=currency, rates=engagement.rates, per="incentive")
    else:
        cost = decided_value("incentive_cost", stated, unit=currency, per="incentive")
    own, rows = measured_gain(engagement, p), []
    if own.defined:
        paid, asked = _answered(engagement)[0], int(p.optional_count("invited_with") or 0)
        labels: dict[str, Any] = {"per": "person asked", "source": "surveys: incentive"}
        answered = proportion(paid, asked, confidence=p.number("confidence"), **labels)
        rows.append(_way("your own survey", own, answered, cost))
    web, gain = web_survey()
    return [
        *rows,
        _way("web survey, promised to those who answer", gain, web, cost),
        _way("mail, money sent with the letter", benchmark("prepaid_mail_incentive"), web, cost, prepaid=True),
        _way("mail, gift sent with the letter", benchmark("prepaid_mail_gift"), web, cost, prepaid=True),
        _way("what-if: one account, weak", benchmark("survey_incentive_response_gain", allow_weak=True), web, cost),
    ]


def _way(name: str, gain: Estimate, answered: Estimate, cost: Estimate, *, prepaid: bool = False) -> dict[str, Any]:
    extra = cost_per_extra(gain, answered, cost, prepaid=prepaid)
    return {
        "way": name,
        "extra_share": gain,
        "cost_per_extra_answer": extra,
        "basis": gain.basis.value,
        "source": gain.source,
    }


def answers_differ(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Share "very disappointed" among those with an incentive less those without: whether the paid answer otherwise."""
    counts = engagement.fact("survey_counts")
    labels: dict[str, Any] = {
        "unit": "share",
        "per": "answer to the Ellis question, with an incentive less without",
        "source": "surveys: question pmf, incentive",
    }
    asked = None if counts is None else counts[(counts["question"] == ELLIS) & (counts["answer"] != "no longer use")]
    if asked is None or asked.empty:
        return undefined("nobody answered the Ellis question", **labels)
    paid, very = asked["incentive"] != NOTHING, asked["answer"] == "very disappointed"
    cells = [int(asked.loc[mask, "answers"].sum()) for mask in (paid & very, paid, ~paid & very, ~paid)]
    if not cells[1] or not cells[3]:
        return undefined("all were asked with an incentive, or all without", **labels)
    return difference(*cells, confidence=confidence, **labels)


def describe_differ(gap: Estimate) -> list[str | Estimate]:
    """Whether the paid answer otherwise, in words."""
    if not gap.defined:
        return [f"Whether those with an incentive answer otherwise is not known: {gap.reason}."]
    across = gap.lower <= 0 <= gap.upper
    ending = (
        "we see no difference, so both kinds of answer may be counted together."
        if across
        else "they answer otherwise: count them apart."
    )
    return [
        'Of those with an incentive, the share "very disappointed" differs by ',
        gap,
        f" from those without: {ending}",
    ]
