"""At most nine actions, none twice, each with a person or a role, spread over ninety days."""

from __future__ import annotations

from datetime import date

from referral_playbook.contract.evidence import Action
from referral_playbook.steps.client_report.plan import NOBODY, make_plan
from tests.steps.client_report.made import by_step, step

WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu")


def plan(**actions):
    return make_plan(by_step(*(step(name, actions=tuple(given)) for name, given in actions.items())))


def test_nine_at_most_and_every_step_before_any_steps_second():
    many = [Action(what=word, why="x", due=30) for word in WORDS]
    rows = [item.row() for item in plan(break_even=many[:6], loyalty_and_upsell=many[6:8], goal_setting=many[8:12])]
    assert len(rows) == 9
    assert {row["step"] for row in rows} == {"break_even", "loyalty_and_upsell", "goal_setting"}
    assert {"eta", "theta", "iota"} <= {row["what"] for row in rows}


def test_dates_are_spread_and_never_before_the_steps_own():
    given = [Action(what=word, why="x", due=14) for word in WORDS[:9]]
    rows = plan(break_even=given)
    days = [item.days for item in rows]
    assert days == [14, 14, 21, 30, 40, 50, 60, 75, 90]
    late = plan(break_even=[Action(what="late", why="x", due=120), Action(what="soon", why="x", due=3)])
    assert [(item.action.what, item.days) for item in late] == [("soon", 7), ("late", 120)]
    assert late[0].row()["due"] == "2026-10-07"
    fixed = plan(break_even=[Action(what="x", why="y", due=date(2026, 12, 31))])
    assert fixed[0].row() == {
        "period": "later",
        "what": "x",
        "why": "Y.",
        "owner": "programme manager",
        "due": "2026-12-31",
        "step": "break_even",
    }


def test_this_months_lists_keep_their_dates():
    rows = plan(
        ask_and_follow_up=[Action(what=f"ask {word}", why="x", due=30) for word in WORDS[:3]],
        break_even=[Action(what=word, why="x", due=7) for word in WORDS[3:9]],
    )
    assert {item.days for item in rows if item.step == "ask_and_follow_up"} == {30}


def test_none_is_there_twice_whatever_its_figures_and_case():
    rows = plan(
        goal_setting=[Action(what="Find out why asks are behind", why="x")],
        programme_review=[Action(what="find out why asks are behind.", why="y")],
        ask_and_follow_up=[
            Action(what="Call the 89 customers", why="x"),
            Action(what="Call the 90 customers", why="x"),
        ],
    )
    assert len(rows) == 2


def test_everybody_is_a_person_or_a_role():
    rows = plan(
        break_even=[Action(what="a", why="x", owner="client")],
        pmf_check=[Action(what="b", why="x", owner="to be named")],
        goal_setting=[Action(what="c", why="x", owner="Maya (marketing)")],
    )
    owners = {item.action.what: item.action.owner for item in rows}
    assert owners == {"a": "programme manager", "b": "product manager", "c": "Maya (marketing)"}
    assert not NOBODY & set(owners.values())


def test_an_action_that_sends_the_reader_to_another_step_is_left_out():
    assert plan(pmf_check=[Action(what="Work out the value exchange (step 02)", why="x")]) == ()


def test_the_reason_is_one_sentence():
    (item,) = plan(break_even=[Action(what="a", why="it pays in 27% of futures. Go from 80%. More.")])
    assert item.action.why == "It pays in 27% of futures."
