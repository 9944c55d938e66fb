"""What an export may mean otherwise: each doubt arises where it must and only there."""

from __future__ import annotations

import pytest

from referral_playbook.intake.files.peek import peek
from referral_playbook.intake.proposals.doubts import doubts
from referral_playbook.intake.proposals.propose import propose


@pytest.fixture
def doubted(tmp_path):
    def doubting(text, table=None):
        (tmp_path / "export.csv").write_text(text, encoding="utf-8")
        return doubts(propose(peek(tmp_path / "export.csv"), table))

    return doubting


PAYMENTS = "customer,date,{}\nA,2026-05-01,5,2\nB,2026-05-02,6,3\n"


@pytest.mark.parametrize(
    ("headers", "number"),
    [("price,quantity", 1), ("Einzelpreis,Menge", 1), ("amount,quantity", 0), ("price,discount", 0)],
)
def test_a_price_is_doubted_beside_a_quantity_only(doubted, headers, number):
    found = doubted(PAYMENTS.format(headers), "payments")
    assert [one.section for one in found] == ["times"] * number


LEADS = "id,created,{},stage\n1,2026-05-01,2026-06-01,Won\n2,2026-05-02,2026-06-02,Lost\n"


@pytest.mark.parametrize(("header", "number"), [("close date", 1), ("won on", 0)])
def test_a_close_date_is_doubted_unless_it_says_won(doubted, header, number):
    found = doubted(LEADS.format(header), "leads")
    assert [one.section for one in found] == ["when"] * number
    if found:
        assert [line for line, _ in found[0].choices] == [
            'won_on = { "stage" = ["Won"] }',
            'won_on = { "stage" = ["Lost"] }',
        ]


def test_rows_without_a_customer_are_counted_without_the_totals_row(doubted):
    (found,) = doubted("customer,date,amount,note\nA,2026-05-01,5,\n,2026-05-02,6,\nB,2026-05-03,7,\n,,18,Total\n")
    assert found.section == "where"
    assert "1 row of 4" in found.question
    assert doubted("customer,date,amount\nA,2026-05-01,5\n") == []


def test_a_missing_column_offers_only_headers_whose_values_fit(doubted):
    (found,) = doubted("deal id,seen,size\n1,2026-05-01,5\n2,2026-05-02,6\n", "leads")
    assert (found.section, [line for line, _ in found.choices]) == ("columns", ['created_on = "seen"'])


def test_columns_that_were_left_out_of_a_known_export_are_asked(doubted):
    head = "Name,Email,Financial Status,Paid at,Total,Lineitem quantity,Lineitem name\n"
    found = doubted(head + "#1,a@example.com,paid,2026-05-01 10:00:00 +0200,10.00,1,Tea\n")
    assert [line for one in found for line, _ in one.choices] == ["less = {}", 'currency = ""']
