"""Words on which a figure rests and that nothing maps, or that stand nowhere: said with their counts."""

from __future__ import annotations

from typing import Any

from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.doubtful_words import MAY_BE_REFERRAL, MAY_BE_UNKNOWN
from referral_playbook.intake.declared.words import listed
from referral_playbook.intake.faults import Fault, Faults, named

SOURCES = ("referral", "unknown")
"""The words of `source` that the contract knows; any other word is a source of its own."""
MOST = 50
"""Words that are handed on; a column may hold many more."""


def unmapped_words(table: str, faults: Faults) -> dict[str, dict[str, int]]:
    """Words of `source` that are no words of the contract, with their counts; empty where there is no such column."""
    counts = {word: n for word, n in faults.tally.of(table, "source").items() if word not in SOURCES}
    return {"source": dict(list(counts.items())[:MOST])} if counts else {}


def absent_words(table: str, faults: Faults) -> dict[str, dict[str, Any]]:
    """Conditions of which no word stands in the file, by key: header, wanted, there (word and count)."""
    return {
        use.key: {"header": use.header, "wanted": list(use.wanted), "there": dict(list(use.ordered.items())[:MOST])}
        for use in faults.tally.uses.values()
        if use.table == table and use.key != "source" and use.absent
    }


def note_words(faults: Faults) -> None:
    """Warn of words under `where` and `when` that stand nowhere, and of sources of which none is a referral."""
    for use in faults.tally.uses.values():
        if use.key == "source":
            _note_source(use.table, use.file, use.header, use.ordered, faults)
        elif use.absent:
            there = f"Words there: {listed(use.ordered)}" if use.there else "The column is empty"
            fix = f"Check [tables.{use.table}.{use.key}] in client.toml. {there}"
            problem = f"no row has {named(use.wanted)}"
            _warn(use.file, use.table, use.header, problem, fix, faults)


def _note_source(table: str, file: str, header: str, there: dict[str, int], faults: Faults) -> None:
    if nobody_knows := {word: n for word, n in there.items() if MAY_BE_UNKNOWN.fullmatch(word.strip())}:
        words = literal(list(nobody_knows))
        mapping = f"[tables.{table}.values] source = {{ unknown = {words} }}"
        fix = f"If they mean that nobody knows the source, say so: {mapping}"
        _warn(file, table, header, f"words that may mean 'unknown' are not mapped: {listed(nobody_knows)}", fix, faults)
    likely = {word: n for word, n in there.items() if word not in SOURCES and MAY_BE_REFERRAL.search(word)}
    if "referral" in there and not likely:
        return
    mapping = f"[tables.{table}.values] source = {{ referral = {literal(list(likely) or ['...'])} }}"
    if likely:
        fix = f"If they mean that a customer referred them, say so: {mapping}"
        problem = f"words that may mean a referral are not mapped: {listed(likely)}"
    else:
        fix = f"If one of them means a referral, say so: {mapping}"
        problem = f"no row has the source 'referral'. Words there: {listed(there) or 'none'}"
    _warn(file, table, header, problem, fix, faults)


def _warn(file: str, table: str, header: str, problem: str, fix: str, faults: Faults) -> None:
    faults.add(Fault(file=file, table=table, column=header, problem=problem, fix=fix, severity="warning"))
