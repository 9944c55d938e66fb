"""The data-quality page: every row of every file accounted for; what is odd is reported, not repaired.

Rows are as in the client's files, so that the client can count them. Nothing is dropped silently: rows left out by a
declared `where`, rows after the as-of date and cells with faults each have their column.
"""

from typing import Any

import pandas as pd

from referral_playbook.contract.doubtful_words import doubtful, why_withheld
from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import money, number, quantity
from referral_playbook.domain.value.payers import payers
from referral_playbook.domain.value.payment_rhythm import monthly_revenue
from referral_playbook.domain.value.stated_amounts import FEW, stated_amounts
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion

EMPTY, UNKNOWN = "(empty)", "unknown"
AMOUNTS_AGREE, AMOUNTS_ABOVE_ZERO = "monthly_amounts_agree", "monthly_amounts_above_zero"
ONLY_PAYERS, LEAVING_IS_RECORDED = "only_paying_customers_count", "leaving_is_recorded"
MOST_UNKNOWN = 0.20


def file_rows(engagement: Engagement) -> list[dict[str, Any]]:
    """A row a table: rows in the file, left out, after the as-of date and used; dates, faults, duplicates, orphans."""
    return [_file_row(record, engagement.tables.get(record["table"], {})) for record in engagement.quality["tables"]]


def _file_row(told: dict[str, Any], used: Any) -> dict[str, Any]:
    return {
        "table": told["table"],
        "file": _files(told["files"]),
        "rows_in_file": told["rows_in_files"],
        "left_out": told["rows_left_out"],
        "after_as_of": told["rows_after_as_of"],
        "used": told["rows_used"],
        "first": told["first"],
        "last": told["last"],
        "faults": sum(told["faults"].values()),
        # intake compares keys, the facts whole rows where a table has no key
        "duplicates": max(told["duplicates"], used.get("duplicates") or 0),
        "orphans": told["orphans"],
    }


def _files(files: list[dict[str, Any]]) -> str:
    """The file; where a table was made from several, all of them with their rows."""
    if len(files) == 1:
        return str(files[0]["file"])
    return " + ".join(f"{f['file']} ({number(f['rows'])})" for f in files)


def describe_fault(engagement: Engagement) -> str:
    """How many cells have a fault, in words."""
    rows = fault_rows(engagement)
    cells = sum(r["cells"] for r in rows)
    return f"Cells with a fault, by column: {number(cells)} in all" if rows else "No cell has a fault."


def fault_rows(engagement: Engagement) -> list[dict[str, Any]]:
    """Faults by column, with unusable amounts: table, column, problem, cells, first (place in the file), what_to_do."""
    problems: dict[tuple[str, str, str], dict[str, Any]] = {}
    for fault in engagement.quality["faults"]:
        key = (fault["table"], fault["column"] or "", fault["problem"])
        parts = [f"line {fault['line']}" if fault["line"] else "", fault["value"] or ""]
        line = ": ".join(part for part in parts if part)
        row = problems.setdefault(key, _fault(*key, cells=0, first=line, what_to_do=fault["fix"]))
        row["cells"] += 1 + fault["more"]
    return [*problems.values(), *_amounts(engagement, problems), *_contradictions(engagement)]


def _contradictions(engagement: Engagement) -> list[dict[str, Any]]:
    """The monthly amounts that payments contradict."""
    compared = stated_amounts(engagement)
    if compared is None or not len(compared.apart):
        return []
    rest = {"cells": len(compared.apart), "first": compared.example(), "what_to_do": compared.what_counts()}
    return [_fault("customers", "monthly_amount", "differs from what the customer pays", **rest)]


def _fault(table: str, column: str, problem: str, **rest: Any) -> dict[str, Any]:
    return {"table": table, "column": column, "problem": problem, **rest}


AMOUNT_FIXES = {
    "monthly_amount": "Not counted as a price; ask what it stands for (a credit, a correction)",
    "left_on": "Taken as having left at once; correct the date",
    "amount": "Taken as negative; write refunds with a minus",
    "margin": "These payments have no margin; bring the cost of delivery",
}


def _amounts(engagement: Engagement, told: Any) -> list[dict[str, Any]]:
    """Unusable amounts, where intake has not told of them already."""
    facts = engagement.fact("amount_faults")
    if facts is None:
        return []
    return [
        _fault(r.table, r.column, r.fault, cells=int(r.rows), first="", what_to_do=AMOUNT_FIXES[r.column])
        for r in facts[facts["rows"] > 0].itertuples()
        if not any(table == r.table and r.fault in problem for table, _, problem in told)
    ]


def source_rows(engagement: Engagement) -> list[dict[str, Any]]:
    """How customers and enquiries came, unknown and empty sources too: table, source, rows, won, share.

    Enquiries that were sent out to others are left out, as the audit of sources leaves them out.
    """
    return [
        *_sources(engagement, "customers", "acquisition", "customers"),
        *_sources(engagement, "leads", "lead_sources", "leads"),
    ]


def _sources(engagement: Engagement, table: str, fact: str, count: str) -> list[dict[str, Any]]:
    rows = engagement.fact(fact)
    if rows is None:
        return []
    if "given_or_received" in rows:  # business sent out to others did not come from anywhere
        rows = rows[rows["given_or_received"] != "given"]
    summed = [count, "won"] if "won" in rows else [count]
    by = rows.assign(source=rows["source"].fillna(EMPTY)).groupby("source", as_index=False)[summed].sum()
    by = by.sort_values([count, "source"], ascending=[False, True])
    total = int(by[count].sum())
    return [
        {
            "table": table,
            "source": r["source"],
            "rows": int(r[count]),
            "won": int(r["won"]) if "won" in r else None,
            "share": int(r[count]) / total,
        }
        for r in by.to_dict("records")
    ]


def unknown_sources(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Share of rows whose source is 'unknown' or empty: of enquiries where there are some, else of customers."""
    rows = source_rows(engagement)
    table = next((t for t in ("leads", "customers") if any(r["table"] == t for r in rows)), None)
    labels: dict[str, Any] = {
        "per": f"row of {table or 'customers or leads'}",
        "source": f"{table or 'no table'}: source",
    }
    if table is None:
        return undefined("neither customers nor enquiries have a source", unit="share", **labels)
    ours = [r for r in rows if r["table"] == table]
    if {r["source"] for r in ours} <= {EMPTY}:
        return undefined(f"the export of {table} has no source", unit="share", **labels)
    k, total = sum(r["rows"] for r in ours if _is_unknown(r["source"])), sum(r["rows"] for r in ours)
    words = {r["source"]: r["rows"] for r in ours if not _is_unknown(r["source"])}
    if nobody_knows := doubtful(words, known=total, unknown_only=True):
        return undefined(why_withheld(nobody_knows, table), unit="share", n=total, **labels)
    return proportion(k, total, confidence=confidence, **labels)


def _is_unknown(source: str) -> bool:
    return source.strip().lower() in (UNKNOWN, EMPTY)


def checks(engagement: Engagement) -> tuple[Check, ...]:
    """Whether rows add up, ids match, nothing is there twice, dates are real, sources are known and amounts agree."""
    rows = file_rows(engagement)
    always = (_accounted(rows), _orphans(rows), _duplicates(rows), _real_dates(engagement), _known(engagement))
    money = (*_amounts_agree(engagement), *_only_payers(engagement), *_amounts_above_zero(engagement))
    return (*always, *money, *_leaving_is_recorded(engagement))


def _leaving_is_recorded(engagement: Engagement) -> tuple[Check, ...]:
    """How many count as customers and no longer pay; nothing where they are few, or where payments say who left."""
    profile = engagement.fact("customer_profile")
    revenue = monthly_revenue(engagement) if profile is not None and profile["left"].astype(bool).any() else None
    if profile is None or revenue is None or not revenue.rhythm.recurring:
        return ()
    until = profile.loc[~profile["left"].astype(bool), "customer_id"].map(revenue.latest()["until"]).dropna()
    stopped = int((until < revenue.last - 1).sum())  # a payment may be a month late
    if stopped <= FEW * len(until):
        return ()
    counts = f"{number(round(engagement.scale * stopped))} of {number(round(engagement.scale * len(until)))} customers"
    text = (
        f"{counts} who count as still here have stopped paying, so more seem to stay than do: retention and customer "
        "value are too high. Give the day on which they left."
    )
    return (Check(name=LEAVING_IS_RECORDED, passed=False, text=text),)


def _only_payers(engagement: Engagement) -> tuple[Check, ...]:
    """How many users of a free plan stand among the customers; nothing where there are none."""
    text = payers(engagement).describe()
    return (Check(name=ONLY_PAYERS, passed=None, text=text),) if text else ()


def _amounts_above_zero(engagement: Engagement) -> tuple[Check, ...]:
    """Whether customers with a monthly amount pay one; nothing where hardly any amount is 0, or all are."""
    profile = engagement.fact("customer_profile")
    own = None if profile is None else payers(engagement).of(profile)
    amounts = pd.Series(dtype=float) if own is None else own["monthly_amount"].dropna().astype(float)
    zero = int((amounts == 0).sum())
    if zero <= FEW * len(amounts) or zero == len(amounts):
        return ()
    counts = f"{number(round(engagement.scale * zero))} of {number(round(engagement.scale * len(amounts)))} customers"
    text = (
        f"{counts} have a monthly amount of {money(0.0, engagement.currency)}, which lowers what a new customer is "
        "worth. If they use a free plan, leave them out of the customers; if they have left, give the amount that they "
        "paid last."
    )
    return (Check(name=AMOUNTS_ABOVE_ZERO, passed=False, text=text),)


def _amounts_agree(engagement: Engagement) -> tuple[Check, ...]:
    """Whether customers pay what their monthly amount says; nothing where the two cannot be compared."""
    compared = stated_amounts(engagement)
    return () if compared is None else (Check(name=AMOUNTS_AGREE, passed=compared.agree, text=compared.describe()),)


def _accounted(rows: list[dict[str, Any]]) -> Check:
    lost = [r["table"] for r in rows if r["rows_in_file"] != r["left_out"] + r["after_as_of"] + r["used"]]
    late = sum(r["after_as_of"] for r in rows)
    text = (
        f"The rows of {', '.join(lost)} do not add up."
        if lost
        else f"Every row is used or accounted for; {number(late)} rows are dated after the as-of date and left out."
    )
    return Check(name="rows_accounted_for", passed=not lost, text=text)


def _orphans(rows: list[dict[str, Any]]) -> Check:
    by_table = {r["table"]: r for r in rows if r["orphans"] is not None}
    problems = [f"{number(r['orphans'])} of {number(r['used'])} in {t}" for t, r in by_table.items() if r["orphans"]]
    if not by_table:
        return Check(name="ids_match", passed=None, text="There are no ids to compare with a customers table.")
    most = max((r["orphans"] / max(r["used"], 1) for r in by_table.values()), default=0.0)
    text = f"Some ids belong to no customer: {'; '.join(problems)}." if problems else "Every id belongs to a customer."
    return Check(name="ids_match", passed=most <= 0.05, text=text)


def _duplicates(rows: list[dict[str, Any]]) -> Check:
    problems = [f"{number(r['duplicates'])} in {r['table']}" for r in rows if r["duplicates"]]
    most = max((r["duplicates"] / max(r["used"], 1) for r in rows), default=0.0)
    text = f"Some rows appear twice or share a key: {', '.join(problems)}." if problems else "No row appears twice."
    return Check(name="nothing_twice", passed=most <= 0.01, text=text)


def _real_dates(engagement: Engagement) -> Check:
    if not engagement.has("customers"):
        return Check(name="dates_are_real", passed=None, text="There is no customers table.")
    made = "The table says how long customers stayed, not when, so nothing can be shown by calendar month."
    text = "Customers have a day of joining." if engagement.real_dates else made
    return Check(name="dates_are_real", passed=engagement.real_dates, text=text)


def _known(engagement: Engagement) -> Check:
    share = unknown_sources(engagement)
    if not share.defined:
        return Check(name="sources_known", passed=None, text=f"{share.reason[0].upper()}{share.reason[1:]}.")
    text = f"{quantity(share)} of {number(share.n)} rows have no known source ({share.source})."
    return Check(name="sources_known", passed=bool(share.point <= MOST_UNKNOWN), text=text)


def describe(engagement: Engagement) -> str:
    """The data in one sentence: tables, rows, span of dates, faults."""
    rows = file_rows(engagement)
    days = [d for r in rows for d in (r["first"], r["last"]) if d]
    span = f", dated {day(min(days))} to {day(max(days))}" if days else ", without any date"
    cells = sum(r["cells"] for r in fault_rows(engagement))
    return (
        f"{len(rows)} tables with {number(sum(r['rows_in_file'] for r in rows))} rows{span}; "
        f"{number(cells)} cells have a fault."
    )


def largest_sources(engagement: Engagement, *, most: int = 12) -> dict[str, float]:
    """Rows by source of enquiries, else of customers, the largest first; ready to draw."""
    rows = source_rows(engagement)
    table = "leads" if any(r["table"] == "leads" for r in rows) else "customers"
    return {r["source"]: r["rows"] for r in [r for r in rows if r["table"] == table][:most]}
