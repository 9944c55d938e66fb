"""A table's file or files as text: which reader, several files below each other, further exports beside them."""

from __future__ import annotations

from pathlib import PurePosixPath

from referral_playbook.contract.client_toml.client import Client, TableSpec
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.declared.joins import joined
from referral_playbook.intake.declared.repeats import without_repeats
from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.csv_file import read_csv
from referral_playbook.intake.files.form import Form, form_of, form_of_join
from referral_playbook.intake.files.sheet_file import read_excel, read_parquet
from referral_playbook.intake.files.source import Source
from referral_playbook.intake.files.stack import one_below_other
from referral_playbook.intake.files.wrong_kind import wrong_kind

EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def read_source(client: Client, table: str, spec: TableSpec, faults: Faults) -> Source | None:
    """The rows of a table from all its files; None where one cannot be read."""
    form = form_of(spec, TABLES[table])
    sources = [_read(client, table, file, form, faults) for file in spec.all_files]
    present = [source for source in sources if source is not None]
    if len(present) < len(sources):
        return None
    source = one_below_other(present, form.wanted, table, faults)
    source = without_repeats(source, spec, TABLES[table], faults)
    for join in spec.join:
        further = _read(client, table, join.file, form_of_join(join, spec), faults)
        beside = None if further is None else joined(source, further, join, spec, table, faults)
        if beside is None:
            return None
        source = beside
    return source


def is_csv(file: str) -> bool:
    """Whether a file is read as CSV: by its name, it is neither Parquet nor a sheet."""
    return PurePosixPath(file).suffix.lower() not in (".parquet", *EXCEL)


def _read(client: Client, table: str, file: str, form: Form, faults: Faults) -> Source | None:
    path, kind = client.folder / file, PurePosixPath(file).suffix.lower()
    if fault := wrong_kind(path, file, table):
        faults.add(fault)
        return None
    if kind == ".parquet":
        return read_parquet(path, file, table, faults=faults)
    if kind in EXCEL:
        return read_excel(path, file, table, form=form, faults=faults)
    return read_csv(path, file, table, form=form, faults=faults)
