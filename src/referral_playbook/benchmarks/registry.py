"""Outside figures: what was published, per what, how firm it is, and what speaks against it.

``registry.toml`` is the data. A figure comes out as an `Estimate` whose source says how firm it is, so that no
report can lose that; a blocked figure does not come out at all.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, get_args

from referral_playbook.contract.evidence import Basis, Estimate, undefined, weakest

Firmness = Literal["firm", "medium", "weak", "convention", "blocked"]


class BlockedBenchmark(ValueError):  # noqa: N818
    """A figure without a primary source was asked for."""


class WeakBenchmark(ValueError):  # noqa: N818
    """A weak figure was asked for without saying that a weak one will do."""


class DenominatorMismatch(ValueError):  # noqa: N818
    """Two rates of different things were to be compared."""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One outside figure, or (`value` None) a finding without a number; see ``registry.toml`` for the fields.

    Figures that carry an `estimand` are effects: ratios that can be pooled with others of the same estimand. Their
    `standard_error` is that of the logarithm of the ratio.
    """

    name: str
    group: str
    source: str
    firmness: Firmness
    year: int | None = None
    counter_evidence: str = ""
    note: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    unit: str = ""
    per: str = ""
    estimand: str = ""
    standard_error: float | None = None
    sample: int | None = None
    setting: str = ""
    doi: str = ""

    def __post_init__(self) -> None:
        if self.firmness not in get_args(Firmness):
            raise ValueError(f"{self.name}: firmness {self.firmness!r} is none of {', '.join(get_args(Firmness))}")
        if self.value is not None and not (self.unit and self.per):
            raise ValueError(f"{self.name}: a figure names its unit and what it is per")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{self.name}: a range has two ends")
        if self.estimand and (self.unit != "ratio" or not self.setting):
            raise ValueError(f"{self.name}: an effect is a ratio and names the setting it was found in")

    @property
    def reference(self) -> str:
        """Source, year and firmness in one line, for a table of evidence."""
        when = "year not stated" if self.year is None else str(self.year)
        ranged = "" if self.value is None or self.low is not None else "; no range published"
        return f"{self.source} ({when}; {self.firmness}{ranged})"


@cache
def registry() -> Mapping[str, Benchmark]:
    """Every figure and finding by its name, in the order of the file.

    Examples
    --------
    >>> registry()["b2b_lead_to_deal"].per
    'lead'
    """
    text = files("referral_playbook.benchmarks").joinpath("registry.toml").read_text(encoding="utf-8")
    return MappingProxyType(parse(tomllib.loads(text)))


def parse(groups: Mapping[str, Mapping[str, Any]]) -> dict[str, Benchmark]:
    """Benchmarks from the tables of a registry file.

    A name that occurs twice, or a field that is missing or unknown, raises ValueError.
    """
    entries: dict[str, Benchmark] = {}
    for group, content in groups.items():
        shared = {k: v for k, v in content.items() if k not in ("figures", "findings")}
        for entry in (*content.get("figures", ()), *content.get("findings", ())):
            made = _made(group, {**shared, **entry})
            if made.name in entries:
                raise ValueError(f"{made.name} is in the registry twice: {entries[made.name].group} and {group}")
            entries[made.name] = made
    return entries


def benchmark(name: str, *, allow_weak: bool = False) -> Estimate:
    """One outside figure as an Estimate.

    The basis is `benchmark`; a convention is `assumed`, for it is no evidence. Where no range was published, low and
    high equal the value and the source says so. Weak figures are for a what-if and must never reach a verdict, so they
    are asked for by saying so.

    Raises
    ------
    KeyError
        No such name; the message lists close ones.
    BlockedBenchmark, WeakBenchmark, ValueError
        The figure must not be used, not so, or has no number.

    Examples
    --------
    >>> benchmark("web_incentive_start").low
    1.13
    """
    entry = _entry(name)
    if entry.firmness == "blocked":
        raise BlockedBenchmark(f"{name} has no primary source and must not be used: {entry.note}")
    if entry.value is None:
        raise ValueError(f"{name} is a finding without a number: {entry.note}")
    if entry.firmness == "weak" and not allow_weak:
        raise WeakBenchmark(f"{name} is weak ({entry.counter_evidence}): for a what-if only, say allow_weak=True")
    return Estimate(
        value=entry.value,
        low=entry.value if entry.low is None else entry.low,
        high=entry.value if entry.high is None else entry.high,
        confidence=entry.confidence,
        n=None,
        unit=entry.unit,
        per=entry.per,
        basis=Basis.ASSUMED if entry.firmness == "convention" else Basis.BENCHMARK,
        source=entry.reference,
    )


def family(prefix: str) -> dict[str, Estimate]:
    """Figures whose names begin alike, by the rest of the name.

    Examples
    --------
    >>> list(family("amplifinity_usage_"))
    ['verbal', 'form', 'email', 'print', 'url', 'social']
    """
    return {name.removeprefix(prefix): benchmark(name) for name in registry() if name.startswith(prefix)}


def compare(ours: Estimate | str, theirs: Estimate | str) -> Estimate:
    """How many times `theirs` is `ours`; refused where the two are rates of different things.

    Either is an estimate or a name of the registry. The ratio has the widest range that the two ranges allow, because
    their errors may go together; it is undefined where `theirs` may be zero.

    Different units, or rates per different things, raise DenominatorMismatch: 10% per click and 10% per lead say
    different things.

    Examples
    --------
    >>> compare("amplifinity_conversion_verbal", "amplifinity_conversion_form").value.__round__(2)
    1.68
    >>> compare("amplifinity_conversion", "b2b_lead_to_deal")
    Traceback (most recent call last):
    referral_playbook.benchmarks.registry.DenominatorMismatch: one is a share per referral, the other a share per lead
    """
    a, b = (benchmark(x) if isinstance(x, str) else x for x in (ours, theirs))
    if (a.unit, a.per.casefold().split()) != (b.unit, b.per.casefold().split()):
        raise DenominatorMismatch(f"one is a {a.unit} per {a.per}, the other a {b.unit} per {b.per}")
    about: dict[str, Any] = {
        "unit": "ratio",
        "per": a.per,
        "basis": weakest(a, b),
        "source": f"{a.source} / {b.source}",
    }
    unknown = next((e.reason for e in (a, b) if not e.defined), "")
    if unknown or b.value is None or b.low is None or b.low <= 0:
        return undefined(unknown or "the figure compared with may be zero", **about)
    assert a.value is not None
    assert a.low is not None
    top = math.inf if b.high is None else b.high
    low = min(a.low / b.low, a.low / top)
    high = None if a.high is None else max(a.high / b.low, a.high / top)
    return Estimate(value=a.value / b.value, low=low, high=high, confidence=None, n=a.n, reason=a.reason, **about)


def _made(group: str, fields: Mapping[str, Any]) -> Benchmark:
    try:
        return Benchmark(group=group, **fields)
    except TypeError as error:
        raise ValueError(f"registry.toml, [{group}] {fields.get('name', '')}: {error}") from None


def _entry(name: str) -> Benchmark:
    try:
        return registry()[name]
    except KeyError:
        word = name.split("_")[0]
        close = [entry for entry in registry() if word in entry]
        raise KeyError(f"no benchmark {name!r}; there are {', '.join(close or registry())}") from None
