"""At most nine actions, none twice, each with a person or a role, spread over ninety days."""

from __future__ import annotations

from datetime import date

from referral_playbook.contract.evidence import Action, Status, exact, undefined
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
    late = plan(goal_setting=[Action(what="late", why="x", due=120), Action(what="soon", why="x", due=3)])
    assert [(item.action.what, item.days) for item in late] == [("soon", 14), ("late", 120)]
    assert late[0].row()["due"] == "2026-10-14"
    fixed = plan(programme_review=[Action(what="x", why="y", due=date(2026, 12, 31))])
    assert fixed[0].row() == {
        "period": "later",
        "what": "x",
        "why": "Y.",
        "owner": "programme manager",
        "due": "2026-12-31",
        "step": "programme_review",
    }


def test_this_months_lists_keep_their_dates():
    rows = plan(
        ask_and_follow_up=[Action(what=f"ask those on {word}.csv", why="x", due=30) for word in WORDS[:3]],
        break_even=[Action(what=word, why="x", due=7) for word in WORDS[3:9]],
    )
    assert {item.days for item in rows if item.step == "ask_and_follow_up"} == {30}


def test_what_the_decision_calls_for_comes_first_then_unhappy_customers():
    rows = plan(
        ask_and_follow_up=[
            Action(what="Call the 12 unhappy customers on close-the-loop.csv", why="x", due=14),
            Action(what="Ask each of the 5 customers on ask-list.csv", why="x", due=30),
        ],
        value_exchange=[Action(what="Lower the reward", why="x", due=7)],
        break_even=[Action(what="Start the test that decides", why="x", due=30)],
    )
    assert [item.action.what.split()[0] for item in rows] == ["Start", "Call", "Lower", "Ask"]
    assert [item.days for item in rows] == [14, 14, 14, 30]


def test_a_stop_plans_nothing_that_goes_on_with_the_programme():
    results = by_step(
        step("break_even", actions=(Action(what="Stop paying rewards", why="x", due=14),)),
        step("goal_setting", actions=(Action(what="Tell advocates the goal", why="x"),)),
        step("social_currency", actions=(Action(what="Remove the hardest step of sharing", why="x"),)),
        step(
            "programme_review",
            actions=(
                Action(what="Continue the test with the two best offers", why="x"),
                Action(what="Pay the 3 rewards that are due", why="x"),
            ),
        ),
        step("ask_and_follow_up", actions=(Action(what="Ask each of the 5 customers", why="x", due=30),)),
    )
    assert [i.action.what for i in make_plan(results, Status.STOP)] == [
        "Stop paying rewards",
        "Pay the 3 rewards that are due",
    ]
    assert len(make_plan(results, Status.TEST_SMALL)) == 6


def test_nobody_is_sent_to_a_list_on_which_no_customer_stands():
    give = (Action(what="Give something useful to the customers on give-first.csv", why="x", due=30),)
    waiting = {"give_first": [{"customer_id": "A"}]}
    offers = step("loyalty_and_upsell", tables={"upsell_list": [{"customer_id": "A"}]})
    ask = step("ask_and_follow_up", actions=give, tables=waiting)
    assert len(make_plan(by_step(ask))) == 1
    assert make_plan(by_step(ask, offers)) == ()


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


def test_data_is_brought_once_and_a_question_asked_once():
    rows = plan(
        intake=[
            Action(what="Bring the list of referrals, or how many each customer has made", why="x"),
            Action(what="Bring the list of referrals: who referred, and when", why="x"),
            Action(what="Bring answers to the question whether customers would recommend you (0 to 10)", why="x"),
        ],
        ask_and_follow_up=[Action(what="Ask the NPS question, and record what you give", why="x")],
    )
    assert [r.action.what.split(",")[0] for r in rows] == ["Ask the NPS question", "Bring the list of referrals"]


def test_how_easy_sharing_is_waits_for_a_decision():
    easy = step("social_currency", actions=(Action(what="Refer somebody as a customer would", why="x", due=14),))
    assert make_plan(by_step(easy), Status.NOT_ENOUGH_DATA) == ()
    assert len(make_plan(by_step(easy), Status.TEST_SMALL)) == 1


HOLD_OUT = Action(
    what="Start the test that decides: ask 115 customers and hold out 115, chosen by lot. This takes 6 months", why="x"
)
CONTROL = Action(what="Do not ask the customers in the control group, and note this month as its start", why="x")


def test_a_test_that_holds_customers_out_needs_no_second_control():
    found = [item.action.what for item in plan(break_even=[HOLD_OUT], programme_review=[CONTROL])]
    assert len(found) == 1
    assert [item.action.what for item in plan(programme_review=[CONTROL])] == [CONTROL.what]


def test_a_test_is_prepared_while_nobody_may_be_asked_yet():
    def first(size):
        asked = step("ask_and_follow_up", estimates={"ask_list_size": size})
        return make_plan(by_step(step("break_even", actions=(HOLD_OUT,)), asked))[0].action.what

    labels = {"unit": "customers", "per": "month"}
    waiting = first(undefined("nobody is known as a promoter", **labels))
    assert waiting.startswith("Prepare the test that decides: ask 115 customers")
    assert "Start it when a survey has shown whom you may ask. It takes 6 months" in waiting
    assert first(exact(0, **labels)) == waiting
    assert first(exact(12, **labels)) == HOLD_OUT.what


def test_offers_that_are_tested_already_need_no_second_one():
    second = Action(what="Write down the terms of your offer (50 each), and a second offer to test against it", why="x")
    tested = step("programme_review", tables={"arms": [{"arm": "thanks"}, {"arm": "credit"}]})
    assert make_plan(by_step(step("value_exchange", actions=(second,)), tested)) == ()
    assert len(make_plan(by_step(step("value_exchange", actions=(second,)), step("programme_review")))) == 1


def test_what_settles_the_only_doubt_stands_before_the_rest():
    """The economics say go, and nobody has asked the customers: their survey is not left for next month."""
    survey = step("pmf_check", Status.NOT_ENOUGH_DATA, actions=(Action(what="ask", why="x", due=14),))
    other = step("value_exchange", Status.GO, actions=(Action(what="offer", why="x", due=14),))
    asks = step("ask_and_follow_up", Status.GO, actions=(Action(what="script", why="x", due=7),))
    for even, first in ((Status.GO, "ask"), (Status.TEST_SMALL, "script")):
        launch = step("break_even", even, actions=(Action(what="launch", why="x", due=14),))
        rows = make_plan(by_step(survey, other, asks, launch), Status.TEST_SMALL)
        assert [item.action.what for item in rows][:2] == ["launch", first]
