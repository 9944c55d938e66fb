"""The sheet of months: value and cash against doing nothing, month by month, by formulas; and the chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.chart import LineChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from referral_playbook.run.report.sheet.cells import BOLD, SOFT, headings, text, value, widths
from referral_playbook.run.report.sheet.inputs import InputCells

SHEET, LAGS = "Months", "Lags"
FIRST = 4
"""The row of month 1; the rows of the lags start there too."""
STAGES = {"qualified": "B", "converted": "C", "margin": "D", "rewarded": "E"}
"""Column of each stage on the sheet of lags."""
HEADINGS = (
    "Month",
    "Months of qualified referrals",
    "Months of conversions",
    "Discount",
    "Qualified referrals",
    "Conversions without the programme",
    "Extra conversions that count",
    "Conversions with a reward",
    "Value in the month",
    "Value so far",
    "Margin received",
    "Rewards paid",
    "Cash in the month",
    "Cash so far",
)


def write_lags(sheet: Worksheet, lags: Sequence[Mapping[str, float]], cells: InputCells) -> str:
    """Write the lags; the address of what one unit of value comes to in cash over time."""
    text(sheet, "A1", "How long each stage takes: the share that comes so many months after the stage before", BOLD)
    headings(sheet, FIRST - 1, ("Months after", "Qualified", "Converted", "Margin", "Reward"))
    for at, row in enumerate(lags, start=FIRST):
        value(sheet, f"A{at}", row["months_after"], "0")
        for stage, letter in STAGES.items():
            value(sheet, f"{letter}{at}", row[stage], "0.0000")
    last = FIRST + len(lags) - 1
    text(sheet, "G3", "Margin received over time, per unit of value", BOLD)
    rate = cells.yours("discount_rate")
    value(sheet, "G4", f"=1/SUMPRODUCT(D{FIRST}:D{last},(1+{rate})^(-A{FIRST}:A{last}/12))", "0.0000")
    widths(sheet, 14, 12, 12, 12, 12, 4, 40)
    return f"{LAGS}!$G$4"


def write_months(
    sheet: Worksheet, lags: Sequence[Mapping[str, float]], months: int, cells: InputCells, nominal: str
) -> None:
    """Write the months and the chart of both clocks."""
    text(sheet, "A1", "Against doing nothing, with every input at your value and without chance", SOFT)
    headings(sheet, FIRST - 1, HEADINGS)
    lengths = {stage: max((i for i, row in enumerate(lags) if row[stage]), default=0) + 1 for stage in STAGES}
    for month in range(1, months + 1):
        _write_month(sheet, month, lengths, cells, nominal)
    sheet.freeze_panes = f"B{FIRST}"
    widths(sheet, 8, *(14 for _ in HEADINGS[1:]))
    _chart(sheet, FIRST + months - 1)


def _later(column: str, at: int, stage: str, lengths: Mapping[str, int]) -> str:
    """A flow moved by a lag: the sum over earlier months of this sheet, each by its share."""
    letter = STAGES[stage]
    back = range(min(lengths[stage], at - FIRST + 1))
    return "+".join(f"{LAGS}!${letter}${FIRST + k}*{column}{at - k}" for k in back)


def _write_month(sheet: Worksheet, month: int, lengths: Mapping[str, int], cells: InputCells, nominal: str) -> None:
    at, y = FIRST + month - 1, cells.yours
    qualified = f'SUMIF({LAGS}!$A${FIRST}:$A${FIRST + lengths["qualified"] - 1},"<"&A{at},{LAGS}!$B${FIRST}:$B${FIRST + lengths["qualified"] - 1})'  # noqa: E501
    before = {letter: f"-{y('set_up_cost')}" if month == 1 else f"{letter}{at - 1}" for letter in "JN"}
    made = f"({y('uplift')}*{y('baseline_referrals')}+{y('new_referrals')})"
    rate = f"{y('qualified_share')}*{y('conversion_rate')}"
    formulas = {
        "B": qualified,
        "C": _later("B", at, "converted", lengths),
        "D": f"(1+{y('discount_rate')})^(-A{at}/12)",
        "E": f"{made}*{y('qualified_share')}*B{at}",
        "F": f"{y('baseline_referrals')}*{y('qualified_share')}*{y('conversion_rate')}*C{at}",
        "G": f"{y('incremental_share')}*({made}-{y('baseline_referrals')})*{rate}*C{at}",
        "H": f"{made}*{rate}*C{at}",
        "I": f"({y('customer_value')}*G{at}-{y('reward')}*H{at}-{y('lead_reward')}*E{at}-{y('monthly_cost')})*D{at}",
        "J": f"{before['J']}+I{at}",
        "K": f"{y('customer_value')}*{nominal}*({_later('G', at, 'margin', lengths)})",
        "L": f"{y('reward')}*({_later('H', at, 'rewarded', lengths)})",
        "M": f"K{at}-L{at}-{y('lead_reward')}*E{at}-{y('monthly_cost')}",
        "N": f"{before['N']}+M{at}",
    }
    value(sheet, f"A{at}", month, "0")
    for letter, formula in formulas.items():
        value(sheet, f"{letter}{at}", f"={formula}", "0.000" if letter in "BCD" else "#,##0.00")


def _chart(sheet: Worksheet, last: int) -> None:
    chart = LineChart()
    chart.title, chart.height, chart.width = "Value and cash so far, against doing nothing", 9, 18
    chart.x_axis.title, chart.x_axis.delete, chart.y_axis.delete = "month", False, False
    for column in (10, 14):
        chart.add_data(Reference(sheet, min_col=column, min_row=FIRST - 1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=FIRST, max_row=last))
    sheet.add_chart(chart, "P3")
