"""Whom to ask this month, whom to ring instead, and to whom something must be given first; each row with its reason.

Never asked: a detractor, someone with an open complaint, someone asked lately, someone asked more often than given to.
What is not known is not taken for granted: without touchpoints nobody is on the ask list, only on the list to check
first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.ask_people import todays_customers
from referral_playbook.steps.ask_reasons import what_first, why_ask, why_close
from referral_playbook.steps.ask_rules import USUAL, AskRules
from referral_playbook.steps.pmf_segments import ASK

ASK_COLUMNS = (
    "customer_id", "segment", "segment_is", "region", "nps", "tenure_months", "last_given", "last_given_on",
    "last_asked_on", "given", "asks", "referrals_made", "channel", "script", "reason",
)  # fmt: skip
CLOSE_COLUMNS = (
    "customer_id", "segment", "region", "nps", "open_complaint", "complaint_since", "monthly_amount", "tenure_months",
    "channel", "script", "reason",
)  # fmt: skip
GIVE_COLUMNS = (
    "customer_id", "segment", "nps", "tenure_months", "last_given", "last_given_on", "given", "asks", "to_do", "reason",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Everyone who is a customer today, with what decides whether they may be asked.

    Parameters
    ----------
    people : DataFrame
        One row an active customer; empty where there is no customers table.
    rules : AskRules
    reason : str
        Why nobody can be put on the ask list, or nothing.
    """

    people: pd.DataFrame
    rules: AskRules
    reason: str = ""

    @cached_property
    def _detractor(self) -> pd.Series:
        return self.people["nps"] <= self.rules.detractor_to

    @cached_property
    def _complaint(self) -> pd.Series:
        return self.people["open_complaint"].fillna(False).astype(bool)

    @cached_property
    def _asked_lately(self) -> pd.Series:
        return self.people["days_since_asked"] <= self.rules.not_asked_within

    @cached_property
    def tests(self) -> dict[str, pd.Series]:
        """Each rule by its name: who passes (bool); what is not known does not pass."""
        p, r = self.people, self.rules
        segment = {"in a segment where step 01 says ask here": p["segment_is"] == ASK} if r.only_ask_here else {}
        return {
            f"promoter: last NPS answer {r.promoter_from} or more": p["nps"] >= r.promoter_from,
            f"a customer for {r.minimum_tenure:g} months or more": p["tenure_months"] >= r.minimum_tenure,
            "no open complaint": p["open_complaint"].notna() & ~self._complaint,
            f"given something within {r.given_within} days": p["days_since_given"] <= r.given_within,
            f"not asked for {r.not_asked_within} days": p["asks"].notna() & ~self._asked_lately,
            "not asked more often than given to": p["asks"] <= p["given"],
            **segment,
        }

    @cached_property
    def _ready(self) -> pd.Series:
        return pd.concat(list(self.tests.values()), axis=1).all(axis=1)

    @cached_property
    def ask(self) -> pd.DataFrame:
        """Who may be asked this month; those given to most recently first."""
        if self.reason:
            return pd.DataFrame(columns=list(ASK_COLUMNS))
        chosen = self.people[self._ready].sort_values(["days_since_given", "customer_id"])
        return _rows(chosen.assign(reason=[why_ask(row) for row in chosen.to_dict("records")]), ASK_COLUMNS)

    @cached_property
    def close_the_loop(self) -> pd.DataFrame:
        """Detractors and open complaints: to be listened to, not asked. Complaints first, then by what they pay."""
        chosen = self.people[self._detractor | self._complaint]
        by = ["complains", "monthly_amount", "customer_id"]
        chosen = chosen.assign(complains=self._complaint).sort_values(by, ascending=[False, False, True])
        chosen = chosen.assign(
            channel="phone",
            script="Close the loop",
            reason=[why_close(row, self.rules) for row in chosen.to_dict("records")],
        )
        return _rows(chosen, CLOSE_COLUMNS)

    @cached_property
    def give_first(self) -> pd.DataFrame:
        """Who may be asked next, and what comes first: something given, or a word on how they feel.

        Promoters, and those who have referred but never answered; none who may be asked now, must not be, or was asked
        lately.
        """
        p = self.people
        likely = (p["nps"] >= self.rules.promoter_from) | (p["nps"].isna() & (p["referrals_made"] > 0))
        barred = (
            self._detractor | self._complaint | self._asked_lately | (p["tenure_months"] < self.rules.minimum_tenure)
        )
        may_ask_now = self._ready & (not self.reason)
        chosen = p[likely & ~barred & ~may_ask_now].sort_values(
            ["tenure_months", "customer_id"], ascending=[False, True]
        )
        told = [what_first(row, self.rules) for row in chosen.to_dict("records")]
        return _rows(chosen.assign(to_do=[t[0] for t in told], reason=[t[1] for t in told]), GIVE_COLUMNS)

    def size(self) -> Estimate:
        """Customers on the ask list: a count, so without a sampling range."""
        said: dict[str, Any] = {
            "unit": "customers",
            "per": "month",
            "source": "customers, surveys, touchpoints by the rules of the ask list",
        }
        return undefined(self.reason, **said) if self.reason else _count(len(self.ask), len(self.people), said)

    def to_close(self) -> Estimate:
        """Customers on the close-the-loop list."""
        said: dict[str, Any] = {
            "unit": "customers",
            "per": "month",
            "source": "surveys: nps; touchpoints: complaints without resolved_on",
        }
        if not len(self.people) or (self.people["nps"].isna().all() and self.people["open_complaint"].isna().all()):
            return undefined("neither NPS answers nor complaints of customers are known", **said)
        return _count(len(self.close_the_loop), len(self.people), said)

    def narrowing(self) -> list[dict[str, Any]]:
        """Rule after rule: who is still on the list, and who passes the rule by itself."""
        n = len(self.people)
        left, rows = pd.Series(True, index=self.people.index), [_step("customers today", n, n)]
        for name, passes in self.tests.items():
            left = left & passes
            rows.append(_step(name, int(passes.sum()), int(left.sum())))
        return rows


def _step(rule: str, alone: int, left: int) -> dict[str, Any]:
    return {"rule": rule, "pass_this_rule": alone, "left_on_the_list": left}


def _count(n: int, of: int, said: dict[str, Any]) -> Estimate:
    return Estimate(value=n, low=n, high=n, confidence=None, n=of, basis=Basis.MEASURED, **said)


def _rows(chosen: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return chosen.reindex(columns=list(columns)).round({"tenure_months": 1}).reset_index(drop=True)


def lists(engagement: Engagement, *, rules: AskRules = USUAL) -> Lists:
    """The ask list, the close-the-loop list and the give-first list of a client's customers today."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return Lists(
            people=todays_customers(None, None, engagement, rules),
            rules=rules,
            reason="there is no customers table, so nobody to ask",
        )
    people = todays_customers(profile[~profile["left"].astype(bool)], engagement.fact("touchpoints"), engagement, rules)
    return Lists(people=people, rules=rules, reason=_missing(people, engagement))


def _missing(people: pd.DataFrame, engagement: Engagement) -> str:
    if not len(people):
        return "no customer is left today"
    if not engagement.has("touchpoints"):
        return "there is no touchpoints table, so it is not known what was given, who was asked and who complained"
    return (
        "no customer answered the NPS question, so nobody is known as a promoter" if people["nps"].isna().all() else ""
    )
