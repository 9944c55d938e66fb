from datetime import date

import pytest

from referral_playbook.contract.tables import TABLES
from referral_playbook.facts.asof import Prepared, complete, has_calendar, use

DAY, LATER = date(2026, 6, 30), date(2026, 7, 1)


def _use(name):
    return lambda tables, as_of: use(tables, name, as_of)


@pytest.mark.parametrize("name", TABLES)
def test_optional_columns_that_are_not_there_are_typed_nulls(run, name):
    texts = {"date": DAY, "number": 1.0, "count": 1, "month": "2026-06"}
    row = {c.name: texts.get(c.kind, "x") for c in TABLES[name].columns if c.required}
    found = run(_use(name), **{name: [row]})
    assert tuple(found.columns) == TABLES[name].names
    assert found.iloc[0].dropna().to_dict() == row


@pytest.mark.parametrize("name", [t.name for t in TABLES.values() if t.dated_by])
def test_rows_after_the_as_of_date_are_left_out(run, name):
    by = TABLES[name].column(TABLES[name].dated_by)
    days = ["2026-06", "2026-07"] if by.kind == "month" else [DAY, LATER]
    found = run(_use(name), as_of=DAY, **{name: [{by.name: d} for d in days]})
    assert found[by.name].tolist() == days[:1]


def test_a_later_date_within_a_row_has_not_happened_yet(run):
    row = {"referral_id": "1", "referred_on": DAY, "qualified_on": DAY, "converted_on": LATER, "rewarded_on": None}
    found = run(_use("referrals"), as_of=DAY, referrals=[row]).iloc[0]
    assert (found.qualified_on, found.converted_on, found.rewarded_on) == (DAY, None, None)


def test_timestamps_and_numbers_written_as_text_get_the_contracts_types():
    import ibis

    table = ibis.memtable({"customer_id": [7], "paid_on": ["2026-06-30"], "amount": ["1.5"]})
    row = complete(table, contract=TABLES["payments"]).to_pyarrow().to_pylist()[0]
    assert (row["customer_id"], row["paid_on"], row["amount"], row["kind"]) == ("7", DAY, 1.5, None)


def test_what_was_prepared_serves_its_own_date_only():
    import ibis

    tables = {"leads": ibis.memtable({"lead_id": ["a", "b"], "created_on": [DAY, LATER]})}
    prepared = Prepared(tables, DAY)
    prepared.ready["leads"] = use(tables, "leads", DAY)
    assert use(prepared, "leads", DAY) is prepared.ready["leads"]
    assert use(prepared, "leads", LATER).count().execute() == 2
    assert has_calendar(prepared)
