"""The door of every method: scalars are converted and checked here, in one place, before anything is computed.

A method that is decorated with `door` says in its annotations what its arguments are. An ``int`` is a whole number that
a float can hold exactly, a ``float`` is a finite number, a ``bool`` is true or false, and ``| None`` allows None.
`Numbers` is a number or an array of numbers, ``ArrayLike`` an array of finite numbers, and the name of a ``Literal`` is
one of its words. Small integer types of numpy, which overflow silently, become Python integers; a truth value is no
number; NaN, infinity and text are refused with the name of the parameter and what to do. Names that mean the same
everywhere carry limits: a `confidence` lies between 0 and 1, a count is not negative, and a number of draws fits into
memory. A dataclass may be decorated too: its fields are then checked when it is made.
"""

from __future__ import annotations

import inspect
import linecache
import math
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar, cast, get_args, get_origin

import numpy as np

from referral_playbook.methods.arguments import (
    LARGEST_COUNT,
    array,
    count,
    gaps,
    generator,
    level,
    number,
    numbers,
    pair,
    several,
    truth,
    word,
)

P = ParamSpec("P")
R = TypeVar("R")
Converter = Callable[[Any], Any]

MOST = {
    "draws": 10_000_000,
    "resamples": 100_000,
    "dots": 10_000,
    "bins": 10_000,
    "periods": 100_000,
    "months": 100_000,
    "ahead": 100_000,
    "horizon": 12_000,
    "renewals_made": 100_000,
}
"""Sizes of what a method builds in memory or steps through; more would exhaust the machine."""
AT_LEAST_ONE = frozenset({"draws", "resamples", "dots", "bins", "ahead"})
ARRAYS = frozenset({"ArrayLike", "Array", "Floats", "NDArray[np.float64]"})
LABELS = frozenset({"strata", "group", "events", "left"})
"""Arrays of labels or of truth values, which the methods check themselves."""
MAY_LACK = frozenset({"answers", "high", "outcome", "u"})
"""Arrays in which NaN or infinity has a meaning: nobody answered, no upper end, not yet happened, out of reach."""
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


def door(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a method so that its annotated scalars are converted and checked before it runs.

    The decorated method raises a ValueError for a scalar that is not what its annotation and its name say.

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
    if isinstance(function, type):
        return cast(Callable[P, R], _door_of_class(function))
    convert = _converting(_converters(function, function.__globals__))

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        converted = convert(args, kwargs)
        with _advice(function, converted, kwargs):
            return function(*converted, **kwargs)

    return checked


@contextmanager
def _advice(function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Iterator[None]:
    """Say in our own words what numpy, pandas and Python say of numbers and lists that cannot be computed with."""
    try:
        yield
    except (ArithmeticError, MemoryError) as error:
        why = "numbers too large or too small to compute with, or a division by zero"
        raise ValueError(f"{function.__name__} was given {why}: {error}") from error
    except (ValueError, TypeError, LookupError, AttributeError, RuntimeError) as error:
        if isinstance(error, (ValueError, IndexError)) and _SHAPES.search(str(error)):
            raise ValueError(f"{function.__name__}: {_shapes(function, args, kwargs)}") from error
        if _is_raw(error):
            why = "cannot compute with what it was given"
            advice = "Give numbers and lists of the kinds and lengths that its documentation names"
            raise ValueError(f"{function.__name__} {why} ({error}). {advice}") from error
        raise


def _is_raw(error: Exception) -> bool:
    """Whether an error comes from numpy, scipy, pandas or Python itself, and not from a line of ours that says why."""
    if isinstance(error, TypeError) and "argument" in str(error):
        return False  # a call with a name that the function does not have
    *_, last = traceback.walk_tb(error.__traceback__)
    frame, line = last
    file = frame.f_code.co_filename
    if _OWN in file:
        return not linecache.getline(file, line).lstrip().startswith("raise")
    return any(f"{os.sep}{library}{os.sep}" in file for library in ("numpy", "scipy", "pandas"))


_OWN = str(Path(__file__).parent)


_SHAPES = re.compile(
    "broadcast|shape mismatch|same shape|must be of the same length|1-dimensional|one dimensional|Length of values|"
    "mismatch in its core|enough dimensions|more dimensions|out of bounds for a|too many indices|"
    "truth value of an array"
)
"""What numpy and pandas say of arrays that do not fit together."""


def _shapes(function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> str:
    """Name the lists of a call with their lengths."""
    arguments = dict(zip(inspect.signature(function).parameters, args, strict=False)) | kwargs
    lists = {name: np.shape(x) for name, x in arguments.items() if isinstance(x, (list, tuple, np.ndarray))}
    sizes = ", ".join(f"{name} {' x '.join(map(str, shape)) or 'one number'}" for name, shape in lists.items())
    return f"its lists do not fit together ({sizes}). Give lists of one length, with a number for each row"


def _door_of_class(dataclass: Any) -> Any:
    init = dataclass.__init__
    convert = _converting(_converters(dataclass, vars(sys.modules[dataclass.__module__])))

    @wraps(init)
    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        converted = convert(args, kwargs)
        with _advice(dataclass, converted, kwargs):
            init(self, *converted, **kwargs)

    dataclass.__init__ = made
    return dataclass


def _converting(converters: dict[str, Converter | None]) -> Callable[[tuple[Any, ...], dict[str, Any]], list[Any]]:
    """A function that converts positional arguments, which it returns, and keyword arguments, in their place."""
    places = [(place, name, convert) for place, (name, convert) in enumerate(converters.items()) if convert is not None]

    def converted(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        arguments = list(args)
        for place, name, convert in places:
            if place < len(arguments):
                arguments[place] = convert(arguments[place])
            elif name in kwargs:
                kwargs[name] = convert(kwargs[name])
        return arguments

    return converted


def _converters(function: Callable[..., Any], names: dict[str, Any]) -> dict[str, Converter | None]:
    """Converter by parameter, in the order of the signature; None for what the door does not check."""
    parameters = inspect.signature(function).parameters
    levels = LEVELS - {"alpha"} if "beta" in parameters else LEVELS
    return {p.name: _converter(p, levels, names) for p in parameters.values()}


def _converter(parameter: inspect.Parameter, levels: frozenset[str], names: dict[str, Any]) -> Converter | None:
    kind, _, optional = str(parameter.annotation).partition(" | ")
    if (kind, optional) == ("Estimate", "float"):
        return lambda value: value if hasattr(value, "defined") else number(value, parameter.name)
    if kind in ARRAYS and optional == "float" and parameter.name not in MAY_LACK:
        return partial(numbers, name=parameter.name)
    if (
        optional not in ("", "None", "float") or parameter.default != parameter.default
    ):  # a field that is NaN is not known yet
        return None
    convert = _of_kind(kind, parameter, levels, names)
    return (lambda value: None if value is None else convert(value)) if optional and convert else convert


def _of_kind(
    kind: str, parameter: inspect.Parameter, levels: frozenset[str], names: dict[str, Any]
) -> Converter | None:
    if kind in ("int", "float", "bool"):
        return _scalar(kind, parameter, levels)
    if kind == "Numbers":
        return partial(numbers, name=parameter.name)
    if kind in ARRAYS:
        if parameter.name in LABELS:
            return None
        return partial(gaps if parameter.name in MAY_LACK else array, name=parameter.name)
    if kind.startswith("Mapping["):
        return partial(_mapping, name=parameter.name)
    if kind in ("tuple[float, ...]", "Sequence[float]", "tuple[float, float]", "tuple[int, int]"):
        return partial(pair if kind.count(",") and "..." not in kind else several, name=parameter.name)
    if kind == "np.random.Generator":
        return partial(generator, name=parameter.name)
    if get_origin(names.get(kind)) is Literal:
        return partial(word, name=parameter.name, allowed=get_args(names[kind]))
    return None


def _mapping(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} names its values, as in {{'name': 1.5}}, and is not {value!r:.60}")
    return value


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
    if plain < (name in AT_LEAST_ONE):
        raise ValueError(f"{name} is {int(name in AT_LEAST_ONE)} or more, not {plain:g}")
    if plain > MOST.get(name, LARGEST_COUNT):
        raise ValueError(f"{name} is at most {MOST.get(name, LARGEST_COUNT):,}, not {plain:g}")
    return plain
