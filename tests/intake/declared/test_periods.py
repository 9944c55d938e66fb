"""For how many months a payment is."""

from __future__ import annotations

import pytest

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
TEXT = "customer_id,paid_on,amount,Interval\na,2026-01-01,1200,Yearly\nb,2026-01-01,300,quarterly\n"
TEXT += "c,2026-01-01,100,month\nd,2026-01-01,9,weekly\ne,2026-01-01,600,6\nf,2026-01-01,5,\n"


def months(frame):
    return frame["period_months"].astype(object).where(frame["period_months"].notna(), None).tolist()


@pytest.mark.parametrize("toml", ['period = "Interval"\n', 'columns = { period_months = "Interval" }\n'])
def test_usual_words(read, toml) -> None:
    assert months(read(PAYMENTS + toml, {"p.csv": TEXT}).tables["payments"]) == [12, 3, 1, None, 6, None]


def test_one_period_for_all(read) -> None:
    assert months(read(PAYMENTS + "period = 12\n", {"p.csv": TEXT}).tables["payments"]) == [12] * 6


def test_a_word_of_the_clients_own(read, errors) -> None:
    text = TEXT.replace("Yearly", "Gold pass")
    (fault,) = errors(PAYMENTS + 'period = "Interval"\n', {"p.csv": text})
    assert (fault.line, fault.value) == (2, "Gold pass")
    toml = PAYMENTS + 'period = "Interval"\nvalues = { period_months = { 12 = ["Gold pass"] } }\n'
    assert months(read(toml, {"p.csv": text}).tables["payments"])[0] == 12
