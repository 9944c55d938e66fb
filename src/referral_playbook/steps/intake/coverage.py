"""Coverage map: which numbers of each step are measured, taken from a benchmark, assumed, or not known."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Basis, Estimate
from referral_playbook.domain.value.customer_value import fitting_model
from referral_playbook.domain.value.recurring_revenue import recurring
from referral_playbook.domain.value.retention import lives
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.intake.coverage_needs import (
    COUNTED,
    CUSTOMERS,
    LEFT,
    NEEDS,
    Alternatives,
    Has,
    Kind,
    Needs,
)

KINDS: tuple[Kind, ...] = ("measured", "benchmark", "assumed", "not known")


def there(engagement: Engagement, part: Has) -> bool:
    """Whether a fact is there, and its column filled somewhere, or with that word."""
    rows = engagement.fact(part.fact)
    if rows is None or rows.empty:
        return False
    if part.column is None:
        return True
    cells = rows[part.column].dropna()
    return len(cells) > 0 if part.word is None else bool((cells.astype(str).str.strip().str.lower() == part.word).any())


def _met(engagement: Engagement, alternatives: Alternatives) -> bool:
    return any(all(there(engagement, part) for part in parts) for parts in alternatives)


def kind(engagement: Engagement, needs: Needs) -> Kind:
    """On what a number will stand for this client."""
    if _met(engagement, needs.measured):
        return "measured"
    if _met(engagement, needs.benchmark):
        return "benchmark"
    return "assumed" if _met(engagement, needs.assumed) else "not known"


def coverage(engagement: Engagement) -> pd.DataFrame:
    """The map: step, quantity, stands_on, by_nature (no table makes it measured), bring (what would)."""
    by_payments = _shown_by_payments(engagement)
    rows = [
        {
            "step": needs.step,
            "quantity": needs.name,
            "stands_on": (found := by_payments.get(needs.name) or kind(engagement, needs)),
            "by_nature": needs.by_nature,
            "bring": _bring(engagement, needs, found),
        }
        for needs in NEEDS
    ]
    return pd.DataFrame(rows)


def _shown_by_payments(engagement: Engagement) -> dict[str, Kind]:
    """Numbers that depend on whether payments come regularly, which no single column shows."""
    revenue = recurring(engagement)
    regular: Kind = "not known" if revenue.reason or revenue.todays_amounts else "measured"
    shown: dict[str, Kind] = dict.fromkeys(("nrr", "grr", "quick_ratio"), regular)
    if lives(engagement)["left"].any():
        shown["retention_rate"] = "measured"
    return shown


def _bring(engagement: Engagement, needs: Needs, found: Kind) -> str:
    """What is missing for the alternative that lacks least, or nothing."""
    wanted = needs.measured or (needs.assumed if found == "not known" else ())
    if found == "measured" or not wanted:
        return ""
    useless = _useless(engagement)
    lacking = [
        [_of(part, engagement) for part in parts if not there(engagement, part) and part.bring not in useless]
        for parts in wanted
    ]
    fewest = min(range(len(lacking)), key=lambda i: len(lacking[i]))
    return "; ".join(dict.fromkeys(lacking[fewest]))


def _of(part: Has, engagement: Engagement) -> str:
    """What to bring for a part; where the list of referrals is there, it is the customers that are missing."""
    return CUSTOMERS.bring if part is COUNTED and engagement.has("referrals") else part.bring


LONGER = "payments: every payment of a year and more"
LONG_RECORD = 400
"""Days of payments after which more of them would not make a number known: they do not come in a rhythm."""


def _useless(engagement: Engagement) -> set[str]:
    """What would not help: more of a long record of payments without a rhythm, and days of leaving for a shop."""
    useless = {LONGER} if _long_record(engagement) else set()
    return useless | ({LEFT.bring} if fitting_model(engagement) == "repeat purchase" else set())


def _long_record(engagement: Engagement) -> bool:
    rows = engagement.tables.get("payments", {})
    first, last = rows.get("first"), rows.get("last")
    return bool(first and last and (last - first).days >= LONG_RECORD)


def measured_share(found: pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    """Share of the numbers that tables can measure which this client's tables do; a count, no sample."""
    can = found[~found["by_nature"]]
    k, n = int((can["stands_on"] == Basis.MEASURED.value).sum()), len(can)
    share = proportion(k, n, confidence=confidence, per="number that tables can measure", source="coverage map")
    return share.as_(low=share.value, high=share.value, confidence=None)


def grid(found: pd.DataFrame) -> tuple[NDArray[np.float64], list[str], list[str]]:
    """Numbers by step and kind, ready to draw: counts (steps, kinds), names of steps, kinds."""
    steps = list(dict.fromkeys(found["step"]))
    counts = pd.crosstab(found["step"], found["stands_on"]).reindex(index=steps, columns=list(KINDS), fill_value=0)
    return counts.to_numpy(float), [s.replace("_", " ") for s in steps], list(KINDS)


def exports_to_bring(found: pd.DataFrame) -> list[dict[str, Any]]:
    """What would turn most numbers into measured ones: bring, numbers, steps; the most useful first."""
    lacking = found[(found["bring"] != "") & ~found["by_nature"]]
    parts = lacking.assign(bring=lacking["bring"].str.split("; ")).explode("bring")
    if parts.empty:
        return []
    by = parts.groupby("bring").agg(numbers=("quantity", "size"), steps=("step", lambda s: ", ".join(dict.fromkeys(s))))
    return list(
        by.sort_values(["numbers", "bring"], ascending=[False, True], kind="stable").reset_index().to_dict("records")
    )


def describe_bring(found: pd.DataFrame) -> str:
    """What there is to bring, in words."""
    n = len(exports_to_bring(found))
    return (
        f"{n} {'export or column' if n == 1 else 'exports or columns'} to bring, the most useful first"
        if n
        else "No table is missing."
    )


def describe(found: pd.DataFrame) -> str:
    """The map in one sentence."""
    counts = found["stands_on"].value_counts()
    nature = int((found["by_nature"] & (found["stands_on"] == "assumed")).sum())
    kinds = ", ".join(f"{counts.get(k, 0)} {k}" for k in KINDS)
    return (
        f"Of {len(found)} numbers, {kinds}. For {nature} of the assumed ones no export exists that could measure them."
    )
