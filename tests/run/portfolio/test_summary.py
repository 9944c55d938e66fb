"""The rows of a portfolio: one per client, failed ones with who is to blame, and links that stay links."""

from __future__ import annotations

import csv
import io
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.run.portfolio.findings import Findings
from referral_playbook.run.portfolio.one_client import Blame, Outcome
from referral_playbook.run.portfolio.summary import SHOWN, link, portfolio_csv


def done(client, **more):
    usual = {"name": "Acme", "as_of": "2026-09-30", "decision": "go", "headline": "Start.", "verdicts": {}}
    lists = dict.fromkeys(("tables_missing", "not_known", "not_measured"), ())
    return Outcome(client=client, findings=Findings(**usual | lists | more))


def rows_of(*outcomes):
    text = portfolio_csv(outcomes).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_client_that_was_run_has_its_verdicts_and_a_link():
    (row,) = rows_of(done("acme", verdicts={SHOWN[0]: "go", SHOWN[2]: "stop"}, not_known=("pmf_check.nps", "b.c")))
    assert (row["client"], row["name"], row["outcome"], row["decision"]) == ("acme", "Acme", "done", "go")
    assert (row[SHOWN[0]], row[SHOWN[1]], row[SHOWN[2]]) == ("go", "", "stop")
    assert (row["not_known"], row["report"]) == ("pmf_check.nps; b.c", "./acme/report.html")


def test_a_client_that_failed_has_the_reason_on_one_line_and_no_link():
    blame = next(iter(Blame))
    (row,) = rows_of(Outcome(client="acme", blame=blame, why="client.toml:\n  no name\n"))
    assert (row["outcome"], row["failed_by"], row["why"]) == ("failed", blame.value, "client.toml: no name")
    assert (row["report"], row["decision"]) == ("", "")


def test_no_cell_is_a_formula():
    (row,) = rows_of(done("=HYPERLINK(1)", name="+1", headline="@SUM(A1)"))
    assert all(row[column][:1] not in tuple("=+@") for column in ("client", "name", "headline"))


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20))
def test_a_link_leads_to_the_client_whatever_its_name_holds(name):
    address = link(done(name))
    assert address.startswith("./")
    assert unquote(address) == f"./{name}/report.html"
    assert not set(address) & set("\"'<>: ")
