"""Whom to ask this month, whom to call about a problem first, and whom to give something first, each with a reason.

The limits are fixed before the list is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from referral_playbook.contract.evidence import Estimate, exact, undefined
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.dates_of import dates_of
from referral_playbook.domain.lists.ask_rules import CONTROL_REASON, USUAL, AskRules, what_first, why_ask, why_close
from referral_playbook.domain.lists.cut import LONGEST, cut
from referral_playbook.domain.lists.segments import ASK
from referral_playbook.domain.value.stated_amounts import priced_profile
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion

SCRIPTS = {
    "email": "E-mail",
    "e-mail": "E-mail",
    "phone": "Call",
    "card": "Call",
    "meeting": "Review meeting",
    "in-product": "In-product",
    "chat": "In-product",
}
"""Channel by which something was given last, and the script of playbook/templates/ask-scripts.md for it."""


KNOWN = [
    "customer_id", "segment", "region", "nps", "tenure_months", "open_complaint", "monthly_amount", "referrals_made",
    "asks",
]  # fmt: skip


def todays_customers(
    active: pd.DataFrame | None, touches: pd.DataFrame | None, engagement: Engagement, rules: AskRules
) -> pd.DataFrame:
    """Active customers with what was given, what was asked, and where a complaint is open."""
    people = _nobody() if active is None else active[[*KNOWN, "last_ask_on"]].reset_index(drop=True)
    as_of = pd.Timestamp(engagement.as_of)
    people["last_asked_on"] = people.pop("last_ask_on")
    people["days_since_asked"] = (as_of - people["last_asked_on"]).dt.days
    gifts = None if touches is None else touches[touches["kind"].isin(list(rules.given_kinds))]
    people = people.merge(_given(gifts), on="customer_id", how="left")
    people["given"] = people["given"].fillna(0) if gifts is not None else float("nan")
    people["days_since_given"] = (as_of - people["last_given_on"]).dt.days
    people["complaint_since"] = dates_of(people["customer_id"], _open_since(touches))
    people["segment_is"] = people["segment"].map(_sorted_segments(engagement)).fillna("not sorted")
    people["script"] = people["channel"].map(SCRIPTS).fillna("E-mail")
    return people


def _nobody() -> pd.DataFrame:
    words = pd.DataFrame(columns=["customer_id", "segment", "region"], dtype=object)
    numbers = pd.DataFrame(columns=["nps", "tenure_months", "monthly_amount", "referrals_made", "asks"], dtype=float)
    return words.join(numbers).assign(open_complaint=pd.Series(dtype="boolean"), last_ask_on=pd.to_datetime([]))


def _sorted_segments(engagement: Engagement) -> dict[str, str]:
    """How step 01 sorted the segments: ask here, fix first, do not take on; empty where it has not been run."""
    result = engagement.upstream("pmf_check")
    return {} if result is None else {row["segment"]: row["sorted_into"] for row in result.tables.get("segments", ())}


def _given(gifts: pd.DataFrame | None) -> pd.DataFrame:
    if gifts is None:
        nobody = pd.Series(dtype=object)
        return pd.DataFrame(
            {
                "customer_id": nobody,
                "given": [],
                "last_given": nobody,
                "last_given_on": pd.to_datetime([]),
                "channel": nobody,
            }
        )
    ordered = gifts.sort_values(["customer_id", "on", "kind", "channel"])
    last = ordered.groupby("customer_id", as_index=False).agg(
        given=("on", "size"), last_given=("kind", "last"), last_given_on=("on", "max"), channel=("channel", "last")
    )
    return last.assign(last_given=last["last_given"].str.replace("_", " "))


def _open_since(touches: pd.DataFrame | None) -> pd.Series:
    if touches is None:
        return pd.Series(dtype="datetime64[ns]")
    is_open = (touches["kind"] == "complaint") & touches["resolved_on"].isna()
    return touches[is_open].groupby("customer_id")["on"].min()


ASK_COLUMNS = (
    "customer_id", "segment", "segment_is", "region", "nps", "tenure_months", "last_given", "last_given_on",
    "last_asked_on", "given", "asks", "referrals_made", "channel", "script", "reason", "control",
)  # fmt: skip
CLOSE_COLUMNS = (
    "customer_id", "segment", "region", "nps", "open_complaint", "complaint_since", "monthly_amount", "tenure_months",
    "channel", "script", "reason",
)  # fmt: skip
GIVE_COLUMNS = (
    "customer_id", "segment", "nps", "tenure_months", "last_given", "last_given_on", "given", "asks", "to_do", "reason",
)  # fmt: skip


class Sizes(NamedTuple):
    """Customers today, and on the ask list, in its control, on the close-the-loop list and on the give-first list."""

    today: int
    ask: int
    control: int
    close: int
    give: int


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Everyone who is a customer today, with what decides whether they may be asked."""

    people: pd.DataFrame  # one row an active customer; empty where there is no customers table
    rules: AskRules
    reason: str = ""  # why nobody can be put on the ask list, or nothing
    scale: float = 1.0  # customers for whom each row of `people` stands
    # the same rules over the customers who come first, from whom the rows of the lists are taken where `people` is a
    # panel; None takes them from `people`
    first: Lists | None = None

    @cached_property
    def sizes(self) -> Sizes:
        """How many customers there are and how many stand on each list, however many rows are shown."""
        asked, control = self.qualify
        rows = (len(self.people), asked, control, len(self._close), len(self._give))
        return Sizes(*(round(n * self.scale) for n in rows))

    @cached_property
    def qualify(self) -> tuple[int, int]:
        """Rows of `people` who qualify for an ask this month: to be asked, and left unasked as the control."""
        if self.reason:
            return 0, 0
        control = self.rules.control.includes(self.people.loc[self._ready, "customer_id"])
        return int((~control).sum()), int(control.sum())

    @cached_property
    def _detractor(self) -> pd.Series:
        return self.people["nps"] <= self.rules.detractor_to

    @cached_property
    def _complaint(self) -> pd.Series:
        return self.people["open_complaint"].astype("boolean").fillna(False).astype(bool)

    @cached_property
    def _asked_lately(self) -> pd.Series:
        return self.people["days_since_asked"] <= self.rules.not_asked_within

    @cached_property
    def tests(self) -> dict[str, pd.Series]:
        """Each rule by its name: who passes (bool); what is not known does not pass."""
        p, r = self.people, self.rules
        where = {"in a segment where the PMF check says ask here": p["segment_is"] == ASK} if r.only_ask_here else {}
        if r.not_reached:
            where[f"in a {r.rollout_by} that the roll-out has reached"] = ~p[r.rollout_by].isin(list(r.not_reached))
        return {
            f"promoter: last NPS answer {r.promoter_from} or more": p["nps"] >= r.promoter_from,
            f"a customer for {number(r.minimum_tenure)} months or more": p["tenure_months"] >= r.minimum_tenure,
            "no open complaint": p["open_complaint"].notna() & ~self._complaint,
            f"given something within {r.given_within} days": p["days_since_given"] <= r.given_within,
            f"not asked for {r.not_asked_within} days": p["asks"].notna() & ~self._asked_lately,
            "not asked more often than given to": p["asks"] <= p["given"],
            **where,
        }

    @cached_property
    def _ready(self) -> pd.Series:
        return pd.concat(list(self.tests.values()), axis=1).all(axis=1)

    @cached_property
    def ask(self) -> pd.DataFrame:
        """Who qualifies for an ask this month, most recent gift first, and the kept control at the end, marked.

        Nobody in the control is asked: `control` is true and the row has no script. Rows beyond `LONGEST` are left out.
        """
        rows = (self.first or self)._ask
        control = rows["control"].astype(bool)
        return pd.concat([cut(rows[~control]), cut(rows[control])], ignore_index=True) if len(rows) > LONGEST else rows

    @property
    def close_the_loop(self) -> pd.DataFrame:
        """Detractors and open complaints: to be listened to, not asked. Complaints first, then by what they pay."""
        return cut((self.first or self)._close)

    @property
    def give_first(self) -> pd.DataFrame:
        """Who may be asked next, and what comes first: something given, or a word on how they feel.

        Promoters, and those who have referred but never answered; none who may be asked now, must not be, or was asked
        lately.
        """
        return cut((self.first or self)._give)

    @cached_property
    def _ask(self) -> pd.DataFrame:
        if self.reason:
            return pd.DataFrame(columns=list(ASK_COLUMNS))
        chosen = self.people[self._ready]
        chosen = chosen.assign(control=self.rules.control.includes(chosen["customer_id"]))
        chosen = chosen.sort_values(["control", "days_since_given", "customer_id"])
        reasons = [CONTROL_REASON if row["control"] else why_ask(row) for row in chosen.to_dict("records")]
        chosen = chosen.assign(reason=reasons, script=chosen["script"].mask(chosen["control"], ""))
        return _rows(chosen, ASK_COLUMNS)

    @property
    def to_ask(self) -> pd.DataFrame:
        """The ask list without the kept control."""
        return self.ask[~self.ask["control"].astype(bool)]

    @cached_property
    def _close(self) -> pd.DataFrame:
        # pandas gives an empty table the rows of a column that is assigned to it, so the column comes first.
        chosen = self.people.assign(complains=self._complaint)[self._detractor | self._complaint]
        chosen = chosen.sort_values(["complains", "monthly_amount", "customer_id"], ascending=[False, False, True])
        chosen = chosen.assign(
            channel="phone",
            script="Close the loop",
            reason=[why_close(row, self.rules) for row in chosen.to_dict("records")],
        )
        return _rows(chosen, CLOSE_COLUMNS)

    @cached_property
    def _give(self) -> pd.DataFrame:
        p = self.people
        likely = (p["nps"] >= self.rules.promoter_from) | (p["nps"].isna() & (p["referrals_made"] > 0))
        barred = (
            self._detractor | self._complaint | self._asked_lately | (p["tenure_months"] < self.rules.minimum_tenure)
        )
        may_ask_now = self._ready & (not self.reason)
        chosen = p[likely & ~barred & ~may_ask_now].sort_values(
            ["tenure_months", "customer_id"], ascending=[False, True]
        )
        offers = [what_first(row, self.rules) for row in chosen.to_dict("records")]
        return _rows(chosen.assign(to_do=[t[0] for t in offers], reason=[t[1] for t in offers]), GIVE_COLUMNS)

    def size(self) -> Estimate:
        """Customers on the ask list: a count, so without a sampling range."""
        source = "customers, surveys, touchpoints by the rules of the ask list"
        return self._count(self.qualify[0], len(self.people), source, unknown=self.reason)

    def control_size(self) -> Estimate:
        """Customers who qualify for an ask this month and are left unasked."""
        return self._count(self.qualify[1], sum(self.qualify), "ask list: kept control", unknown=self.reason)

    def to_close(self) -> Estimate:
        """Customers on the close-the-loop list."""
        source = "surveys: nps; touchpoints: complaints without resolved_on"
        nothing = not len(self.people) or self.people[["nps", "open_complaint"]].isna().all(axis=None)
        unknown = "neither NPS answers nor complaints of customers are known" if nothing else ""
        return self._count(len(self._close), len(self.people), source, unknown=unknown)

    def _count(self, rows: int, of: int, source: str, *, unknown: str) -> Estimate:
        """Customers: counted, or from the share of the panel, with its range."""
        labels: dict[str, Any] = {"unit": "customers", "per": "month", "source": source}
        if unknown:
            return undefined(unknown, **labels)
        counted = exact(rows, n=of, **labels)
        if self.scale == 1 or not of:
            return counted
        share, everyone = proportion(rows, of, per="row", source=""), of * self.scale
        ends = {name: everyone * getattr(share, name) for name in ("value", "low", "high")}
        return counted.as_(confidence=share.confidence, **ends)

    def narrowing(self) -> list[dict[str, Any]]:
        """Rule after rule: who is still on the list, and who passes the rule by itself."""

        def step(rule: str, alone: pd.Series, left: pd.Series) -> dict[str, Any]:
            passing, left_over = (round(self.scale * int(some.sum())) for some in (alone, left))
            return {"rule": rule, "pass_this_rule": passing, "left_on_the_list": left_over}

        left = pd.Series(True, index=self.people.index)
        rows = [step("customers today", left, left)]
        for name, passes in self.tests.items():
            left = left & passes
            rows.append(step(name, passes, left))
        if self.rules.control.share:
            spared = ~pd.Series(self.rules.control.includes(self.people["customer_id"]), index=self.people.index)
            rows.append(step("not in the kept control", spared, left & spared))
        return rows


def _rows(chosen: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return chosen.reindex(columns=list(columns)).round({"tenure_months": 1}).reset_index(drop=True)


def lists(engagement: Engagement, *, rules: AskRules = USUAL) -> Lists:
    """The ask list, the close-the-loop list and the give-first list of a client's customers today."""
    profile = priced_profile(engagement)
    if profile is None:
        return Lists(
            people=todays_customers(None, None, engagement, rules),
            rules=rules,
            reason="there is no customers table, so nobody to ask",
        )
    people = todays_customers(profile[~profile["left"].astype(bool)], engagement.fact("touchpoints"), engagement, rules)
    reason = _missing(people, engagement)
    first = lists(engagement.for_lists, rules=rules) if engagement.scale > 1 else None
    return Lists(people=people, rules=rules, reason=reason, scale=engagement.scale, first=first)


def _missing(people: pd.DataFrame, engagement: Engagement) -> str:
    if not len(people):
        return "no customer is left today"
    if not engagement.has("touchpoints"):
        return "there is no touchpoints table, so it is not known what was given, who was asked and who complained"
    return (
        "no customer answered the NPS question, so nobody is known as a promoter" if people["nps"].isna().all() else ""
    )
