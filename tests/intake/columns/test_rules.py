"""What must hold between cells, on tables of a few rows; each rule with a row that breaks it and one that does not."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from referral_playbook.intake.columns.rules import Amounts

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
SURVEYS = '[tables.surveys]\nfile = "s.csv"\n'


def answers(*pairs):
    rows = "".join(f'P{i},2026-05-01,{question},"{answer}"\n' for i, (question, answer) in enumerate(pairs))
    return {"s.csv": f"respondent_id,asked_on,question,answer\n{rows}"}


def test_answers_are_in_one_form_whatever_the_question(read):
    pairs = [("nps", "9.0"), ("nps", "0"), ("value", "1500.50"), ("pmf", "very disappointed"), ("csat", "5")]
    found = read(SURVEYS + 'scale = { csat = "1-5" }\n', answers(*pairs))
    assert found.tables["surveys"]["answer"].tolist() == ["9", "0", "1500.5", "very disappointed", "5"]


@pytest.mark.parametrize(
    ("question", "answer", "problem"),
    [
        ("nps", "11", "not a whole number from 0 to 10, as nps asks"),
        ("nps", "7.5", "not a whole number from 0 to 10, as nps asks"),
        ("nps", "often", "not a whole number from 0 to 10, as nps asks"),
        ("ces", "0", "not a whole number from 1 to 7, as ces asks"),
        ("value", "a lot", "not an amount, as the value question asks"),
        ("pmf", "quite", "not an answer to the PMF question"),
    ],
)
def test_an_answer_must_fit_its_question(errors, question, answer, problem):
    (fault,) = errors(SURVEYS, answers(("nps", "8"), (question, answer)))
    assert problem in fault.problem
    assert (fault.line, fault.value) == (3, answer)


def test_a_declared_scale_is_the_one_that_holds(read, errors):
    five = SURVEYS + 'scale = { csat = "1-5" }\n'
    (fault,) = errors(five, answers(("csat", "6")))
    assert "from 1 to 5" in fault.problem
    assert 'scale = { csat = "1-10" }' in fault.fix
    assert not read(five, answers(("csat", "5"))).faults
    undeclared = read(SURVEYS, answers(("csat", "5"))).faults
    assert [f.problem for f in undeclared] == ["the scale of csat is not declared, so its best answers are not known"]


def test_answers_that_name_their_number_come_with_the_mapping(errors):
    faults = errors(SURVEYS, answers(("nps", "Extremely likely - 10"), ("nps", "Not at all likely - 0")))
    assert {f.fix for f in faults} == {
        "Say which number each answer is: [tables.surveys.values] answer = "
        '{ 0 = ["Not at all likely - 0"], 10 = ["Extremely likely - 10"] }'
    }


def test_scores_outside_their_scale_are_refused(errors):
    rows = "customer_id,on,kind,score\nA,2026-05-01,support,5\nA,2026-05-02,support,9\n"
    (fault,) = errors('[tables.touchpoints]\nfile = "t.csv"\n', {"t.csv": rows})
    assert (fault.line, fault.problem) == (3, "outside the scale from 1 to 5")


def payments(*amounts):
    rows = "".join(f"C{i},2026-05-0{1 + i},{amount}\n" for i, amount in enumerate(amounts))
    return {"p.csv": f"customer_id,paid_on,amount\n{rows}"}


@pytest.mark.parametrize(
    ("amounts", "warned"),
    [
        ((10, 20, 30, 60), True),
        ((10, 20, 30, 60.004), True),  # half a cent of rounding
        ((10, 20, 30, 60.01), False),
        ((10, 20, 30), False),  # the sum of one or two payments may well be paid as one
        ((10, -10, 10, 10), False),  # not above the largest
        ((0, 0, 0, 0), False),
    ],
)
def test_a_last_row_that_is_the_sum_of_all_others_looks_like_a_total(read, amounts, warned):
    faults = [f for f in read(PAYMENTS, payments(*amounts)).faults if "sum of all rows" in f.problem]
    assert len(faults) == warned
    if warned:
        assert faults[0].line == 5
        assert faults[0].fix == "If it is a total, leave it out: [tables.payments] skip_lines = [5]"


def test_amounts_of_several_pieces_add_up_and_skip_what_is_missing():
    found = Amounts().with_all(pd.Series([1.0, float("nan"), 5.0])).with_all(pd.Series([2.5]))
    assert (found.rows, found.total, found.largest) == (4, 8.5, 5.0)
    assert Amounts(2, 3.0, 4.0).with_all(pd.Series([], dtype=float)) == Amounts(2, 3.0, 4.0)


def test_a_key_that_stands_twice_is_refused_at_every_place(errors):
    rows = "customer_id,joined_on\nA,2026-01-01\nB,2026-01-02\nA,2026-01-03\n"
    faults = errors(CUSTOMERS, {"c.csv": rows})
    assert [f.line for f in faults] == [2, 4]
    assert "stands in more than one row" in faults[0].problem
    assert faults[0].value is None or faults[0].private


@pytest.mark.parametrize(("left", "warned"), [("2025-12-31", 1), ("2026-01-01", 0), ("", 0)])
def test_nobody_leaves_before_joining(read, left, warned):
    found = read(CUSTOMERS, {"c.csv": f"customer_id,joined_on,left_on\nA,2026-01-01,{left}\n"})
    assert len([f for f in found.faults if f.problem == "left_on is before joined_on"]) == warned
    assert len(found.tables["customers"]) == 1


def test_rows_after_the_as_of_date_are_not_used(read):
    rows = "customer_id,paid_on,amount\nA,2026-09-30,1\nA,2026-10-01,2\n"
    found = read(PAYMENTS, {"p.csv": rows})
    assert "after the as-of date 2026-09-30" in found.faults[0].problem
    quality = found.quality["payments"]
    assert (quality["rows_used"], quality["rows_after_as_of"], quality["last"]) == (1, 1, "2026-09-30")


def test_months_after_that_of_the_as_of_date_are_not_used(read):
    rows = "month,item,hours,amount\n2026-09,software,0,1\n2026-10,software,0,2\n"
    quality = read('[tables.costs]\nfile = "k.csv"\n', {"k.csv": rows}).quality["costs"]
    assert (quality["rows_used"], quality["rows_after_as_of"]) == (1, 1)


def test_a_tenure_gives_a_life_that_ends_at_the_as_of_date(read):
    rows = "customer_id,tenure_months,status\nA,12,active\nB,0,left\n"
    frame = read(CUSTOMERS, {"c.csv": rows}).tables["customers"]
    # 12 x 30.4375 = 365.25 days, rounded up
    assert [day.date() for day in frame["joined_on"]] == [date(2025, 9, 29), date(2026, 9, 30)]
    assert frame["left_on"].isna().tolist() == [True, False]


def test_whole_months_come_out_of_the_made_dates_again(read):
    months = list(range(0, 240, 7))
    rows = "".join(f"C{m},{m},active\n" for m in months)
    frame = read(CUSTOMERS, {"c.csv": f"customer_id,tenure_months,status\n{rows}"}).tables["customers"]
    days = (pd.Timestamp("2026-09-30") - pd.to_datetime(frame["joined_on"])).dt.days
    assert (days / 30.4375).astype(int).tolist() == months


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("A,,active", "tenure_months is empty"),
        ("A,3,", "status is empty"),
        ("A,1200,active", "a hundred years or more"),
    ],
)
def test_a_tenure_needs_months_and_a_status(errors, row, problem):
    faults = errors(CUSTOMERS, {"c.csv": f"customer_id,tenure_months,status\nB,5,active\n{row}\n"})
    assert problem in [f.problem for f in faults]


def test_a_status_must_not_contradict_the_dates(read):
    rows = (
        "customer_id,joined_on,left_on,status\nA,2026-01-01,,left\nB,2026-01-01,2026-03-01,left\nC,2026-01-01,,active\n"
    )
    faults = [f for f in read(CUSTOMERS, {"c.csv": rows}).faults if f.problem == "left, but no left_on"]
    fix = "Fill left_on. Until then, who left counts as having left on 2026-09-30, so lives look too long"
    assert [(f.line, f.fix) for f in faults] == [(2, fix)]


def test_ids_that_no_customer_has_are_counted_and_kept(read):
    customers = "customer_id,joined_on,referred_by\nA,2026-01-01,\nB,2026-01-02,Z\n"
    found = read(
        CUSTOMERS + PAYMENTS,
        {"c.csv": customers, "p.csv": "customer_id,paid_on,amount\nA,2026-05-01,1\nX,2026-05-02,2\n"},
    )
    orphans = {name: row["orphans"] for name, row in found.quality.items()}
    assert orphans == {"customers": 1, "payments": 1}
    assert len(found.tables["payments"]) == 2
    assert {f.problem for f in found.faults} == {"no such customer_id in customers"}


def test_partners_and_staff_are_no_lost_customers(read):
    customers = "customer_id,joined_on\nA,2026-01-01\n"
    referrals = (
        "referral_id,referrer_id,referrer_type,referred_on\n"
        "R1,A,customer,2026-05-01\nR2,Firm & Co,agency,2026-05-02\nR3,Q,customer,2026-05-03\n"
    )
    toml = CUSTOMERS + '[tables.referrals]\nfile = "r.csv"\n'
    found = read(toml, {"c.csv": customers, "r.csv": referrals})
    assert {name: row["orphans"] for name, row in found.quality.items()}["referrals"] == 1


def test_lost_leading_zeros_come_with_the_width_that_restores_them(read):
    customers = "customer_id,joined_on\n0071,2026-01-01\n0072,2026-01-02\n0123,2026-01-03\n"
    payments = "customer_id,paid_on,amount\n71,2026-05-01,1\n72,2026-05-02,2\n123,2026-05-03,3\n"
    files = {"c.csv": customers, "p.csv": payments}
    (fault,) = {f.fix for f in read(CUSTOMERS + PAYMENTS, files).faults}
    assert fault == "Declare how many digits the ids have: [tables.payments] width = { customer_id = 4 }"
    fixed = read(CUSTOMERS + PAYMENTS + "width = { customer_id = 4 }\n", files)
    assert fixed.tables["payments"]["customer_id"].tolist() == ["0071", "0072", "0123"]
    assert not fixed.faults
