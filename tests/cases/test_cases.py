"""One small client for each kind of fault that users reported: what `playbook check` says, or the right numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.run.client.checking import check_client


@dataclass(frozen=True, kw_only=True)
class Case:
    """A client of one table; `says` is a pattern of what the check prints, or of its refusal."""

    table: str
    csv: str
    says: str
    declared: str = ""
    head: str = ""
    refused: bool = False

    def write(self, folder: Path) -> Path:
        (folder / "client.toml").write_text(
            f'name = "Case"\ncurrency = "EUR"\nas_of = 2026-06-30\n{self.head}\n[tables.{self.table}]\n'
            f'file = "rows.csv"\n{self.declared}\n',
            encoding="utf-8",
        )
        (folder / "rows.csv").write_text(self.csv, encoding="utf-8")
        return folder


PAID = "customer_id,paid_on,amount\n"


def refuses(declared: str, says: str) -> Case:
    """A sound payment that is refused for what client.toml declares of it."""
    return Case(table="payments", csv=f"{PAID}a,2026-05-01,2\n", declared=declared, says=says, refused=True)


CASES = {
    "an amount of 1e18": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01,1e18\n",
        says="line 2.*larger than any amount",
        refused=True,
    ),
    "a clock with am and pm": Case(
        table="payments", csv=f"{PAID}a,05/31/2026 11:59 PM,20\n", says=r"%m/%d/%Y %I:%M %p", refused=True
    ),
    "the same clock, declared": Case(
        table="payments",
        csv=f"{PAID}a,05/31/2026 11:59 PM,20\na,06/01/2026 9:05 AM,2\n",
        declared='dates = "%m/%d/%Y %I:%M %p"',
        says="2 rows, 2026-05-31 to 2026-06-01",
    ),
    "a quote within a field": Case(
        table="customers",
        csv='customer_id,joined_on,region\na,2026-01-05,Ore"gon\n',
        says="line 2.*quote",
        refused=True,
    ),
    "rows of commas at the end": Case(
        table="payments", csv=f"{PAID}a,2026-05-01,20\n,,\n,,\n", says="1 row, .*2 blank rows skipped"
    ),
    "two currencies": Case(
        table="payments",
        csv="customer_id,paid_on,amount,currency\na,2026-05-01,15,EUR\nb,2026-05-02,2000,JPY\n",
        says=r"1 row is in JPY \(sum 2,000.00\)",
        refused=True,
    ),
    "signs of a currency": Case(
        table="payments", csv=f'{PAID}a,2026-05-01,"$1,234.50"\n', says=r'marks = \["\$"\]', refused=True
    ),
    "a form of dates with the month twice": refuses('dates = "%m/%m/%Y"', "line 7.*not a form"),
    "a delimiter outside ASCII": refuses('delimiter = "§"', "delimiter"),
    "a thousands mark that is a minus": refuses('thousands = "-"', "mark between thousands"),
    "the day as written": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01T00:30:00+02:00,11\na,2026-05-31T23:30:00-05:00,11\n",
        declared='dates = "iso"',
        says="2 rows, 2026-05-01 to 2026-05-31",
    ),
    "a blank before the offset": Case(
        table="payments",
        csv=f"{PAID}a,2026-04-04 12:48:49 +0500,20\n",
        declared='dates = "iso"',
        says="1 row, 2026-04-04 to 2026-04-04",
    ),
    "half a last line": Case(
        table="customers", csv="customer_id,joined_on,source\na,2026-01-05,re", says="may be cut off"
    ),
    "a title above the header": Case(
        table="payments",
        csv=f"Payments report\n\n{PAID}a,2026-05-01,20\n",
        says="skip_lines = 2",
        refused=True,
    ),
    "the header found under its title": Case(
        table="payments",
        csv=f"Payments report\n\n{PAID}a,2026-05-01,20\n",
        declared="skip_lines = 2",
        says="1 row, 2026-05-01",
    ),
    "rows of nobody, left out and counted": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01,21\n,2026-05-02,21\n",
        declared='where = { "customer_id" = { empty = false } }',
        says="1 row, .*1 row left out",
    ),
    "leads after the as-of date": Case(
        table="leads",
        csv="lead_id,created_on\n1,2026-07-02\n2,2026-08-01\n",
        says="all 2 rows.*as_of",
        refused=True,
    ),
    "a record that ends a year before the as-of date": Case(
        table="payments",
        csv=f"{PAID}a,2025-05-01,20\nb,2025-06-02,20\n",
        says="the record ends on 2025-06-02, 393 days before the as-of date",
    ),
    "a word that says that nobody knows the source": Case(
        table="leads",
        csv="lead_id,created_on,source\n1,2026-03-02,referral\n2,2026-06-02,unbekannt\n",
        says="may mean 'unknown'.*unknown = ..unbekannt",
    ),
    "a source word that nothing maps": Case(
        table="leads",
        csv="lead_id,created_on,source\n1,2026-03-02,Empfehlung\n2,2026-04-02,Suche\n",
        says="referral = ..Empfehlung",
    ),
    "a number of 41 digits": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01,2\n",
        head="[parameters]\ndiscount_rate = 1" + "0" * 40,
        says="not a number below 1e15",
        refused=True,
    ),
    "a typographer's minus": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01,20\na,2026-05-02,\u221212.50\nb,2026-05-03,7.50\n",
        says="3 rows, .*2026-05-03",
    ),
    "a minus behind the number": Case(
        table="payments", csv=f"{PAID}a,2026-05-01,12.00-\n", says=r'marks = \["\(\)"\]', refused=True
    ),
    "a day that no calendar has": Case(
        table="customers",
        csv="customer_id,joined_on,left_on\na,2026-01-05,0000-00-00\nb,2026-01-06,9999-12-31\n",
        says=r'values\] left_on = \{ "" = \["0000-00-00", "9999-12-31"\]',
        refused=True,
    ),
    "months in another language": Case(
        table="payments",
        csv=f"{PAID}a,31. Mai 2026,20\na,1. Oktober 2025,2\n",
        says="only English names of months",
        refused=True,
    ),
    "a point that may stand between thousands": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01,1.234\na,2026-05-02,12\n",
        says=r'1\.234.*decimal = ",", thousands = "\."',
    ),
    "the same point, declared": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01,1.234\na,2026-05-02,12\n",
        declared='decimal = "."',
        says="2 rows.*\n.*\n.*0 warnings",
    ),
    "lakhs and crores": Case(
        table="payments",
        csv=f'{PAID}a,2026-05-01,"1,23,456.50"\nb,2026-05-01,"12,34,56,789"\n',
        declared='thousands = ","',
        says="2 rows, 2026-05-01",
    ),
    "amounts without a currency among others": Case(
        table="payments",
        csv="customer_id,paid_on,amount,currency\na,2026-05-01,15,EUR\nb,2026-05-02,20,\n",
        says=r"no currency, so the amount is read in EUR \(sum 20.00\)",
    ),
    "the sign of another currency": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01,$20\n",
        declared='marks = ["$"]',
        says='sign . are read in EUR.*currency = "=USD"',
    ),
    "a year twice in a form of dates": Case(
        table="payments",
        csv=f"{PAID}a,2026-05-01,2\n",
        declared='dates = "%d/%m/%y %Y"',
        says="line 7.*not a form",
        refused=True,
    ),
    "costs alone, dated by month": Case(
        table="costs", csv="month,item,hours,amount\n2026-05,managing,3,100\n", says="costs: 1 row"
    ),
    "a reward that costs less than nothing": Case(
        table="rewards",
        csv="name,kind,side,trigger,cost\ngift,gift,advocate,conversion,-5\n",
        says="line 2.*'-5'.*negative",
        refused=True,
    ),
    "a goal on a metric that nothing counts": Case(
        table="goals", csv="month,metric,target\n2026-05,Empfehlungen,5\n", says=r'metric = \{ referrals = \["Empfehl'
    ),
    "a margin above the amount": Case(
        table="payments",
        csv="customer_id,paid_on,amount,margin\na,2026-05-01,50,60\n",
        says="a margin above the amount",
    ),
    "a recommendation scored from 1 to 5": Case(
        table="surveys",
        csv="respondent_id,asked_on,question,answer\n"
        + "".join(f"r{n},2026-05-01,nps,{n % 3 + 3}\n" for n in range(12)),
        says="all 12 answers to nps lie between 3 and 5.*0-10",
        refused=True,
    ),
    "the same scores, declared as 0 to 10": Case(
        table="surveys",
        csv="respondent_id,asked_on,question,answer\n"
        + "".join(f"r{n},2026-05-01,nps,{n % 3 + 3}\n" for n in range(12)),
        declared='scale = { nps = "0-10" }',
        says="surveys: 12 rows",
    ),
    "nobody, in the place of an advocate": Case(
        table="customers",
        csv="customer_id,joined_on,referred_by\na,2026-01-05,niemand\nb,2026-01-06,a\n",
        says=r'referred_by = \{ "" = \["niemand"\]',
    ),
    "who left by the status, on no day": Case(
        table="customers",
        csv="customer_id,joined_on,status\na,2026-01-05,left\nb,2026-01-06,active\n",
        says="left, but no left_on.*counts as having left on 2026-06-30",
    ),
    "tenure in days": Case(
        table="customers",
        csv="customer_id,tenure_months,status\n" + "".join(f"c{n},{300 + 9 * n},active\n" for n in range(12)),
        says="half of the customers have been there for 29 years or more.*not in days",
    ),
    "price and quantity": Case(
        table="payments",
        csv="customer_id,paid_on,Quantity,Price\na,2026-05-01,12,6.95\n",
        declared='columns = { amount = "Price" }',
        says=r'times = \{ amount = "Quantity" \}',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_check_says_what_is_right(name, tmp_path):
    case = CASES[name]
    folder = case.write(tmp_path)
    if case.refused:
        with pytest.raises(ClientFaultError, match=re.compile(case.says, re.S)):
            list(check_client(folder))
    else:
        assert re.search(case.says, "\n".join(check_client(folder)))
