"""How often the ranges hold the truth: simulated clients, each with a truth of its own, and our intervals.

``make coverage-study`` writes the table to playbook/coverage.md; a small version is among the tests. Each simulated
client draws its own truth, then its data; a range covers when it holds that truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.combine import combine
from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.contrasts import Arm, Measured, arm_ratio, mean_contrasts
from referral_playbook.methods.counts import fit_counts
from referral_playbook.methods.k_factor import k_factor
from referral_playbook.methods.lifetime_value import sbg_customer_value
from referral_playbook.methods.predictions import predict_counts, predict_events
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.rates import poisson_rate, rate_ratio
from referral_playbook.methods.ratios import ratio_of_sums
from referral_playbook.methods.renewals import renewals_from_cohorts
from referral_playbook.methods.sbg import discounted_lifetime
from referral_playbook.methods.surveys import net_promoter_score
from referral_playbook.methods.survival import kaplan_meier
from referral_playbook.methods.tails import top_share

Interval = Callable[[float], Estimate]  # confidence -> range
Client = Callable[[np.random.Generator], tuple[float, Interval]]  # -> truth, and the range for its data
TARGETS = {0.80: (0.78, 0.82), 0.95: (0.94, 0.96)}
TABLE = Path(__file__).resolve().parents[1] / "playbook" / "coverage.md"


@dataclass(frozen=True, kw_only=True)
class Study:
    """One method on one kind of client; `why` says what to know where it misses the target."""

    method: str
    clients: str
    client: Client
    repeats: int = 10_000
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Share of ranges that held the truth, by confidence, of those that were defined."""

    covered: dict[float, float]
    defined: int
    tried: int

    def within(self, confidence: float, slack: float = 0.0) -> bool:
        low, high = TARGETS[confidence]
        return low - slack <= self.covered[confidence] <= high + slack


def measure(study: Study, *, repeats: int | None = None, seed: int = 0) -> Coverage:
    """Simulate clients and count."""
    tried = repeats or study.repeats
    hits, defined = dict.fromkeys(TARGETS, 0), 0
    for i in range(tried):
        truth, interval = study.client(np.random.default_rng([seed, i]))
        found = {confidence: interval(confidence) for confidence in TARGETS}
        if any(e.value is None for e in found.values()):
            continue
        defined += 1
        for confidence, e in found.items():
            hits[confidence] += _holds(e, truth)
    return Coverage(covered={c: h / defined for c, h in hits.items()}, defined=defined, tried=tried)


def _holds(e: Estimate, truth: float) -> bool:
    assert e.low is not None
    slack = 1e-9 * max(1.0, abs(truth))
    return e.low - slack <= truth <= (np.inf if e.high is None else e.high + slack)


def share(method: str, n: tuple[int, int] = (30, 500)) -> Client:
    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        size, p = int(rng.integers(*n)), rng.uniform(0.05, 0.6)
        k = int(rng.binomial(size, p))
        return p, lambda c: proportion(k, size, method=method, confidence=c)  # type: ignore[arg-type]

    return client


def nps(rng: np.random.Generator) -> tuple[float, Interval]:
    n, p = int(rng.integers(30, 400)), rng.dirichlet([2, 3, 4])
    detractors, passives, promoters = (int(k) for k in rng.multinomial(n, p))
    return p[2] - p[0], lambda c: net_promoter_score(detractors, passives, promoters, confidence=c)


def newcombe(rng: np.random.Generator) -> tuple[float, Interval]:
    (n, m), (p, q) = (int(x) for x in rng.integers(30, 400, 2)), rng.uniform(0.05, 0.5, 2)
    k, base = int(rng.binomial(n, p)), int(rng.binomial(m, q))
    return p - q, lambda c: difference(k, n, base, m, confidence=c)


def poisson(events: tuple[float, float]) -> Client:
    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        mean = rng.uniform(*events)
        k = int(rng.poisson(mean))
        return mean / 12, lambda c: poisson_rate(k, 12, confidence=c)

    return client


def ratio(exact: bool) -> Client:
    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        (n, m), (a, b) = (int(x) for x in rng.integers(200, 1_000, 2)), rng.uniform(0.03, 0.3, 2)
        k, base = int(rng.poisson(n * a)), int(rng.poisson(m * b))
        if exact:
            return a / b, lambda c: rate_ratio(k, n, base, m, confidence=c)
        arms = Arm(name="arm", users=n, events=k), Arm(name="base", users=m, events=base)
        return a / b, lambda c: arm_ratio(*arms, confidence=c)

    return client


def advocates(rng: np.random.Generator, n: int, mean: float, dispersion: float) -> np.ndarray:
    """Negative-binomial counts: variance mean + dispersion mean^2."""
    return rng.poisson(rng.gamma(1 / dispersion, dispersion * mean, n))


def nb_mean(n: tuple[int, int]) -> Client:
    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        mean = rng.uniform(0.3, 2)
        counts = advocates(rng, int(rng.integers(*n)), mean, rng.uniform(0.5, 4))
        return mean, lambda c: fit_counts(counts, confidence=c).mean

    return client


def nb_as_poisson(rng: np.random.Generator) -> tuple[float, Interval]:
    mean, n = rng.uniform(0.3, 2), int(rng.integers(100, 1_000))
    total = int(advocates(rng, n, mean, rng.uniform(0.5, 4)).sum())
    return mean, lambda c: poisson_rate(total, n, confidence=c)


def weibull(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Lives with a falling hazard, censored by the as-of date (uniform joining dates)."""
    n, scale, shape = int(rng.integers(50, 500)), rng.uniform(10, 60), rng.uniform(0.7, 1.2)
    life, seen = scale * rng.weibull(shape, n), rng.uniform(12.5, 48, n)
    return np.minimum(life, seen), life <= seen, scale, shape


def km_at_a_year(rng: np.random.Generator) -> tuple[float, Interval]:
    durations, events, scale, shape = weibull(rng)
    return float(np.exp(-((12 / scale) ** shape))), lambda c: kaplan_meier(durations, events, confidence=c).at(12)


def restricted_mean(rng: np.random.Generator) -> tuple[float, Interval]:
    durations, events, scale, shape = weibull(rng)
    grid = (np.arange(4_000) + 0.5) * 12 / 4_000
    truth = float(np.exp(-((grid / scale) ** shape)).mean() * 12)
    return truth, lambda c: kaplan_meier(durations, events, confidence=c).restricted_mean(12)


def sbg_value(rng: np.random.Generator) -> tuple[float, Interval]:
    a, b = rng.uniform(0.5, 2), rng.uniform(1.5, 6)
    leave = rng.geometric(rng.beta(a, b, int(rng.integers(300, 2_000))))
    cohort = [int((leave > t).sum()) for t in range(9)]
    truth = 100 * float(discounted_lifetime(alpha=a, beta=b, discount_rate=0.1, horizon=10))
    renewals, seed = renewals_from_cohorts([cohort]), int(rng.integers(1_000_000))
    options = {"margin": 100, "discount_rate": 0.1, "unit": "GBP", "horizon": 10, "draws": 200, "seed": seed}
    return truth, lambda c: sbg_customer_value(renewals, confidence=c, **options)


def k_of_clients(*, heavy: bool, told: bool = False) -> Client:
    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        n, invites, rate = int(rng.integers(200, 2_000)), rng.uniform(0.5, 3), rng.uniform(0.03, 0.25)
        k = rng.uniform(0.3, 2) if heavy else 1e6
        sent = advocates(rng, n, invites, 1 / k)
        brought = rng.binomial(sent, rate)
        counts = {"customers": n, "invites": int(sent.sum()), "conversions": int(brought.sum())}
        dispersion = k if told else None
        return invites * rate, lambda c: k_factor(**counts, dispersion=dispersion, confidence=c).k

    return client


def top_tenth(dispersion: float, n: tuple[int, int]) -> Client:
    large = np.sort(advocates(np.random.default_rng(7), 2_000_000, 1.0, dispersion))[::-1]
    truth = float(large[: large.size // 10].sum() / large.sum())

    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        counts, seed = advocates(rng, int(rng.integers(*n)), 1.0, dispersion), int(rng.integers(1_000_000))
        return truth, lambda c: top_share(counts, confidence=c, draws=400, seed=seed)

    return client


def next_month(*, heavy: bool) -> Client:
    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        mean = rng.uniform(5, 40)
        months = advocates(rng, 19, mean, 0.15) if heavy else rng.poisson(mean, 19)
        if heavy:
            return float(months[-1]), lambda c: predict_counts(months[:-1], confidence=c)
        return float(months[-1]), lambda c: predict_events(int(months[:-1].sum()), 18, confidence=c)

    return client


def revenue_kept(rng: np.random.Generator) -> tuple[float, Interval]:
    n, kept = int(rng.integers(50, 500)), rng.uniform(0.6, 0.95)
    start = rng.lognormal(4, 0.8, n)
    end = start * rng.binomial(1, kept, n) * rng.lognormal(0.02, 0.15, n)
    truth = kept * float(np.exp(0.02 + 0.15**2 / 2))
    return truth, lambda c: ratio_of_sums(end, start, confidence=c, per="unit of revenue", source="simulated")


def mean_per_user(rng: np.random.Generator) -> tuple[float, Interval]:
    (n, m), (a, b) = (int(x) for x in rng.integers(100, 800, 2)), rng.uniform(0.3, 2, 2)
    arms = [
        Measured.of("arm", advocates(rng, n, a, 1.5)),
        Measured.of("base", advocates(rng, m, b, 1.5)),
    ]
    return a - b, lambda c: mean_contrasts(arms, "base", equal_variance=False, confidence=c)[0].difference


def value_of_the_ask(rng: np.random.Generator) -> tuple[float, Interval]:
    """A product of three measured shares, by square-and-add."""
    n, p = rng.integers(60, 600, 3), rng.uniform(0.1, 0.5, 3)
    k = rng.binomial(n, p)

    def interval(c: float) -> Estimate:
        a, b, d = (proportion(int(x), int(m), confidence=c) for x, m in zip(k, n, strict=True))
        product = lambda a, b, d: 100 * a * b * d  # noqa: E731
        return combine(product, unit="GBP", per="ask", source="a x b x d", a=a, b=b, d=d)

    return float(100 * p.prod()), interval


EXACT = "Exact limits promise their level for every truth, so on average they hold more often"
WHOLE = "A band of whole numbers cannot hold exactly its level; it holds at least that"
STUDIES: tuple[Study, ...] = (
    Study(method="Share, Wilson (default)", clients="30-500 answers, truth 5-60%", client=share("wilson")),
    Study(method="Share, Wilson, few answers", clients="10-30 answers, truth 5-60%", client=share("wilson", (10, 30))),
    Study(method="Share, Jeffreys", clients="30-500 answers, truth 5-60%", client=share("jeffreys"), repeats=4_000),
    Study(
        method="Share, Clopper-Pearson", clients="30-500 answers, truth 5-60%", client=share("clopper_pearson"),
        repeats=4_000, why=f"{EXACT}; for those who must promise a level. Wilson is the default.",
    ),
    Study(method="NPS, adjusted Wald", clients="30-400 answers", client=nps),
    Study(method="Difference of shares, Newcombe", clients="30-400 a group, truth 5-50%", client=newcombe),
    Study(method="Rate, Poisson", clients="60-600 events", client=poisson((60, 600))),
    Study(method="Rate, Poisson, few events", clients="2-20 events", client=poisson((2, 20)), why=f"{EXACT}."),
    Study(method="Rate ratio, log (read-out)", clients="200-1,000 users an arm, rates 3-30%", client=ratio(False)),
    Study(
        method="Rate ratio, exact", clients="200-1,000 users an arm, rates 3-30%", client=ratio(True),
        repeats=4_000, why=f"{EXACT}.",
    ),
    Study(
        method="Mean count, negative binomial", clients="100-1,000 people, a few do most",
        client=nb_mean((100, 1_000)), repeats=4_000,
    ),
    Study(
        method="Mean count, as if Poisson", clients="the same people", client=nb_as_poisson, repeats=4_000,
        why="Wrong on purpose: what is lost when the few who do most are taken for chance. Use the negative binomial.",
    ),
    Study(method="Difference of mean counts, Welch", clients="100-800 a group, a few do most", client=mean_per_user),
    Study(method="Kaplan-Meier at 12 months", clients="50-500 lives, censored", client=km_at_a_year),
    Study(
        method="Restricted mean to 12 months", clients="50-500 lives, censored", client=restricted_mean, repeats=4_000
    ),
    Study(
        method="Customer value, sBG bootstrap", clients="a cohort of 300-2,000, 8 renewals, 10 years",
        client=sbg_value, repeats=2_000,
    ),
    Study(
        method="K, counts like Poisson", clients="200-2,000 customers", client=k_of_clients(heavy=False), repeats=4_000
    ),
    Study(
        method="K, a few do most, dispersion given", clients="200-2,000 customers, k 0.3-2",
        client=k_of_clients(heavy=True, told=True), repeats=4_000,
    ),
    Study(
        method="K, a few do most, dispersion not given", clients="the same customers", client=k_of_clients(heavy=True),
        repeats=4_000, why="Poisson limits for counts that spread more: give K the dispersion of the counts.",
    ),
    Study(
        method="Share of the top tenth, bootstrap", clients="500-3,000 people", client=top_tenth(2.0, (500, 3_000)),
        repeats=2_000,
    ),
    Study(
        method="Share of the top tenth, few people", clients="60-200 people", client=top_tenth(2.0, (60, 200)),
        repeats=2_000,
    ),
    Study(method="Revenue kept, ratio of sums", clients="50-500 customers, log-normal amounts", client=revenue_kept),
    Study(
        method="Next month's count, Poisson", clients="18 months of 5-40", client=next_month(heavy=False),
        repeats=4_000, why=f"{WHOLE}.",
    ),
    Study(
        method="Next month's count, more spread", clients="18 months of 5-40, dispersion 0.15",
        client=next_month(heavy=True), repeats=4_000,
        why="How much months spread is itself read from 18 months, and taken as known.",
    ),
    Study(
        method="Product of shares, square-and-add", clients="three rates of 60-600", client=value_of_the_ask,
        repeats=4_000,
    ),
)  # fmt: skip

HEAD = """# How often the ranges hold the truth

A range that says 95% should hold the truth for 95 of 100 clients. Here it was tried: each simulated client has a truth
of its own, unknown to the method, and data drawn from it. The target is 78-82% for an 80% range and 94-96% for a 95%
range; where a method misses it, the last column says why. `make coverage-study` writes this page anew.

| Method | Simulated clients | 80% range holds | 95% range holds | Clients | Within target |
|---|---|---:|---:|---:|---|
"""
FOOT = """
The shares have a simulation error of their own: with 10,000 clients about 0.8 points at 80% and 0.4 at 95% (two
standard errors), with 2,000 clients 1.8 and 1.0. Clients whose data leave the number undefined are not counted.
"""


def row(study: Study, found: Coverage) -> str:
    """One line of the table."""
    shares = " | ".join(f"{found.covered[c]:.1%}" for c in TARGETS)
    verdict = "yes" if all(map(found.within, TARGETS)) else "no"
    if study.why:
        verdict = f"{verdict}. {study.why}"
    return f"| {study.method} | {study.clients} | {shares} | {found.defined:,} | {verdict} |"


def main() -> None:
    """Write the table; minutes of computing."""
    lines = []
    for study in STUDIES:
        lines.append(row(study, measure(study)))
        print(lines[-1], flush=True)
    TABLE.write_text(HEAD + "\n".join(lines) + "\n" + FOOT, encoding="utf-8")


if __name__ == "__main__":
    main()
