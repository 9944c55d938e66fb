"""Convert and check one argument of a method: a number, a count, a share, a word, or an array of them."""

from __future__ import annotations

import math
import numbers as numbers_abc
import operator
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = Any
"""A number, or an array of numbers such as the draws of a simulation; the door checks that all of them are finite."""

LARGEST_COUNT = 10**15
"""Beyond it a float no longer tells neighbouring whole numbers apart."""
LARGEST = 1e30
"""Beyond any amount or count of this world, and small enough for its square and its cube to stay finite."""


def level(value: Any, name: str = "confidence") -> float:
    """A probability strictly between 0 and 1, such as a confidence, an alpha or a power.

    Examples
    --------
    >>> level(0.95)
    0.95
    >>> level(95)
    Traceback (most recent call last):
    ValueError: confidence is a share between 0 and 1, like 0.95, not 95. Write 95% as 0.95
    """
    share = number(value, name)
    if not 0 < share < 1:
        advice = f". Write {share:g}% as {share / 100:g}" if 1 < share < 100 else ""
        raise ValueError(f"{name} is a share between 0 and 1, like 0.95, not {share:g}{advice}")
    return share


def number(value: Any, name: str, *, infinite: bool = False) -> float:
    """A finite number as a Python float; truth values, text, NaN and None are refused.

    Examples
    --------
    >>> number(np.float32(2.5), "reward")
    2.5
    >>> number(float("nan"), "reward")
    Traceback (most recent call last):
    ValueError: reward is a finite number, not nan. Leave out what is not known
    """
    plain = _single(value, name)
    if math.isnan(plain) or (math.isinf(plain) and not infinite):
        raise ValueError(f"{name} is a finite number, not {plain}. Leave out what is not known")
    if LARGEST < abs(plain) < math.inf:
        raise ValueError(f"{name} is at most {LARGEST:g}, not {plain:g}")
    return plain


def _single(value: Any, name: str) -> float:
    if isinstance(value, (bool, np.bool_, str, bytes)) or value is None:
        raise ValueError(f"{name} is a number, not {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is a single number, not {_short(value)}") from None


def count(value: Any, name: str, *, most: int = LARGEST_COUNT) -> int:
    """A whole number as a Python integer, so that small integer types of numpy cannot overflow.

    Examples
    --------
    >>> count(np.int8(100), "n") * 100, count(3.0, "n")
    (10000, 3)
    >>> count(1e300, "events")
    Traceback (most recent call last):
    ValueError: events is at most 1,000,000,000,000,000, not 1e+300
    """
    plain = _single(value, name)
    if not math.isfinite(plain):
        number(plain, name)
    if not plain.is_integer():
        raise ValueError(f"{name} is a whole number, not {plain:g}")
    if abs(plain) > most:
        raise ValueError(f"{name} is at most {most:,}, not {plain:g}")
    return operator.index(value) if hasattr(value, "__index__") else int(plain)


def truth(value: Any, name: str) -> bool:
    """True or False itself; 1, "yes" and None are refused, for they hide mistakes.

    Examples
    --------
    >>> truth(np.bool_(True), "strict")
    True
    """
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} is True or False, not {_short(value)}")
    return bool(value)


def yes_no(values: ArrayLike, name: str) -> NDArray[np.bool_]:
    """An array of yes or no: truth values, or 0 and 1. NaN, -1 and text are refused, for numpy calls them true.

    Examples
    --------
    >>> yes_no([1, 0.0, True], "events").tolist()
    [True, False, True]
    >>> yes_no(["no"], "events")
    Traceback (most recent call last):
    ValueError: events are True or False (or 1 and 0), nothing else, not 'no'
    """
    try:
        raw = np.asarray(values)
    except (TypeError, ValueError):
        raise ValueError(f"{name} are True or False, one for each row, not {_short(values)}") from None
    if raw.dtype == bool:
        return raw
    wrong = [x for x in raw.ravel().tolist() if not isinstance(x, (bool, int, float)) or x not in (0, 1)]
    if wrong:
        raise ValueError(f"{name} are True or False (or 1 and 0), nothing else, not {wrong[0]!r}")
    return raw.astype(bool)


def amounts(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """An array of finite numbers.

    Examples
    --------
    >>> amounts([1, float("nan")], "top")
    Traceback (most recent call last):
    ValueError: top has 1 value that is not a finite number: leave those rows out
    """
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is a list of numbers, not {_short(values)}") from None
    lost = int((~np.isfinite(numbers)).sum())
    if lost:
        what = "1 value that is not a finite number" if lost == 1 else f"{lost:,} values that are not finite numbers"
        raise ValueError(f"{name} has {what}: leave those rows out")
    return numbers


def counts(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """An array of whole numbers, 0 or more, as floats, which hold them exactly.

    Examples
    --------
    >>> counts([2.5], "weights")
    Traceback (most recent call last):
    ValueError: weights are whole numbers, 0 or more, not 2.5
    """
    numbers = amounts(values, name)
    wrong = numbers[(numbers < 0) | (numbers != np.floor(numbers)) | (numbers > LARGEST_COUNT)]
    if wrong.size:
        raise ValueError(f"{name} are whole numbers, 0 or more, not {wrong[0]:g}")
    return numbers


def numbers(value: Any, name: str) -> Any:
    """A number, or an array of numbers, all of them finite.

    Examples
    --------
    >>> numbers(np.int8(3), "reward"), numbers([1, 2], "reward").tolist()
    (3.0, [1.0, 2.0])
    """
    if isinstance(value, (list, tuple)) or np.ndim(value):
        return array(value, name).astype(float, copy=False)
    return number(value, name)


def array(values: Any, name: str) -> NDArray[Any]:
    """An array of finite numbers as it is, small integer types apart, which become floats.

    Examples
    --------
    >>> array([1, "no"], "counts")
    Traceback (most recent call last):
    ValueError: counts is a list of numbers, not of text
    """
    numeric = _numeric(values, name)
    if numeric.dtype.kind == "f":
        amounts(numeric, name)
        if numeric.size and np.abs(numeric).max() > LARGEST:
            raise ValueError(f"{name} has a number above {LARGEST:g}, which is no amount and no count")
    return numeric


def gaps(values: Any, name: str) -> NDArray[np.float64]:
    """An array of numbers in which NaN, None and infinity have a meaning.

    Examples
    --------
    >>> gaps([1, None, 3], "answers").tolist()
    [1.0, nan, 3.0]
    >>> gaps(["yes"], "answers")
    Traceback (most recent call last):
    ValueError: answers is a list of numbers, not of text
    """
    return _numeric(values, name, lacking=True).astype(float)


def _numeric(values: Any, name: str, *, lacking: bool = False) -> NDArray[Any]:
    """An array whose type is a number of eight bytes or a truth value; text, dates and complex numbers are refused."""
    try:
        given = np.asarray(values)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is a list of numbers, not {_short(values)}") from None
    if given.dtype.kind in "US":
        raise ValueError(f"{name} is a list of numbers, not of text")
    if given.dtype.kind == "O":
        return _of_objects(given, name, lacking=lacking)
    if given.dtype.kind not in "biuf":
        raise ValueError(f"{name} is a list of numbers, not {_short(values)}")
    return given if given.dtype.kind == "b" or given.dtype.itemsize >= 8 else given.astype(float)


def _of_objects(given: NDArray[Any], name: str, *, lacking: bool) -> NDArray[np.float64]:
    """Numbers out of objects such as Decimal and Fraction; None and pd.NA are NaN where values may lack."""
    plain = given.ravel().tolist()
    if lacking:
        plain = [math.nan if x is None or str(x) in ("<NA>", "NaT") else x for x in plain]
    if not all(isinstance(x, (numbers_abc.Real, Decimal, np.bool_)) for x in plain):
        raise ValueError(f"{name} is a list of numbers, not {_short(given.tolist())}")
    return np.array([float(x) for x in plain], dtype=float).reshape(given.shape)


def several(values: Any, name: str) -> tuple[float, ...]:
    """A list of finite numbers as a tuple.

    Examples
    --------
    >>> several([1, 0.5], "profile")
    (1.0, 0.5)
    """
    raw = array(values, name)
    if raw.ndim != 1:
        raise ValueError(f"{name} is a list of numbers, not {_short(values)}")
    return tuple(raw.astype(float).tolist())


def word(value: Any, name: str, allowed: tuple[str, ...]) -> str:
    """One of the words that a parameter allows.

    Examples
    --------
    >>> word("mid", "timing", ("start", "end"))
    Traceback (most recent call last):
    ValueError: timing is 'mid'; there are start, end
    """
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {_short(value)}; there are {', '.join(allowed)}")
    return value


def pair(values: Any, name: str) -> tuple[float, ...]:
    """Two finite numbers.

    Examples
    --------
    >>> pair([1, 0.5], "prior")
    (1, 0.5)
    """
    two = tuple(int(x) if x.is_integer() else x for x in several(values, name))
    if len(two) != 2:
        raise ValueError(f"{name} is a pair of numbers, not {_short(values)}")
    return two


def generator(value: Any, name: str) -> np.random.Generator:
    """A generator of random numbers.

    Examples
    --------
    >>> generator(None, "chance")
    Traceback (most recent call last):
    ValueError: chance is a generator such as numpy.random.default_rng(1), not None
    """
    if not isinstance(value, np.random.Generator):
        raise ValueError(f"{name} is a generator such as numpy.random.default_rng(1), not {_short(value)}")
    return value


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
