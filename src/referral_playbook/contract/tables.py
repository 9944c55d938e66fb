"""The client's tables as the playbook knows them: names, columns, types, allowed words.

A header that already is a contract name needs no mapping in client.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "number", "count", "choice", "month"]
NOT_MONEY = ("hours", "score", "seconds", "current", "desired", "target")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: `kind` says how its text is read; `choices` are the words of a choice."""

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    says: str = ""

    @property
    def is_money(self) -> bool:
        """Whether the column is an amount in the client's currency."""
        return self.kind == "number" and self.name not in NOT_MONEY

    @property
    def is_id(self) -> bool:
        """Whether the column names a person or a row, so that its values stay out of messages."""
        return self.kind == "text" and (self.name.endswith("_id") or self.name == "referred_by")


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: `key` is unique where given; `dated_by` places a row in time for the as-of rule."""

    name: str
    says: str
    columns: tuple[Column, ...]
    key: str | None = None
    dated_by: str | None = None

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.required)


def _must(name: str, kind: Kind = "text", says: str = "", choices: tuple[str, ...] = ()) -> Column:
    return Column(name=name, kind=kind, required=True, choices=choices, says=says)


def _may(name: str, kind: Kind = "text", says: str = "", choices: tuple[str, ...] = ()) -> Column:
    return Column(name=name, kind=kind, choices=choices, says=says)


CUSTOMER_STATUS = ("active", "left")
PAYMENT_KINDS = ("new", "renewal", "upsell", "cross_sell", "contraction", "refund")
QUESTIONS = ("pmf", "nps", "csat", "ces", "value")
REFERRER_TYPES = ("customer", "employee", "intermediary", "connector", "agency", "supplier", "influencer")
TOUCHPOINT_KINDS = ("support", "delight", "kind_act", "review", "ask", "complaint", "upsell")
PMF_ANSWERS = ("very disappointed", "somewhat disappointed", "not disappointed", "no longer use")

GOAL_METRICS = ("asks", "invites", "referrals", "qualified", "conversions")
"""What the tables count by month, and a goal can be compared with."""
VIRAL = ("k", "k_factor", "k factor", "k-factor", "viral coefficient", "virality", "network growth")
"""Names for growth through the network, on which no goal may be set."""

_ALL = (
    Table(
        name="customers",
        says="one row per customer, those who left too",
        key="customer_id",
        dated_by="joined_on",
        columns=(
            _must("customer_id", says="unique"),
            _must("joined_on", "date", "first day as a customer; tenure_months with status may stand for it"),
            _may("left_on", "date", "empty while the customer is active"),
            _may("segment"),
            _may("region"),
            _may("source", says="where the customer came from; 'referral' for referred, 'unknown' where not recorded"),
            _may("referred_by", says="customer_id of the advocate"),
            _may("referrals_made", "count", "for exports that only count"),
            _may("monthly_amount", "number", "revenue per month, in the client's currency"),
            _may("total_amount", "number", "revenue to date, in the client's currency"),
            _may("tenure_months", "count", "stands for joined_on and left_on together with status"),
            _may("status", "choice", "with tenure_months", CUSTOMER_STATUS),
        ),
    ),
    Table(
        name="payments",
        says="one row per payment or invoice line",
        dated_by="paid_on",
        columns=(
            _must("customer_id"),
            _must("paid_on", "date"),
            _must("amount", "number", "revenue; a refund is negative"),
            _may("margin", "number", "amount less cost of delivery"),
            _may("kind", "choice", choices=PAYMENT_KINDS),
            _may(
                "period_months", "count", "months that the payment is for: 12 for a yearly plan, 3 for a quarterly one"
            ),
        ),
    ),
    Table(
        name="surveys",
        says="one row per answer",
        dated_by="asked_on",
        columns=(
            _must("respondent_id", says="the customer_id where it is known"),
            _must("asked_on", "date"),
            _must("question", "choice", choices=QUESTIONS),
            _must(
                "answer",
                says="pmf: one of the four Ellis answers; nps 0-10; csat 1-5 or 1-7, best last; "
                "ces 1-5 or 1-7, 1 is no effort; "
                "value: what a month is worth to the customer, in the client's currency",
            ),
            _may("comment"),
            _may("segment"),
            _may("incentive", says="what was offered for answering"),
        ),
    ),
    Table(
        name="referrals",
        says="one row per referral: one advocate naming one friend",
        key="referral_id",
        dated_by="referred_on",
        columns=(
            _must("referral_id", says="unique"),
            _must("referrer_id", says="customer_id where the referrer is a customer"),
            _must("referred_on", "date"),
            _may("referrer_type", "choice", choices=REFERRER_TYPES),
            _may("channel", says="verbal, form, email, link, ..."),
            _may("friend_id", says="customer_id or lead_id of the friend"),
            _may("invited_on", "date"),
            _may("qualified_on", "date", "accepted by sales as a real prospect"),
            _may("converted_on", "date", "became a paying customer"),
            _may("reward", "number", "paid or promised, in the client's currency"),
            _may("rewarded_on", "date"),
            _may("arm", says="offer of an experiment"),
        ),
    ),
    Table(
        name="leads",
        says="one row per enquiry, won or not",
        key="lead_id",
        dated_by="created_on",
        columns=(
            _must("lead_id", says="unique"),
            _must("created_on", "date"),
            _may("source", says="'referral' for referred, 'unknown' where not recorded"),
            _may("won_on", "date"),
            _may("value", "number", "of the deal, in the client's currency"),
            _may("given_or_received", "choice", "business given to an intermediary or received", ("given", "received")),
        ),
    ),
    Table(
        name="touchpoints",
        says="one row per contact with a customer",
        dated_by="on",
        columns=(
            _must("customer_id"),
            _must("on", "date"),
            _must("kind", "choice", choices=TOUCHPOINT_KINDS),
            _may("channel"),
            _may("resolved_on", "date", "for support and complaints"),
            _may("score", "number", "satisfaction with this contact, 1-5"),
        ),
    ),
    Table(
        name="arms",
        says="experiments known only as counts",
        key="arm",
        columns=(_must("arm"), _must("users", "count"), _may("conversions", "count"), _may("invites", "count")),
    ),
    Table(
        name="costs",
        says="cost sheet of the referral programme",
        dated_by="month",
        columns=(
            _must("month", "month"),
            _must("item"),
            _must("hours", "number"),
            _must("amount", "number", "money spent"),
        ),
    ),
    Table(
        name="rewards",
        says="reward options to compare",
        key="name",
        columns=(
            _must("name"),
            _must("kind", says="cash, credit, free period, gift, feature, donation, recognition"),
            _must("side", "choice", choices=("advocate", "friend", "both")),
            _must("trigger", "choice", choices=("lead", "conversion", "hold")),
            _must("cost", "number", "to the firm, per reward and side"),
            _may("value", "number", "to the one who gets it"),
            _may("cap", "count", "rewards per advocate and year"),
            _may("tier", "count", "from which referral of an advocate on"),
        ),
    ),
    Table(
        name="exchanges",
        says="who gives what to whom",
        columns=(
            _must("stage", "choice", "the three exchanges", ("money", "information", "promise")),
            _must("giver"),
            _must("receiver"),
            _must("what"),
            _may("cost", "number"),
            _may("value", "number"),
        ),
    ),
    Table(
        name="friction",
        says="steps from 'I want to refer' to 'sent'",
        columns=(_must("step"), _must("fields", "count"), _must("seconds", "number")),
    ),
    Table(
        name="effort",
        says="effort by market, 0 to 10",
        key="market",
        columns=(_must("market"), _must("current", "number"), _must("desired", "number")),
    ),
    Table(
        name="goals",
        says="targets set before the period began",
        columns=(_must("month", "month"), _must("metric"), _must("target", "number"), _may("owner")),
    ),
)
TABLES: dict[str, Table] = {table.name: table for table in _ALL}
