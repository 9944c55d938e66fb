"""What is wrong with a CSV file, as the client reads it: place, fault, and the declaration that fixes it."""

from __future__ import annotations

import pytest

CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
HEAD = "customer_id,joined_on\n"
TWO = "A,2026-01-01\nB,2026-01-02\n"


@pytest.mark.parametrize(
    ("content", "line", "problem", "fix"),
    [
        (b"", None, "the file is empty", "Export it again, with its header"),
        (HEAD.encode(), None, "the file has a header but no rows", "remove [tables.customers]"),
        (b"customer_id;joined_on\nA;2026-01-01\n", 1, "separated by a semicolon", 'delimiter = ";"'),
        (b"customer_id\tjoined_on\nA\t2026-01-01\n", 1, "separated by a tab", 'delimiter = "\\t"'),
        (f"Our customers\n\n{HEAD}{TWO}".encode(), 3, "line 3, under a title ('Our customers')", "skip_lines = 2"),
        (f"{HEAD}{TWO}{HEAD}{TWO}".encode(), 4, "the header stands again among the rows", "skip_lines = [4]"),
        (f"{HEAD}A,2026-01-01,x\n".encode(), 2, "3 fields, but the header has 2", "comma within a value needs quotes"),
        (f'{HEAD}"A,2026-01-01\n'.encode(), 2, "quotes are not in order", "ends with a quote before the next"),
        (f'{HEAD}A"b,2026-01-01\n'.encode(), 2, "a quote inside a field", "double the quote within it"),
        (f"{HEAD}A\0,2026-01-01\n".encode(), 2, "a NUL character", 'encoding = "utf-16"'),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(errors, content, line, problem, fix):
    fault = errors(CUSTOMERS, {"c.csv": content})[0]
    assert fault.line == line
    assert problem in fault.problem
    assert fix in fault.fix


@pytest.mark.parametrize(
    ("content", "declaration"),
    [
        (b"customer_id;joined_on\nA;2026-01-01\nB;2026-01-02\n", 'delimiter = ";"'),
        (f"Our customers\n\n{HEAD}{TWO}".encode(), "skip_lines = 2"),
        (f"{HEAD}A,2026-01-01\n{HEAD}B,2026-01-02\n".encode(), "skip_lines = [3]"),
        ((HEAD + "Müller,2026-01-01\nB,2026-01-02\n").encode("cp1252"), 'encoding = "cp1252"'),
        ((HEAD + TWO).encode("utf-16"), 'encoding = "utf-16"'),
    ],
)
def test_the_declaration_that_is_advised_reads_the_file(read, errors, content, declaration):
    assert declaration in errors(CUSTOMERS, {"c.csv": content})[0].fix
    frame = read(CUSTOMERS + declaration + "\n", {"c.csv": content}).tables["customers"]
    assert frame["customer_id"].tolist()[-1] == "B"
    assert len(frame) == 2


def test_a_byte_of_another_encoding_is_shown_in_its_word(errors):
    (fault,) = errors(CUSTOMERS, {"c.csv": HEAD.encode() + b"A,2026-01-01\nKr\xfcger,2026-01-02\n"})
    assert (fault.line, fault.value) == (3, r"b'\xfc'")
    assert "encoding = \"cp1252\" (Windows in Western Europe) reads 'Krüger'" in fault.fix


def test_an_encoding_that_does_not_exist_is_refused(errors):
    (fault,) = errors(CUSTOMERS + 'encoding = "utf-9"\n', {"c.csv": HEAD + TWO})
    assert fault.problem == "no such encoding"
    assert '"utf-8-sig", "cp1252" or "latin-1"' in fault.fix


def test_of_many_wrong_lines_five_are_shown_and_the_rest_counted(errors):
    rows = "".join(f"C{i},2026-01-01,x\n" for i in range(12))
    faults = errors(CUSTOMERS, {"c.csv": HEAD + rows})
    assert [f.line for f in faults] == [2, 3, 4, 5, 6]
    assert [f.more for f in faults] == [0, 0, 0, 0, 7]


def test_a_header_of_two_lines_needs_one_width(errors):
    (fault,) = errors(CUSTOMERS + "header_lines = 2\n", {"c.csv": "customer,joined,x\nid,on\nA,2026-01-01\n"})
    assert fault.problem == "the lines of the header have different widths"
    assert "skip_lines = [2]" in fault.fix


@pytest.mark.parametrize(
    ("content", "toml", "problem"),
    [
        (HEAD + TWO + ",\n", "", "1 row has delimiters and nothing else"),
        (HEAD + TWO + ",\n,\n", "", "2 rows have delimiters and nothing else"),
        (HEAD + TWO.rstrip("\n"), "", "the file does not end with a line break, so it may be cut off"),
        (HEAD + "Müller,2026-01-01\n", 'encoding = "cp1252"\n', "is UTF-8, but it is read as cp1252"),
    ],
)
def test_what_does_not_stop_the_reading_is_a_warning(read, content, toml, problem):
    found = read(CUSTOMERS + toml, {"c.csv": content})
    (fault,) = found.faults
    assert fault.severity == "warning"
    assert problem in fault.problem
    assert len(found.tables["customers"]) in (1, 2)


def test_plain_letters_read_alike_in_both_encodings_and_need_no_warning(read):
    assert not read(CUSTOMERS + 'encoding = "cp1252"\n', {"c.csv": HEAD + TWO}).faults
