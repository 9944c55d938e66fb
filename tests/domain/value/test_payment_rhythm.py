"""Plans from payments, against calendars written out by hand and shops without any rhythm."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.value.payment_rhythm import last_whole_month, month_text, monthly_revenue, rhythm_of

FIRST = 2024 * 12  # January 2024
AS_OF = date(2026, 9, 30)
LAST = 2026 * 12 + 8


def paid(customers):
    """Rows of payments: customer to a list of (months since January 2024, amount)."""
    rows = [(who, FIRST + month, float(amount)) for who, each in customers.items() for month, amount in each]
    return pd.DataFrame(rows, columns=["customer_id", "month", "amount"]).sort_values(
        ["customer_id", "month"], ignore_index=True
    )


def client(customers, *, left=None, joined=None):
    rows = paid(customers)
    rows["month"] = rows["month"].map(month_text)
    names = sorted(customers)
    profile = pd.DataFrame(
        {
            "customer_id": names,
            "joined_on": pd.to_datetime([(joined or {}).get(n, "2024-01-05") for n in names]),
            "left_on": pd.to_datetime([(left or {}).get(n) for n in names]),
        }
    )
    facts = {"customer_months": rows, "customer_profile": profile}
    return SimpleNamespace(fact=facts.get, as_of=AS_OF, real_dates=True)


def every(step, amount, start=0, until=33):
    return [(month, amount) for month in range(start, until, step)]


def shop(seed, n=300, rate=0.3, months=30):
    rng, rows = np.random.default_rng(seed), {}
    for i in range(n):
        times = rng.integers(0, months - 6) + np.cumsum(rng.exponential(1 / rate, 40))
        days = sorted({int(t) for t in times if t < months})
        rows[f"c{i:03d}"] = [(m, float(rng.lognormal(3.5, 0.5))) for m in days]
    return paid({who: each for who, each in rows.items() if each})


@pytest.mark.parametrize("plan", [1, 3, 6, 12])
def test_each_plan_is_seen(plan):
    found = rhythm_of(paid({f"c{i}": every(plan, 120, start=i % 3) for i in range(12)}), last=LAST)
    assert set(found.plans) == {plan}
    assert found.recurring
    assert found.describe() == ""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rate", [0.1, 0.3, 0.8])
def test_a_shop_has_no_rhythm(seed, rate):
    found = rhythm_of(shop(seed, rate=rate), last=FIRST + 29)
    assert not found.recurring
    assert "regular intervals" in found.describe()


def test_a_yearly_customer_is_active_between_two_payments():
    """Paid in September 2024 and September 2025, due again this month: 100 a month throughout."""
    revenue = monthly_revenue(client({"y": [(8, 1200), (20, 1200)], "m": every(1, 90)}))
    wide = revenue.between(LAST - 12, LAST)
    assert wide.loc["y"].tolist() == pytest.approx([100.0] * 13)
    assert wide.loc["m"].tolist() == [90.0] * 13


def test_a_yearly_customer_who_did_not_renew_stops_when_the_year_is_over():
    revenue = monthly_revenue(client({"gone": [(2, 1200), (14, 1200)], "y": [(2, 600), (14, 600), (26, 600)]}))
    latest = revenue.latest()
    assert month_text(int(latest.loc["gone", "until"])) == "2026-02"
    assert month_text(int(latest.loc["y", "until"])) == "2026-09"
    assert latest["amount"].to_dict() == pytest.approx({"gone": 100, "y": 50})


def test_a_renewal_a_month_late_is_no_gap():
    revenue = monthly_revenue(client({"late": [(0, 1200), (13, 1320), (25, 1320)]}))
    months = revenue.between(FIRST, FIRST + 25).loc["late"]
    assert months.tolist() == pytest.approx([100.0] * 13 + [110.0] * 13)


def test_a_single_payment_goes_by_the_plan_whose_price_is_nearest():
    customers = {f"m{i}": every(1, 100) for i in range(5)} | {f"y{i}": every(12, 1150) for i in range(3)}
    found = rhythm_of(paid(customers | {"new yearly": [(28, 1300)], "new monthly": [(32, 90)]}), last=LAST)
    assert found.plans["new yearly"] == 12
    assert found.plans["new monthly"] == 1


def test_an_add_on_counts_over_the_rest_of_its_year():
    """300 bought in the tenth month of a year, for the three months that are left of it."""
    revenue = monthly_revenue(client({"y": [(0, 1200), (9, 300), (12, 1200), (24, 1200)]}))
    months = revenue.between(FIRST, FIRST + 12).loc["y"]
    assert months.tolist() == pytest.approx([100.0] * 9 + [200.0] * 3 + [100.0])


def test_a_longer_plan_ends_when_the_customer_leaves():
    revenue = monthly_revenue(client({"y": every(12, 1200)}, left={"y": "2026-04-20"}))
    assert month_text(int(revenue.latest().loc["y", "until"])) == "2026-04"


def test_a_yearly_customer_from_before_the_record_was_there_at_its_start():
    """The record begins in January 2024 with the others; this one joined in 2023 and pays each June."""
    customers = {"m": every(1, 100), "old": every(12, 1200, start=5), "new": every(12, 1200, start=5)}
    revenue = monthly_revenue(client(customers, joined={"old": "2023-06-05", "new": "2024-06-05"}))
    january = revenue.between(FIRST, FIRST)[FIRST]
    assert january["old"] == pytest.approx(100)
    assert "new" not in january.index


def test_most_who_pay_only_once_are_no_contract():
    found = rhythm_of(paid({f"once{i}": [(i % 20, 50)] for i in range(60)} | {"m": every(1, 50)}), last=LAST)
    assert found.regular == 1
    assert not found.recurring
    assert "pay only once" in found.describe()


def test_order_and_names_change_nothing():
    customers = {f"m{i}": every(1, 100 + i) for i in range(5)} | {f"y{i}": every(12, 1200) for i in range(3)}
    renamed = {f"z{9 - i}": each for i, each in enumerate(customers.values())}
    one, other = (rhythm_of(paid(c), last=LAST) for c in (customers, renamed))
    assert sorted(one.plans) == sorted(other.plans)
    assert (one.regular, one.renewed) == (other.regular, other.renewed)


@pytest.mark.parametrize(("day", "month"), [(date(2026, 9, 30), "2026-09"), (date(2026, 1, 30), "2025-12")])
def test_the_last_whole_month(day, month):
    assert month_text(last_whole_month(day)) == month


def test_a_period_that_the_client_states_goes_before_what_the_payments_show():
    """Two first payments of new yearly customers: no gap shows a plan, the column does."""
    rows = paid({"y1": [(26, 1200)], "y2": [(28, 600)]})
    unknown = rhythm_of(rows.assign(period_months=[None, None]).astype({"period_months": "float64"}), last=LAST)
    assert not unknown.recurring
    found = rhythm_of(rows.assign(period_months=12.0), last=LAST)
    assert found.recurring
    assert found.plans.tolist() == [12, 12]


def termly(customers=12, fee=1200.0, *, until=33, left=()):
    """Pupils who pay in January, April and September; those who leave pay for no term after April 2026."""
    months = [12 * year + m for year in range(3) for m in (0, 3, 8)]
    return {
        f"p{i:02d}": [(m, fee) for m in months if m < until and not (i in left and m > 27)] for i in range(customers)
    }


def test_a_pupil_between_two_terms_is_active_at_a_quarter_of_a_term_a_month():
    """Three terms of 1,200 a year are 300 a month, whether a term has three months or five."""
    revenue = monthly_revenue(client(termly()))
    assert revenue.rhythm.recurring
    wide = revenue.between(FIRST, LAST)
    assert wide.to_numpy().ravel() == pytest.approx([300.0] * wide.size)


def test_a_pupil_who_does_not_pay_for_the_next_term_is_gone_when_the_last_one_is_over():
    wide = monthly_revenue(client(termly(left=(3,)))).between(LAST - 2, LAST)
    assert wide.loc["p03"].tolist() == pytest.approx([300.0, 300.0, 0.0])  # July, August, September
    gone = monthly_revenue(client(termly(left=(3,)), left={"p03": "2026-07-20"})).between(LAST - 2, LAST)
    assert gone.loc["p03"].tolist() == pytest.approx([300.0, 0.0, 0.0])


def test_a_term_is_not_over_while_its_payments_still_come():
    """On 30 September some have paid for the term and others have until October, as in the years before."""
    late = {who: [(m + (m % 12 == 8 and who >= "p06"), a) for m, a in rows] for who, rows in termly(until=32).items()}
    late |= {"p00": [*late["p00"], (32, 1200.0)]}
    wide = monthly_revenue(client(late)).between(LAST - 1, LAST)
    assert wide.to_numpy().ravel() == pytest.approx([300.0] * wide.size)


def school_year(years, fee=120.0):
    return [(12 * year + m, fee) for year, m in years]


def test_nobody_leaves_in_the_summer_of_a_course_that_goes_on():
    """Ten payments of 120 from September to June are 100 a month."""
    months = [(y, m) for y in range(3) for m in range(12) if m not in (6, 7) and 8 <= 12 * y + m <= 32]
    revenue = monthly_revenue(client({f"s{i}": school_year(months) for i in range(8)}))
    wide = revenue.between(FIRST + 8, LAST)
    assert wide.to_numpy().ravel() == pytest.approx([100.0] * wide.size)
    assert "July and August" in revenue.calendar.describe()


def test_those_who_take_one_course_and_leave_pay_by_the_month():
    rows = {
        f"s{y}{i}": school_year([(y, m) for m in range(8, 12)] + [(y + 1, m) for m in range(6)])
        for y in range(2)
        for i in range(8)
    }
    revenue = monthly_revenue(client(rows))
    assert revenue.calendar is None
    assert revenue.between(FIRST + 8, FIRST + 8).to_numpy().ravel().tolist() == [120.0] * 8
