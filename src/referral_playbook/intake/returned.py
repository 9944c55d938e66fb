"""Lists of a month that came back filled in: what was done with each customer is read as a touchpoint.

A run writes ``this-month.csv`` with empty columns `done_on` and `outcome`. Whoever works from the list fills them in.
Named in client.toml as `returned` of the touchpoints, its rows stand below the client's own touchpoints.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from referral_playbook.contract.client_toml.client import Client, TableSpec
from referral_playbook.intake.columns.typed import quality, typed
from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.reader import read_source

TABLE = "touchpoints"
KINDS = {
    "ask": ["ask"],
    "upsell": ["upsell"],
    "kind_act": ["give-first"],
    "review": ["follow-up"],
    "support": ["complaint"],
}
"""Kind of touchpoint by the word in the column `list`; customers of the control group are not contacted."""
RESOLVED = ("resolved", "solved", "fixed", "closed")
"""Outcomes of a call about a complaint that close it."""
CHANNEL = "list of the month"
ADDED = ("rows_in_files", "rows_blank", "rows_repeated", "rows_left_out", "rows_used", "rows_after_as_of", "duplicates")
"""Counts of a quality row that add up over files."""


def with_returned(
    client: Client, spec: TableSpec, own: pd.DataFrame, row: Mapping[str, Any], faults: Faults
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Put the rows of the returned lists below the client's own touchpoints.

    `own` and `row` are the client's own touchpoints, typed, and their quality row (see `Intake`). A complaint whose
    outcome says so is resolved.
    """
    if not spec.returned:
        return own, dict(row)
    declared = _declared(spec.returned)
    source = read_source(client, TABLE, declared, faults)
    back = None if source is None else typed(client, TABLE, declared, source, faults)
    if back is None or not back.picked.rows:
        return own, dict(row)
    listed = pd.DataFrame(back.frame)
    combined = pd.concat([_resolved(own, listed), listed.assign(channel=CHANNEL)], ignore_index=True)
    return combined, _added(row, quality(TABLE, back, None, faults))


def _declared(files: list[str]) -> TableSpec:
    """How a list that the playbook wrote is read: only rows that somebody has worked on."""
    return TableSpec.model_validate(
        {
            "file": files[0],
            "files": files,
            "columns": {"customer_id": "id", "on": "done_on", "kind": "list", "channel": "outcome"},
            "values": {"kind": KINDS},
            "where": {"done_on": {"empty": False}, "list": {"not": ["control"]}},
            "dates": "iso",
        }
    )


def _resolved(own: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """The client's own touchpoints with the complaints closed that a call has resolved."""
    outcome = listed["channel"].fillna("").str.strip().str.casefold()
    calls = listed[(listed["kind"] == "support") & outcome.isin(RESOLVED)]
    when = own["customer_id"].map(calls.groupby("customer_id")["on"].max())
    there = own["resolved_on"] if "resolved_on" in own else pd.Series(pd.NaT, index=own.index, dtype=own["on"].dtype)
    closed = (own["kind"] == "complaint") & there.isna() & when.notna() & (own["on"] <= when)
    return own.assign(resolved_on=there.mask(closed, when))


def _added(row: Mapping[str, Any], back: Mapping[str, Any]) -> dict[str, Any]:
    """One quality row of both: counts add up, and the dates span both."""
    days = [r[key] for r in (row, back) for key in ("first", "last") if r[key] is not None]
    counts = {key: row[key] + back[key] for key in ADDED}
    span = {"first": min(days, default=None), "last": max(days, default=None)}
    return {**row, **counts, **span, "files": [*row["files"], *back["files"]]}
