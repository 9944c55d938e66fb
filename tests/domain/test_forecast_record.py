"""Scores of sealed forecasts: by hand, in any order of runs, and with the money that the kept control shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from learning_clients import counts_of

from referral_playbook.contract.sealed import Forecast, SealedSet, read_sealed, seal, write_sealed
from referral_playbook.domain.forecast_record import outcome, score_forecasts
from tests.domain.programme.paid_back import paid_back_client

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)
SEALED = Forecast(
    name="referrals_1", what="referrals in the next month", made_on=date(2026, 7, 31), due_on=AUGUST, horizon=1,
    kind="range", value=5.0, low=3.0, high=8.0, confidence=0.8, unit="referrals", basis="measured",
)  # fmt: skip


def _client(counts, as_of=SEPTEMBER):
    days = [pd.Timestamp(f"{month}-10") for month, count in counts.items() for _ in range(count)]
    rows = pd.DataFrame({"referred_on": days, "converted_on": pd.NaT})
    return SimpleNamespace(fact=counts_of(rows).get, as_of=as_of, upstream=lambda step: None)


def _set(forecast):
    return SealedSet(as_of=forecast.made_on, made_from="x", forecasts=(forecast,))


def test_a_range_is_scored_by_hand():
    """7 came where 5 (3 to 8) was said: held, 2 too low; the bare number misses by 2, the range scores better."""
    record = score_forecasts([_set(SEALED)], _client({"2026-08": 7}))
    assert record.rows["outcome"].tolist() == [7.0]
    assert record.rows["held"].tolist() == [True]
    assert record.bias == pytest.approx(-2 / 7)
    ours, bare = record.crps
    assert bare == 2.0
    assert 0.3 < ours < 2.0


def test_chances_have_a_brier_score():
    reach = replace(SEALED, name="referrals_1_reach_6", kind="chance", value=0.3, low=0.3, high=0.3, confidence=None)
    met = score_forecasts([_set(reach)], _client({"2026-08": 7}))
    missed = score_forecasts([_set(reach)], _client({"2026-08": 5}))
    assert (met.brier, missed.brier) == (pytest.approx(0.49), pytest.approx(0.09))
    assert met.chances["happened"].tolist() == [1.0]


def test_runs_may_be_skipped_repeated_and_filled_in_later(tmp_path):
    """The runs of May, July and September are made in the order September, May, July, July: as-of dates order them."""
    made = [date(2026, 9, 30), date(2026, 5, 31), date(2026, 7, 31), date(2026, 7, 31)]
    for number, day in enumerate(made):
        due = (pd.Period(day, "M") + 1).end_time.date()
        new = SealedSet(as_of=day, made_from=str(number), forecasts=(replace(SEALED, made_on=day, due_on=due),))
        write_sealed(tmp_path, seal(new, read_sealed(tmp_path)))
    sets = read_sealed(tmp_path)
    assert [(s.as_of, s.made_from) for s in sets] == [(made[1], "1"), (made[2], "2"), (made[0], "0")]
    record = score_forecasts(sets, _client({"2026-06": 5, "2026-08": 9}))
    assert record.rows["outcome"].tolist() == [5.0, 9.0]
    assert record.rows["held"].tolist() == [True, False]
    backfilled = score_forecasts(sets, _client({"2026-06": 5}, as_of=date(2026, 6, 30)))
    assert backfilled.rows["outcome"].tolist() == [5.0]


@pytest.mark.parametrize(("reward", "paid"), [(1.0, 1.0), (200.0, 0.0)])
def test_whether_the_programme_paid_is_the_outcome_of_its_chance(reward, paid):
    client, _ = paid_back_client(reward=reward, conversions=(9, 1))
    chance = replace(
        SEALED, name="value_pays_3", kind="chance", made_on=date(2026, 3, 31), due_on=date(2026, 6, 30), horizon=3,
        value=0.6, low=0.6, high=0.6, confidence=None,
    )  # fmt: skip
    assert outcome(chance, client) == paid
    assert score_forecasts([_set(replace(chance, due_on=date(2026, 6, 29)))], client).brier is not None
