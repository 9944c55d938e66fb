"""break-even.xlsx: the inputs of the break-even volume, and the volume as formulas that a client can follow."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.show.words import STATUS, clean, name

COLUMNS = ("What", "In the report", "Yours", "Low", "High", "Unit", "Per", "Basis", "Source")
WIDTHS = (34, 15, 15, 12, 12, 16, 24, 12, 70)
NEEDED = ("customer_value", "incremental_share", "fulfilment", "conversion_rate", "fixed_cost")
IN_STEP = {"value": "customer_value", "fixed_cost": "monthly_cost", "fixed_cost_to_date": "fixed_cost"}
"""The futures call some inputs otherwise than the contract does."""
REWARD = "reward_per_conversion"
FIRST = 6
"""The row of the first input."""
NO_VOLUME = "cannot break even at any volume"
EPOCH = (1980, 1, 1, 0, 0, 0)
BOLD, SOFT = Font(bold=True), Font(italic=True, color="545B64")
TO_CHANGE = PatternFill("solid", fgColor="FFF6D6")


def break_even_sheet(result: StepResult) -> bytes:
    """The workbook as bytes; the same result gives the same bytes.

    Parameters
    ----------
    result
        Of the step `break_even`: its table `inputs` (name, value, low, high, unit, per, basis, source), its
        estimates, and its table `cash_flow` where the futures could be run.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "Break-even"
    inputs = _inputs(result)
    _head(sheet, result)
    written = [(row, _input(sheet, FIRST + i, row)) for i, row in enumerate(inputs)]
    cells = {row["name"]: cell for row, cell in written if row["value"] is not None}  # an empty cell counts as 0
    _formulas(sheet, FIRST + len(inputs) + 1, cells, result)
    _finish(sheet)
    if result.tables.get("cash_flow"):
        _cash(book.create_sheet("Month by month"), result.tables["cash_flow"])
    return _stable(book, result)


def _inputs(result: StepResult) -> list[dict[str, Any]]:
    rows = [{**row, "name": IN_STEP.get(row["name"], row["name"])} for row in result.tables.get("inputs", [])]
    there = {row["name"]: row["value"] for row in rows}
    return rows + ([row] if REWARD not in there and (row := _reward(result, there)) else [])


def _reward(result: StepResult, there: Mapping[str, Any]) -> dict[str, Any] | None:
    """Rewards per conversion: what lies between the value of a conversion and its contribution."""
    contribution = result.estimates.get("unit_contribution")
    known = [there.get(key) for key in ("customer_value", "incremental_share", "fulfilment")]
    if contribution is None or contribution.value is None or any(x is None for x in known):
        return None
    value, share, fulfilment = known
    reward = round(share * value - fulfilment - contribution.value, 10)  # type: ignore[operator]
    return {
        "name": REWARD, "value": reward, "low": reward, "high": reward, "unit": contribution.unit,
        "per": "conversion", "basis": "assumed", "source": contribution.source,
    }  # fmt: skip


def _head(sheet: Worksheet, result: StepResult) -> None:
    title = f"{result.client}: break-even, as of {result.as_of.isoformat()}"
    verdict = f"{STATUS[result.verdict.status]}: {result.headline}"
    how = "Change the yellow cells; what is below the inputs follows. The report's own numbers stay beside yours."
    for row, (text, font) in enumerate(((title, Font(bold=True, size=14)), (verdict, Font()), (how, SOFT)), start=1):
        _text(sheet.cell(row, 1), text).font = font
    for column, text in enumerate(COLUMNS, start=1):
        _text(sheet.cell(FIRST - 1, column), text).font = BOLD


def _input(sheet: Worksheet, at: int, row: Mapping[str, Any]) -> str:
    """Write one input; the address of the cell to change."""
    _text(sheet.cell(at, 1), name(row["name"]))
    for column, key in ((2, "value"), (4, "low"), (5, "high")):
        sheet.cell(at, column, row.get(key)).number_format = _format(row)
    yours = sheet.cell(at, 3, None if row.get("value") is None else f"=B{at}")
    yours.fill, yours.number_format = TO_CHANGE, _format(row)
    for column, key in ((6, "unit"), (7, "per"), (8, "basis"), (9, "source")):
        _text(sheet.cell(at, column), str(row.get(key) or ""))
    return f"C{at}"


def _formulas(sheet: Worksheet, at: int, cells: Mapping[str, str], result: StepResult) -> None:
    if missing := [name(key) for key in (*NEEDED, REWARD) if key not in cells]:
        _text(sheet.cell(at, 1), f"The volume cannot be worked out; not known: {', '.join(missing)}")
        return
    contribution, conversions = f"C{at}", f"C{at + 1}"
    # Rounded first, as the report does: 0.1 + 0.2 must not cost one more conversion.
    worth = "={customer_value}*{incremental_share}-{reward_per_conversion}-{fulfilment}".format(**cells)
    needed = f"ROUNDUP(ROUND({cells['fixed_cost']}/{contribution},9),0)"
    enough = f'=IF({contribution}<=0,"{NO_VOLUME}",{needed})'
    asked = f"ROUNDUP(ROUND({conversions}/{cells['conversion_rate']},9),0)"
    lines = (
        ("unit_contribution", worth, "customer value x incremental share - rewards - fulfilment"),
        ("break_even_conversions", enough, "fixed cost / unit contribution, rounded up"),
        (
            "break_even_referrals",
            f"=IF(ISNUMBER({conversions}),{asked},{conversions})",
            "conversions / conversion rate, rounded up",
        ),
    )
    for row, line in enumerate(lines, start=at):
        _result(sheet, row, line, result.estimates[line[0]])


def _result(sheet: Worksheet, at: int, line: tuple[str, str, str], estimate: Estimate) -> None:
    key, formula, says = line
    _text(sheet.cell(at, 1), name(key)).font = BOLD
    for column, value in ((2, estimate.value), (3, formula), (4, estimate.low), (5, estimate.high)):
        sheet.cell(at, column, value).number_format = "#,##0.00" if key == "unit_contribution" else "#,##0"
    for column, text in ((6, estimate.unit), (7, estimate.per), (8, estimate.basis.value), (9, says)):
        _text(sheet.cell(at, column), text)


def _cash(sheet: Worksheet, rows: list[dict[str, Any]]) -> None:
    sheet.append([name(key) for key in rows[0]])
    for row in rows:
        sheet.append(list(row.values()))
    for cell in sheet[1]:
        cell.font = BOLD
    for column in sheet.iter_cols(min_row=2):
        for cell in column:
            cell.number_format = "0%" if sheet.cell(1, cell.column).value == "Ahead" else "#,##0"
    sheet.freeze_panes = "B2"


def _text(cell: Any, text: str) -> Any:
    """Client text is text, also where it begins like a formula."""
    cell.value = clean(text)
    cell.data_type, cell.quotePrefix = "s", True
    return cell


def _format(row: Mapping[str, Any]) -> str:
    return "0.0%" if row.get("unit") == "share" else "#,##0.00"


def _finish(sheet: Worksheet) -> None:
    for letter, width in zip("ABCDEFGHI", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=FIRST, min_col=9, max_col=9):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth = "landscape", 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _stable(book: Workbook, result: StepResult) -> bytes:
    """Save without a clock: openpyxl and zip write when it was."""
    day = datetime(result.as_of.year, result.as_of.month, result.as_of.day)
    book.properties.created, book.properties.creator = day, "referral-playbook"
    made, out = io.BytesIO(), io.BytesIO()
    book.save(made)
    stamp = f"<dcterms:modified\\1>{day.isoformat()}Z</dcterms:modified>".encode()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == "docProps/core.xml":
                content = re.sub(rb"<dcterms:modified([^>]*)>[^<]*</dcterms:modified>", stamp, content)
            new.writestr(zipfile.ZipInfo(entry, date_time=EPOCH), content, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
