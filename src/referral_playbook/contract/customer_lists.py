"""The lists of a month and their order: a customer stands on the first list that fits, and on no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.names import Step

CONTROL = "control"
LIST_TABLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "complaint": ((Step.ASK_AND_FOLLOW_UP, "close_the_loop"),),
    "ask": ((Step.ASK_AND_FOLLOW_UP, "ask_list"),),
    CONTROL: (),
    "follow-up": ((Step.LOYALTY_AND_UPSELL, "follow_up"),),
    "upsell": ((Step.LOYALTY_AND_UPSELL, "upsell_list"),),
    "give-first": ((Step.ASK_AND_FOLLOW_UP, "give_first"),),
}
"""The tables that feed each list, in the order of the lists; the control group is marked in the ask list."""


def candidates(results: Mapping[str, StepResult]) -> Iterator[tuple[str, Mapping[str, Any], StepResult]]:
    """Every row that could be put on a list, with the list and the result that it comes from, in the order of lists."""
    for key, tables in LIST_TABLES.items():
        for step, table in tables:
            if (result := results.get(step)) is None:
                continue
            for row in result.tables.get(table, []):
                if row.get("customer_id") is not None:
                    yield CONTROL if row.get("control") is True else key, row, result


def list_of_each(results: Mapping[str, StepResult]) -> dict[str, str]:
    """The list on which each customer stands this month, by customer.

    Examples
    --------
    >>> list_of_each({})
    {}
    """
    lists: dict[str, str] = {}
    for key, row, _ in candidates(results):
        lists.setdefault(str(row["customer_id"]), key)
    return lists
