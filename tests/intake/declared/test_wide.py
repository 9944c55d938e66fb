"""Surveys without a column for the question: a constant, or one column per question."""

from __future__ import annotations

import datetime as dt

FORM = """\
Timestamp,Customer number,How likely are you to recommend us? (0-10),How would you feel without it?,Comment
5/3/2026 14:02:11,C1,9,Very disappointed,good
5/3/2026 15:12:40,C2,6,Somewhat disappointed,
5/4/2026 8:00:02,C3,10,Very disappointed,
5/4/2026 8:20:02,C4,7,Not disappointed,slow
5/5/2026 8:20:02,C5,,Not disappointed,
"""
SURVEYS = '[tables.surveys]\nfile = "f.csv"\ndates = "%m/%d/%Y %H:%M:%S"\n'
MAPPED = SURVEYS + 'columns = { respondent_id = "Customer number", asked_on = "Timestamp", comment = "Comment" }\n'
WORDS = """
[tables.surveys.questions]
nps = "How likely are you to recommend us? (0-10)"
pmf = "How would you feel without it?"
[tables.surveys.values]
answer = { "very disappointed" = "Very disappointed", "somewhat disappointed" = "Somewhat disappointed", \
"not disappointed" = "Not disappointed" }
"""


def test_one_column_per_question(read) -> None:
    intake = read(MAPPED + WORDS, {"f.csv": FORM})
    frame = intake.tables["surveys"]
    nps, pmf = frame[frame["question"] == "nps"], frame[frame["question"] == "pmf"]
    assert nps["answer"].tolist() == ["9", "6", "10", "7"]
    assert pmf["answer"].tolist().count("very disappointed") == 2
    assert pmf["respondent_id"].tolist() == ["C1", "C2", "C3", "C4", "C5"]
    assert nps["asked_on"].dt.date.tolist()[2] == dt.date(2026, 5, 4)
    assert nps["comment"].fillna("-").tolist() == ["good", "-", "-", "slow"]
    quality = intake.quality["surveys"]
    assert (quality["rows_in_files"], quality["rows_left_out"], quality["rows_used"]) == (10, 1, 9)
    assert quality["files"] == [{"file": "f.csv", "rows": 5}]


def test_a_fault_stands_in_the_column_of_its_question(errors) -> None:
    found = errors(MAPPED + WORDS, {"f.csv": FORM.replace("C2,6,", "C2,66,").replace("C4,7,Not", "C4,7,Not so")})
    assert [(f.line, f.column, f.value) for f in found] == [
        (3, "How likely are you to recommend us? (0-10)", "66"),
        (5, "How would you feel without it?", "Not so disappointed"),
    ]


def test_one_question_for_the_whole_file(read, errors) -> None:
    columns = 'respondent_id = "Customer number", asked_on = "Timestamp"'
    fault, *_ = errors(f'{SURVEYS}columns = {{ {columns}, answer = "{FORM.split(",")[2]}" }}\n', {"f.csv": FORM})
    assert 'question = "=nps"' in fault.fix
    toml = f'{SURVEYS}columns = {{ {columns}, question = "=nps", answer = "#3" }}\n'
    toml += 'where = { "#3" = { empty = false } }\n'
    frame = read(toml, {"f.csv": FORM}).tables["surveys"]
    assert frame["question"].tolist() == ["nps"] * 4
    assert frame["answer"].tolist() == ["9", "6", "10", "7"]


MONKEY = """\
Respondent ID,Start Date,How likely is it that you would recommend us?
,,Response
11,05/01/2026 10:00,Extremely likely - 10
12,05/02/2026 11:00,7
13,05/02/2026 12:00,Not at all likely - 0
"""
MONKEY_TOML = """
[tables.surveys]
file = "f.csv"
dates = "%m/%d/%Y %H:%M"
columns = { respondent_id = "Respondent ID", asked_on = "Start Date" }
"""


def test_a_second_header_line_is_skipped_or_joined(read, errors) -> None:
    question = "How likely is it that you would recommend us?"
    toml = f'{MONKEY_TOML}skip_lines = [2]\nquestions = {{ nps = "{question}" }}\n'
    found = errors(toml, {"f.csv": MONKEY})
    words = 'answer = { 0 = ["Not at all likely - 0"], 10 = ["Extremely likely - 10"] }'
    assert found[0].fix == f"Say which number each answer is: [tables.surveys.values] {words}"
    values = f"[tables.surveys.values]\n{words}\n"
    joined = MONKEY_TOML + f'header_lines = 2\nquestions = {{ nps = "{question} - Response" }}\n'
    left_out = (
        f'{MONKEY_TOML}where = {{ "Respondent ID" = {{ empty = false }} }}\nquestions = {{ nps = "{question}" }}\n'
    )
    for declared in (toml, joined, left_out):
        frame = read(declared + values, {"f.csv": MONKEY}).tables["surveys"]
        assert frame["answer"].tolist() == ["10", "7", "0"]


def test_scale_is_declared(read, errors) -> None:
    toml = '[tables.surveys]\nfile = "s.csv"\n'
    text = "respondent_id,asked_on,question,answer\n1,2026-01-01,csat,9\n2,2026-01-01,csat,10\n"
    assert 'scale = { csat = "1-10" }' in errors(toml, {"s.csv": text})[0].fix
    (fault,) = read(toml, {"s.csv": text.replace("9", "4").replace("10", "5")}).faults
    assert "the scale of csat is not declared" in fault.problem
    intake = read(toml + 'scale = { csat = "1-10" }\n', {"s.csv": text})
    assert intake.tables["surveys"]["answer"].tolist() == ["9", "10"]
    assert intake.quality["surveys"]["scale"] == {"csat": (1, 10), "ces": None}
