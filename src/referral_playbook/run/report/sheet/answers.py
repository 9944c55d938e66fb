"""The sheet of answers: what it takes to break even, both results, three scenarios, and the verdict in formulas."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from referral_playbook.contract.evidence import StepResult
from referral_playbook.run.report.sheet.cells import BOLD, SOFT, TITLE, WRAP, text, value, widths
from referral_playbook.run.report.sheet.inputs import InputCells
from referral_playbook.run.report.sheet.months import FIRST, SHEET

NEVER = "cannot break even at any volume"
NO_BASELINE = "no referral comes without the programme"
NOT_BACK = "not in the months followed"
SCENARIOS = ("Low", "Base", "High")
RULE = (
    "Go: the base and the low scenario end at or above zero, cash is back in time and within the limit. "
    "Stop: even the high scenario ends below zero. Everything else: test small. The report's verdict also weighs "
    "100,000 futures, which a sheet cannot run."
)
LINES = {
    "fixed": ("Fixed cost to the date", "#,##0"),
    "counted": ("Months whose referrals are customers by the date", "0.0"),
    "cover": ("Fixed cost to cover, discounted like these customers", "#,##0"),
    "contribution": ("One extra conversion leaves", "#,##0.00"),
    "naive": ("Conversions, cost divided by customer value", "#,##0.0"),
    "credited": ("Conversions, every referral credited", "#,##0"),
    "extra": ("Extra conversions needed, against doing nothing", "#,##0"),
    "referrals": ("Referrals needed in all", "#,##0"),
    "uplift": ("Referrals must rise to (times those without the programme)", "0.00"),
    "expected": ("Extra conversions expected by the date", "#,##0.0"),
    "value": ("Value result by the date", "#,##0"),
    "cash": ("Cash result by the date", "#,##0"),
    "peak": ("Peak cash need", "#,##0"),
    "payback": ("Cash is back in month", "0"),
}


def write_answers(sheet: Worksheet, result: StepResult, months: int, cells: InputCells) -> None:
    """Write answers, scenarios and verdict."""
    text(sheet, "A1", "Break-even against doing nothing", TITLE)
    text(sheet, "A2", "All cells follow the yellow cells of the sheet Inputs.", SOFT)
    text(sheet, "A3", f"In the report: {result.headline}")
    formulas = _formulas(months, cells)
    for at, (key, (words, shape)) in enumerate(LINES.items(), start=5):
        text(sheet, f"A{at}", words)
        value(sheet, f"B{at}", f"={formulas[key]}", shape)
    top = 5 + len(LINES) + 1
    _scenarios(sheet, top, months, cells)
    _verdict(sheet, top + 5, top, cells)
    widths(sheet, 58, 20, 16, 16)


def row_of(key: str) -> int:
    """The row of one of the answers."""
    return 5 + list(LINES).index(key)


def _column(letter: str, months: int) -> str:
    return f"{SHEET}!${letter}${FIRST}:${letter}${FIRST + months - 1}"


def _until(months: int, cells: InputCells) -> str:
    """1 for the months up to the date, else 0."""
    return f"({_column('A', months)}<={cells.yours('deadline')})"


def _formulas(months: int, cells: InputCells) -> dict[str, str]:
    y, until = cells.yours, _until(months, cells)
    rate = f"({y('qualified_share')}*{y('conversion_rate')})"
    discount, converted = _column("D", months), f"{until}*{_column('C', months)}"
    weight = f"SUMPRODUCT({converted}*{discount})"
    early = f"SUMPRODUCT({until}*{discount}*{_column('B', months)})/{weight}"
    lead = f"IF({y('lead_reward')}*{y('conversion_rate')}=0,0,{y('lead_reward')}/{y('conversion_rate')}"
    worth = f"({y('incremental_share')}*{y('customer_value')})"
    paid = f"({y('reward')}+{lead}*{early}))"
    left, fixed, cover = f"({worth}-{paid})", f"$B${row_of('fixed')}", f"$B${row_of('cover')}"
    extra, counted = f"$B${row_of('extra')}", f"$B${row_of('counted')}"
    usual = f"({y('baseline_referrals')}*{rate}*{counted})"
    made = f"({y('uplift')}*{y('baseline_referrals')}+{y('new_referrals')})"
    value_so_far, cash_so_far = _column("J", months), _column("N", months)
    below = f"SUMPRODUCT(MAX(({cash_so_far}<0)*{_column('A', months)}))"
    return {
        "fixed": f"{y('set_up_cost')}+{y('deadline')}*{y('monthly_cost')}",
        "counted": f"SUMPRODUCT({converted})",
        "cover": f"({y('set_up_cost')}+{y('monthly_cost')}*SUMPRODUCT({until}*{discount}))*{counted}/{weight}",
        "contribution": f"{worth}-({y('reward')}+{lead}))",
        "naive": f'IF({y("customer_value")}<=0,"{NEVER}",{fixed}/{y("customer_value")})',
        # Rounded first, as the report does: 0.1 + 0.2 must not cost one more conversion.
        "credited": f'IF({left}<=0,"{NEVER}",ROUNDUP(ROUND({cover}/{left},9),0))',
        "extra": f'IF({left}<=0,"{NEVER}",ROUNDUP(ROUND(({cover}+{usual}*{paid})/{left},9),0))',
        "referrals": f'IF({left}<=0,"{NEVER}",({extra}+{usual})/{rate})',
        "uplift": f'IF({left}<=0,"{NEVER}",IF({usual}=0,"{NO_BASELINE}",({worth}+{cover}/{usual})/{left}))',
        "expected": f"({made}-{y('baseline_referrals')})*{rate}*{counted}",
        "value": f"SUMPRODUCT(({_column('A', months)}={y('deadline')})*{value_so_far})",
        "cash": f"SUMPRODUCT(({_column('A', months)}={y('deadline')})*{cash_so_far})",
        "peak": f"MAX(0,-MIN({cash_so_far}))",
        "payback": f'IF({SHEET}!$N${FIRST + months - 1}<0,"{NOT_BACK}",{below}+1)',
    }


def _scenarios(sheet: Worksheet, at: int, months: int, cells: InputCells) -> None:
    """Value result with all inputs that were not measured at their unfavourable end, at yours, at the favourable."""
    text(sheet, f"A{at}", "Scenarios: inputs that were not measured at their ends", BOLD)
    text(sheet, f"A{at + 1}", "Value result by the date")
    for letter, words, good in zip("BCD", SCENARIOS, (False, None, True), strict=True):
        text(sheet, f"{letter}{at}", words, BOLD)
        formula = f"$B${row_of('value')}" if good is None else _closed(months, cells, good=good)
        value(sheet, f"{letter}{at + 1}", f"={formula}", "#,##0")


def _closed(months: int, cells: InputCells, *, good: bool) -> str:
    """The value result by its closed form; lags and discount come from the sheet of months."""

    def x(name: str) -> str:
        return cells.end(name, good=good)

    until, discount = _until(months, cells), _column("D", months)
    conversions = f"SUMPRODUCT({until}*{discount}*{_column('C', months)})"
    leads = f"SUMPRODUCT({until}*{discount}*{_column('B', months)})"
    made = f"({x('uplift')}*{x('baseline_referrals')}+{x('new_referrals')})"
    extra = f"({made}-{x('baseline_referrals')})"
    each = f"({extra}*{x('incremental_share')}*{x('customer_value')}-{made}*{x('reward')})"
    return (
        f"{x('qualified_share')}*{x('conversion_rate')}*{conversions}*{each}"
        f"-{made}*{x('qualified_share')}*{x('lead_reward')}*{leads}"
        f"-{x('monthly_cost')}*SUMPRODUCT({until}*{discount})-{x('set_up_cost')}"
    )


def _verdict(sheet: Worksheet, at: int, scenarios: int, cells: InputCells) -> None:
    low, base, high = (f"{letter}{scenarios + 1}" for letter in "BCD")
    payback, purse = f"B{row_of('payback')}", cells.yours("purse")
    in_time = f"IF(ISNUMBER({payback}),{payback}<={cells.yours('payback_months')},FALSE)"
    affordable = f"IF(ISNUMBER({purse}),B{row_of('peak')}<={purse},TRUE)"
    go = f"AND({base}>=0,{low}>=0,{in_time},{affordable})"
    text(sheet, f"A{at}", "Verdict by these inputs", BOLD)
    value(sheet, f"B{at}", f'=IF({go},"Go",IF({high}<0,"Stop","Test small"))', "General")
    sheet[f"B{at}"].font = BOLD
    text(sheet, f"A{at + 1}", RULE, SOFT)
    sheet[f"A{at + 1}"].alignment = WRAP
