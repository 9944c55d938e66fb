"""Each rule on rows of a few people: whom it flags, whom it leaves alone, and where it cannot look."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme import fraud
from referral_playbook.domain.programme.fraud import Limits, mailbox

DAY = pd.Timestamp("2026-03-01")


class Tables:
    """An engagement of the facts given, for rules that read nothing else."""

    scale, as_of = 1.0, DAY + pd.Timedelta(days=365)

    def __init__(self, **facts: pd.DataFrame) -> None:
        self.facts = facts

    def fact(self, name: str) -> pd.DataFrame | None:
        return self.facts.get(name)


def claims(*pairs: tuple[str, str], days: list[int] | None = None, kind: str = "customer") -> pd.DataFrame:
    """Referrals of advocate and friend as the rules see them, one a day unless `days` says when."""
    when = range(len(pairs)) if days is None else days
    rows = pd.DataFrame(pairs, columns=["referrer_id", "friend_id"])
    rows["referral_id"] = [f"R{i:03d}" for i in range(len(rows))]
    rows["referred_on"] = DAY + pd.to_timedelta(list(when), unit="D")
    return fraud.ordered(Tables(referrals=rows.assign(referrer_type=kind)))  # type: ignore[arg-type]


def positions(found: object) -> list[int]:
    assert isinstance(found, pd.Series)
    return list(found.index)


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("ann@x.com", "ann@x.com"),
        ("ann+gift@x.com", "ann@x.com"),
        ("ann+a+b@x.com", "ann@x.com"),
        ("B0042", ""),
        ("@x.com", ""),
    ],
)
def test_a_plus_leads_to_the_same_mailbox(address: str, box: str) -> None:
    assert mailbox(pd.Series([address])).tolist() == [box]


def test_ids_that_differ_by_case_are_the_same_only_where_one_alone_is_recorded() -> None:
    rows = claims(("B1", "b1"), ("A1", "x"), ("a1", "A1"), ("B1", "Ann@X.com"))
    assert rows["friend"].tolist() == ["B1", "x", "A1", "ann@x.com"]
    assert positions(fraud.self_referral(None, rows, Limits())) == [0]  # type: ignore[arg-type]


def test_two_friends_in_one_mailbox_are_flagged_from_the_second_on() -> None:
    rows = claims(("a@x.com", "f@x.com"), ("b@x.com", "f+2@x.com"), ("c@x.com", "c+me@x.com"))
    assert positions(fraud.shared_contact(None, rows, Limits())) == [1, 2]  # type: ignore[arg-type]


def test_without_addresses_the_rule_says_that_it_could_not_look() -> None:
    assert "no e-mail address" in fraud.shared_contact(None, claims(("A", "B")), Limits())  # type: ignore[arg-type]


def _reached(start: str, pairs: list[tuple[str, str]]) -> set[str]:
    """Everyone whom the referrals lead to from there."""
    reached = {start}
    while more := {friend for who, friend in pairs if who in reached} - reached:
        reached |= more
    return reached


@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")), min_size=1, max_size=14))
@settings(max_examples=60, deadline=None)
def test_a_referral_is_in_a_loop_where_its_friend_leads_back_to_the_advocate(pairs: list[tuple[str, str]]) -> None:
    expected = [i for i, (who, friend) in enumerate(pairs) if who != friend and who in _reached(friend, pairs)]
    assert positions(fraud.loop(None, claims(*pairs), Limits())) == expected  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12), st.integers(2, 4), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_a_burst_is_every_row_of_a_window_with_enough_of_them(days: list[int], burst: int, width: int) -> None:
    days = sorted(days)
    rows = claims(*(("A", f"F{i}") for i in range(len(days))), days=days)
    expected = set()
    for first in days:
        window = [i for i, d in enumerate(days) if first <= d < first + width]
        if len(window) >= burst:
            expected.update(window)
    found = fraud.burst(None, rows, Limits(burst=burst, burst_days=width))  # type: ignore[arg-type]
    assert positions(found) == sorted(expected)


def test_an_agency_may_send_a_list() -> None:
    rows = claims(*(("A", f"F{i}") for i in range(8)), days=[0] * 8, kind="agency")
    assert positions(fraud.burst(None, rows, Limits())) == []  # type: ignore[arg-type]


def test_the_first_claim_on_a_friend_stands() -> None:
    rows = claims(("A", "F1"), ("B", "F1"), ("C", "F2"), ("A", "F1"))
    assert positions(fraud.duplicate_friend(Tables(), rows, Limits())) == [1, 3]  # type: ignore[arg-type]


@pytest.mark.parametrize(("wait", "back", "flagged"), [(60, 100.0, True), (61, 100.0, False), (5, 50.0, False)])
def test_a_refund_in_full_within_the_hold_is_flagged(wait: int, back: float, flagged: bool) -> None:
    rows = claims(("A", "F1")).assign(converted_on=DAY)
    refunds = pd.DataFrame(
        {"customer_id": ["F1"], "refunded_on": [DAY + pd.Timedelta(days=wait)], "refunded": [back], "paid": [100.0]}
    )
    found = fraud.refunded_within_hold(Tables(refunds=refunds), rows, Limits())  # type: ignore[arg-type]
    assert positions(found) == ([0] if flagged else [])


def _with_friends_who_left(gone: int) -> tuple[Tables, pd.DataFrame]:
    """One advocate with 10 rewarded friends, `gone` of whom left 10 days later, among 200 who stay."""
    friends = [f"F{i}" for i in range(10)]
    left = [DAY + pd.Timedelta(days=10)] * gone + [pd.NaT] * (10 - gone)
    stayed = [f"C{i}" for i in range(200)]
    profile = pd.DataFrame({"customer_id": [*friends, *stayed], "left_on": [*left, *[pd.NaT] * 200]})
    profile["left"] = profile["left_on"].notna()
    profile["tenure_months"] = [0.3 if lost else 12.0 for lost in profile["left"]]
    rows = claims(*(("A", friend) for friend in friends), days=[0] * 10).assign(rewarded_on=DAY)
    return Tables(customer_profile=profile), rows


@pytest.mark.parametrize(("gone", "flagged"), [(1, 0), (6, 6)])
def test_one_friend_who_leaves_is_ordinary_and_six_of_ten_are_not(gone: int, flagged: int) -> None:
    tables, rows = _with_friends_who_left(gone)
    assert len(positions(fraud.dormant_after_reward(tables, rows, Limits()))) == flagged  # type: ignore[arg-type]


@pytest.mark.parametrize("limits", [{"burst": 1}, {"burst_days": 0}, {"dormant_days": 0}, {"hold_days": 0}])
def test_limits_that_would_flag_everybody_are_refused(limits: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(limits))} = "):
        Parameters.of("programme_review", **limits)
