"""Whatever client.toml declares and whatever a file holds: tables or a message, and the same in pieces as whole.

More examples: DECLARATIONS=2000 pytest tests/intake/test_any_declaration.py
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.intake import read_client_tables, write_tables
from referral_playbook.intake.files import csv_file, pieces

HEAD = 'name = "B"\ncurrency = "EUR"\nas_of = 2026-06-30\n'
DECLARED = (
    'where = { kind = ["renewal"] }',
    'where = { kind = { not = "x" } }',
    "where = { amount = { above = 3 } }",
    "where = { paid_on = { at_least = 2025-01-01 } }",
    'times = { amount = "qty" }',
    'times = { amount = "=2" }',
    "divide = 100",
    "divide = { margin = 3 }",
    'less = { amount = "margin" }',
    'marks = ["$", "()"]',
    'marks = "%"',
    'thousands = ","',
    'decimal = ","',
    'dates = "iso"',
    'dates = "%d/%m/%Y"',
    'dates = "epoch"',
    'dates = "excel"',
    'dates = "%Y-%m-%d %H:%M:%S%z"',
    'timezone = "Asia/Tokyo"',
    'currency = "cur"',
    'currency = "=USD"',
    'currency = ""',
    "skip_lines = 1",
    "skip_lines = [2, 3]",
    "header_lines = 2",
    "header_lines = 0",
    'repeats = "fold"',
    'repeats = "keep"',
    'period = "kind"',
    "period = 12",
    "width = { customer_id = 4 }",
    'delimiter = ";"',
    'join = { file = "u.csv", on = "customer_id" }',
    'join = { file = "u.csv", on = "customer_id", many = "sum" }',
    'join = { file = "u.csv", on = "customer_id", many = "count" }',
    'when = { margin = { kind = "renewal" } }',
    'values = { kind = { renewal = ["Renew", "yes"], "" = ["-"] } }',
    'encoding = "utf-16"',
    'encoding = "cp1252"',
    'files = ["p.csv", "u.csv"]',
)
GOOD = {
    "customer_id": ("A1", "B2", "0001", "7.0"),
    "paid_on": ("2025-01-03", "2025-02-03"),
    "amount": ("1", "2.5", "-3"),
    "margin": ("1", ""),
    "kind": ("renewal", "new", ""),
    "qty": ("1", "2"),
    "cur": ("EUR", ""),
}
ODD = (
    "",
    "-",
    "unknown",
    "03/04/2025",
    "2025-01-03 10:00:00 +0200",
    "45000",
    "1735900000",
    '"1,234.5"',
    "$3",
    "(4)",
    "5%",
    "year",
    "USD",
    "points",
    "TRUE",
    "Total",
    "é",
    "\u00a0",
    "1e18",
    "nan",
    '"a\nb"',
    '"x""y"',
    "#N/A",
    'x"y',
    "\x00",
)
ROW = st.tuples(*(st.sampled_from(words) | st.sampled_from(words + ODD) for words in GOOD.values())).map(",".join)
LINE = st.one_of(*[ROW] * 6, st.sampled_from(["", ",,,,,,", ",,,,", "   ", "junk"]))
FILE = st.tuples(st.booleans(), st.lists(LINE, max_size=9), st.sampled_from(["\n", "\n", "\n", ""])).map(
    lambda parts: "\n".join([*[",".join(GOOD)] * (parts[0] or bool(parts[1])), *parts[1]]) + parts[2]
)
SOME = st.lists(st.sampled_from(DECLARED), max_size=2, unique_by=lambda line: line.split()[0])


def outcome(folder: Path, spool: Path | None):
    """What comes of a client: rows, quality and warnings, or the errors, word for word and in order."""
    try:
        intake = read_client_tables(read_client(folder), spool=spool)
    except ClientFaultError as error:  # anything else is a fault of ours
        return list(getattr(error, "faults", [])) or str(error)
    write_tables(intake, folder / "out")
    rows = pd.read_parquet(folder / "out" / "payments.parquet").to_csv()
    return rows, intake.quality, list(intake.faults)


@settings(
    max_examples=int(os.environ.get("DECLARATIONS", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    payments=FILE,
    other=FILE,
    declared=st.lists(st.sampled_from(DECLARED), max_size=2, unique_by=lambda d: d.split()[0]),
)
def test_tables_or_a_message(monkeypatch, payments, other, declared) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "p.csv").write_bytes(payments.encode())
        (folder / "u.csv").write_bytes(other.encode())
        file = "" if any(line.startswith("files") for line in declared) else 'file = "p.csv"\n'
        toml = HEAD + "[tables.payments]\n" + file + "\n".join(declared) + "\n"
        (folder / "client.toml").write_text(toml, encoding="utf-8")
        whole = outcome(folder, None)
        monkeypatch.setattr(pieces, "BIG", 0)
        monkeypatch.setattr(csv_file, "BLOCK", 300)
        in_pieces = outcome(folder, folder / "spool")
        monkeypatch.undo()
    assert in_pieces == whole


def test_the_figure_of_the_page(promise) -> None:
    promise("Any file with any declaration gives tables or a message", "0 crashes")
