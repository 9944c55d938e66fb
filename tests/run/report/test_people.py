"""Pages that are passed on name no customer: neither by an id nor by what somebody wrote."""

from __future__ import annotations

import base64
import csv
import re
from pathlib import Path

import nbformat
import pytest

from referral_playbook.run.report.section import section_html, shown
from referral_playbook.show.tables import table

from .people import ids_in, ids_of

ROOT = Path(__file__).resolve().parents[3]
ROWS = [{"customer_id": "B0001", "nps": 9, "comment": "I hate <it>"}, {"customer_id": "B0002", "nps": 3, "comment": ""}]


def output(rows, **how):
    return {"output_type": "display_data", "data": {"text/html": table(rows, **how).html}}


def test_rows_about_single_people_are_counted_on_a_page_and_stay_in_the_notebook():
    assert "B0001" in table(ROWS).html
    page = shown(output(ROWS, caption="Ask list"))
    assert page.startswith("<p>Ask list: 2 rows, each about one person.")
    for text in ("B0001", "B0002", "hate", "Customer ID", "Comment", ">9<"):
        assert text not in page


def test_on_request_they_are_shown_with_hashed_ids():
    page = shown(output(ROWS), key=b"of this run")
    assert ">9<" in page
    hashes = re.findall("#[0-9a-f]{8}", page)
    assert len(set(hashes)) == 2
    assert re.findall("#[0-9a-f]{8}", shown(output(ROWS), key=b"of another")) != hashes
    for text in ("B0001", "B0002", "hate", "Comment"):
        assert text not in page


def test_an_id_is_left_out_under_any_heading_and_where_it_is_a_number():
    rows = [{"referrer_id": 417, "reward": 50}]
    page = shown(output(rows, columns={"referrer_id": "Who", "reward": "Reward"}), key=b"k")
    assert "417" not in page
    assert "50" in page


def test_the_owner_of_an_action_is_named_and_the_owner_of_figures_is_not():
    assert "Maya" in shown(output([{"what": "Call", "owner": "Maya", "due": "1 May"}]))
    assert "Maya" not in shown(output([{"month": "2026-05", "metric": "asks", "owner": "Maya", "actual": 3}]))


def test_the_scan_sees_words_and_pictures():
    picture = base64.b64encode(b"<svg><text>B0002</text></svg>").decode()
    page = f'<td>B0001</td><img src="data:image/svg+xml;base64,{picture}"><td>B00031</td>'
    assert ids_in(page, {"B0001", "B0002", "B0003"}) == {"B0001", "B0002"}


def test_no_section_of_the_sample_has_an_id():
    ids = ids_of(ROOT / "data" / "brightdesk")
    assert len(ids) > 1000
    read = [nbformat.read(path, as_version=4) for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
    if not any(cell.get("outputs") for book in read for cell in book.cells):
        pytest.skip("the sample notebooks are kept without outputs; `make notebooks` runs them")
    assert {found for book in read for found in ids_in(section_html(book), ids)} == set()


def test_no_comment_and_no_owner_of_figures_of_the_sample_is_shown(promise):
    def column(file, name):
        with (ROOT / "data" / "brightdesk" / file).open(encoding="utf-8", newline="") as rows:
            return [row for row in csv.DictReader(rows) if row[name]]

    said, goals = column("surveys.csv", "comment"), column("goals.csv", "owner")
    assert len({row["comment"] for row in said}) > 5
    answers = shown(output([{"question": r["question"], "answer": r["answer"], "comment": r["comment"]} for r in said]))
    comments = sum(comment in answers for comment in {row["comment"] for row in said})
    owners = sum(owner in shown(output(goals)) for owner in {row["owner"] for row in goals})
    assert goals[0]["target"] in shown(output(goals))
    what = "No customer's comment is shown, and a person is named only as the owner of an action"
    promise(what, f"{comments} comments, {owners} owners of figures")
