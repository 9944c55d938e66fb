"""The public conformance suite: for each challenge the input, the right value, and ours.

``playbook/conformance/`` holds a client of twelve customers, so small that every answer can be worked out by hand, and
``answers.toml`` the right value for each challenge with its working. Any other tool can be given the same files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from referral_playbook.challenge.catalogue import DAMAGES, bad_end
from referral_playbook.challenge.damages import Damage
from referral_playbook.challenge.trials import damaged
from referral_playbook.contract.estimate import Basis, Estimate
from referral_playbook.contract.names import Step
from referral_playbook.domain.lists import ask_lists
from referral_playbook.domain.lists.segments import very_disappointed
from referral_playbook.domain.programme import costs as programme_costs
from referral_playbook.domain.programme.status import programme_status
from referral_playbook.domain.programme.valid_referrals import valid
from referral_playbook.domain.value import customer_value
from referral_playbook.facts.engagement import Engagement, open_engagement
from referral_playbook.methods.decisions.against_nothing import monthly_contribution
from referral_playbook.steps.break_even.inputs import ProgrammeInputs, programme_inputs

Answer = float | str
INPUTS = Path(__file__).resolve().parents[1] / "playbook" / "conformance"
UNTOUCHED = "as it is"
NOTHING = "none"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the suite: the challenge, what is asked, the right value with its working, and ours."""

    challenge: str
    input: str
    quantity: str
    right: Answer
    working: str
    ours: Answer

    @property
    def agrees(self) -> bool:
        if isinstance(self.right, str) or isinstance(self.ours, str):
            return self.right == self.ours
        return abs(self.right - self.ours) <= 1e-6 * max(1.0, abs(self.right))


@cache
def cases() -> tuple[Case, ...]:
    """Every case of the suite, computed from its files; the facts of a challenge are built once."""
    with TemporaryDirectory() as place:
        answers = tomllib.loads((INPUTS / "answers.toml").read_text(encoding="utf-8"))["answer"]
        clients = _clients(INPUTS, Path(place), dict.fromkeys(answer["challenge"] for answer in answers))
        return tuple(Case(**a, ours=QUANTITIES[a["quantity"]](clients[a["challenge"]])) for a in answers)


def _clients(source: Path, place: Path, names: Iterable[str]) -> dict[str, Engagement]:
    """The client as it is and under each challenge, by the challenge's name."""
    facts = place / "base" / "facts"
    base = open_engagement(source, facts.parent / "results")
    inputs = economics(base).known
    by_name = {damage.name: damage for damage in DAMAGES}
    return {
        name: base if name == UNTOUCHED else _changed(by_name[name], source, facts, place / str(number), inputs)
        for number, name in enumerate(names)
    }


def _changed(damage: Damage, source: Path, facts: Path, place: Path, inputs: Mapping[str, Estimate]) -> Engagement:
    place.mkdir()
    end = bad_end(damage, inputs) if damage.parameter else None
    engagement, why_not = damaged(damage, source, facts, place, end)
    if engagement is None:
        raise ValueError(f"{damage.name} does not apply to the client of the suite: {why_not}")
    return engagement


def economics(engagement: Engagement) -> ProgrammeInputs:
    """The inputs of step 05, from the facts and the parameters alone."""
    sound = valid(engagement)
    return programme_inputs(sound, programme_status(sound), engagement.parameters_of(Step.BREAK_EVEN))


def _of(fact: str, compute: Callable[[pd.DataFrame], float]) -> Callable[[Engagement], Answer]:
    """A number computed from a fact; referrals are the valid ones. Without the fact there is none."""

    def answer(engagement: Engagement) -> Answer:
        rows = (valid(engagement) if fact == "referrals" else engagement).fact(fact)
        return NOTHING if rows is None else float(compute(rows))

    return answer


def _ask_list(engagement: Engagement) -> Answer:
    lists = ask_lists.lists(engagement)
    return NOTHING if lists.reason else float(len(lists.to_ask))


def _measured(estimate: Estimate) -> Answer:
    """The value of what is measured; where it is not, the basis that takes its place."""
    return estimate.basis.value if estimate.basis is not Basis.MEASURED else estimate.value or NOTHING


def _monthly_cost(engagement: Engagement) -> Answer:
    sheet = programme_costs.cost_sheet(engagement)
    cost = economics(engagement).known["monthly_cost"]
    return "assumed" if sheet is None else cost.value or 0.0


def _contribution(engagement: Engagement) -> Answer:
    """What a month of the programme leaves against doing nothing, with every input at its value."""
    inputs = economics(engagement)
    value = {name: estimate.value for name, estimate in inputs.known.items()}
    return float(
        monthly_contribution(
            baseline=value["baseline_referrals"],
            qualified=value["qualified_share"],
            conversion=value["conversion_rate"],
            uplift=value["uplift"],
            value=value["customer_value"],
            incremental_share=value["incremental_share"],
            reward=inputs.reward_per_conversion().value,
            running_cost=value["monthly_cost"],
        )
    )


QUANTITIES: dict[str, Callable[[Engagement], Answer]] = {
    "customers today": _of("customer_profile", lambda rows: (~rows["left"].astype(bool)).sum()),
    "money received, refunds taken off": _of("customer_profile", lambda rows: rows["amount_paid"].sum()),
    "margin share": lambda e: _measured(customer_value.gross_margin(e)),
    "monthly amounts of today's customers": _of(
        "customer_profile", lambda rows: rows.loc[~rows["left"].astype(bool), "monthly_amount"].sum()
    ),
    "valid referrals": _of("referrals", len),
    "conversions of valid referrals": _of("referrals", lambda rows: rows["converted_on"].notna().sum()),
    "share very disappointed": lambda e: very_disappointed(e).value or 0.0,
    "customers on the ask list": _ask_list,
    "arms of the experiment": _of("arms", len),
    "programme cost a month": _monthly_cost,
    "set-up cost": lambda e: economics(e).known["set_up_cost"].value or 0.0,
    "contribution a month against doing nothing": _contribution,
}
"""What a case asks for, and how the playbook computes it from a client's facts."""
