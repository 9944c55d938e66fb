"""The client's headers and words: exact, with help where they do not fit."""

from __future__ import annotations

import pytest

CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
TEXT = "Customerid ,Since,Plan\na,2026-01-01,Gold\n"


def test_headers_are_mapped_exactly(read) -> None:
    toml = CUSTOMERS + 'columns = { customer_id = "Customerid ", joined_on = "Since", segment = "Plan" }\n'
    frame = read(toml, {"c.csv": TEXT}).tables["customers"]
    assert frame.columns.tolist() == ["customer_id", "joined_on", "segment"]


@pytest.mark.parametrize(("given", "fix"), [("Customerid", "'Customerid '"), ("customer id ", "'Customerid '")])
def test_a_header_that_nearly_fits_is_offered_with_its_blanks(errors, given, fix) -> None:
    toml = CUSTOMERS + f'columns = {{ customer_id = "{given}", joined_on = "Since" }}\n'
    (fault,) = errors(toml, {"c.csv": TEXT})
    assert (fault.file, fault.line, fault.column) == ("c.csv", 1, given)
    assert fix in fault.fix


def test_a_required_column_that_nobody_maps(errors) -> None:
    (fault,) = errors(CUSTOMERS, {"c.csv": "customer_id,segment\na,x\n"})
    assert "joined_on" in fault.problem
    assert "tenure_months with status" in fault.fix


def test_contract_names_need_no_mapping_and_can_be_switched_off(read) -> None:
    text = "customer_id,joined_on,segment\na,2026-01-01,x\n"
    assert "segment" in read(CUSTOMERS, {"c.csv": text}).tables["customers"]
    assert "segment" not in read(CUSTOMERS + 'columns = { segment = "" }\n', {"c.csv": text}).tables["customers"]


def test_a_header_that_stands_twice_is_refused_only_where_it_is_used(errors, read) -> None:
    text = "customer_id,joined_on,x,x\na,2026-01-01,1,2\n"
    assert len(read(CUSTOMERS, {"c.csv": text}).tables["customers"]) == 1
    (fault,) = errors(CUSTOMERS + 'columns = { segment = "x" }\n', {"c.csv": text})
    assert (fault.column, fault.problem) == ("x", "the header stands twice")


def test_words(read) -> None:
    toml = CUSTOMERS + '[tables.customers.values]\nsource = { referral = ["Friend", "Word of mouth"] }\n'
    toml += 'left_on = { "" = ["9999-12-31", "-"] }\n'
    text = "customer_id,joined_on,source,left_on\na,2026-01-01,Friend,-\nb,2026-01-01,ads,9999-12-31\n"
    text += "c,2026-01-01,Word of mouth,2026-02-01\n"
    frame = read(toml, {"c.csv": text}).tables["customers"]
    assert frame["source"].tolist() == ["referral", "ads", "referral"]
    assert frame["left_on"].notna().tolist() == [False, False, True]


def test_survey_answers_come_out_in_one_form(read) -> None:
    toml = '[tables.surveys]\nfile = "s.csv"\n'
    toml += '[tables.surveys.values]\nanswer = { "very disappointed" = "Very" }\nquestion = { pmf = "Q1" }\n'
    text = (
        "respondent_id,asked_on,question,answer\n1,2026-01-01,Q1,Very\n2,2026-01-01,nps,9.0\n3,2026-01-01,value,90.50\n"
    )
    frame = read(toml, {"s.csv": text}).tables["surveys"]
    assert frame["question"].tolist() == ["pmf", "nps", "value"]
    assert frame["answer"].tolist() == ["very disappointed", "9", "90.5"]


PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
PAID = "customer_id,paid_on,amount,Refund,Status\na,2026-01-01,10,,Paid\n"
PAID += "b,2026-01-02,20,5.5,Paid\nc,2026-01-03,30,,Failed\n"


def test_where_leaves_rows_out_and_counts_them(read, errors) -> None:
    intake = read(PAYMENTS + 'where = { Status = ["Paid"] }\n', {"p.csv": PAID})
    assert intake.tables["payments"]["customer_id"].tolist() == ["a", "b"]
    quality = intake.quality["payments"]
    assert (quality["rows_in_files"], quality["rows_left_out"], quality["rows_used"]) == (3, 1, 2)
    (fault,) = errors(PAYMENTS + 'where = { Status = ["paid"] }\n', {"p.csv": PAID})
    assert "leaves no row" in fault.problem
    (fault,) = errors(PAYMENTS + 'where = { Statu = ["Paid"] }\n', {"p.csv": PAID})
    assert "'Status'" in fault.fix


def test_faults_after_where_keep_their_lines(errors) -> None:
    text = PAID.replace("2026-01-02", "soon")
    (fault,) = errors(PAYMENTS + 'where = { Refund = ["5.5"] }\n', {"p.csv": text})
    assert (fault.line, fault.value) == (3, "soon")


def test_less_takes_refunds_off(read, errors) -> None:
    intake = read(PAYMENTS + 'less = { amount = "Refund" }\n', {"p.csv": PAID})
    assert intake.tables["payments"]["amount"].tolist() == [10.0, 14.5, 30.0]
    (fault,) = errors(PAYMENTS + 'less = { amount = "Refund" }\n', {"p.csv": PAID.replace("5.5", "half")})
    assert (fault.line, fault.column, fault.value) == (3, "Refund", "half")


def test_when_empties_a_value_elsewhere(read) -> None:
    toml = '[tables.leads]\nfile = "l.csv"\ncolumns = { won_on = "Close" }\n[tables.leads.when]\n'
    toml += 'won_on = { Stage = ["Won"] }\n'
    text = "lead_id,created_on,Close,Stage\n1,2026-01-01,2026-02-01,Won\n2,2026-01-01,someday,Open\n"
    assert read(toml, {"l.csv": text}).tables["leads"]["won_on"].notna().tolist() == [True, False]
