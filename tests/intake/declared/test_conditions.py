"""`where` and `when`: words, not, empty, beginnings and comparisons; rows left out are counted."""

from __future__ import annotations

import pytest

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
TEXT = """\
customer_id,paid_on,amount,Status,Paid
a,2026-05-01,10,paid,TRUE
,2026-05-02,12,paid,FALSE
b,2026-05-03,11,Failed,true
c,2026-06-04,9,refunded,yes
Total,2026-06-30,42,,
"""


@pytest.mark.parametrize(
    ("where", "amounts"),
    [
        ('customer_id = { empty = false, not = "Total" }', [10, 11, 9]),
        ('customer_id = { not = ["", "Total"] }', [10, 11, 9]),
        ('Status = { not = ["Failed", ""] }, customer_id = { empty = false }', [10, 9]),
        ('Paid = "true"', [10, 11]),
        ('Paid = ["True", "yes"]', [10, 11, 9]),
        ("amount = { above = 10 }, customer_id = { empty = false }", [11, 42]),
        ("amount = { at_least = 10, below = 12 }", [10, 11]),
        ("paid_on = { at_most = 2026-05-03 }, customer_id = { empty = false }", [10, 11]),
        ('Status = { begins = ["re", "F"] }', [11, 9]),
        ("Status = { empty = true }", [42]),
        ("customer_id = { empty = false }, Status = []", [10, 11, 9, 42]),
    ],
)
def test_rows_that_are_read(read, where, amounts) -> None:
    intake = read(PAYMENTS + f"where = {{ {where} }}\n", {"p.csv": TEXT})
    assert intake.tables["payments"]["amount"].tolist() == amounts
    quality = intake.quality["payments"]
    assert (quality["rows_left_out"], quality["rows_used"]) == (5 - len(amounts), len(amounts))


def test_an_empty_key_is_refused_with_the_way_to_leave_such_rows_out(errors, read) -> None:
    text = "Customer ID,Created,Amount\ncus_a,2026-05-01,10\n,2026-05-02,12\ncus_b,2026-05-03,11\n,2026-05-04,9\n"
    toml = PAYMENTS + 'columns = { customer_id = "Customer ID", paid_on = "Created", amount = "Amount" }\n'
    found = errors(toml, {"p.csv": text})
    assert 'where = { "Customer ID" = { empty = false } }' in found[0].fix
    intake = read(toml + 'where = { "Customer ID" = { empty = false } }\n', {"p.csv": text})
    assert intake.tables["payments"]["amount"].sum() == 21
    assert intake.quality["payments"]["rows_left_out"] == 2


def test_a_comparison_with_text_is_an_error(errors) -> None:
    fault, *_ = errors(PAYMENTS + "where = { Status = { above = 1 }, amount = { below = 20 } }\n", {"p.csv": TEXT[:90]})
    assert (fault.line, fault.column, fault.value) == (2, "Status", "paid")


def test_when_with_not(read) -> None:
    toml = '[tables.leads]\nfile = "l.csv"\nwhen = { won_on = { Stage = { not = "Lost" } } }\n'
    text = "lead_id,created_on,won_on,Stage\n1,2026-01-01,2026-02-01,Won\n2,2026-01-01,2026-02-01,Lost\n"
    assert read(toml, {"l.csv": text}).tables["leads"]["won_on"].notna().tolist() == [True, False]


DEALS = "Deal ID,Stage,Created,Closed,Amount\nD1,closedwon,2026-01-05,2026-02-01,100\n"
DEALS += "D2,closedwon,2026-01-09,2026-02-11,200\nD3,closedlost,2026-01-15,2026-03-01,300\n"
LEADS = '[tables.leads]\nfile = "d.csv"\ncolumns = { lead_id = "Deal ID", created_on = "Created", won_on = "Closed" }\n'


def test_a_word_that_stands_nowhere_is_told_with_the_words_that_do(read) -> None:
    intake = read(LEADS + 'when = { won_on = { Stage = ["Closed Won"] } }\n', {"d.csv": DEALS})
    (fault,) = intake.faults
    assert (fault.column, fault.severity) == ("Stage", "warning")
    assert "'Closed Won'" in fault.problem
    assert "'closedwon' (2), 'closedlost' (1)" in fault.fix
    assert "[tables.leads.when.won_on]" in fault.fix
    assert intake.quality["leads"]["absent_words"] == {
        "when.won_on": {"header": "Stage", "wanted": ["Closed Won"], "there": {"closedwon": 2, "closedlost": 1}}
    }
    intake = read(LEADS + 'when = { won_on = { Stage = ["Closed Won", "closedwon"] } }\n', {"d.csv": DEALS})
    assert intake.faults == ()
    assert intake.tables["leads"]["won_on"].notna().sum() == 2
