"""`playbook init --from`: the certain stands in client.toml, the open is asked, and nothing is decided silently."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from referral_playbook.contract.client_toml.client import ClientError, read_client
from referral_playbook.intake import IntakeError, read_client_tables
from referral_playbook.intake.declared.presets import preset, preset_names
from referral_playbook.intake.proposals.propose import UnknownExportError
from referral_playbook.intake.proposals.starting import Source, start_client

FIXTURES = Path(__file__).parents[1] / "fixtures" / "presets"
AS_OF = dt.date(2026, 9, 30)


@pytest.fixture
def start(tmp_path):
    """Start a client folder from texts; the lines said and the folder."""

    def starting(files, *, currency="EUR", as_of=AS_OF, tables=None):
        sources = []
        for name, content in files.items():
            path = tmp_path / "exports" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            sources.append(Source(path, (tables or {}).get(name)))
        folder = tmp_path / "acme"
        lines = list(start_client(folder, sources, name="Acme", currency=currency, as_of=as_of))
        return folder, "\n".join(lines)

    return starting


def answer(folder, *lines):
    """What the user does: take the # from lines, and drop a line with a question mark."""
    text = (folder / "client.toml").read_text(encoding="utf-8")
    for line in lines:
        assert f"\n# {line}" in text
        text = text.replace(f"\n# {line}", f"\n{line}", 1)
        text = text.replace(f'\n{line.split(" = ")[0]} = "?"', "")
    (folder / "client.toml").write_text(text, encoding="utf-8")


def tables(folder):
    return read_client_tables(read_client(folder)).tables


@pytest.mark.parametrize("name", preset_names())
def test_every_known_export_is_recognised_and_accepted_as_it_comes(start, name):
    export = (FIXTURES / f"{name}.csv").read_bytes()
    folder, said = start({f"{name}.csv": export}, currency="USD" if b"usd" in export else "EUR")
    assert f"Recognised as {name}, because it has the headers" in said
    assert preset(name)["table"] in tables(folder)
    assert tomllib.loads((folder / "client.toml").read_text())["tables"][preset(name)["table"]]["preset"] == name


GERMAN = "Kunden-Nr.;Zahldatum;Betrag\r\nK1;03.01.2026;1.234,50\r\nK2;28.02.2026;12,00\r\nK1;15.03.2026;-99,90\r\n"


def test_a_german_export_loads_without_a_question(start):
    folder, said = start({"Zahlungen.csv": (GERMAN + "Müller;16.03.2026;1,00\r\n").encode("cp1252")})
    assert "open question" not in said
    frame = tables(folder)["payments"]
    assert frame["amount"].tolist() == [1234.5, 12.0, -99.9, 1.0]
    assert frame["customer_id"].tolist()[-1] == "Müller"
    assert [day.date().isoformat() for day in frame["paid_on"]][:2] == ["2026-01-03", "2026-02-28"]


def test_dates_that_could_be_either_are_asked_and_check_refuses_until_then(start):
    folder, said = start({"payments.csv": "customer,paid on,amount\nA,03/04/2026,10\nB,05/06/2026,20\n"})
    assert "How are the dates of payments written (paid_on)? All dates fit both forms" in said
    with pytest.raises(IntakeError, match="Declare how the dates are written"):
        tables(folder)
    answer(folder, 'dates = "%d/%m/%Y"')
    assert [day.date().isoformat() for day in tables(folder)["payments"]["paid_on"]] == ["2026-04-03", "2026-06-05"]


def test_a_decimal_mark_that_could_be_either_is_asked_and_check_refuses_until_then(start):
    text = "Kunde;Datum;Betrag\nA;03.01.2026;1.234\nB;28.02.2026;2.500\n"
    folder, said = start({"Zahlungen.csv": text})
    assert "Which mark is the decimal mark of payments?" in said
    with pytest.raises(ClientError, match="decimal"):
        read_client(folder)
    answer(folder, 'decimal = ","', 'thousands = "."')
    assert tables(folder)["payments"]["amount"].tolist() == [1234.0, 2500.0]


def test_currency_and_day_are_asked_where_the_files_do_not_say(start):
    folder, said = start({"Zahlungen.csv": GERMAN}, currency=None, as_of=None)
    assert "In which currency are the amounts?" in said
    assert "The newest date in the files is 2026-03-15." in said
    with pytest.raises(ClientError, match=r"(?s)as_of.*missing.*currency.*missing|currency.*missing.*as_of.*missing"):
        read_client(folder)
    answer(folder, 'currency = "EUR"', "as_of = 2026-03-15")
    assert read_client(folder).as_of == dt.date(2026, 3, 15)


def test_a_currency_that_the_file_names_is_taken_and_two_are_asked(start):
    head = "customer,paid on,amount,currency\nA,2026-05-31,10,{}\nB,2026-05-31,20,{}\n"
    folder, _ = start({"payments.csv": head.format("usd", "usd")}, currency=None)
    assert read_client(folder).currency == "USD"
    (folder / "client.toml").unlink()
    (folder / "payments.csv").unlink()
    _, said = start({"payments.csv": head.format("usd", "eur")}, currency=None)
    assert "The files name several" in said


def test_words_for_a_referral_are_proposed_and_others_left(start):
    text = "Kundennummer;Kunde seit;Herkunft\n1;01.02.2026;Empfehlung\n2;22.02.2026;Google\n3;23.02.2026;\n"
    folder, said = start({"Kunden.csv": text})
    assert "we take these words to mean the same" in said
    assert tables(folder)["customers"]["source"].fillna("").tolist() == ["referral", "Google", ""]


def test_what_is_missing_is_said_with_the_steps(start):
    _, said = start({"Zahlungen.csv": GERMAN})
    assert "surveys: without survey answers the PMF check has no Ellis share and no NPS (step 01)" in said
    assert "payments.margin" in said
    assert "payments: without" not in said


def test_a_file_is_copied_or_left_where_it_is_and_never_overwritten(start, tmp_path):
    folder, _ = start({"Zahlungen.csv": GERMAN})
    assert (folder / "Zahlungen.csv").read_text(encoding="utf-8").startswith("Kunden-Nr.")
    (folder / "client.toml").unlink()
    inside = Source(folder / "Zahlungen.csv")
    list(start_client(folder, [inside], name="A", currency="EUR", as_of=AS_OF))
    assert read_client(folder).tables["payments"].file == "Zahlungen.csv"
    with pytest.raises(UnknownExportError, match="differs from"):
        start({"Zahlungen.csv": GERMAN + "K9;16.03.2026;1,00\r\n"})


def test_two_files_of_one_table_and_a_file_of_no_table_are_refused_before_anything_is_written(start, tmp_path):
    with pytest.raises(UnknownExportError, match=r"all look like payments.*--from payments="):
        start({"a.csv": GERMAN, "b.csv": GERMAN.replace("Zahldatum", "Bezahlt am")})
    with pytest.raises(UnknownExportError, match=r"We cannot tell what x\.csv is.*--from payments="):
        start({"x.csv": "foo,bar\n1,2\n"})
    assert not (tmp_path / "acme").exists()


def test_files_of_one_layout_are_one_table(start):
    folder, said = start({"jan.csv": GERMAN, "feb.csv": GERMAN.replace("2026", "2025")})
    assert "jan.csv and feb.csv: 6 rows. Read as payments" in said
    assert tables(folder)["payments"]["amount"].tolist() == [1234.5, 12.0, -99.9] * 2


def test_the_table_can_be_said(start):
    folder, _ = start({"x.csv": "customer,created,amount\nA,2026-05-01,5\n"}, tables={"x.csv": "payments"})
    assert tables(folder)["payments"]["amount"].tolist() == [5.0]


def test_a_column_that_is_missing_from_a_stated_table_is_asked(start):
    text = "Vorgang X,Wann,Size\nD0,2015-01-01,1000\nD1,2015-01-05,1100\n"
    folder, said = start({"deals.csv": text}, tables={"deals.csv": "leads"})
    assert "Which column is created_on? leads needs it" in said
    with pytest.raises(IntakeError, match="leads needs created_on"):
        tables(folder)
    answer(folder, 'created_on = "Wann"', 'lead_id = "Vorgang X"')
    assert tables(folder)["leads"]["lead_id"].tolist() == ["D0", "D1"]


def test_a_price_beside_a_quantity_is_asked(start):
    folder, said = start({"lines.csv": "Customer,Quantity,Date,Price\nA,12,2026-05-01,6.95\nA,-2,2026-05-02,2.5\n"})
    assert 'Is "Price" the price of one piece' in said
    with pytest.raises((IntakeError, ClientError)):
        tables(folder)
    answer(folder, 'amount = "Quantity"')
    assert tables(folder)["payments"]["amount"].round(2).tolist() == [83.4, -5.0]


def test_a_close_date_beside_a_stage_is_asked(start):
    head = "Deal ID,Deal Stage,Create Date,Close Date\n"
    rows = "D1,closedwon,2026-01-05,2026-02-01\nD2,closedlost,2026-01-09,2026-02-11\n"
    folder, said = start({"deals.csv": head + rows})
    assert 'Which "Deal Stage" means won?' in said
    with pytest.raises((IntakeError, ClientError)):
        tables(folder)
    text = (folder / "client.toml").read_text(encoding="utf-8").replace('\nwon_on = { "?" = ["?"] }', "")
    text = text.replace('# won_on = { "Deal Stage" = ["closedwon"] }', 'won_on = { "Deal Stage" = ["closedwon"] }')
    (folder / "client.toml").write_text(text, encoding="utf-8")
    assert tables(folder)["leads"]["won_on"].notna().tolist() == [True, False]


def test_rows_without_a_customer_are_left_out_only_if_the_user_says_so(start):
    folder, said = start(
        {"payments.csv": "Customer ID,Created,Amount\na,2026-05-31,10\n,2026-05-02,12\nb,2026-05-03,11\n"}
    )
    assert '"Customer ID" is empty in 1 row of 3' in said
    with pytest.raises(IntakeError, match="customer_id is empty"):
        tables(folder)
    answer(folder, '"Customer ID" = { empty = false }')
    assert tables(folder)["payments"]["amount"].tolist() == [10.0, 11.0]


def test_a_stage_that_a_preset_does_not_know_is_asked(start):
    text = (FIXTURES / "hubspot_deals.csv").read_text(encoding="utf-8").replace("Closed Won", "Signed")
    folder, said = start({"deals.csv": text})
    assert 'No row says "Closed Won".' in said
    with pytest.raises((IntakeError, ClientError)):
        tables(folder)


def test_headers_with_blanks_and_glued_words_and_a_tenure_in_place_of_dates(start):
    text = "\ufeffCustomerid ,Numberofreferrals ,Tenureinmonths,Customerstatus \nA,2,9,Stayed\nB,0,4,Churned\n"
    folder, _ = start({"telco.csv": text})
    frame = tables(folder)["customers"]
    assert frame["status"].tolist() == ["active", "left"]
    assert frame["tenure_months"].tolist() == [9, 4]


def test_a_known_export_without_some_columns_is_accepted_after_the_questions(start):
    head = "Name,Email,Financial Status,Paid at,Total,Lineitem quantity,Lineitem name\n"
    folder, said = start({"orders.csv": head + "#1,a@example.com,paid,2026-05-01 10:00:00 +0200,10.00,1,Tea\n"})
    assert "2 open questions" in said
    with pytest.raises(IntakeError, match="Refunded Amount"):
        tables(folder)
    answer(folder, "less = {}", 'currency = ""')
    assert tables(folder)["payments"]["amount"].tolist() == [10.0]


def test_a_form_without_a_question_that_we_know_is_asked(start):
    text = "Timestamp,Email Address,Stars for the evening\n5/31/2026 14:02:11,a@example.com,9\n"
    folder, said = start({"form.csv": text})
    assert "Which column asks what?" in said
    with pytest.raises(IntakeError, match="question"):
        tables(folder)
    answer(folder, 'nps = "Stars for the evening"')
    assert tables(folder)["surveys"]["answer"].tolist() == ["9"]


def test_signs_of_toml_in_headers_and_names_do_no_harm(start):
    text = 'customer,paid on,amount,"x"" = 1 # y"\nA,2026-05-31,5,z\n'
    folder, _ = start({"payments.csv": text})
    assert tables(folder)["payments"]["amount"].tolist() == [5.0]


def test_a_currency_in_the_header_of_the_amounts_is_read(start):
    folder, said = start({"payments.csv": "Customer,Date,Amount (USD)\na,2026-05-31,10.5\n"}, currency=None)
    assert "In which currency" not in said
    assert 'currency = "USD"' in (folder / "client.toml").read_text(encoding="utf-8")
