"""What must hold between cells: answers fit their question, keys are unique, ids are known, dates in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from referral_playbook.contract.client_toml.table_checks import SCALED
from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.tables import GOAL_METRICS, PMF_ANSWERS, TABLES, VIRAL
from referral_playbook.intake.columns.convert import Reading
from referral_playbook.intake.columns.figures import LARGEST, cell_numbers
from referral_playbook.intake.columns.ids import KnownIds, hashes_of, zeros_lost
from referral_playbook.intake.declared.mapping import Picked
from referral_playbook.intake.declared.words import proposal
from referral_playbook.intake.faults import Fault, Late, Place, Seen, Words, named
from referral_playbook.intake.files.hashes import beyond_first, stands_twice
from referral_playbook.intake.files.source import TEXT, Cells, Mask

DAYS_PER_MONTH = 30.4375
CENT = 0.01
LIFETIME = 1200  # months
SCALES = {"nps": (0, 10), "csat": (1, 7), "ces": (1, 7)}
RANGES = {"touchpoints.score": (1, 5), "effort.current": (0, 10), "effort.desired": (0, 10)}
BEGINS = {
    "customers": ("joined_on", ("left_on",)),
    "referrals": ("referred_on", ("qualified_on", "converted_on", "rewarded_on")),
    "leads": ("created_on", ("won_on",)),
    "touchpoints": ("on", ("resolved_on",)),
}
KNOWN_BY = {
    "customers": ("referred_by",),
    "payments": ("customer_id",),
    "surveys": ("respondent_id",),
    "referrals": ("referrer_id",),
    "touchpoints": ("customer_id",),
}
Frame = dict[str, pd.Series]


def check_answers(frame: Frame, read: Callable[[str], Reading], picked: Picked) -> pd.Series:
    """Survey answers by their question, each in one form: 9, not 9.0 (text)."""
    cells, question = picked.cells["answer"], frame["question"].fillna("")
    reading = read("answer")
    out = cells.text.mask(question == "pmf", cells.text)
    pmf = (question == "pmf").to_numpy(dtype=bool) & ~cells.empty
    _check_pmf(pmf & ~cells.text.isin(PMF_ANSWERS).to_numpy(dtype=bool), cells, reading)
    numbers = cell_numbers(cells, reading.spec)
    for asked, usual in SCALES.items():
        low, high = reading.spec.scale_of(asked) or usual
        here = (question == asked).to_numpy(dtype=bool) & ~cells.empty
        if here.any() and asked in SCALED and reading.spec.scale_of(asked) is None:
            _note_scale(asked, cells, reading)
        whole = (numbers >= low) & (numbers <= high) & (numbers == np.floor(numbers))
        bad = here & ~whole.to_numpy(dtype=bool)
        problem = f"not a whole number from {low} to {high}, as {asked} asks"
        reading.note(bad, cells, problem, partial(_answer_advice, low=low, high=high, asked=asked))
    no_amount = (
        (question == "value").to_numpy(dtype=bool) & ~cells.empty & ~(numbers.abs() < LARGEST).to_numpy(dtype=bool)
    )
    reading.note(
        no_amount, cells, "not an amount, as the value question asks", "Write the bare number, without currency"
    )
    return out.where((question == "pmf") | numbers.isna(), _plain_numbers(numbers))


def _plain_numbers(numbers: pd.Series) -> pd.Series:
    """Numbers as text in one form: 9, not 9.0; null where there is none."""
    codes, different = pd.factorize(numbers)
    labels = [f"{x:.0f}" if x == np.floor(x) else repr(float(x)) for x in different]
    return pd.Series(labels, dtype=TEXT).reindex(codes).reset_index(drop=True)


def _note_scale(asked: str, cells: Cells, reading: Reading) -> None:
    """Warn that answers are on a scale that nothing declares: 5 may be the best of five or the middle of nine."""
    fix = f'Say which it is: [tables.surveys] scale = {{ {asked} = "1-5" }} or "1-7"'
    problem = f"the scale of {asked} is not declared, so its best answers are not known"
    reading.faults.add(Fault(file=cells.place.file, table="surveys", problem=problem, fix=fix, severity="warning"))


def _check_pmf(bad: npt.NDArray[np.bool_], cells: Cells, reading: Reading) -> None:
    def advice(words: Words) -> str:
        return proposal(words.ordered, PMF_ANSWERS, "[tables.surveys.values]", "answer")

    reading.note(bad, cells, f"not an answer to the PMF question ({named(PMF_ANSWERS)})", advice)


def _answer_advice(bad: Words, low: int, high: int, asked: str) -> str:
    """How to map answers that name their number, such as "Extremely likely - 10"; else what to do in general."""
    labels = bad.ordered
    number = {word: re.findall(r"(?<![0-9.,])[0-9]+(?![0-9.,])", word) for word in labels}
    single = {word: int(found[0]) for word, found in number.items() if len(found) == 1 and found[0] != word}
    if len(single) == len(labels) and all(low <= n <= high for n in single.values()):
        pairs = ", ".join(f"{n} = {literal([word])}" for word, n in sorted(single.items(), key=lambda pair: pair[1]))
        return f"Say which number each answer is: [tables.surveys.values] answer = {{ {pairs} }}"
    other = f'; if the scale is another one, declare it: scale = {{ {asked} = "1-10" }}' if asked in SCALED else ""
    return f"Correct it, or leave the row out{other}"


def check_ranges(frame: Frame, read: Callable[[str], Reading], picked: Picked, table: str) -> None:
    """Scores outside their scale are errors: a 1-to-10 score would pass for delight on a 1-to-5 scale."""
    for name, (low, high) in RANGES.items():
        owner, column = name.split(".")
        if owner == table and column in frame:
            out = ((frame[column] < low) | (frame[column] > high)).to_numpy(dtype=bool)
            fix = f"Give scores from {low} to {high}, or leave the column out"
            read(column).note(out, picked.cells[column], f"outside the scale from {low} to {high}", fix)


def check_metrics(frame: Frame, read: Callable[[str], Reading], picked: Picked) -> None:
    """Warn of goals on a metric that the tables do not count, for nothing would be compared with them."""
    if "metric" not in frame or "metric" not in picked.cells:
        return
    plain = frame["metric"].fillna("").str.strip().str.lower()
    bad = ~plain.isin(["", *GOAL_METRICS, *VIRAL]).to_numpy(dtype=bool)
    read("metric").note(bad, picked.cells["metric"], "no metric that the tables count", _metric_advice, warn=True)


def _metric_advice(bad: Words) -> str:
    fix = f"Say what it means, as in [tables.goals.values] metric = {{ referrals = {literal(list(bad.ordered))} }}"
    return f"{fix}; the metrics are {', '.join(GOAL_METRICS)}. A goal on another one is not compared with anything"


def check_nps_scale(frame: Frame, read: Callable[[str], Reading], picked: Picked) -> None:
    """Refuse NPS answers that all lie between 1 and 5, as on a scale of five: everybody would be a detractor."""
    reading = read("answer")
    if reading.spec.scale.get("nps"):
        return
    scores = pd.to_numeric(frame["answer"][frame["question"] == "nps"], errors="coerce").dropna()
    place = picked.cells["answer"].place
    seen = reading.faults.seen("surveys", "nps", place.header)
    seen.counts.update(scores.astype(float).tolist())
    reading.faults.after("scale of nps", "surveys", lambda: _scale_of_five(seen.counts, place))


def _scale_of_five(scores: Counter[float], place: Place) -> Fault | None:
    many = scores.total()
    if many < MANY_ANSWERS or not (min(scores) >= 1 and max(scores) <= FIVE):
        return None
    ends = f"{min(scores):.0f} and {max(scores):.0f}"
    problem = f"all {many:,} answers to nps lie between {ends}, as on a scale from 1 to 5"
    fix = (
        "NPS asks for 0 to 10. Map the answers to csat if they are such, [tables.surveys.values] question; "
        'if 0 to 10 was asked, say so: [tables.surveys] scale = { nps = "0-10" }'
    )
    return Fault(file=place.file, column=place.header, table="surveys", problem=problem, fix=fix)


MANY_ANSWERS, FIVE = 10, 5


def check_margin(frame: Frame, read: Callable[[str], Reading], picked: Picked) -> None:
    """Warn of margins above what was paid: they may be a percentage, or a price."""
    if "margin" in frame and "amount" in frame and "margin" in picked.cells:
        above = (frame["margin"] > frame["amount"].clip(lower=0) + CENT).to_numpy(dtype=bool)
        fix = "The row is kept. Give the margin in money, amount less cost: a percentage or a price is none"
        read("margin").note(above, picked.cells["margin"], "a margin above the amount", fix, warn=True)


FEWEST = 3
"""Rows above a total; the sum of one or two payments may well be paid as one."""


@dataclass(frozen=True)
class Amounts:
    """Amounts that stand above those that are looked at: how many, their sum, and the largest."""

    rows: int = 0
    total: float = 0.0
    largest: float = -np.inf

    def with_all(self, amounts: pd.Series) -> Amounts:
        """These and more."""
        more = amounts.to_numpy(dtype=float)
        largest = np.fmax.reduce(more, initial=self.largest)
        return Amounts(self.rows + len(more), self.total + float(np.nansum(more)), float(largest))


def check_total(frame: Frame, read: Callable[[str], Reading], picked: Picked, earlier: Amounts = Amounts()) -> None:
    """Warn where the last amount is the sum of all others, as a report writes it below a table."""
    if "amount" not in frame or earlier.rows + len(frame["amount"]) <= FEWEST:
        return
    amount = frame["amount"].to_numpy(dtype=float)
    above = earlier.with_all(frame["amount"].iloc[:-1])
    if amount[-1] > 0 and abs(amount[-1] - above.total) < CENT / 2 and above.largest < amount[-1]:
        last = np.arange(len(amount)) == len(amount) - 1
        cells = picked.cells["amount"]
        skip = read("amount").spec.skip_lines
        lines = [*(range(1, skip + 1) if isinstance(skip, int) else skip), int(cells.place.lines[-1])]
        fix = f"If it is a total, leave it out: [tables.{read('amount').table.name}] skip_lines = {lines}"
        read("amount").note(last, cells, "the sum of all rows above it", fix, warn=True)


def check_key(frame: Frame, read: Callable[[str], Reading], picked: Picked, table: str) -> int:
    """Rows whose key another row has; a fault each, for every figure would count them twice."""
    key = TABLES[table].key
    if key is None or key not in frame:
        return 0
    hashes = hashes_of(frame[key], picked.cells[key])
    twice = stands_twice(hashes) & frame[key].notna().to_numpy(dtype=bool)
    note_twice(twice, picked.cells[key], read(key))
    return beyond_first(hashes[twice])


def note_twice(twice: Mask, cells: Cells, reading: Reading) -> None:
    """Refuse the rows whose key another row has."""
    fix = "Keep one row per key; if the file has a row per month or item, choose the file with one row per customer"
    fix += '. If whole rows repeat, declare repeats = "fold"'
    reading.note(twice, cells, f"{reading.column.name} stands in more than one row", fix)


def check_order(frame: Frame, read: Callable[[str], Reading], picked: Picked, table: str) -> None:
    """Warn of dates that come before the row began; the row is kept."""
    begin, ends = BEGINS.get(table, ("", ()))
    for end in ends:
        if begin in picked.cells and end in frame and end in picked.cells:
            early = (frame[end] < frame[begin]).to_numpy(dtype=bool)
            fix = "The row is kept; correct the date that is wrong"
            read(end).note(early, picked.cells[end], f"{end} is before {begin}", fix, warn=True)


def check_as_of(
    frame: Frame, read: Callable[[str], Reading], picked: Picked, table: str, as_of: date
) -> npt.NDArray[np.bool_]:
    """Rows dated after the as-of date (bool, one a row); they get a warning and are not used."""
    dated = TABLES[table].dated_by
    if dated is None or dated not in frame:
        return np.zeros(picked.rows, dtype=bool)
    last = as_of.strftime("%Y-%m") if TABLES[table].column(dated).kind == "month" else pd.Timestamp(as_of)
    late: npt.NDArray[np.bool_] = (frame[dated] > last).fillna(False).to_numpy(dtype=bool)
    if dated in picked.cells:
        fix = "Such rows are not used; set as_of later if the data are complete up to then"
        read(dated).note(late, picked.cells[dated], f"after the as-of date {as_of.isoformat()}", fix, warn=True)
    return late


def from_tenure(frame: Frame, picked: Picked, read: Callable[[str], Reading], as_of: date) -> Frame:
    """`joined_on` and `left_on` from the tenure in whole months and the status.

    The lengths of life are right, the calendar dates are invented: everybody's clock stops at the as-of date.
    Days are rounded up (30.4375 days a month), so that whole months counted back from them give the tenure again.
    """
    for name in ("tenure_months", "status"):
        fix = "Without joined_on every customer needs tenure_months and status"
        read(name).note(picked.cells[name].empty, picked.cells[name], f"{name} is empty", fix)
    months = frame["tenure_months"].astype("Float64").fillna(0).to_numpy(dtype=float)
    read("tenure_months").note(
        months >= LIFETIME,
        picked.cells["tenure_months"],
        "a hundred years or more",
        "Give the tenure in months, not in days",
    )
    _note_days(months, picked, read)
    end = pd.Timestamp(as_of).as_unit("s")
    days = np.ceil(np.minimum(months, LIFETIME) * DAYS_PER_MONTH)
    joined = pd.Series(end - pd.to_timedelta(days, unit="D")).astype("datetime64[s]")
    left = pd.Series(end, index=joined.index).where((frame["status"] == "left").fillna(False)).astype("datetime64[s]")
    return {**frame, "joined_on": joined, "left_on": left}


def _note_days(months: npt.NDArray[np.float64], picked: Picked, read: Callable[[str], Reading]) -> None:
    """Warn where most customers have been there for decades, for the tenure may be in days."""
    cells = picked.cells["tenure_months"]
    counts = read("tenure_months").seen(cells).counts
    counts.update(dict(zip(*(part.tolist() for part in np.unique(months, return_counts=True)), strict=True)))
    read("tenure_months").faults.after("tenure", "customers", lambda: _decades(counts, cells.place))


def _decades(months: Counter[float], place: Place) -> Fault | None:
    if months.total() < MANY_CUSTOMERS or (middle := _median(months)) <= DECADES:
        return None
    problem = f"half of the customers have been there for {middle / 12:.0f} years or more"
    fix = "Check that the tenure is in months, not in days or weeks"
    return Fault(file=place.file, column=place.header, table="customers", problem=problem, fix=fix, severity="warning")


def _median(counts: Counter[float]) -> float:
    """The median of numbers that are counted.

    Examples
    --------
    >>> _median(Counter({1.0: 2, 4.0: 1, 8.0: 1}))
    2.5
    """
    numbers = np.array(sorted(counts))
    ends = np.cumsum([counts[number] for number in numbers.tolist()])
    middle = np.searchsorted(ends, [(ends[-1] - 1) // 2, ends[-1] // 2], side="right")
    return float(numbers[middle].mean())


MANY_CUSTOMERS, DECADES = 10, 240


def left_without_a_day(frame: Frame, picked: Picked, read: Callable[[str], Reading], as_of: date) -> Frame:
    """Customers who left by their status and have no day of leaving leave on the as-of date; a warning counts them."""
    if "status" not in frame or "joined_on" not in picked.cells:
        return frame
    gone = (frame["status"] == "left").fillna(False)
    dated = frame["left_on"].notna() if "left_on" in frame else pd.Series(False, index=gone.index)
    lacking = gone & ~dated
    if not lacking.any():
        return frame
    fix = f"Fill left_on. Until then, who left counts as having left on {as_of.isoformat()}, so lives look too long"
    read("status").note(lacking.to_numpy(dtype=bool), picked.cells["status"], "left, but no left_on", fix, warn=True)
    joined = frame["joined_on"]
    known = frame["left_on"] if "left_on" in frame else pd.Series(pd.NaT, index=gone.index, dtype=joined.dtype)
    end = pd.Timestamp(as_of).as_unit("s")
    return {**frame, "left_on": known.mask(lacking & (joined <= end).fillna(False), end).astype("datetime64[s]")}


def check_customers(
    table: str, frame: Frame, picked: Picked, known: KnownIds, read: Callable[[str], Reading]
) -> int | None:
    """Warn of rows whose customer is not there or had left long before; how many rows name nobody who is there.

    None where rows of the table name no customers. Such rows are kept.
    """
    if table == "payments":
        _note_paid_after_leaving(frame, picked, known, read)
    columns = [column for column in KNOWN_BY.get(table, ()) if column in frame]
    return sum(_orphans(frame, picked, column, known, read) for column in columns) if table in KNOWN_BY else None


def _note_paid_after_leaving(paid: Frame, picked: Picked, known: KnownIds, read: Callable[[str], Reading]) -> None:
    """Warn of payments by customers who had left more than a month before."""
    if not {"customer_id", "paid_on", "amount"} <= paid.keys() or known.left.empty:
        return
    at = known.left.index.get_indexer(pd.Index(hashes_of(paid["customer_id"], picked.cells["customer_id"])))
    left = known.left.to_numpy()[at]
    late = paid["paid_on"].to_numpy() - left > np.timedelta64(int(DAYS_PER_MONTH * 24), "h")
    bad = late & (at >= 0) & (paid["amount"] > 0).to_numpy(dtype=bool)
    fix = "The row is kept. Correct left_on, or find out what was paid"
    read("paid_on").note(bad, picked.cells["paid_on"], "paid more than a month after the customer left", fix, warn=True)


def _orphans(frame: Frame, picked: Picked, column: str, known: KnownIds, read: Callable[[str], Reading]) -> int:
    bad = frame[column].notna().to_numpy(dtype=bool) & ~known.has(hashes_of(frame[column], picked.cells[column]))
    if bad.any() and "referrer_type" in frame:  # staff and partners refer too, and are no customers
        bad &= (frame["referrer_type"].fillna("customer") == "customer").to_numpy(dtype=bool)
    if bad.any():
        _note_orphans(bad, frame[column].where(bad), picked.cells[column], known, read(column))
    return int(bad.sum())


def _note_orphans(bad: npt.NDArray[np.bool_], lost: pd.Series, cells: Cells, known: KnownIds, reading: Reading) -> None:
    """Warn of ids that no customer has; separately of those that lack only their leading zeros."""
    alike, here, there = zeros_lost(lost, known.digits)
    seen = reading.seen(cells)
    seen.widths = max(here, seen.widths[0]), max(there, seen.widths[1])
    problem = Late("leading zeros", lambda: _zeros_problem(seen, reading))
    reading.note(bad & alike, cells, problem, lambda _: _zeros_advice(seen, reading), warn=True)
    fix = "The row is kept; check that both files use the same ids and that customers holds those who left too"
    if reading.table.name == "surveys":
        fix = "The answer is kept; where people answered without a name this is as it should be"
    reading.note(bad & ~alike, cells, "no such customer_id in customers", fix, warn=True)


def _zeros_problem(seen: Seen, reading: Reading) -> str:
    where = _without_zeros(seen, reading)[0]
    return f"no such customer_id in customers; leading zeros were lost in the {where} file, as Excel does"


def _zeros_advice(seen: Seen, reading: Reading) -> str:
    where, whose = _without_zeros(seen, reading)
    return f"Declare how many digits the ids have: [tables.{where}] width = {{ {whose} = {max(seen.widths)} }}"


def _without_zeros(seen: Seen, reading: Reading) -> tuple[str, str]:
    """The table and column whose ids are the shorter ones."""
    here, there = seen.widths
    return ("customers", "customer_id") if here > there else (reading.table.name, reading.column.name)
