"""All facts of one client, from tables in Parquet to facts in Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

import ibis

from referral_playbook.contract.client_toml.client import Client
from referral_playbook.contract.tables import TABLES
from referral_playbook.facts.asof import SYNTHETIC, Counted, Prepared, has_calendar, use
from referral_playbook.facts.catalogue import FACTS, Fact, why_absent
from referral_playbook.facts.customers import people
from referral_playbook.facts.described import (
    ROWS_AT_ONCE,
    counted_by_intake,
    has_made_dates,
    with_counted,
    write_about,
    write_rows,
)
from referral_playbook.facts.engines.duckdb_engine import DuckSession
from referral_playbook.facts.engines.places import DUCKDB, Session, engine_at
from referral_playbook.facts.lists import FACTS_OF_LISTS, FOLDER, listed
from referral_playbook.facts.panel import Panel, draw, panel_of, rows_of, with_payments
from referral_playbook.facts.purchases import paid
from referral_playbook.facts.referrals import by_customers
from referral_playbook.facts.script import Script, keep, shape_of
from referral_playbook.facts.surveys import last_answers

MUCH_USED = ("surveys", "referrals", "touchpoints")
"""Tables that are kept as the as-of rule leaves them."""
NAMED = ("customers", "payments", "leads")
"""Tables that have a name as the as-of rule leaves them, so that no fact has to say the rule again."""


def build_facts(
    client: Client,
    tables_dir: str | Path,
    facts_dir: str | Path,
    *,
    engine: str = DUCKDB,
    fingerprint: Mapping[str, str] | None = None,
) -> Path:
    """Compute every fact that the client's tables allow; the path of ``facts.json``.

    `tables_dir` has what intake wrote. `facts_dir` gets ``<fact>.parquet`` and, last, ``facts.json``, with the
    `fingerprint` of what the tables were read from; the same tables give the same bytes, on every `engine`.

    A folder without tables raises FileNotFoundError, and an engine that is not known, not installed or not reached
    EngineError.
    """
    folder = Path(facts_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with engine_at(engine).opened() as session:
        given = read_tables(session, Path(tables_dir))
        tables = prepared(session, given, client.as_of, counted=counted_by_intake(Path(tables_dir)))
        absent = {fact.name: why for fact in FACTS if (why := why_absent(fact, tables))}
        panel = draw(tables)
        members, firsts = (tables, tables) if panel is None else _chosen(tables, panel)
        rows = {
            fact.name: write_fact(fact, rows_of(fact, tables, panel, members), tables, folder)
            for fact in FACTS
            if fact.name not in absent
        }
        if panel is not None:
            _write_lists(firsts, [fact for fact in FACTS if fact.name in FACTS_OF_LISTS and fact.name in rows], folder)
        dates = has_calendar(tables)
        about = {"engine": session.version, "panel": panel and panel.described(), "facts": rows, "absent": absent}
        if isinstance(session, DuckSession) and panel is None:
            done = Script.of(session.steps, rows, folder, absent=absent, real_dates=dates)
            keep(shape_of(Path(tables_dir), client.as_of), done)
    return write_about(client, folder, real_dates=dates, **about, fingerprint=dict(fingerprint or {}))


def _chosen(tables: Prepared, panel: Panel) -> tuple[Prepared, Prepared]:
    """The tables of the panel, and of those who come first on the lists."""
    members, firsts = panel_of(tables, panel), listed(tables)
    with_payments(tables, members, firsts)
    return members, firsts


def _write_lists(tables: Prepared, facts: Sequence[Fact], folder: Path) -> None:
    """The rows of those who come first on the lists, beside the facts."""
    (folder / FOLDER).mkdir(exist_ok=True)
    for fact in facts:
        write_fact(fact, fact.build(tables, tables.as_of), tables, folder / FOLDER)


def read_tables(session: Session, folder: Path) -> dict[str, ibis.Table]:
    """The client's tables; customers get a mark where their dates were made from a tenure."""
    there = {name: folder / f"{name}.parquet" for name in TABLES if (folder / f"{name}.parquet").is_file()}
    if not there:
        raise FileNotFoundError(f"{folder}: no table of the contract is here; run intake first")
    tables = {name: session.read(f"t_{name}", path) for name, path in there.items()}
    if "customers" in tables and has_made_dates(folder):
        tables["customers"] = tables["customers"].mutate(**{SYNTHETIC: True})
    return tables


def prepared(
    session: Session, tables: Mapping[str, ibis.Table], as_of: date, *, counted: Counted = MappingProxyType({})
) -> Prepared:
    """The tables with what many facts start from: by the as-of rule, people, payments signed.

    Payments are not kept but named: of all tables they are the large one, and reading them again costs no more than a
    copy does. Of the customers only `people` are kept, which has all that is known of them.
    """
    out = Prepared(tables, as_of, session, counted)
    for name in (name for name in (*MUCH_USED, *NAMED) if name in tables):
        make = session.keep if name in MUCH_USED else session.view
        out.ready[name] = make(f"v_{name}", use(tables, name, as_of))
    if "customers" in tables:
        out.ready["people"] = session.keep("v_people", people(out, as_of))
    if "surveys" in tables:
        out.ready["last_answers"] = session.keep("v_answers", last_answers(out, as_of))
    if "payments" in tables:
        out.ready["paid"] = session.view("v_paid", paid(out, as_of))
    if "referrals" in tables:
        out.ready["by_customers"] = session.view("v_made", by_customers(out, as_of))
    return out


def write_fact(fact: Fact, table: ibis.Table, tables: Prepared, folder: Path) -> int:
    """Write the rows of one fact in a fixed order; how many there are."""
    if fact.keys:
        table = table.order_by([ibis.asc(key, nulls_first=True) for key in fact.keys])
    batches = with_counted(fact.name, tables.session.batches(table, ROWS_AT_ONCE), tables.counted)
    rows = write_rows(folder / f"{fact.name}.parquet", table.schema().to_pyarrow(), batches)
    tables.release()
    return rows
