"""Whom to offer more: who, what, why now, and the expected margin.

Never someone with an open complaint, a detractor, or someone who was asked or offered something lately. Where
complaints are not written down nobody is on the list; who would be is on the list to check first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, exact, undefined
from referral_playbook.contract.writing.formatting import money, number, whole, written
from referral_playbook.domain.lists.cut import cut
from referral_playbook.domain.value.customer_money import YEAR
from referral_playbook.domain.value.payment_rhythm import month_number
from referral_playbook.domain.value.stated_amounts import priced_multiples
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.loyalty_and_upsell.upsell_offers import SOLD

COLUMNS = (
    "customer_id",
    "segment",
    "what",
    "why_now",
    "expected_margin",
    "expected_margin_low",
    "expected_margin_high",
    "yearly_amount",
    "tenure_months",
    "nps",
    "last_offered_on",
    "last_asked_on",
)
NO_SEGMENT = "(none)"


@dataclass(frozen=True, kw_only=True)
class UpsellRules:
    """When a customer may be offered more."""

    minimum_tenure: float = 3.0  # months as a customer
    # last NPS answer, 0 to 10
    detractor_to: int = 6
    promoter_from: int = 9
    not_asked_within: int = 60  # days since the last upsell offer or referral ask; more than that
    not_sold_within: int = 6  # months since something was last sold on top; more than that
    given_within: int = 90  # days: something was given at most so long ago
    tenfold: float = 10.0  # value over price from which the price is a reason

    def __post_init__(self) -> None:
        if not self.detractor_to < self.promoter_from:
            raise ValueError(f"detractor_to = {self.detractor_to} must be below promoter_from = {self.promoter_from}")


USUAL = UpsellRules()


@dataclass(frozen=True, kw_only=True)
class UpsellList:
    """Today's customers who may be offered more and have a reason now."""

    chosen: pd.DataFrame  # COLUMNS and complaints_known (bool), those with most expected margin first
    today: int  # customers today
    reason: str = ""  # why nobody can be on the list, or nothing
    elsewhere: frozenset[str] = frozenset()  # customers on a list that comes before this one; they are left out
    scale: float = 1.0  # customers for whom each row stands
    # of the customers who come first, from whom the list is taken where `chosen` is of a panel
    first: UpsellList | None = None

    @property
    def offer(self) -> pd.DataFrame:
        """Whom to offer what this month, cut to what a team can work."""
        return cut((self.first or self)._offer)

    @property
    def check_first(self) -> pd.DataFrame:
        """Who would be on the list if it were known that no complaint is open, cut likewise."""
        return cut((self.first or self)._check_first)

    @property
    def offers(self) -> int:
        """Customers who can be offered more, however many rows the list shows."""
        return self._everyone(len(self._offer))

    def _everyone(self, rows: int) -> int:
        return round(rows * self.scale)

    @cached_property
    def _offer(self) -> pd.DataFrame:
        return self._where(known=True)

    @cached_property
    def _check_first(self) -> pd.DataFrame:
        return self._where(known=False)

    def _where(self, *, known: bool) -> pd.DataFrame:
        rows = self.chosen[
            (self.chosen["complaints_known"] == known) & ~self.chosen["customer_id"].isin(self.elsewhere)
        ]
        return rows.reindex(columns=list(COLUMNS)).reset_index(drop=True)

    def words(self) -> str:
        """The list in a sentence."""
        if self.reason:
            check = self._everyone(len(self._check_first))
            return f"Offer nobody more yet: {self.reason}. Check {number(check)} customers first."
        offered = f"{number(self.offers)} of {written(self._everyone(self.today), 'customers')}"
        return f"Offer more to {offered}, the largest expected margin first"

    def size(self) -> Estimate:
        """Customers on the list: a count, so without a sampling range."""
        labels: dict[str, Any] = {
            "unit": "customers",
            "per": "month",
            "source": "customers, touchpoints, payments by the rules of the list",
        }
        if self.reason:
            return undefined(self.reason, **labels)
        n = self.offers
        return exact(n, n=self._everyone(self.today), **labels)

    def margin(self, worth: Estimate, currency: str) -> Estimate:
        """Margin over 12 months expected of the whole list, from `Offers.worth`."""
        labels: dict[str, Any] = {
            "unit": currency,
            "per": "year, of this list",
            "source": "what they pay x worth of an offer",
        }
        amount = self._offer["yearly_amount"]
        if self.reason or (len(amount) and amount.isna().all()):
            return undefined(self.reason or "no table shows what these customers pay", **labels)
        total = self.scale * float(amount.sum())
        return propagate(lambda w: total * w, w=worth, **labels)

    def worth_it(self, cost: float | None) -> set[str]:
        """Customers on the list who are not expected to bring less than a contact costs; all where nobody knows it."""
        if cost is None:
            return set(self._offer["customer_id"])
        return set(self._offer.loc[~(self._offer["expected_margin"] <= cost), "customer_id"])

    def worth_a_contact(self, cost: float | None, currency: str) -> Check:
        """How many of the list can be expected to bring more than it costs to contact them."""
        if cost is None:
            text = f"We do not know what a contact costs in {currency}: state the cost of a contact."
            return Check(name="offers_are_worth_a_contact", passed=None, text=text)
        if self.reason or self._offer.empty:
            text = self.reason or "Nobody is on the list this month, so no offer has to pay for a contact."
            return Check(name="offers_are_worth_a_contact", passed=None, text=text)
        more = self._everyone(int((self._offer["expected_margin"] > cost).sum()))
        price = money(cost, currency)
        offers = f"{number(more)} of {written(self.offers, 'offers')}"
        text = f"{offers} will probably bring more than a contact costs ({price})."
        return Check(name="offers_are_worth_a_contact", passed=more == self.offers, text=text)


def upsell_list(
    engagement: Engagement,
    people: pd.DataFrame,
    *,
    worth: Estimate,
    rules: UpsellRules = USUAL,
    elsewhere: frozenset[str] = frozenset(),
) -> UpsellList:
    """Who of these customers may be offered more this month, what, why now, and the margin expected over 12 months.

    `worth` is of `Offers.worth`, as a share of what the customer pays in a year; `elsewhere` are customers on a list
    that comes before this one.
    """
    if people.empty:
        nobody = pd.DataFrame(columns=[*COLUMNS, "complaints_known"])
        return UpsellList(chosen=nobody, today=0, reason="there is no customer today whose data are known")
    known_people = _told(engagement, people)
    may = known_people[_may(known_people, rules)]
    reasons = [why_now(row, rules) for row in may.to_dict("records")]
    usual = known_people.groupby(known_people["segment"].fillna(NO_SEGMENT))["yearly_amount"].median()
    chosen = may.assign(why_now=["; ".join(r) for r in reasons], reasons=list(map(len, reasons)))
    chosen = chosen[chosen["reasons"] > 0]
    monthly = cache(lambda yearly: money(yearly / YEAR, engagement.currency))  # one text per segment, not per customer
    chosen = chosen.assign(what=[what(row, usual, monthly) for row in chosen.to_dict("records")])
    chosen = _valued(chosen, worth).sort_values(["expected_margin", "customer_id"], ascending=[False, True])
    reason = (
        ""
        if engagement.has("touchpoints")
        else "there is no touchpoints table, so we do not know who has an open complaint"
    )
    return UpsellList(chosen=chosen, today=len(people), reason=reason, elsewhere=elsewhere, scale=engagement.scale)


def _told(engagement: Engagement, people: pd.DataFrame) -> pd.DataFrame:
    """Customers with when they were last offered, last asked, last sold something, and what it is worth to them."""
    kinds, multiples = engagement.fact("kind_months"), priced_multiples(engagement)
    sold = {} if kinds is None else kinds[kinds["kind"].isin(SOLD)].groupby("customer_id")["month"].max()
    multiple = {} if multiples is None else multiples.dropna(subset="multiple").set_index("respondent_id")["multiple"]
    as_of = pd.Timestamp(engagement.as_of)
    dated = people.assign(
        last_offered_on=pd.to_datetime(people["customer_id"].map(last_offers(engagement))),
        last_asked_on=pd.to_datetime(people["last_ask_on"]),
        sold_month=people["customer_id"].map(sold),
        multiple=people["customer_id"].map(multiple).astype(float),
        complaints_known=people["open_complaint"].notna(),
        days_since_given=(as_of - pd.to_datetime(people["last_kind_act_on"])).dt.days,
    )
    dated["days_since_asked"] = (as_of - dated[["last_offered_on", "last_asked_on"]].max(axis=1)).dt.days
    sold_in = month_number(dated["sold_month"].dropna().astype(str))
    dated["months_since_sold"] = (as_of.year * 12 + as_of.month - 1 - sold_in).reindex(dated.index).astype(float)
    return dated


def last_offers(engagement: Engagement) -> dict[str, pd.Timestamp]:
    """When each customer was last offered an upsell, as far as it was written down."""
    touches = engagement.fact("touchpoints")
    return {} if touches is None else dict(touches[touches["kind"] == "upsell"].groupby("customer_id")["on"].max())


def _may(told: pd.DataFrame, rules: UpsellRules) -> pd.Series:
    complains = told["open_complaint"].astype("boolean").fillna(False).astype(bool)
    barred = (
        complains
        | (told["nps"] <= rules.detractor_to)
        | (told["days_since_asked"] <= rules.not_asked_within)
        | (told["months_since_sold"] <= rules.not_sold_within)
    )
    return ~barred & (told["tenure_months"] >= rules.minimum_tenure)


def why_now(row: dict[str, Any], rules: UpsellRules = USUAL) -> list[str]:
    """Why this customer, and why now; nothing where there is no reason."""
    tests: list[tuple[bool, Callable[[], str]]] = [
        (row["nps"] >= rules.promoter_from, lambda: f"promoter ({whole(row['nps'])})"),
        (
            row["days_since_given"] <= rules.given_within,
            lambda: f"given something {whole(row['days_since_given'])} days ago",
        ),
        (row["multiple"] >= rules.tenfold, lambda: f"puts the value at {whole(row['multiple'])} times the price"),
        (_anniversary(row["tenure_months"]), lambda: f"a customer for {round(row['tenure_months'] / YEAR)} years"),
    ]
    # one whole year of good will is no reason by itself to be rung: the anniversary only adds to another
    reasons = [say() for holds, say in tests if holds]
    return reasons if len(reasons) > 1 or not tests[-1][0] else []


def _anniversary(tenure: float) -> bool:
    """Within a month of a whole year."""
    return bool(tenure >= YEAR - 1 and min(tenure % YEAR, YEAR - tenure % YEAR) <= 1)


def what(row: dict[str, Any], usual: pd.Series, monthly: Callable[[float], str]) -> str:
    """Upsell to who pays less than half of their segment does, cross-sell to the others."""
    middle = usual.get(row["segment"] if isinstance(row["segment"], str) else NO_SEGMENT)
    if middle is None or pd.isna(middle) or pd.isna(row["yearly_amount"]):
        return "ask what else they need: what they pay is not known"
    if row["yearly_amount"] < middle:
        return f"upsell: the next plan or size; half of their segment pays over {monthly(middle)} a month"
    return "cross-sell: something beside what they have; they already pay what their segment pays"


def _valued(chosen: pd.DataFrame, worth: Estimate) -> pd.DataFrame:
    amount = chosen["yearly_amount"]
    shares = {"expected_margin": worth.value, "expected_margin_low": worth.low, "expected_margin_high": worth.high}
    valued = {name: amount * (float("nan") if share is None else share) for name, share in shares.items()}
    return chosen.assign(**valued).round({**dict.fromkeys(shares, 2), "tenure_months": 1})
