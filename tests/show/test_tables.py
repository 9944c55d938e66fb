"""Tables and sentences: everything escaped, the same in text, the same every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import (
    Action,
    Basis,
    Check,
    Estimate,
    StepResult,
    Verdict,
    assumed,
    undefined,
)
from referral_playbook.show.tables import actions, checks, evidence, reading, table, verdict

NASTY = "<script>alert('x')</script> & $100 \"q\" \u202eevil\u2066 \u200frtl\x00\n|"
SHARE = Estimate(
    value=0.58,
    low=0.39,
    high=0.75,
    confidence=0.95,
    n=30,
    unit="share",
    per="answer",
    basis=Basis.MEASURED,
    source=f"surveys {NASTY}",
)
OURS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "span", "div", "p", "strong"}


class Tags(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def result():
    return StepResult(
        step="pmf_check",
        client="A",
        as_of=date(2026, 9, 30),
        headline=f"Headline {NASTY}",
        verdict=Verdict(status="not_enough_data", reason=f"because {NASTY}"),
        estimates={"very_disappointed_share": SHARE, "nps": undefined("no survey", unit="points", per="answer")},
        checks=(Check(name="enough_answers", passed=True, text=NASTY), Check(name="x", passed=False, text="")),
        actions=(Action(what=f"ask {NASTY}", why="the range", owner="Ann", due=30), Action(what="w", why="y")),
    )


@pytest.mark.parametrize("show", [evidence, checks, actions, verdict])
def test_client_text_never_becomes_markup(result, show):
    parsed = Tags(show(result)._repr_html_())
    assert {tag for tag, _ in parsed.tags} <= OURS
    assert not any(name.startswith("on") for _, attrs in parsed.tags for name in attrs)
    assert "<script>alert('x')</script> & $100" in parsed.text
    assert not set("\u202e\u2066\x00") & set(parsed.text + repr(show(result)))


@given(st.text(), st.text(), st.text())
def test_any_text_is_shown_as_text(heading, cell, caption):
    shown = table([{heading: cell}], caption=caption)
    parsed = Tags(shown.html)
    assert {tag for tag, _ in parsed.tags} <= OURS
    assert [tag for tag, _ in parsed.tags].count("td") == 1
    assert all(len(line.splitlines()) <= 1 for line in repr(shown).split("\n"))


@given(st.lists(st.fixed_dictionaries({"n": st.floats() | st.none(), "t": st.text() | st.none()}), max_size=5))
def test_the_same_rows_give_the_same_bytes(rows):
    assert table(rows) == table([dict(r) for r in rows])


def test_numbers_are_right_aligned_and_headings_scoped():
    rows = pd.DataFrame({"source": ["web", None], "share": [0.41, np.nan], "won": [True, False]})
    shown = table(rows, formats={"share": "share"}, caption="Sources")
    tags = Tags(shown.html).tags
    assert [a["scope"] for t, a in tags if t == "th"] == ["col"] * 3
    assert [a["class"] for t, a in tags if t == "td"] == ["text", "number", "text"] * 2
    assert repr(shown).splitlines() == [
        "Sources",
        "Source |     Share | Won",
        "------ | --------- | ---",
        "web    |       41% | yes",
        "       | not known | no",
    ]


def test_cells_of_every_type_pandas_hands_over():
    rows = pd.DataFrame(
        {"i": pd.array([1200, None], dtype="Int64"), "d": pd.to_datetime(["2026-01-31", None]), "e": [SHARE, None]}
    )
    lines = repr(table(rows)).splitlines()
    assert "1,200" in lines[2]
    assert "31 Jan 2026" in lines[2]
    assert "58% (39% to 75%)" in lines[2]
    assert lines[3].count("not known") == 2


def test_columns_are_chosen_ordered_and_named():
    shown = table([{"a": 1, "b": 2, "c": 3}], columns={"c": "Third", "a": "First"})
    assert repr(shown).splitlines()[0] == "Third | First"


@pytest.mark.parametrize("how", [{"columns": ["z"]}, {"formats": {"z": "share"}}])
def test_a_column_that_is_not_there_is_refused_by_name(how):
    with pytest.raises(KeyError, match=r"'z'.*the table has a"):
        table([{"a": 1}], **how)


def test_a_cut_table_says_how_many_rows_there_are():
    assert repr(table([{"a": i} for i in range(5)], most=2, caption="T")).startswith("T (the first 2 of 5 rows)")


def test_evidence_shows_value_range_confidence_basis_and_reason(result):
    text = repr(evidence(result))
    row = next(line for line in text.splitlines() if line.startswith("Very disappointed share"))
    assert [c.strip() for c in row.split(" | ")[:7]] == [
        "Very disappointed share",
        "58%",
        "39% to 75% (95% confidence)",
        "30",
        "%",
        "answer",
        "measured",
    ]
    undefined_row = next(line for line in text.splitlines() if line.startswith("Net Promoter Score"))
    assert "not known" in undefined_row
    assert "no survey" in undefined_row
    assert 'class="basis basis-measured"' in evidence(result).html


def test_checks_say_what_held_what_failed_and_what_cannot_be_told(result):
    text = repr(checks(result))
    assert [word in text for word in ("passed", "not passed", "not known")] == [True] * 3


def test_due_dates_count_from_the_as_of_date(result):
    assert "30 Oct 2026" in repr(actions(result))
    assert "no date" in repr(actions(result))


def test_nothing_to_do_is_said():
    bare = StepResult(
        step="s", client="c", as_of=date(2026, 1, 1), headline="h", verdict=Verdict(status="go", reason="r")
    )
    assert repr(actions(bare)) == "No action follows from this step."
    assert repr(checks(bare)) == "No checks were made."


def test_verdict_is_a_badge_with_its_reason(result):
    assert repr(verdict(result)).startswith("Not enough data: because")
    assert 'class="verdict verdict-not_enough_data"' in verdict(result).html


def test_a_reading_writes_estimates_with_their_range():
    shown = reading(["Share: ", SHARE, "."], " <b>", "\n\nSecond.")
    assert repr(shown) == "Share: 58% (39% to 75%). <b>\n\nSecond."
    assert shown.html == "<p>Share: 58% (39% to 75%). &lt;b&gt;</p><p>Second.</p>"


def test_a_number_and_its_limits_are_one_cell():
    kept = StepResult(
        step="s",
        client="c",
        as_of=date(2026, 1, 1),
        headline="h",
        verdict=Verdict(status="go", reason="r"),
        tables={"t": [{"source": "web", "conversion": SHARE}, {"source": "fair", "conversion": None}]},
    ).tables["t"]
    lines = repr(table(kept, formats={"conversion": "share"})).splitlines()
    assert [c.strip() for c in lines[0].split(" | ")] == ["Source", "Conversion", "Conversion n"]
    assert "58% (39% to 75%)" in lines[2]
    assert "not known" in lines[3]


def test_limits_that_are_asked_for_stay_columns():
    rows = [{"a": 2, "a_low": 1, "a_high": 3}]
    assert repr(table(rows)).splitlines()[2].strip() == "2 (1 to 3)"
    assert repr(table(rows, columns=["a_low", "a"])).splitlines()[2].split(" | ") == ["    1", "2"]


def test_no_rows_are_shown_as_no_rows_whatever_their_formats():
    assert "Offers" in repr(table([], formats={"reward": "GBP"}, caption="Offers"))


def test_a_p_value_claims_no_more_than_a_sample_can():
    rows = [{"arm": "a", "p_value": 3.62e-17, "p_adjusted": 0.0481}, {"arm": "b", "p_value": 1.0, "p_adjusted": None}]
    shown = repr(table(rows))
    assert "under 0.0001" in shown
    assert "0.048" in shown
    assert "e-17" not in shown


def test_a_reading_begins_with_a_capital():
    assert repr(reading("customers stay.\n\nmost do.")) == "Customers stay.\n\nMost do."


def test_no_name_of_ours_is_shown_raw_in_tables_evidence_and_checks(result):
    rows = [{"step": "value_exchange", "quantity": "customer_value", "source": "paid_search", "n": 1}]
    assert "Value exchange | Customer value | paid_search" in repr(table(rows))
    estimate = assumed(2.0, 1.0, 3.0, unit="times", per="x", source="customers: joined_on, left_on")
    shown = repr(evidence(replace(result, estimates={"break_even_uplift": estimate})))
    assert "customers: joined on, left on" in shown
    assert "break_even_uplift" not in shown
    taken = Check(name="earlier_steps", passed=True, text="taken from pmf_check")
    assert 'taken from "PMF check"' in repr(checks(replace(result, checks=(taken,))))
    assert '"Goal setting"' in repr(reading("taken from goal_setting"))


def test_ids_of_people_are_never_rewritten():
    assert "joined_on" in repr(table([{"customer_id": "joined_on", "amount": 2}]))


def test_one_and_its_noun_agree_in_sentences_and_cells():
    assert repr(reading("The naive answer: 1 tables with 1 rows.")) == "The naive answer: 1 table with 1 row."
    shown = repr(table([{"how": "ask 1 customers and hold out 11"}]))
    assert "ask 1 customer and hold out 11" in shown
