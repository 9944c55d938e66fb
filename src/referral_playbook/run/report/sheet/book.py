"""The workbook: inputs, answers, months and lags."""

from __future__ import annotations

from openpyxl import Workbook

from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.writing.dates import day
from referral_playbook.run.report.sheet.answers import write_answers
from referral_playbook.run.report.sheet.cells import BOLD, saved, text, widths
from referral_playbook.run.report.sheet.inputs import SHEET as INPUTS
from referral_playbook.run.report.sheet.inputs import USED, known_inputs, plan_values, write_inputs
from referral_playbook.run.report.sheet.months import LAGS, write_lags, write_months
from referral_playbook.run.report.sheet.months import SHEET as MONTHS
from referral_playbook.show.labels import label_of

ANSWERS = "Answers"


def break_even_sheet(result: StepResult) -> bytes:
    """The workbook as bytes; the same result gives the same bytes.

    The result is that of step `break_even`, with its tables `inputs`, `lags` and `plan`. Where an input is not known
    there is one sheet that names what is missing.
    """
    book = Workbook()
    missing = [name for name in USED if name not in known_inputs(result)]
    plan, lags = plan_values(result), result.tables.get("lags", [])
    inputs = book.active
    assert inputs is not None
    inputs.title = INPUTS
    title = f"{result.client}: break-even, data up to {day(result.as_of)}"
    cells = None if missing or not plan or not lags else write_inputs(inputs, result, title)
    if cells is None:
        text(inputs, "A1", title, BOLD)
        labels = ", ".join(map(label_of, missing)) or "the plan of the months"
        text(inputs, "A3", f"Break-even cannot be computed yet. Not known: {labels}.")
        widths(inputs, 100)
        return saved(book, result.as_of)
    months = int(plan["months_followed"] or 0)
    answers, by_month, by_lag = (book.create_sheet(name) for name in (ANSWERS, MONTHS, LAGS))
    nominal = write_lags(by_lag, lags, cells)
    write_months(by_month, lags, months, cells, nominal)
    write_answers(answers, result, months, cells)
    return saved(book, result.as_of)
