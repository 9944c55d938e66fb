"""The three exchanges behind a referral: money for goods, information for a reward, a promise that is kept."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.facts.engagement import Engagement

STAGES = ("money", "information", "promise")
COLUMNS = ["stage", "giver", "receiver", "what", "cost", "value", "from"]
WORKSHOP, WORKED_OUT = "workshop", "worked out here"


def exchanges(engagement: Engagement, known: Mapping[str, Estimate], offer: Offer, ask: Estimate) -> pd.DataFrame:
    """The three exchanges: stage, giver, receiver, what, cost to the giver, value to the receiver, where that is from.

    What the client wrote down in the workshop comes first; a stage that was left out is filled with what the other
    numbers say of it, and says so. Unknown stays unknown.
    """
    table = engagement.fact("exchanges")
    written = pd.DataFrame(columns=COLUMNS) if table is None else table.assign(**{"from": WORKSHOP})
    stages = set(written["stage"].str.strip().str.lower())
    rows = [row for row in _worked_out(engagement, known, offer, ask) if row["stage"] not in stages]
    filled = pd.DataFrame(rows, columns=COLUMNS)
    both = filled if written.empty else written if filled.empty else pd.concat([written, filled])
    order = {stage: i for i, stage in enumerate(STAGES)}
    place = both["stage"].str.strip().str.lower().map(order).fillna(len(order))
    return both.assign(place=place).sort_values("place", kind="stable")[COLUMNS].reset_index(drop=True)


def _worked_out(
    engagement: Engagement, known: Mapping[str, Estimate], offer: Offer, ask: Estimate
) -> list[dict[str, Any]]:
    firm, value = engagement.client, known["customer_value"]
    rows: list[tuple[Any, ...]] = [
        ("money", "customer", firm, "margin of what a new customer pays", None, value.value),
        ("money", firm, "customer", "the product", None, None),
        ("information", "customer", firm, "names friends when asked, before any reward", None, ask.value),
    ]
    rows += [
        ("information", firm, side, f"{offer.name}, on {offer.trigger}", offer.cost(side), offer.value)
        for side in ("advocate", "friend")
        if offer.cost(side)
    ]
    rows.append(("promise", firm, "customer", "not written down: what is promised, and how it is kept", None, None))
    return [dict(zip(COLUMNS, (*row, WORKED_OUT), strict=True)) for row in rows]
