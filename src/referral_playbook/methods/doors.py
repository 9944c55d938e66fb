"""The door of every method: scalars are converted and checked here, in one place, before anything is computed.

A method that is decorated with `door` says in its annotations what its scalars are. An ``int`` is a whole number that a
float can hold exactly, a ``float`` is a finite number, a ``bool`` is true or false, and ``| None`` allows None. Small
integer types of numpy, which overflow silently, become Python integers; truth values are no numbers; NaN, infinity and
text are refused with the name of the parameter and what to do. Names that mean the same everywhere carry limits: a
`confidence` lies between 0 and 1, a count is not negative, and a number of draws fits into memory.
"""

from __future__ import annotations

import inspect
import math
import operator
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

P = ParamSpec("P")
R = TypeVar("R")
Converter = Callable[[Any], Any]

LARGEST_COUNT = 10**15
"""Beyond it a float no longer tells neighbouring whole numbers apart."""
MOST = {"draws": 10_000_000, "dots": 10_000, "bins": 10_000, "periods": 100_000, "months": 100_000}
"""Sizes of what a method builds in memory or steps through; more would exhaust the machine."""
LEVELS = frozenset({"confidence", "alpha", "power"})
"""Probabilities strictly between 0 and 1; an `alpha` beside a `beta` is a shape and no probability."""
COUNTS = frozenset(
    {
        "n",
        "base_n",
        "successes",
        "base_successes",
        "events",
        "base_events",
        "population",
        "users",
        "invited",
        "seed",
        "exposure",
        "base_exposure",
        "promoters",
        "passives",
        "detractors",
        "invites",
        "conversions",
        "customers",
        "arms",
        *MOST,
    }
)
"""Numbers that are 0 or more wherever they stand."""


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
    if isinstance(value, (bool, np.bool_, str, bytes)) or value is None:
        raise ValueError(f"{name} is a number, not {value!r}")
    try:
        plain = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is a single number, not {_short(value)}") from None
    if math.isnan(plain) or (math.isinf(plain) and not infinite):
        raise ValueError(f"{name} is a finite number, not {plain}. Leave out what is not known")
    return plain


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
    plain = number(value, name)
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
    given = np.asarray(values)
    if given.dtype == bool:
        return given
    wrong = [x for x in given.ravel().tolist() if isinstance(x, (str, bytes)) or x not in (0, 1)]
    if wrong:
        raise ValueError(f"{name} are True or False (or 1 and 0), nothing else, not {wrong[0]!r}")
    return given.astype(bool)


def amounts(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """An array of finite numbers.

    Examples
    --------
    >>> amounts([1, float("nan")], "top")
    Traceback (most recent call last):
    ValueError: top has 1 value that is not a finite number: leave those rows out
    """
    try:
        given = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is a list of numbers, not {_short(values)}") from None
    lost = int((~np.isfinite(given)).sum())
    if lost:
        what = "1 value that is not a finite number" if lost == 1 else f"{lost:,} values that are not finite numbers"
        raise ValueError(f"{name} has {what}: leave those rows out")
    return given


def counts(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """An array of whole numbers, 0 or more, as floats, which hold them exactly.

    Examples
    --------
    >>> counts([2.5], "weights")
    Traceback (most recent call last):
    ValueError: weights are whole numbers, 0 or more, not 2.5
    """
    given = amounts(values, name)
    wrong = given[(given < 0) | (given != np.floor(given)) | (given > LARGEST_COUNT)]
    if wrong.size:
        raise ValueError(f"{name} are whole numbers, 0 or more, not {wrong[0]:g}")
    return given


def door(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a method so that its annotated scalars are converted and checked before it runs.

    Raises
    ------
    ValueError
        From the decorated method: a scalar that is not what its annotation and its name say.

    Examples
    --------
    >>> @door
    ... def margin(n: int, *, confidence: float = 0.95) -> float:
    ...     return n * confidence
    >>> margin(np.int8(100), confidence=0.5)
    50.0
    >>> margin(-1)
    Traceback (most recent call last):
    ValueError: n is 0 or more, not -1
    """
    converters = _converters(function)
    places = tuple((place, name) for place, (name, _) in enumerate(converters.items()) if _ is not None)

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        given: list[Any] = list(args)
        for place, name in places:
            convert = converters[name]
            if place < len(given):
                given[place] = convert(given[place])  # type: ignore[misc]  # None is not among the places
            elif name in kwargs:
                kwargs[name] = convert(kwargs[name])  # type: ignore[misc]
        return function(*given, **kwargs)

    return checked


def _converters(function: Callable[..., Any]) -> dict[str, Converter | None]:
    """Converter by parameter, in the order of the signature; None for what is no scalar."""
    parameters = inspect.signature(function).parameters
    levels = LEVELS - {"alpha"} if "beta" in parameters else LEVELS
    return {p.name: _converter(p, levels) for p in parameters.values()}


def _converter(parameter: inspect.Parameter, levels: frozenset[str]) -> Converter | None:
    kind, _, optional = str(parameter.annotation).partition(" | ")
    if kind not in ("int", "float", "bool") or optional not in ("", "None"):
        return None
    convert = _scalar(kind, parameter, levels)
    return (lambda value: None if value is None else convert(value)) if optional else convert


def _scalar(kind: str, parameter: inspect.Parameter, levels: frozenset[str]) -> Converter:
    name = parameter.name
    if kind == "bool":
        return partial(truth, name=name)
    if name in levels:
        return partial(level, name=name)
    if kind == "int":
        plain: Converter = partial(count, name=name, most=MOST.get(name, LARGEST_COUNT))
    else:
        plain = partial(number, name=name, infinite=parameter.default == math.inf)
    return partial(_not_negative, plain, name) if name in COUNTS else plain


def _not_negative(convert: Converter, name: str, value: Any) -> Any:
    plain = convert(value)
    if plain < 0:
        raise ValueError(f"{name} is 0 or more, not {plain:g}")
    if plain > MOST.get(name, LARGEST_COUNT):
        raise ValueError(f"{name} is at most {MOST.get(name, LARGEST_COUNT):,}, not {plain:g}")
    return plain


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
