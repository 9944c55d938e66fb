"""A client's CSV files give the same tables, quality and messages whether they are read whole or in pieces."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import IntakeError, read_client_tables, write_tables
from referral_playbook.intake.files import csv_file, pieces
from referral_playbook.intake.files.pieces import Spooled

HEAD = 'name = "Test"\ncurrency = "GBP"\nas_of = 2026-06-30\n'
ROWS = 60
CUSTOMERS = [
    f"{i:04d},2025-{1 + i % 12:02d}-{1 + i % 28:02d},{'2026-05-01' if i % 7 == 0 else ''},{29 + i}.50,"
    f'{f"{i - 3:04d}" if i % 5 == 4 else ""},{"referral" if i % 5 == 4 else "web"},"shop ""{i}""\nsecond line"'
    for i in range(ROWS)
]
REFERRALS = [f"R{i},{i * 2:04d},2026-02-{1 + i % 28:02d},{i * 2 + 1:04d},customer" for i in range(ROWS // 2)]
LEADS = [f"L{i},2026-01-{1 + i % 28:02d},{'referral' if i % 3 else 'web'},{100 + i}.25" for i in range(ROWS)]
PAYMENTS = [f"{i % ROWS:04d},2026-0{1 + i % 4}-11,{20 + i}.50,{'new' if i < ROWS else 'renewal'}" for i in range(90)]
SURVEYS = [f"{i:04d},2026-03-01,nps,{7 + i % 4}" for i in range(ROWS)]
HEADERS = {
    "customers": "customer_id,joined_on,left_on,monthly_amount,referred_by,source,note",
    "referrals": "referral_id,referrer_id,referred_on,friend_id,referrer_type",
    "leads": "lead_id,created_on,source,value",
    "payments": "customer_id,paid_on,amount,kind",
    "surveys": "respondent_id,asked_on,question,answer",
}
GOOD = {
    name: [HEADERS[name], *rows]
    for name, rows in {
        "customers": CUSTOMERS,
        "referrals": REFERRALS,
        "leads": LEADS,
        "payments": PAYMENTS,
        "surveys": SURVEYS,
    }.items()
}


class Client:
    """Lines of every file, lines of every declaration, and how the files are written."""

    def __init__(self):
        self.lines = {name: list(rows) for name, rows in GOOD.items()}
        self.declared = dict.fromkeys(GOOD, "")
        self.encoding, self.newline = "utf-8", "\n"
        self.further = {}

    def cell(self, table, row, column, value):
        """Put a value into a row, counted from 0; a negative row counts from the end."""
        at = row + 1 if row >= 0 else row
        fields = self.lines[table][at].split(",")
        fields[HEADERS[table].split(",").index(column)] = value
        self.lines[table][at] = ",".join(fields)

    def column(self, table, column, make):
        """Make all values of a column anew from their old ones and the number of the row."""
        at = HEADERS[table].split(",").index(column)
        for row in range(len(self.lines[table]) - 1):
            self.cell(table, row, column, make(self.lines[table][row + 1].split(",")[at], row))

    def header(self, table, old, new):
        self.lines[table][0] = self.lines[table][0].replace(old, new)

    def cut(self, table, row):
        """Put the rows from this one on into a second file."""
        lines = self.lines[table]
        self.lines[table], self.further[table] = lines[: row + 1], [lines[0], *lines[row + 1 :]]

    def write(self, folder):
        folder.mkdir()
        files = {name: f'file = "{name}.csv"' for name in self.lines}
        files |= {name: f'files = ["{name}.csv", "{name} 2.csv"]' for name in self.further}
        toml = [f"[tables.{name}]\n{file}\n{self.declared[name]}\n" for name, file in files.items()]
        (folder / "client.toml").write_text(HEAD + "".join(toml), encoding="utf-8")
        further = {f"{name} 2": lines for name, lines in self.further.items()}
        for name, lines in {**self.lines, **further}.items():
            text = self.newline.join([*lines, ""])
            (folder / f"{name}.csv").write_bytes(text.encode(self.encoding))
        return folder


DAMAGES = {}


def damage(expected):
    """A client with something odd, and words of a message that must be among those given; "" where there is none."""

    def named(change):
        DAMAGES[change.__name__.strip("_")] = (change, expected)
        return change

    return named


@damage("")
def _nothing(client):
    pass


@damage("customer_id stands in more than one row")
def _keys_twice_in_far_pieces(client):
    client.lines["customers"] += [CUSTOMERS[0], CUSTOMERS[50]]
    client.lines["referrals"].append(REFERRALS[3])
    client.lines["leads"] += [LEADS[1]] * 8


@damage("customer_id stands in more than one row")
def _rows_that_are_folded_and_a_key_that_is_left_twice(client):
    for name in ("customers", "payments"):
        client.declared[name] = 'repeats = "fold"'
        client.lines[name] += [*GOOD[name][4:7], GOOD[name][6], GOOD[name][50]]
    client.cell("customers", 59, "monthly_amount", "1.00")
    client.lines["customers"].append(GOOD["customers"][60])


@damage("")
def _rows_that_are_folded(client):
    for name in ("customers", "payments"):
        client.declared[name] = 'repeats = "fold"'
        client.lines[name] += [*GOOD[name][4:7], GOOD[name][6], GOOD[name][50]]


@damage("equal to an earlier row in every cell")
def _rows_twice_of_which_none_is_left(client):
    client.lines["payments"].append(PAYMENTS[3])
    client.declared["payments"] = 'where = { kind = ["none"] }'


@damage("equal to an earlier row in every cell")
def _rows_twice_below_no_header_that_is_known(client):
    client.lines["payments"] = ["a,b,c,d", *PAYMENTS, PAYMENTS[3]]


@damage("")
def _two_files(client):
    client.declared["leads"] = 'columns = { value = "#4" }'
    for name in GOOD:
        client.cut(name, 20)
    client.lines["customers"] = [
        f"{line},{'extra' if i == 0 else i}" for i, line in enumerate(client.lines["customers"])
    ]


@damage("that another file has too")
def _two_files_that_overlap(client):
    for name in GOOD:
        client.cut(name, 20)
        client.further[name] += GOOD[name][15:19]
    client.further["payments"] += GOOD["payments"][41:43]


@damage("1 row equal to an earlier row in every cell")
def _a_file_of_two_with_a_row_twice(client):
    client.lines["payments"].append(GOOD["payments"][50])
    client.cut("payments", 30)


@damage("")
def _two_files_that_overlap_and_are_folded(client):
    for name in ("customers", "payments"):
        client.cut(name, 20)
        client.further[name] += GOOD[name][15:19]
        client.declared[name] = 'repeats = "fold"'


@damage("customer_id stands in more than one row")
def _two_files_with_faults_in_both(client):
    for row in (5, 45):
        client.cell("customers", row, "monthly_amount", "lots")
        client.cell("customers", row, "customer_id", "0001")
        client.cell("customers", row, "referred_by", f"X{row}")
    client.cut("customers", 20)


@damage("other files of this table have this header")
def _two_files_with_other_headers(client):
    client.cut("leads", 20)
    client.further["leads"][0] = client.further["leads"][0].replace("value", "worth")


@damage("fields, but the header has")
def _two_files_of_which_one_is_damaged(client):
    client.cut("customers", 20)
    client.further["customers"][30] += ",x"
    client.cut("payments", 20)
    client.lines["payments"] = []


@damage("not a date of the form")
def _wrong_dates_in_late_pieces(client):
    for row, value in ((40, "soon"), (45, "2026-02-30"), (50, "0000-00-00"), (55, "1900-01-01"), (58, "never")):
        client.cell("customers", row, "joined_on", value)
    client.cell("referrals", -1, "referred_on", "31.01.2026")


@damage('"%d/%m/%Y"')
def _day_first_dates_whose_order_a_late_row_decides(client):
    client.column("customers", "joined_on", lambda _, i: f"{1 + i % 12 if i < 55 else 27:02d}/{1 + i % 9:02d}/2025")


@damage("would read")
def _dates_of_two_forms(client):
    client.column("leads", "created_on", lambda _, i: f"0{1 + i % 9}.01.2026" if i % 4 else f"2026/01/0{1 + i % 9}")


@damage("another declaration would lose them")
def _dates_that_are_mostly_read(client):
    for row in range(0, 12):
        client.cell("customers", row, "joined_on", "03/04/2025")


@damage("needs customer_id")
def _a_key_that_no_header_names(client):
    client.header("customers", "customer_id", "account")


@damage("no such header")
def _a_header_that_is_mapped_and_missing(client):
    client.declared["leads"] = 'columns = { value = "worth" }'
    client.declared["customers"] = 'where = { plan = ["gold"] }'


@damage("no such customer_id")
def _ids_that_nobody_has(client):
    for row in (2, 30, 59):
        client.cell("customers", row, "referred_by", f"X{row}")
        client.cell("payments", row, "customer_id", f"Y{row}")
    client.cell("referrals", 28, "referrer_id", "nobody")
    client.cell("referrals", 27, "referrer_type", "staff")
    client.cell("referrals", 27, "referrer_id", "Ms Jones")


@damage("leading zeros were lost in the payments file")
def _zeros_lost_in_payments(client):
    client.column("payments", "customer_id", lambda value, _: str(int(value)))
    client.cell("customers", -2, "referred_by", "7")


@damage("leading zeros were lost in the customers file")
def _zeros_lost_in_customers(client):
    client.column("customers", "customer_id", lambda value, _: str(int(value)))


@damage("a word in the place of an id")
def _words_for_nobody(client):
    for row, word in ((3, "unknown"), (20, "n/a"), (40, "none"), (41, "none")):
        client.cell("customers", row, "referred_by", word)
    client.cell("customers", 45, "customer_id", "1.2E+11")


@damage("a sign or unit within the number")
def _signs_beside_numbers(client):
    client.cell("customers", 30, "monthly_amount", "£30.50")
    client.cell("customers", 50, "monthly_amount", "30 GBP")
    client.cell("leads", 1, "value", "many")
    client.cell("leads", 58, "value", "few")
    client.cell("leads", 57, "value", "few")


@damage('thousands = "."')
def _decimal_commas_undeclared(client):
    client.column("customers", "monthly_amount", lambda _, i: f'"1.2{i:02d};50"'.replace(";", "@"))
    client.lines["customers"] = [line.replace("@", ",") for line in client.lines["customers"]]


@damage("")
def _semicolons_and_decimal_commas(client):
    for name in client.lines:
        client.lines[name] = [line.replace(",", ";") for line in client.lines[name]]
        client.declared[name] = 'delimiter = ";"\ndecimal = ","'
    client.lines["customers"] = [line.replace(".50;", ",50;") for line in client.lines["customers"]]
    client.lines["payments"] = [line.replace(".50;", ",50;") for line in client.lines["payments"]]
    client.lines["leads"] = [line.replace(".25", ",25") for line in client.lines["leads"]]


@damage("")
def _a_byte_order_mark(client):
    client.encoding = "utf-8-sig"


@damage("")
def _windows_letters(client):
    client.column("leads", "source", lambda value, i: "Empfehlung für uns" if i % 3 else "Gespräch")
    client.encoding = "cp1252"
    client.declared["leads"] = 'encoding = "cp1252"\nvalues = { source = { referral = ["Empfehlung für uns"] } }'


@damage("")
def _wide_letters(client):
    client.encoding = "utf-16"
    client.declared = dict.fromkeys(client.declared, 'encoding = "utf-16"')


@damage("this byte is not utf-8")
def _a_byte_of_another_encoding(client):
    client.cell("leads", 50, "source", "Gespräch")
    client.encoding = "cp1252"


@damage("")
def _lines_as_windows_ends_them(client):
    client.newline = "\r\n"


@damage("a quote inside a field")
def _a_quote_inside_a_field(client):
    client.cell("leads", 40, "source", 'w"eb')


@damage("fields, but the header has")
def _a_row_that_is_too_wide(client):
    client.lines["customers"][50] += ",x"


@damage("is empty, and customers needs it")
def _empty_keys(client):
    for row in (10, 58):
        client.cell("customers", row, "customer_id", "")


@damage("read with a decimal point, which may stand between thousands")
def _three_digits_behind_every_point(client):
    client.column("customers", "monthly_amount", lambda _, i: f"{1 + i}.{100 + i}" if i > 20 else "7")


@damage("")
def _three_digits_behind_nearly_every_point(client):
    client.column("customers", "monthly_amount", lambda _, i: "12.5" if i == 57 else f"{1 + i}.{100 + i}")


@damage("left, but no left_on")
def _a_status_without_a_day(client):
    client.header("customers", "note", "status")
    client.header("customers", "left_on", "gone")
    client.lines["customers"][1:] = [line.split('"')[0] + "active" for line in CUSTOMERS]
    for row in (40, 57):
        client.cell("customers", row, "note", "left")


@damage("half of the customers have been there for")
def _a_tenure_in_days(client):
    client.header("customers", "joined_on,left_on", "tenure_months,status")
    client.column("customers", "joined_on", lambda _, i: str(100 + 10 * i))
    client.column("customers", "left_on", lambda _, i: "left" if i % 9 == 0 else "active")


@damage("all 60 answers to nps lie between")
def _nps_on_a_scale_of_five(client):
    client.column("surveys", "answer", lambda _, i: str(1 + i % 5))


@damage("paid more than a month after")
def _payments_after_leaving(client):
    for row in (0, 14, 21, 28, 35, 42, 49):
        client.cell("customers", row, "left_on", "2026-01-15")


@damage("no currency, so the amount is read in GBP")
def _amounts_without_a_currency(client):
    client.lines["payments"] = [f"{line},{'GBP' if i < 40 or i % 3 else ''}" for i, line in enumerate(PAYMENTS)]
    client.lines["payments"].insert(0, HEADERS["payments"] + ",currency")


@damage("not in the client's currency")
def _amounts_in_another_currency(client):
    client.lines["leads"] = [f"{line},{'GBP' if i < 40 else 'JPY'}" for i, line in enumerate(LEADS)]
    client.lines["leads"].insert(0, HEADERS["leads"] + ",currency")


def in_currencies(client, header, names):
    """Give the leads a column of currencies."""
    client.lines["leads"] = [f"{line},{names(i)}" for i, line in enumerate(LEADS)]
    client.lines["leads"].insert(0, f"{HEADERS['leads']},{header}")


@damage("")
def _a_column_like_currencies_that_a_late_word_refutes(client):
    in_currencies(client, "paid devise", lambda i: "GBP" if i < 40 else "" if i < 45 else "JPY" if i < 59 else "points")


@damage("20 rows are in JPY")
def _a_column_like_currencies_that_is_blank_at_first(client):
    in_currencies(client, "paid devise", lambda i: "" if i < 40 else "JPY")


@damage("not a word of kind")
def _words_that_nothing_maps(client):
    client.column("payments", "kind", lambda value, i: ("First", "Again", "Renewal", "Other")[i % 4 if i > 30 else 0])


@damage("words that may mean a referral are not mapped")
def _many_words_for_a_source(client):
    client.column("leads", "source", lambda _, i: f"word {i % 17}" if i % 5 else "word of mouth")


@damage("'where' leaves no row")
def _customers_of_whom_none_is_left(client):
    client.declared["customers"] = 'where = { source = ["none"] }'


@damage("after the as-of date")
def _rows_after_the_as_of_date(client):
    for row in (1, 30, 50, 51, 52, 58):
        client.cell("customers", row, "joined_on", "2026-08-01")
    client.cell("referrals", 29, "referred_on", "2027-01-01")


@damage("is before joined_on")
def _dates_out_of_order(client):
    for row in (0, 56):
        client.cell("customers", row, "left_on", "2020-01-01")


@damage("delimiters and nothing else")
def _blank_rows_and_lines(client):
    client.lines["customers"][30:30] = ["", ",,,,,,", ""]
    client.lines["customers"].insert(10, ",,,,,,")


@damage("the header stands again among the rows")
def _files_put_together(client):
    client.lines["leads"].insert(40, HEADERS["leads"])


@damage("not a number but a word")
def _the_same_column_twice(client):
    client.declared["payments"] = 'less = { amount = "amount" }'
    for row in (5, 50, 80):
        client.cell("payments", row, "amount", "-3")
        client.cell("payments", row + 1, "amount", "x")


@damage("not a whole number from 0 to 10")
def _answers_in_columns_of_their_own(client):
    client.lines["surveys"] = ["respondent_id,asked_on,nps,csat"] + [
        f"{i:04d},2026-03-01,{'' if i % 4 == 0 else i % 11 if i < 50 else 12},{1 + i % 5}" for i in range(ROWS)
    ]
    client.declared["surveys"] = 'questions = { nps = "nps", csat = "csat" }\nscale = { csat = "1-5" }'


def outcome(client, folder, spool):
    """What comes of a client: tables, quality and messages, all in order."""
    try:
        intake = read_client_tables(read_client(folder), spool=spool)
    except IntakeError as refused:
        return None, None, list(refused.faults), ()
    in_pieces = [name for name, table in intake.tables.items() if isinstance(table, Spooled)]
    out = write_tables(intake, spool or folder / "out")
    tables = {name: pq.read_table(out / f"{name}.parquet") for name in intake.tables}
    quality = {name: dict(row) for name, row in intake.quality.items()}
    return tables, quality, list(intake.faults), in_pieces


@pytest.mark.parametrize("name", DAMAGES)
def test_the_same_comes_of_a_client_either_way(tmp_path, monkeypatch, name):
    change, expected = DAMAGES[name]
    client = Client()
    change(client)
    folder = client.write(tmp_path / "client")
    whole = outcome(client, folder, None)
    monkeypatch.setattr(pieces, "BIG", 0)
    monkeypatch.setattr(csv_file, "BLOCK", 600)
    in_pieces = outcome(client, folder, tmp_path / "spool")
    assert in_pieces[2] == whole[2]
    assert in_pieces[:2] == whole[:2]
    assert set(in_pieces[3]) == (set(GOOD) if whole[0] else set())
    assert expected in "\n".join(map(str, whole[2]))
