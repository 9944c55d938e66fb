"""Call every public function of the methods with nasty values in the place of each argument of a call that works.

The calls that work are those of the doctests, so a function without an example is not tried and a test says so.
"""

from __future__ import annotations

import copy
import doctest
import importlib
import inspect
import math
import pkgutil
import signal
import sys
import time
import traceback
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pandas as pd

from referral_playbook import methods

SECONDS = 2.0
"""Seconds of the processor that no call may exceed, whatever it is given."""
CALLS = 3
"""Calls of each function that are tried with nasty values."""
SCALARS: tuple[Any, ...] = (
    math.nan, math.inf, -math.inf, -1, 0, 1, 0.5, -0.5, 95, 1e-9, 1e12, 10**18, 1e300, -1e300,
    "5", "", None, True, np.int8(100), np.float32(0.5), [1, 2], {},
    np.int8(-1), np.uint8(250), np.bool_(True), Decimal("0.5"), Fraction(1, 3), 1 + 2j, pd.NA, pd.NaT, b"5", object(),
    datetime(2026, 9, 30), np.array(5), np.array([5]), pd.Series([5]),
)  # fmt: skip
ELEMENTS: tuple[Any, ...] = (
    math.nan, math.inf, -1, 0, 0.5, 1e12, 1e300, -1e300, "no", None, pd.NA, True, Decimal("0.5"), 1 + 2j, [1],
)  # fmt: skip
WHOLES: tuple[Any, ...] = (
    [], [1.0], 3, None, "abc", [[1.0, 2.0], [3.0, 4.0]], [True, False], [math.nan, math.nan], {}, {1: 2},
    pd.Series([], dtype=float), pd.Series([1, None], dtype="Int64"), pd.Series(["1", "2"]), pd.DataFrame({"a": [1.0]}),
    np.array([1, "x", None], dtype=object), np.array(["2026-09-30"], dtype="datetime64[D]"), range(3),
)  # fmt: skip
MAY_BE_INFINITE = ("break_even_uplift", "ceiling", "Backtest", "spending_bounds", "log_total_size_pmf",
                   "unit_normal_loss")  # fmt: skip
"""Never breaking even, a network that grows without end, a comparison that was not made, a bound that nothing crosses
because nothing may be spent, the logarithm of a probability of 0,
and the loss at minus infinity."""
ALIKE: tuple[Callable[[Any], Any], ...] = (
    lambda whole: pd.Series(whole, index=[f"odd {place}" for place in range(len(whole), 0, -1)]),
    lambda whole: pd.array(list(whole)),
    lambda whole: np.array(list(whole), dtype=object),
    lambda whole: pd.Series(list(whole)).convert_dtypes(),
)
"""The same numbers in another container: they must give what the list gives."""


class Call(NamedTuple):
    """A call that works."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


class Fault(NamedTuple):
    """What came of a call that must give a number or advice and gave neither."""

    call: str
    what: str


def modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(methods.__path__, methods.__name__ + ".")
    own = (".doors", ".arguments", ".labels")
    return [
        importlib.import_module(module.name) for module in found if not module.ispkg and not module.name.endswith(own)
    ]


def public(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions that a module offers, and the dataclasses that have the door: those that are given to functions."""
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith(("_", "check_")) and getattr(thing, "__module__", "") == module.__name__
        and (inspect.isfunction(thing) or (inspect.isclass(thing) and hasattr(thing.__init__, "__wrapped__")))
    }  # fmt: skip


def working_calls(only: tuple[str, ...] = ()) -> dict[str, list[Call]]:
    """The calls that the doctests make, by name of the function; of the modules that end in one of `only`."""
    calls: dict[str, list[Call]] = defaultdict(list)
    chosen = [module for module in modules() if not only or module.__name__.endswith(only)]
    with ExitStack() as stack:
        for module in chosen:
            for name, function in public(module).items():
                label = f"{module.__name__.removeprefix(methods.__name__ + '.')}.{name}"
                stack.enter_context(_recorded(module, name, function, calls[label]))
        for module in chosen:
            runner = doctest.DocTestRunner(verbose=False)
            for test in doctest.DocTestFinder(exclude_empty=True).find(module):
                runner.run(test, out=lambda text: None)
    return calls


def _recorded(module: ModuleType, name: str, function: Callable[..., Any], calls: list[Call]) -> Any:
    if inspect.isclass(function):
        init = function.__init__

        def made(self: Any, *args: Any, **kwargs: Any) -> None:
            _keep(calls, function, args, kwargs)
            init(self, *args, **kwargs)

        return mock.patch.object(function, "__init__", made)

    def called(*args: Any, **kwargs: Any) -> Any:
        _keep(calls, function, args, kwargs)
        return function(*args, **kwargs)

    called.__doc__, called.__module__ = function.__doc__, function.__module__
    called.__wrapped__ = function  # type: ignore[attr-defined]
    called.__name__ = called.__qualname__ = name
    return mock.patch.object(module, name, called)


def _keep(calls: list[Call], function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    if len(calls) < 40:
        calls.append(Call(function, copy.copy(args), dict(kwargs)))


def nasty_calls(call: Call) -> Iterator[tuple[str, Call]]:
    """The call with one argument replaced, for each argument that is a number or a list of numbers."""
    bound = inspect.signature(call.function).bind(*call.args, **call.kwargs)
    bound.apply_defaults()
    for name, value in bound.arguments.items():
        if isinstance(value, dict) or name in ("labels",):
            continue
        for bad in _replacements(value):
            changed = inspect.BoundArguments(bound.signature, {**bound.arguments, name: bad})
            yield f"{name}={_short(bad)}", Call(call.function, changed.args, changed.kwargs)


def _replacements(value: Any) -> Iterator[Any]:
    if isinstance(value, (bool, int, float, np.number, np.bool_)) or value is None:
        yield from SCALARS
    elif isinstance(value, (list, tuple, np.ndarray)) and len(value) and not isinstance(value[0], (str, list, tuple)):
        if isinstance(np.asarray(value, dtype=object).ravel()[0], (bool, int, float, np.number, np.bool_)):
            yield from WHOLES
            yield list(value)[:-1]
            yield from ([element, *list(value)[1:]] for element in ELEMENTS)
    elif isinstance(value, str):
        yield from ("", "no such word", None, 5)


def _alike(label: str, call: Call) -> list[Fault]:
    try:
        return list(alike_faults(label, call))
    except (ValueError, TypeError) as error:
        return [Fault(f"{label}(a container)", f"refused: {str(error)[:200]}")]


def _afresh(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with copies of generators of random numbers, which would go on from call to call."""

    def fresh(value: Any) -> Any:
        return copy.deepcopy(value) if isinstance(value, np.random.Generator) else value

    return lambda *args, **kwargs: function(*map(fresh, args), **{name: fresh(x) for name, x in kwargs.items()})


def alike_faults(label: str, call: Call) -> Iterator[Fault]:
    """Lists of numbers that give something else once they are a Series with odd labels, nullable or made of objects."""
    bound = inspect.signature(call.function).bind(*call.args, **call.kwargs)
    function = _afresh(call.function)
    right = function(*call.args, **call.kwargs)
    for name, value in bound.arguments.items():
        if not isinstance(value, (list, tuple, np.ndarray)) or np.asarray(value, dtype=object).ndim != 1:
            continue
        if not all(isinstance(x, (bool, int, float, np.number, np.bool_)) for x in value):
            continue
        for place, other in enumerate(ALIKE):
            changed = inspect.BoundArguments(bound.signature, {**bound.arguments, name: other(value)})
            what = outcome(Call(function, changed.args, changed.kwargs), 10.0)
            if what or _plain(function(*changed.args, **changed.kwargs)) != _plain(right):
                yield Fault(f"{label}({name} in container {place})", what or "another result than for the list")


def _plain(given: Any) -> str:
    """A result as text, without the type of its numbers."""
    if isinstance(given, (list, tuple, np.ndarray)):
        return f"[{', '.join(map(_plain, given))}]"
    if isinstance(given, (bool, int, float, np.number, np.bool_)):
        return f"{float(given):.9g}"
    if is_dataclass(given) and not isinstance(given, type):
        return ", ".join(f"{field.name}={_plain(getattr(given, field.name))}" for field in fields(given))
    return repr(given)


def outcome(call: Call, seconds: float = SECONDS) -> str:
    """What is wrong with what a call gave; empty where it gave finite numbers or advice."""
    try:
        with _at_most(seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            given = call.function(*call.args, **call.kwargs)
            if inspect.isgenerator(given):
                given = list(given)
    except (ValueError, TypeError) as error:
        return _raw(error)
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:100]} at {_place(error)}"
    may = call.function.__name__ in MAY_BE_INFINITE and not _any_nan(given)
    return "" if may or _finite(given) else f"returned {_short(given)}"


def _any_nan(given: Any) -> bool:
    return bool(np.isnan(np.asarray(given, dtype=float)).any())


def _raw(error: Exception) -> str:
    """A message of numpy, scipy or Python itself is no advice; one about the signature or from our own lines is."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    ours = "referral_playbook" in last.filename and (last.line or "").lstrip().startswith("raise")
    if ours or ("argument" in str(error) and isinstance(error, TypeError)):
        return ""
    return f"raw {type(error).__name__}: {str(error)[:100]} at {_place(error)}"


def _place(error: BaseException) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "referral_playbook" in f.filename]
    return " > ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in frames[-2:])


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def stop(signum: int, frame: Any) -> None:
        raise TimeoutError(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _finite(given: Any) -> bool:
    if isinstance(given, (float, np.floating)):
        return math.isfinite(given)
    if isinstance(given, np.ndarray):
        return given.dtype.kind not in "fc" or bool(np.isfinite(given).all())
    if isinstance(given, Mapping):
        return all(map(_finite, given.values()))
    if isinstance(given, (list, tuple)):
        return all(map(_finite, given))
    if is_dataclass(given) and not isinstance(given, type):
        return all(_finite(getattr(given, field.name)) for field in fields(given))
    return True


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 70 else f"{text[:67]}..."


def faults(label: str, calls: list[Call], *, most: int = 10_000) -> list[Fault]:
    """Faults of one function under at most so many nasty calls; a call that fails as it stands is no basis."""
    found = []
    for call in calls[:CALLS]:
        began = time.process_time()
        if outcome(call, 10.0):
            continue
        found += _alike(label, call)
        seconds = SECONDS + 2 * (time.process_time() - began)
        every = list(nasty_calls(call))
        # A call that takes a tenth of a second is varied in fewer ways.
        few = min(most, 12) if seconds > SECONDS + 0.2 else most
        for text, nasty in every[:: max(1, -(-len(every) // few))]:
            if what := outcome(nasty, seconds):
                found.append(Fault(f"{label}({text})", what))
    return list(dict.fromkeys(found))


if __name__ == "__main__":  # make nasty: every function, which takes minutes; 2/3 is the second of three parts
    number = 0
    part, parts = map(int, (sys.argv[1] if len(sys.argv) > 1 else "1/1").split("/"))
    for label, working in list(working_calls().items())[part - 1 :: parts]:
        for fault in faults(label, working):
            number += 1
            print(f"{fault.call} -> {fault.what}", flush=True)
    print(f"{number} faults")
