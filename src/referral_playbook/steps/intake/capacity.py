"""Capacity: how many prospects staff can reach by hand, compared with how many people existing customers could tell.

Nobody can reach every prospect by hand. Customers already know people like themselves, which is why the playbook begins
with them.
"""

from typing import Any

from referral_playbook.contract.evidence import Basis, Estimate, exact, undefined
from referral_playbook.contract.writing.formatting import interval, share
from referral_playbook.domain.assumptions import Default, assumed_value, decided_value
from referral_playbook.domain.headcount import customers_in_all, customers_now
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.intake.finding import Capacity

STAFF = 2.0  # people
HOURS = Default(20.0, 10.0, 40.0)  # a month and person, for reaching out
PER_PROSPECT = Default(1.5, 0.75, 3.0)  # hours
ENOUGH = 30  # customers at the start, or growth in per cent says little
FRIENDS = Default(3.0, 1.0, 6.0)  # people like themselves whom a customer could tell


def direct_reach(
    *, staff: float | None = None, hours_per_person: float | None = None, hours_per_prospect: float | None = None
) -> Estimate:
    """Prospects that staff reach by hand in a month: staff x hours / hours per prospect.

    Hours per prospect of 0, or anything negative, raise a ValueError.
    """
    if hours_per_prospect is not None and hours_per_prospect <= 0:
        raise ValueError(f"hours_per_prospect = {hours_per_prospect}: give a number of hours above 0")
    return propagate(
        lambda people, hours, each: people * hours / each,
        unit="prospects",
        per="month",
        source="staff x hours / hours per prospect",
        people=decided_value("staff", STAFF if staff is None else staff, unit="people", per="firm"),
        hours=assumed_value("hours_per_person", hours_per_person, HOURS, unit="hours", per="person and month"),
        each=assumed_value("hours_per_prospect", hours_per_prospect, PER_PROSPECT, unit="hours", per="prospect"),
    )


def customers_today(engagement: Engagement, *, stated: int | None = None) -> Estimate:
    """Customers at the as-of date: counted, else as stated."""
    labels: dict[str, Any] = {"unit": "customers", "per": "as-of date"}
    if stated is not None:
        return decided_value("customers_today", stated, **labels)
    if not engagement.has("customers"):
        return undefined("there is no customers table, and their number was not stated", **labels)
    n = customers_now(engagement)
    return exact(n, n=customers_in_all(engagement), source="customers: not left", **labels)


def customer_reach(customers: Estimate, *, friends: float | None = None) -> Estimate:
    """People whom existing customers could tell: customers x friends each could tell."""
    each = assumed_value("friends_each", friends, FRIENDS, unit="people", per="customer")
    source = "customers today x friends each could tell"
    return propagate(lambda c, f: c * f, unit="people", per="firm", source=source, c=customers, f=each)


def months_by_hand(reach: Estimate, direct: Estimate) -> Estimate:
    """Months in which staff would reach by hand as many as customers could tell."""
    if direct.defined and direct.lower <= 0:
        return undefined("staff reach nobody by hand", unit="months", per="reach of customers", basis=Basis.ASSUMED)
    source = "reach of customers / direct reach per month"
    return propagate(lambda r, d: r / d, unit="months", per="reach of customers", source=source, r=reach, d=direct)


def describe(found: Capacity) -> list[str | Estimate]:
    """The capacity limit in words."""
    direct, reach, months = found.direct, found.reach, found.months_by_hand
    head: list[str | Estimate] = ["Staff can reach ", direct, " a month by hand. "]
    if not reach.defined or not months.defined:
        return [*head, f"We do not know how many people customers could tell: {reach.reason or months.reason}."]
    return [
        *head,
        "Existing customers could tell ",
        reach,
        ", as many as staff would reach in ",
        months,
        ". So we begin with the customers.",
    ]


def reach_bars(found: Capacity) -> dict[str, Estimate]:
    """A year by hand beside what customers could tell, ready to draw."""
    year = propagate(lambda d: 12 * d, unit="people", per="year", source="12 x direct reach", d=found.direct)
    return {"by hand, in a year": year, "customers could tell": found.reach}


def customer_growth(engagement: Engagement, *, months: int = 12, confidence: float = 0.95) -> Estimate:
    """Growth of the number of customers over the last months: (joined - left) / customers at the start.

    Joined and left are taken as Poisson counts, so the range says how much of the growth may be luck.
    """
    labels: dict[str, Any] = {
        "unit": "share",
        "per": f"customers {months} months ago",
        "source": "customers: joined and left by month",
    }
    flow = engagement.fact("period_flow")
    if flow is None:
        return undefined(engagement.absent.get("period_flow", "there is no customers table"), **labels)
    rows = flow.sort_values("month").tail(months)
    start = int(rows["start"].iloc[0]) if len(rows) else 0
    if len(rows) < months or start < ENOUGH:
        return undefined(
            f"{months} months ago there were fewer than {ENOUGH} customers, too few to speak of growth", **labels
        )
    joined, left = (
        poisson_rate(int(rows[c].sum()), 1.0, confidence=confidence, unit="customers") for c in ("joined", "left")
    )
    return propagate(lambda j, gone: (j - gone) / start, j=joined, gone=left, **labels).as_(n=start)


STAGES = ("start", "growth", "maturity", "decline")
AIMS = ("profit", "cash", "equity value")
LOOK_AT = {
    "profit": "the value of a qualified referral (02) and the worst-decile result (05)",
    "cash": "the month of cash pay-back and the peak cash need (05)",
    "equity value": "customer value (02), net revenue retention (08), and how much depends on one source (07)",
}
STAGE_SAYS = {
    "start": "few customers: begin with a pilot by hand, and ask for introductions rather than volume",
    "growth": "customers like the newest ones are easy to find: ask early, in the ask window (06)",
    "maturity": "most possible buyers know the firm; referrals win those who do not trust it yet (08 first)",
    "decline": "keep today's customers (08) before you ask them to bring others",
}


def context(
    engagement: Engagement,
    *,
    life_cycle_stage: str | None = None,
    industry_growth: float | None = None,
    owners_aim: str | None = None,
    confidence: float = 0.95,
) -> list[dict[str, Any]]:
    """Business context: what, said, what follows. What was not stated is to be asked.

    A stage or an aim that the playbook does not know raises a ValueError.
    """
    _known("life_cycle_stage", life_cycle_stage, STAGES)
    _known("owners_aim", owners_aim, AIMS)
    growth = customer_growth(engagement, confidence=confidence)
    return [
        _row(
            "life-cycle stage",
            life_cycle_stage,
            STAGE_SAYS.get(life_cycle_stage or "", "ask: start, growth, maturity or decline?"),
        ),
        _row(
            "industry growth a year",
            None if industry_growth is None else share(industry_growth),
            against_industry(growth, industry_growth),
        ),
        _row("what the owner wants", owners_aim, LOOK_AT.get(owners_aim or "", "ask: profit, cash or equity value?")),
    ]


def _row(what: str, said: str | None, follows: str) -> dict[str, Any]:
    return {"what": what, "stated": said or "not stated", "what_follows": follows}


def _known(name: str, value: str | None, words_known: tuple[str, ...]) -> None:
    if value is not None and value not in words_known:
        raise ValueError(f"{name} = {value!r}: use one of {', '.join(words_known)}, or None where nobody said")


def against_industry(growth: Estimate, industry: float | None) -> str:
    """The client's growth beside its industry's, in words."""
    if not growth.defined:
        return f"we do not know how fast the client grows: {growth.reason}"
    changed = "customers grew" if growth.point >= 0 else "the number of customers changed"
    own = f"{changed} by {interval(growth)} in a year"
    if industry is None:
        return f"{own}; ask how fast the industry grows"
    above, below = growth.lower > industry, growth.upper < industry
    if above:
        return f"{own}: faster than the industry"
    return (
        f"{own}: slower than the industry"
        if below
        else f"{own}: we cannot tell whether that is faster than the industry"
    )


def sensitivity(
    *, staff: float | None = None, hours_per_person: float | None = None, hours_per_prospect: float | None = None
) -> list[dict[str, Any]]:
    """Direct reach if a prospect took half as long, or twice as long: hours_per_prospect, prospects_a_month."""
    each = PER_PROSPECT.value if hours_per_prospect is None else hours_per_prospect
    return [
        {
            "hours_per_prospect": times * each,
            "prospects_a_month": direct_reach(
                staff=staff, hours_per_person=hours_per_person, hours_per_prospect=times * each
            ),
        }
        for times in (0.5, 1.0, 2.0)
    ]
