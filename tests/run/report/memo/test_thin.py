"""The memo of a client with too little data: what holds up the decision first, what to bring, what can be said."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import Action
from referral_playbook.contract.quantities import title
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.thin import thin_page

from .. import sample_results as samples


def page(missing=(), bring=(), steps=(), actions=(), why=""):
    tables = {"missing": list(missing), "decision": [{"status": "not_enough_data", "sentence": "S", "why": why}]}
    report = samples.step("client_report", "not_enough_data", "H", tables=tables, actions=actions)
    intake = samples.step("intake", "not_enough_data", "H", tables={"exports_to_bring": list(bring)})
    results = {"intake": intake, "client_report": report, **{r.step: r for r in steps}}
    return {getattr(block, "heading", block.kind): block for block in thin_page(Findings(results))}


def test_reasons_are_grouped_and_those_that_hold_up_the_decision_come_first():
    rows = [{"number": n, "why": "no survey"} for n in ("nps", "csat", "ces")]
    rows += [{"number": "customer_value", "why": "no payments"}, {"number": "nrr", "why": "one month of data"}]
    items = page(missing=rows)["What is missing"].items
    assert items[0].startswith(f"{title('customer_value')}: no payments.")
    assert "waits for this" in items[0]
    assert items[1].startswith(f"{title('nps')}: no survey. 3 numbers")
    assert items[2] == f"{title('nrr')}: one month of data."


def test_a_reason_that_the_decision_gives_is_not_given_again():
    rows = [{"number": "customer_value", "why": "no payments"}, {"number": "nps", "why": "no survey"}]
    items = page(missing=rows, why="The economics cannot be computed yet: no payments.")["What is missing"].items
    assert items == (f"{title('customer_value')}. The decision waits for this.", f"{title('nps')}: no survey.")


def test_the_share_that_came_by_referral_is_said_though_no_verdict_stands_on_it():
    pmf = samples.step(
        "pmf_check",
        "not_enough_data",
        "H",
        estimates={"organic_referral_share": samples.estimate(0.31, 0.26, 0.36, "share", n=376)},
    )
    (said,) = page(steps=[pmf])["What can be said already"].items
    assert said == "31% (26% to 36%) of the 376 customers whose source is known came by referral."


def test_at_most_five_lines_of_each_stand_on_the_page():
    rows = [{"number": f"number_{i}", "why": f"reason {i}"} for i in range(9)]
    brought = [{"bring": f"export {i}"} for i in range(9)] + [{"bring": "Export 1."}]
    found = page(missing=rows, bring=brought)
    assert len(found["What is missing"].items) == len(found["What to bring"].items) == 5
    assert len(set(found["What to bring"].items)) == 5


@pytest.mark.parametrize(
    ("row", "line"),
    [({"what": "the survey", "why": ""}, "The survey."), ({"number": "", "why": "no dates"}, "No dates.")],
)
def test_a_line_says_what_is_known_of_it(row, line):
    assert page(missing=[row])["What is missing"].items == (line,)


def test_what_can_be_said_is_what_reached_a_verdict():
    steps = (
        samples.step("pmf_check", "not_enough_data", "Nobody was asked."),
        samples.step("loyalty_and_upsell", "go", "Nine of ten stay. More."),
        samples.step("value_exchange", "go", "nine of ten stay"),
        samples.step("referral_sources", "stop", "Agencies bring little."),
    )
    items = page(steps=steps)["What can be said already"].items
    assert sorted(item.casefold() for item in items) == ["agencies bring little.", "nine of ten stay."]


def test_where_nothing_can_be_said_it_says_so_and_the_actions_remain():
    found = page(actions=(Action(what="run a survey", why="w", due=30),))
    assert "Nothing can be said yet" in found["text"].text
    assert found["grid"].rows[0][0] == "Run a survey."


def test_a_list_is_asked_for_once_and_a_reason_that_stands_there_is_not_repeated():
    rows = [{"number": "customer_value", "why": "no payments"}, {"number": "nps", "why": "no survey"}]
    rows += [{"number": "value_result", "why": "no payments; no survey"}]
    bring = [{"bring": "referrals, or customers: referrals_made"}, {"bring": "referrals: referrer_id, referred_on"}]
    found = page(missing=rows, bring=bring)
    assert len(found["What is missing"].items) == 2
    assert found["What to bring"].items == ("The list of referrals, or how many each customer has made.",)


def test_a_survey_alone_says_something():
    ellis = samples.estimate(0.5, 0.35, 0.65, "share", n=38)
    found = page(
        steps=(samples.step("pmf_check", "not_enough_data", "H", estimates={"very_disappointed_share": ellis}),)
    )
    (line,) = found["What can be said already"].items
    assert line == "50% (35% to 65%) would be very disappointed without you (38 answers; usual threshold 40%)."
