"""Proposals for one file."""

from __future__ import annotations

import pytest

from referral_playbook.intake.files.peek import peek
from referral_playbook.intake.proposals.propose import UnknownExportError, propose, summary


@pytest.fixture
def proposed(tmp_path):
    def proposing(text, table=None, name="export.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return propose(peek(tmp_path / name), table)

    return proposing


def test_a_form_of_dates_that_another_column_settles_is_likely(proposed):
    text = "customer id,signup date,cancelled at\nA,31/01/2025,05/06/2025\nB,02/03/2025,\n"
    dates = proposed(text).dates
    assert (dates["joined_on"].value, dates["joined_on"].sure) == ("%d/%m/%Y", "certain")
    assert (dates["left_on"].value, dates["left_on"].sure) == ("%d/%m/%Y", "likely")


def test_a_form_of_a_preset_is_kept_where_it_fits_and_replaced_where_not(proposed):
    head = "order_id,order_date,paid_date,status,order_total,customer_email\n"
    assert proposed(head + "1,9/6/2026 6:29:00,9/26/2026 6:31:00,completed,5,a@example.com\n").dates == {}
    other = proposed(head + "1,2026-09-06 06:29:00,2026-09-26 06:31:00,completed,5,a@example.com\n")
    assert other.dates["paid_on"].value == "iso"


def test_a_file_that_can_be_two_tables_is_refused_with_both(proposed):
    with pytest.raises(UnknownExportError, match=r"can be .* or .*--from \w+=.* or --from \w+="):
        proposed("id,created\n1,2026-05-31\n2,2026-05-30\n")


def test_an_anonymous_form_has_the_time_for_the_person(proposed):
    found = proposed("Timestamp,How likely are you to recommend us?\n5/31/2026 14:02:11,9\n5/30/2026 14:02:11,3\n")
    assert found.table == "surveys"
    assert found.columns["respondent_id"].header == "Timestamp"
    assert found.columns["respondent_id"].guess.sure == "likely"
    assert found.questions["nps"].header == "How likely are you to recommend us?"


def test_the_column_of_the_currency_and_the_signs_beside_numbers_are_seen(proposed):
    found = proposed("customer,date,amount,currency\nA,2026-05-31,€5,eur\nB,2026-05-31,(€6),eur\n")
    assert (found.currency, found.marks) == ("currency", ("€", "()"))


def test_the_summary_says_why(proposed):
    assert summary(proposed("customer,date,amount\nA,2026-05-31,5\n")).startswith(
        "export.csv: 1 row. Read as payments (one row per payment"
    )


def test_columns_beyond_a_preset_are_proposed_as_without_one(proposed):
    head = "id,Customer ID,Status,Plan,Created (UTC),Start (UTC),Canceled At (UTC),Ended At (UTC),Amount,"
    day = "2026-01-04 12:48"
    rows = f"s1,c1,active,basic,{day},{day},,,40.00,Referral,c2\ns2,c2,active,basic,{day},{day},,,400.00,ads,\n"
    found = proposed(f"{head}source (metadata),referred_by (metadata)\n{rows}")
    assert found.known.preset == "stripe_subscriptions"
    assert {name: one.header for name, one in found.columns.items()} == {
        "source": "source (metadata)",
        "referred_by": "referred_by (metadata)",
    }
    assert found.words == {"source": {"referral": ["Referral"]}}
    # What the preset maps is still known, and what it reads for itself (the amount of an unknown period) is left alone.
    assert found.headers["joined_on"] == "Start (UTC)"
    assert "monthly_amount" not in found.headers
