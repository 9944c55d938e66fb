"""What published experiments let the next client expect of a referral programme, and how its own data change that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from referral_playbook.benchmarks.pooling import FEW_STUDIES, Pooled, Study, pool
from referral_playbook.benchmarks.registry import Benchmark, registry
from referral_playbook.contract.evidence import Basis, Estimate
from referral_playbook.contract.shared_evidence import CONFIDENCE, SharedUplift

UPLIFT_ESTIMAND = "referrals, customers asked or reminded against not"
PER = "referral without the programme"
PORTFOLIO = "portfolio_client"


@dataclass(frozen=True, kw_only=True)
class StudyShare:
    """One study of the pool: its ratio with a 95% interval, and its share of the pooled mean."""

    study: Benchmark
    ratio: float
    low: float
    high: float
    weight: float


@dataclass(frozen=True, kw_only=True)
class UpliftEvidence:
    """Studies of the uplift, their average, and the range for the next client.

    `average` is the mean effect over studies, `next_client` the prediction interval: where the uplift of one further
    client lies.
    """

    studies: tuple[StudyShare, ...]
    average: Estimate
    next_client: Estimate
    method: str


def pooled_uplift(
    setting: str | None = None, *, shared: Sequence[SharedUplift] = (), confidence: float = 0.95
) -> Estimate:
    """The uplift to expect at the next client from published experiments: referrals with a programme over without.

    The range is a prediction interval, close to symmetric on the logarithm. It reaches below 1, because a programme can
    do nothing, or harm.

    The setting is ``consumer``, ``business`` or ``staff``; where no study comes from it, all are used and the source
    says so. What other clients of the portfolio measured (`shared`) counts as a study each.

    Examples
    --------
    >>> found = pooled_uplift("consumer")
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.basis.value
    (1.18, 0.31, 4.22, 'benchmark')
    """
    return uplift_evidence(setting, shared=shared, confidence=confidence).next_client


def uplift_evidence(
    setting: str | None = None, *, shared: Sequence[SharedUplift] = (), confidence: float = 0.95
) -> UpliftEvidence:
    """The studies behind `pooled_uplift`, with their weights.

    Examples
    --------
    >>> [share.study.group for share in uplift_evidence().studies]
    ['gershon_2024']
    """
    published, borrowed = _entries(setting)
    entries = [*published, *(_of_a_client(number, uplift) for number, uplift in enumerate(shared, 1))]
    studies = [as_study(entry) for entry in entries]
    pooled = pool(studies, confidence=confidence)
    source = _source(entries, pooled, borrowed, setting)
    return UpliftEvidence(
        studies=tuple(_share(e, s, w) for e, s, w in zip(entries, studies, pooled.weights, strict=True)),
        average=_ratio(pooled.mean, pooled.mean_low, pooled.mean_high, confidence, f"Average of {source}"),
        next_client=_ratio(pooled.mean, pooled.low, pooled.high, confidence, f"Prediction interval from {source}"),
        method=pooled.method,
    )


@dataclass(frozen=True, kw_only=True)
class Updated:
    """An uplift after the client's own data, and the share of its own data in it (0 to 1)."""

    estimate: Estimate
    own_weight: float


def update_with_own(prior: Estimate, own: Estimate) -> Updated:
    """Combine the range from published studies with the client's own measured ratio.

    Both are taken as normal on the logarithm; the result is the precision-weighted mean. It counts as measured once
    the client's own data carry at least half of it.

    Both are ratios above 0 with a confidence level. An undefined `own` leaves the prior as it is.

    References
    ----------
    Gelman, Carlin, Stern, Dunson, Vehtari & Rubin (2013) Bayesian Data Analysis, section 2.5.

    Examples
    --------
    >>> def ratio(value, low, high, basis):
    ...     return Estimate(value=value, low=low, high=high, confidence=0.95, n=None, unit="ratio", per="referral",
    ...                     basis=basis, source="example")
    >>> found = update_with_own(ratio(1.2, 0.4, 3.6, "benchmark"), ratio(1.5, 1.1, 2.05, "measured"))
    >>> round(found.estimate.value, 2), round(found.own_weight, 2)
    (1.48, 0.93)
    """
    if not own.defined:
        return Updated(estimate=prior, own_weight=0.0)
    (centre, spread), (measured, error) = log_normal(prior), log_normal(own)
    if error == 0:
        raise ValueError("the client's own ratio needs a range: a measured number without one cannot be weighed")
    weight = spread**2 / (spread**2 + error**2)
    mean = weight * measured + (1 - weight) * centre
    confidence = own.confidence or 0.95
    half = _z(confidence) * math.sqrt(weight) * error
    together = _ratio(mean, mean - half, mean + half, confidence, "")
    source = f"own data ({weight:.0%} of the weight) and {prior.source}"
    basis = Basis.MEASURED if weight >= 0.5 else Basis.BENCHMARK
    return Updated(estimate=together.as_(basis=basis, n=own.n, source=source), own_weight=weight)


def log_normal(ratio: Estimate) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm of a ratio, from its range.

    Examples
    --------
    >>> mean, sd = log_normal(pooled_uplift())
    >>> round(mean, 3), round(sd, 2)
    (0.162, 0.67)
    """
    if ratio.value is None or ratio.low is None or ratio.high is None or ratio.low <= 0:
        raise ValueError(f"a ratio with a range above 0 is needed, not {ratio.low} to {ratio.high} ({ratio.source})")
    spread = (math.log(ratio.high) - math.log(ratio.low)) / (2 * _z(ratio.confidence or 0.95))
    return math.log(ratio.value), spread


def as_study(entry: Benchmark) -> Study:
    """An effect of the registry as a study to pool; refused where neither an error nor an interval was published.

    Examples
    --------
    >>> as_study(registry()["reminder_referrals"]).standard_error
    0.097
    """
    if not entry.estimand or entry.value is None:
        raise ValueError(f"{entry.name} is no effect: it has no estimand")
    error = entry.standard_error
    if error is None and entry.low is not None and entry.high is not None and entry.confidence is not None:
        error = (math.log(entry.high) - math.log(entry.low)) / (2 * _z(entry.confidence))
    if error is None:
        raise ValueError(
            f"{entry.name}: neither a standard error nor an interval was published, so it cannot be pooled"
        )
    return Study(
        name=entry.name, log_ratio=math.log(entry.value), standard_error=error, estimand=entry.estimand, per=entry.per
    )


def _entries(setting: str | None) -> tuple[list[Benchmark], bool]:
    """Effects on the uplift from the setting; all of them, and True, where there is none from it."""
    every = [e for e in registry().values() if e.estimand == UPLIFT_ESTIMAND and e.firmness in ("firm", "medium")]
    near = [e for e in every if setting is None or e.setting == setting]
    return (near, False) if near else (every, True)


def _of_a_client(number: int, uplift: SharedUplift) -> Benchmark:
    """A shared uplift as an entry beside the published ones."""
    return Benchmark(
        name=f"portfolio_client_{number}",
        group=PORTFOLIO,
        source="A client of this portfolio, without its name",
        firmness="medium",
        counter_evidence="Clients of one consultant may be alike in ways that the next one is not.",
        value=uplift.value,
        low=uplift.low,
        high=uplift.high,
        confidence=CONFIDENCE,
        unit="ratio",
        per="customer",
        estimand=UPLIFT_ESTIMAND,
        setting="portfolio",
    )


def _source(entries: list[Benchmark], pooled: Pooled, borrowed: bool, setting: str | None) -> str:
    published = [e for e in entries if e.group != PORTFOLIO]
    count = "1 published study" if len(published) == 1 else f"{len(published)} published studies"
    names = ", ".join(f"{e.group.split('_')[0].title()} {e.year}" for e in published)
    others = len(entries) - len(published)
    clients = f" and {others} other clients of the portfolio" if others else ""
    text = f"{count} ({names}){clients} of '{UPLIFT_ESTIMAND}'"
    if pooled.method == "bayesian":
        text += f"; with fewer than {FEW_STUDIES} studies the range rests mostly on a prior and is wide"
    if borrowed:
        text += f"; none is from a {setting} setting"
    return text


def _share(entry: Benchmark, study: Study, weight: float) -> StudyShare:
    half = _z(0.95) * study.standard_error
    low, high = (math.exp(study.log_ratio + side * half) for side in (-1, 1))
    return StudyShare(study=entry, ratio=math.exp(study.log_ratio), low=low, high=high, weight=weight)


def _ratio(mean: float, low: float, high: float, confidence: float, source: str) -> Estimate:
    return Estimate(
        value=math.exp(mean),
        low=math.exp(low),
        high=math.exp(high),
        confidence=confidence,
        n=None,
        unit="ratio",
        per=PER,
        basis=Basis.BENCHMARK,
        source=source,
    )


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
