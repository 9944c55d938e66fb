"""Which dates and numbers a column of text can be read as: every format that fits, never the first that does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.columns.days import GOOGLE, parsed_days
from referral_playbook.intake.proposals.guesses import Guess, shown

DAY = "%Y-%m-%d"
_CLOCKS = {
    r"[ T]\d{1,2}:\d{2}": " %H:%M",
    r" \d{1,2}:\d{2}:\d{2}": " %H:%M:%S",
    r" \d{1,2}:\d{2} [AaPp][Mm]": " %I:%M %p",
    r" \d{1,2}:\d{2}:\d{2} [AaPp][Mm]": " %I:%M:%S %p",
    r" \d{1,2}:\d{2}:\d{2} [+-]\d{4}": " %H:%M:%S %z",
}
CLOCKS = {"": "", **_CLOCKS, **{f",{shape}": f",{form}" for shape, form in _CLOCKS.items()}}
DAYS = {
    r"\d{1,2}\.\d{1,2}\.\d{4}": ("%d.%m.%Y",),
    r"\d{1,2}\.\d{1,2}\.\d{2}": ("%d.%m.%y",),
    r"\d{1,2}/\d{1,2}/\d{4}": ("%d/%m/%Y", "%m/%d/%Y"),
    r"\d{1,2}/\d{1,2}/\d{2}": ("%d/%m/%y", "%m/%d/%y"),
    r"\d{1,2}-\d{1,2}-\d{4}": ("%d-%m-%Y", "%m-%d-%Y"),
    r"\d{4}/\d{1,2}/\d{1,2}": ("%Y/%m/%d",),
    r"\d{4}-\d{1,2}-\d{1,2}": (DAY,),
    r"(?:19|20)\d{6}": ("%Y%m%d",),
    r"\d{1,2} [A-Za-z]{3} \d{4}": ("%d %b %Y",),
    r"[A-Za-z]{3} \d{1,2}, \d{4}": ("%b %d, %Y",),
    r"\d{1,2}-[A-Za-z]{3}-\d{4}": ("%d-%b-%Y",),
    r"\d{1,2}-[A-Za-z]{3}-\d{2}": ("%d-%b-%y",),
    r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])": ("%Y-%m",),
    r"(?:0[1-9]|1[0-2])/(?:19|20)\d{2}": ("%m/%Y",),
    r"[A-Za-z]{3} (?:19|20)\d{2}": ("%b %Y",),
    r"\d{1,2} [A-Za-z]{4,} \d{4}": ("%d %B %Y",),
    r"[A-Za-z]{4,} \d{1,2}, \d{4}": ("%B %d, %Y",),
    r"[A-Za-z]{4,} (?:19|20)\d{2}": ("%B %Y",),
    r"[A-Za-z]{3}-(?:19|20)\d{2}": ("%b-%Y",),
}
USUAL = (*(form + clock for clock in CLOCKS.values() for forms in DAYS.values() for form in forms), "%b-%y", GOOGLE)
"""Forms that are offered in a message where a date does not fit; none is ever used unasked."""
NUMBERS = {"epoch": re.compile(r"1\d{9}"), "epoch_ms": re.compile(r"1\d{12}"), "excel": re.compile(r"[345]\d{4}")}
"""Dates that are written as numbers: seconds or milliseconds since 1970, serial days of Excel."""
GMT = re.compile(r"\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}:\d{2} [AP]M GMT[+-]\d{1,2}(?::?\d{2})?")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}([.]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")
MEANS = {"d": "the day stands first", "m": "the month stands first"}


@dataclass(frozen=True)
class Fit:
    """A format and how many of the different values it does not fit."""

    form: str
    misfits: int


def tolerated(number: int) -> int:
    """How many of so many values may be mistakes of the client without changing what the column is."""
    return max(1, number // 20) if number >= 4 else 0


def date_fits(values: Iterable[str]) -> list[Fit]:
    """Every format of dates that all values fit, but for a few mistakes; the best first.

    Examples
    --------
    >>> [fit.form for fit in date_fits(["03/04/2026", "05/06/2026"])]
    ['%d/%m/%Y', '%m/%d/%Y']
    >>> [fit.form for fit in date_fits(["30.09.2026"])]
    ['%d.%m.%Y']
    """
    different = sorted(set(values))[:5000]
    if not different:
        return []
    fits = [Fit(form, _misfits(different, form)) for form in _candidates(different)]
    return sorted((fit for fit in fits if fit.misfits <= tolerated(len(different))), key=lambda fit: fit.misfits)


def _candidates(different: Sequence[str]) -> list[str]:
    """Formats whose shape the first values have."""
    formats = ["iso"] if any(ISO.fullmatch(value) for value in different[:50]) else []
    formats += [form for form, shape in NUMBERS.items() if all(shape.fullmatch(value) for value in different[:50])]
    for day, forms in DAYS.items():
        for clock, ending in CLOCKS.items():
            shape = re.compile(day + clock)
            if any(shape.fullmatch(value) for value in different[:50]):
                formats += [form + ending for form in forms if form + ending != DAY]
    formats += [GOOGLE] if any(GMT.fullmatch(value) for value in different[:50]) else []
    return list(dict.fromkeys(formats))


def _misfits(different: Sequence[str], form: str) -> int:
    if form in NUMBERS:
        return sum(not NUMBERS[form].fullmatch(value) for value in different)
    text = pd.Series(different, dtype=object)
    if form == "iso":
        text = text.where(text.map(lambda value: bool(ISO.fullmatch(value))))
    if form == GOOGLE:
        return int(parsed_days(text, form).isna().sum())
    stamps = pd.to_datetime(text, format="ISO8601" if form == "iso" else form, errors="coerce", utc=True)
    return int(stamps.isna().sum())


def fits_form(values: Sequence[str], form: str) -> bool:
    """Whether a column is written in a form, but for a few mistakes.

    Examples
    --------
    >>> fits_form(["2026-09-30 14:05"], "iso"), fits_form(["30.09.2026"], "iso")
    (True, False)
    """
    different = sorted(set(values))[:5000]
    return _misfits(different, form) <= tolerated(len(different))


def fitting_forms(bad: pd.Series) -> list[str]:
    """The forms of dates that fit all of these texts, for the client to choose from."""
    some = bad.drop_duplicates().head(200).reset_index(drop=True)
    fitting = [form for form in USUAL if parsed_days(some, form).notna().all()]
    if not fitting and parsed_days(some, "iso").notna().all():
        return ["iso"]
    if not fitting and some.str.fullmatch("1[0-9]{9}(?:[.][0-9]+)?").all():
        return ["epoch"]
    if not fitting and some.str.fullmatch("[2-7][0-9]{4}(?:[.][0-9]+)?").all():
        return ["excel", "excel1904"]
    return ["epoch_ms"] if not fitting and some.str.fullmatch("1[0-9]{12}").all() else fitting


def most_likely_forms(bad: pd.Series) -> tuple[list[str], float]:
    """The forms that fit most of these texts, and the share that they fit."""
    some = bad.drop_duplicates().head(200).reset_index(drop=True)
    shares = {form: float(parsed_days(some, form).notna().mean()) for form in (*USUAL, "iso")}
    most = max(shares.values())
    return [form for form, share in shares.items() if share == most][:2], most


def guess_dates(values: Sequence[str]) -> Guess | None:
    """The format of a column of dates; None where it is none. The value is None for plain ISO days."""
    fits = date_fits(values)
    if not fits:
        return None
    form, different = fits[0].form, len(set(values))
    if form == "iso" and all(len(value) == 10 for value in values):
        return Guess(None, "certain", f"{counted(different, 'different day')} such as {shown(values[0])}")
    if form == "excel":
        days = (("excel", _excel_day(values[0], "1899-12-30")), ("excel1904", _excel_day(values[0], "1904-01-01")))
        return Guess(None, "open", f"Numbers such as {shown(values[0])} are days as Excel counts them", days)
    bad = fits[0].misfits
    rivals = sorted(fit.form for fit in fits if fit.form != "iso" and fit.misfits == bad)
    if len(rivals) > 1:
        options = tuple((rival, _meaning(values[0], rival)) for rival in rivals)
        fit_both = "All dates fit" if not bad else f"All dates but {bad} fit"
        return Guess(None, "open", f"{fit_both} both forms, for example {shown(values[0])}", options)
    evidence = f"{different - bad:,} of {counted(different, 'different value')} fit, such as {shown(values[0])}"
    if form.startswith("%d.%m"):
        evidence += "; dates with dots have the day first"
    others = [fit for fit in fits[1:] if form != "iso" and fit.form != "iso"]
    if others:
        evidence += f"; as {others[0].form} {counted(others[0].misfits, 'value')} would be no date"
    return Guess(form, "likely" if bad or others else "certain", evidence)


def _excel_day(value: str, start: str) -> str:
    day = pd.Timestamp(start) + pd.Timedelta(days=int(value)) if value.isdigit() else pd.Timestamp(start)
    return f"counted from {start}: {value} is {day.date().isoformat()}"


def _meaning(value: str, form: str) -> str:
    day = pd.to_datetime(value, format=form, errors="coerce")
    example = "no date" if pd.isna(day) else f"{day.day} {day.month_name()} {day.year}"
    return f"{MEANS.get(form[1], 'the year stands first')}: {value} is {example}"


MARKS = re.compile(r"[€$£¥₹₺₩]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])|(?<=[\d\s])(?:kr|zł|Kč|Ft|lei)(?=-?$)")
BARE = re.compile(r"[+-]?[0-9][0-9.,'’\s]*|[+-]?[.,][0-9]+")


def bare(value: str) -> str:
    """A number without currency, and with a minus for brackets or a minus behind it.

    Examples
    --------
    >>> bare("1.234,50 EUR"), bare("(12.00)"), bare("$5")
    ('1.234,50', '-12.00', '5')
    """
    text = MARKS.sub("", value).replace("\u00a0", " ").replace("\u202f", " ").strip()
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1].strip()}"
    return f"-{text[:-1].strip()}" if text.endswith("-") else text


def signs_in(values: Iterable[str]) -> tuple[str, ...]:
    """What stands beside the numbers: currencies, and "()" where a negative one is in brackets or has its minus behind.

    Examples
    --------
    >>> signs_in(["€ 12,50", "(3,00 €)", "4"])
    ('€', '()')
    >>> signs_in(["12,50", "3,00-"]), signs_in(["12 500,00 kr"])
    (('()',), ('kr',))
    """
    texts = list(dict.fromkeys(values))
    signs = dict.fromkeys(sign for text in texts for sign in MARKS.findall(text))
    brackets = any((text.startswith("(") and text.endswith(")")) or text.endswith("-") for text in texts)
    return (*signs, *(("()",) if brackets else ()))


def are_numbers(values: Sequence[str]) -> bool:
    """Whether a column holds numbers, but for a few mistakes; dates with dots are none."""
    different = set(values)
    good = [value for value in different if BARE.fullmatch(bare(value)) and bare(value).count(".") != 2]
    return bool(different) and len(different) - len(good) <= tolerated(len(different))


def guess_marks(values: Iterable[str]) -> tuple[Guess, str | None]:
    """The decimal mark of a table and its thousands mark (None where there is none).

    Examples
    --------
    >>> decimal, thousands = guess_marks(["1.234,50", "12,00"])
    >>> decimal.value, thousands
    (',', '.')
    >>> guess_marks(["1.234", "2.500"])[0].sure
    'open'
    """
    texts = [bare(value) for value in values]
    votes = {mark: [text for text in texts if _is_decimal(text, mark)] for mark in ".,"}
    groups = _grouping_sign(texts)
    for mark, other in ((",", "."), (".", ",")):
        if votes[mark] and not votes[other]:
            thousands = other if any(other in text for text in texts) else groups
            evidence = f"{counted(len(votes[mark]), 'number')} such as {shown(votes[mark][0])}"
            return Guess(mark, "certain", evidence), thousands
    unclear = [text for text in texts if "." in text or "," in text]
    if not unclear:
        return Guess(".", "certain", "whole numbers only"), groups
    if votes["."] and votes[","]:
        options = (((".", ","), "as in English"), ((",", "."), "as in German, French and Spanish"))
        evidence = f"some numbers are written like {shown(votes['.'][0])}, others like {shown(votes[','][0])}"
        return Guess(None, "open", evidence, options), None
    return _unclear_marks(unclear)


def _grouping_sign(texts: Sequence[str]) -> str | None:
    """A blank or an apostrophe between groups of three digits, if there is one."""
    signs = (" ", "'", "’")
    return next((sign for sign in signs if any(re.search(rf"[0-9]{sign}[0-9]{{3}}", text) for text in texts)), None)


def _is_decimal(text: str, mark: str) -> bool:
    """Whether the mark can only be a decimal mark here: behind another mark, after 0, or not before three digits."""
    other = "," if mark == "." else "."
    if text.count(mark) != 1:
        return False
    if other in text:
        return text.rfind(mark) > text.rfind(other)
    return bool(re.match(rf"[+-]?0?\{mark}", text)) or not re.search(rf"\{mark}[0-9]{{3}}$", text)


def _unclear_marks(texts: Sequence[str]) -> tuple[Guess, str | None]:
    """A mark that stands before three digits wherever it stands."""
    mark = "." if any("." in text for text in texts) else ","
    other = "," if mark == "." else "."
    twice = next((text for text in texts if text.count(mark) > 1), None)
    if twice is not None:
        return Guess(other, "certain", f"{shown(twice)} has the mark twice, so it separates thousands"), mark
    text = texts[0]
    whole = f"{int(re.sub('[^0-9-]', '', text)):,}"
    options = (
        ((mark, None), f"{text} is a little more than {text.split(mark)[0]}"),
        ((other, mark), f"{text} is {whole}"),
    )
    return Guess(None, "open", f"the mark stands before three digits everywhere, as in {shown(text)}", options), None
