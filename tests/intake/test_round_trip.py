"""Any table, written in any declared format, comes back as it was."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import read_client_tables

HEAD = 'name = "T"\ncurrency = "GBP"\nas_of = 2099-12-31\n[tables.customers]\nfile = "c.csv"\n'
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=12
).map(str.strip)
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31))
MONEY = st.integers(0, 10**11).map(lambda pence: pence / 100)
ROW = st.tuples(DAYS, st.none() | DAYS, WORDS, st.none() | MONEY, st.none() | st.integers(0, 10**9))
MARKS = st.sampled_from([(".", None), (",", None), (",", "."), (".", ","), (",", " ")])


def written(amount: float, decimal: str, thousands: str | None) -> str:
    text = f"{amount:,.2f}" if thousands else f"{amount:.2f}"
    return text.translate(str.maketrans({",": thousands or "", ".": decimal}))


def as_csv(rows: list[tuple], form: str, marks: tuple[str, str | None], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["customer_id", "joined_on", "left_on", "segment", "monthly_amount", "referrals_made"])
    for number, (joined, left, segment, amount, made) in enumerate(rows):
        writer.writerow(
            [
                f"id{number}",
                joined.strftime(form),
                left.strftime(form) if left else "",
                segment,
                "" if amount is None else written(amount, *marks),
                "" if made is None else made,
            ]
        )
    return out.getvalue()


def declared(form: str, marks: tuple[str, str | None], delimiter: str, encoding: str) -> str:
    thousands = f'thousands = "{marks[1]}"\n' if marks[1] else ""
    mark = delimiter.replace("\t", "\\t")
    return f'{HEAD}dates = "{form}"\ndecimal = "{marks[0]}"\n{thousands}delimiter = "{mark}"\nencoding = "{encoding}"\n'


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(ROW, min_size=1, max_size=12),
    form=st.sampled_from(["%Y-%m-%d", "iso", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d %H:%M:%S"]),
    marks=MARKS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8-sig", "utf-8", "utf-16"]),
)
def test_round_trip(rows, form, marks, delimiter, encoding) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        text = as_csv(rows, "%Y-%m-%d" if form == "iso" else form, marks, delimiter)
        (folder / "c.csv").write_bytes(text.encode(encoding))
        (folder / "client.toml").write_text(declared(form, marks, delimiter, encoding), encoding="utf-8")
        frame = read_client_tables(read_client(folder)).tables["customers"]
    back = [
        tuple(None if value != value or value is None else value for value in row)
        for row in zip(
            frame["joined_on"].dt.date.tolist(),
            frame["left_on"].astype(object).where(frame["left_on"].notna(), None).map(lambda t: t and t.date()),
            frame["segment"].fillna("").tolist(),
            frame["monthly_amount"].tolist(),
            frame["referrals_made"].astype(object).where(frame["referrals_made"].notna(), None),
            strict=True,
        )
    ]
    assert back == rows
    assert frame["customer_id"].tolist() == [f"id{number}" for number in range(len(rows))]
