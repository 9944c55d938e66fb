"""Days: as they are written, unless a time zone is declared."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from referral_playbook.intake.columns.days import Zones, parsed_days
from referral_playbook.intake.files.formats import fitting_forms

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
D = dt.date


def days(texts, form, *zones):
    found = parsed_days(pd.Series(texts), form, Zones(*zones))
    return [None if pd.isna(day) else day.date() for day in found]


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2026-04-04 12:48:49 +0500", "iso", D(2026, 4, 4)),
        ("2026-05-01T00:30:00+05:00", "iso", D(2026, 5, 1)),
        ("2026-05-31T23:30:00-05:00", "iso", D(2026, 5, 31)),
        ("2026-05-31 23:30 UTC", "iso", D(2026, 5, 31)),
        ("2026-05-31T23:30:00.123Z", "iso", D(2026, 5, 31)),
        ("2026-05-31T23:30:00Z", "%Y-%m-%dT%H:%M:%SZ", D(2026, 5, 31)),
        ("2026-03-01T00:30:00+02:00", "%Y-%m-%dT%H:%M:%S%z", D(2026, 3, 1)),
        ("01/03/2026 00:30 +0200", "%d/%m/%Y %H:%M %z", D(2026, 3, 1)),
        ("05/31/2026 11:59 PM", "%m/%d/%Y %I:%M %p", D(2026, 5, 31)),
        ("1777593600", "epoch", D(2026, 5, 1)),
        ("1777593600000", "epoch_ms", D(2026, 5, 1)),
        ("45662", "excel", D(2025, 1, 5)),
        ("45662.75", "excel", D(2025, 1, 5)),
        ("44200", "excel1904", D(2025, 1, 5)),
        ("May 2026", "%b %Y", D(2026, 5, 1)),
        ("2026-05", "%Y-%m", D(2026, 5, 1)),
        ("2026-05-01 noon", "iso", None),
        ("999999", "excel", None),
        ("12 apples", "epoch", None),
    ],
)
def test_a_day_is_as_it_is_written(text, form, day):
    assert days([text], form) == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", D(2024, 2, 29)),
        ("2026-02-29", None),
        ("20260930", None),
        ("2026-9-30", None),
        ("2026/09/30", None),
        (" 026-09-30", None),
        ("２０２６-09-30", None),
        ("0000-01-01", None),
        ("1699-12-31", D(1699, 12, 31)),
    ],
)
def test_a_day_does_not_depend_on_the_other_cells_of_its_column(text, day):
    """Arrow reads a column of ISO days at once, pandas one in which something else stands."""
    assert days([text, ""], None) == days([text, "soon"], None) == [day, None]


@pytest.mark.parametrize(
    ("text", "form", "client", "file", "day"),
    [
        ("2026-05-31T23:30:00Z", "iso", "Europe/Berlin", None, D(2026, 6, 1)),
        ("2026-05-31 23:30", "iso", "Europe/Berlin", None, D(2026, 5, 31)),
        ("2026-05-31T23:30:00Z", "%Y-%m-%dT%H:%M:%SZ", "Europe/Berlin", None, D(2026, 6, 1)),
        ("2026-05-31 23:30", "iso", "Europe/Berlin", "UTC", D(2026, 6, 1)),
        ("2026-05-31", "iso", "Europe/Berlin", "UTC", D(2026, 5, 31)),
        ("31/05/2026", "%d/%m/%Y", "Asia/Tokyo", "UTC", D(2026, 5, 31)),
        ("31/05/2026 20:00", "%d/%m/%Y %H:%M", "Asia/Tokyo", "UTC", D(2026, 6, 1)),
        ("1777593600", "epoch", "America/New_York", None, D(2026, 4, 30)),
        ("2026-05-01T00:30:00+05:00", "iso", "UTC", None, D(2026, 4, 30)),
    ],
)
def test_days_of_a_time_zone(text, form, client, file, day):
    assert days([text], form, client, file) == [day]


def test_the_clients_day_decides_the_month(read):
    text = "customer_id,paid_on,amount\nA,2026-05-01T00:30:00+05:00,10\nB,2026-05-31T23:30:00-05:00,12\n"
    toml = PAYMENTS + 'dates = "iso"\n'
    frame = read(toml, {"p.csv": text}).tables["payments"]
    assert frame["paid_on"].dt.date.tolist() == [D(2026, 5, 1), D(2026, 5, 31)]
    frame = read(f'timezone = "UTC"\n{toml}', {"p.csv": text}).tables["payments"]
    assert frame["paid_on"].dt.date.tolist() == [D(2026, 4, 30), D(2026, 6, 1)]
    frame = read(f'{toml}timezone = "UTC"\n', {"p.csv": text}).tables["payments"]
    assert frame["paid_on"].dt.date.tolist() == [D(2026, 4, 30), D(2026, 6, 1)]


@pytest.mark.parametrize(
    ("first", "second", "advice"),
    [
        ("05/31/2026 11:59 PM", "06/01/2026 9:05 AM", 'dates = { paid_on = "%m/%d/%Y %I:%M %p" }'),
        ("1777593600", "1777680000", 'dates = { paid_on = "epoch" }'),
        ("1777593600000", "1777680000000", 'dates = { paid_on = "epoch_ms" }'),
        ("45662", "45663", 'dates = { paid_on = "excel" or "excel1904" }'),
        ("Jan 2026", "Feb 2026", 'dates = { paid_on = "%b %Y" }'),
        ("13/05/2026", "2026-02-30", 'dates = { paid_on = "%d/%m/%Y" } would read 50% of them'),
    ],
)
def test_the_advice_names_the_form(errors, first, second, advice):
    text = f"customer_id,paid_on,amount\nA,{first},10\nB,{second},12\n"
    found = errors(PAYMENTS, {"p.csv": text})
    assert [fault.fix.count(advice) for fault in found] == [1, 1]


def test_dates_that_stand_for_none_are_told(read):
    text = "customer_id,paid_on,amount\nA,1899-12-30,10\nB,2026-05-01,12\n"
    (fault,) = read(PAYMENTS, {"p.csv": text}).faults
    assert (fault.line, fault.value, fault.severity) == (2, "1899-12-30", "warning")


def test_google_forms_across_the_change_of_the_clocks():
    """Berlin: GMT+2 until 25 October 2026 at 3, GMT+1 from then on."""
    text = pd.Series(["2026/10/24 11:30:00 PM GMT+2", "2026/10/25 11:30:00 PM GMT+1", "2026/10/26 12:15:00 AM GMT+1"])
    form = "%Y/%m/%d %I:%M:%S %p %z"
    days = ["2026-10-24", "2026-10-25", "2026-10-26"]
    assert parsed_days(text, form).dt.strftime("%Y-%m-%d").tolist() == days
    assert parsed_days(text, form, Zones("Europe/Berlin")).dt.strftime("%Y-%m-%d").tolist() == days
    assert parsed_days(text, form, Zones("Asia/Tokyo")).dt.strftime("%Y-%m-%d").tolist() == [
        "2026-10-25",
        "2026-10-26",
        "2026-10-26",
    ]
    assert fitting_forms(text) == [form]
