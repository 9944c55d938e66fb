"""The two groups of a kept control, counted by hand for six customers and by a bootstrap for four hundred."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.programme.control_groups import DAYS_A_MONTH, Groups
from referral_playbook.domain.programme.kept_control import KeptControl


class Named(KeptControl):
    """A control whose members begin with C, instead of a draw by hash."""

    def includes(self, customer_ids):
        return np.array([name.startswith("C") for name in customer_ids], dtype=bool)


CONTROL = Named(share=0.5, since=pd.Period("2026-01", "M"))


def _client(customers, referrals, touches=None, new=()):
    """Customers (id, joined, left), referrals (id, day), touches (id, day, kind), new (advocate, source)."""
    people = pd.DataFrame(customers, columns=["customer_id", "joined_on", "left_on"]).assign(referred_by="", source="")
    friends = pd.DataFrame(new, columns=["referred_by", "source"]).assign(left_on=None, joined_on="2026-03-31")
    friends["customer_id"] = [f"F{i}" for i in range(len(friends))]
    profile = pd.concat([people, friends], ignore_index=True) if len(friends) else people
    for column in ("joined_on", "left_on"):
        profile[column] = pd.to_datetime(profile[column])
    made = pd.DataFrame(referrals, columns=["referrer_id", "referred_on"])
    made["referred_on"] = pd.to_datetime(made["referred_on"])
    asks = None if touches is None else pd.DataFrame(touches, columns=["customer_id", "on", "kind"])
    if asks is not None:
        asks["on"] = pd.to_datetime(asks["on"])
    facts = {"customer_profile": profile, "referrals": made, "touchpoints": asks}
    return SimpleNamespace(fact=facts.get, as_of=date(2026, 3, 31), real_dates=True)


SIX = [
    ("A1", "2025-01-01", None),
    ("A2", "2026-02-01", None),
    ("A3", "2024-01-01", "2025-12-15"),  # had left before the control began
    ("A4", "2024-01-01", "2026-02-15"),
    ("C1", "2024-01-01", None),
    ("C2", "2024-01-01", "2026-01-31"),
]
MADE = [
    ("A1", "2025-12-31"),  # before the control began
    ("A1", "2026-01-10"),
    ("A1", "2026-03-01"),
    ("A2", "2026-03-31"),
    ("A3", "2026-01-05"),  # no customer any more
    ("C1", "2026-02-05"),
    ("Z9", "2026-02-06"),  # nobody's id
]
TOUCHES = [
    ("A1", "2025-12-20", "ask"),
    ("A1", "2026-02-20", "ask"),
    ("A1", "2026-03-05", "ask"),
    ("A2", "2026-03-02", "kind_act"),
    ("C2", "2026-01-15", "ask"),
]


@pytest.fixture
def six():
    return Groups.of(_client(SIX, MADE, TOUCHES), CONTROL)


def test_customer_months_and_referrals_are_those_counted_by_hand(six):
    days = {"A1": 89, "A2": 58, "A4": 45, "C1": 89, "C2": 30}
    assert (six.people["months"] * DAYS_A_MONTH).round(9).to_dict() == days
    assert six.people["referrals"].to_dict() == {"A1": 2, "A2": 1, "A4": 0, "C1": 1, "C2": 0}
    # A1 and A4 for 30 days each in January; A2 joins in February, A4 leaves on the 15th and C2 at the end of January
    rows = six.rows.assign(**{c: six.rows[c] * DAYS_A_MONTH for c in ("customer_months", "control_customer_months")})
    assert rows.round(9).to_numpy().tolist() == [
        ["2026-01", 60, 1, 60, 0],
        ["2026-02", 58 + 27 + 45, 1, 88, 1],
        ["2026-03", 192, 3, 119, 1],
    ]


def test_asks_count_from_the_month_in_which_the_control_began(six):
    assert six.people["asked"].to_dict() == {"A1": 2, "A2": 0, "A4": 0, "C1": 0, "C2": 1}
    assert six.people.loc["A1", "after_ask"] == 1  # that of January came before the first ask of this programme
    assert six.asked_anyway(0.95).value == 0.5
    extra = six.extra_per_ask(0.95, 1.0)
    assert extra.value == pytest.approx((3 - 192 / 119) / 2)
    assert extra.n == 2


def test_the_range_of_an_ask_is_that_of_two_poisson_rates(six):
    """Referrals 3 and 1 vary by as much; overdispersion of 4 doubles the error."""
    once, four = (six.extra_per_ask(0.95, d) for d in (1.0, 4.0))
    error = np.sqrt(3 + 1 * (192 / 119) ** 2) / 2
    assert once.high - once.value == pytest.approx(1.959964 * error, rel=1e-6)
    assert four.high - four.value == pytest.approx(2 * (once.high - once.value))


def test_too_few_referrals_leave_the_uplift_of_asking_unknown(six):
    """The asked made 1 of 3 after an ask; without it the group would have made 1.6, so less than none is left."""
    reason = six.uplift_of_asking(0.95).reason
    assert reason == "too few referrals show what the asked customers would have made without the ask"


@pytest.mark.parametrize("touches", [None, [("A1", "2026-01-15", "kind_act")], [("C1", "2026-01-15", "ask")]])
def test_without_a_recorded_ask_of_a_programme_customer_nothing_is_said_of_asks(touches):
    groups = Groups.of(_client(SIX, MADE, touches), CONTROL)
    for estimate in (groups.extra_per_ask(0.95, 1.0), groups.uplift_of_asking(0.95)):
        assert estimate.reason == "no ask was recorded since the control began"


def test_without_touchpoints_nobody_knows_whether_the_control_was_asked():
    assert "asks are not recorded" in Groups.of(_client(SIX, MADE), CONTROL).asked_anyway(0.95).reason


def test_dispersion_weighs_each_group_by_the_variance_of_its_own_rate():
    """A made 0, 0, 4: variance 16/3 over mean 4/3 is 4. C made 1, 1: no spread, so 1. Weights 1/4 and 1/2."""
    there = [(name, "2024-01-01", None) for name in ("A1", "A2", "A3", "C1", "C2")]
    made = [("A1", "2026-01-10")] * 4 + [("C1", "2026-01-10"), ("C2", "2026-01-11")]
    assert Groups.of(_client(there, made), CONTROL).dispersion() == pytest.approx((4 / 4 + 1 / 2) / (1 / 4 + 1 / 2))
    assert Groups.of(_client(there, []), CONTROL).dispersion() == 1.0


def test_months_to_go_follow_from_the_information_that_a_month_adds():
    """N p (1 - p) with N referrals and p the programme's share of time; twice the referrals, half the time."""
    there = [(f"{kind}{i}", "2024-01-01", None) for kind in "AC" for i in range(20)]
    made = [(f"{kind}{i}", "2026-02-10") for kind in "AC" for i in range(20)]
    once, twice = (Groups.of(_client(there, made * n), CONTROL) for n in (1, 2))
    assert once.looks().information(1.0)[-1] == pytest.approx(40 * 0.25)
    in_all = [g.more_months(1.0) + 3 for g in (once, twice)]
    assert in_all[0] / in_all[1] == pytest.approx(2, abs=0.1)
    assert Groups.of(_client(there, []), CONTROL).more_months(1.0) is None
    assert Groups.of(_client(there, []), CONTROL).planned(1.0) is None


def test_the_share_is_extra_new_customers_by_any_channel_over_those_by_referral():
    """By referral 40 and 10; in all 45 and 25. Of the extra 30, 20 would not have come anyway."""
    there = [(f"{kind}{i:03d}", "2024-01-01", None) for kind in "AC" for i in range(100)]
    new = [(f"A{i:03d}", "Referral ") for i in range(40)] + [(f"A{i:03d}", "website") for i in range(5)]
    new += [(f"C{i:03d}", "referral") for i in range(10)] + [(f"C{i:03d}", "website") for i in range(15)]
    found = Groups.of(_client(there, [], new=new), CONTROL).incremental_share(0.95)
    assert found.value == pytest.approx(20 / 30)
    assert found.n == 50
    rng = np.random.default_rng(1)
    by_referral, linked = (np.zeros((2, 100)) for _ in range(2))
    by_referral[0, :40], by_referral[1, :10], linked[0, :40], linked[1, :10] = 1, 1, 1, 1
    linked[0, :5] += 1
    linked[1, :15] += 1
    drawn = rng.integers(0, 100, (4_000, 2, 100))
    top, bottom = ((x[0][drawn[:, 0]].sum(1) - x[1][drawn[:, 1]].sum(1)) for x in (linked, by_referral))
    low, high = np.quantile(top / bottom, [0.025, 0.975])
    # The control has 15 customers with an event, so Student's quantile makes the range a little wider than resampling.
    assert low - 0.10 <= found.low <= low
    assert min(1.0, high) <= found.high <= 1.0


def test_new_customers_of_other_channels_must_be_linked_before_a_share_is_read():
    there = [(f"{kind}{i}", "2024-01-01", None) for kind in "AC" for i in range(10)]
    new = [("A1", "referral")] * 8 + [("C1", "website")] * 4
    found = Groups.of(_client(there, [], new=new), CONTROL).incremental_share(0.95)
    assert "customers.referred_by" in found.reason
    even = [("A1", "referral")] * 8 + [("C1", "referral")] * 8 + [("C1", "website")] * 5
    found = Groups.of(_client(there, [], new=even), CONTROL).incremental_share(0.95)
    assert "not shown to be above 0" in found.reason


def test_the_uplift_of_asking_agrees_with_a_bootstrap_over_customers():
    """Half of 200 customers are asked and refer 3 times as often from then; 200 in the control refer as before."""
    rng = np.random.default_rng(3)
    there = [(f"{kind}{i:03d}", "2024-01-01", None) for kind in "AC" for i in range(200)]
    asked = [f"A{i:03d}" for i in range(100)]
    made = [(name, "2026-02-10") for name, _, _ in there for _ in range(rng.poisson(1.0))]
    made += [(name, "2026-02-11") for name in asked for _ in range(rng.poisson(2.0))]
    groups = Groups.of(_client(there, made, [(name, "2026-01-01", "ask") for name in asked]), CONTROL)
    found, people = groups.uplift_of_asking(0.95), groups.people
    after, every, control = (people[c].to_numpy(float) for c in ("after_ask", "referrals", "control"))
    drawn = [np.r_[rng.choice(200, 200), 200 + rng.choice(200, 200)] for _ in range(2_000)]
    held = [control[d] == 1 for d in drawn]
    extra = [every[d][~c].sum() - every[d][c].sum() for d, c in zip(drawn, held, strict=True)]
    ratios = [after[d].sum() / (after[d].sum() - x) for d, x in zip(drawn, extra, strict=True)]
    assert found.value == pytest.approx(after.sum() / (after.sum() - (every[:200].sum() - every[200:].sum())))
    low, high = np.quantile(ratios, [0.025, 0.975])
    assert found.low == pytest.approx(low, rel=0.08)
    assert found.high == pytest.approx(high, rel=0.12)
