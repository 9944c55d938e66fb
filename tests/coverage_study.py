"""How often the ranges hold the truth: method by method here, whole clients in `coverage_clients`.

``make coverage-study`` writes both tables to playbook/coverage.md; a small version is among the tests. Each simulated
client draws its own truth, then its data; a range covers when it holds that truth.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cohorts import renewals_from_cohorts
from coverage_clients import TOLD, Told, measure_world, together
from coverage_count import TARGETS, Aim, Coverage, Interval

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.customer_value.sbg import discounted_lifetime
from referral_playbook.methods.customer_value.sbg_range import expected_lifetime
from referral_playbook.methods.experiments.contrasts import Arm, arm_ratio
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.rates import RateMethod, RatioMethod, poisson_rate, rate_ratio
from referral_playbook.methods.referrals.clusters import ratio_of_sums
from referral_playbook.methods.referrals.counts import fit_counts, top_share
from referral_playbook.methods.referrals.k_factor import k_factor
from referral_playbook.methods.surveys import net_promoter_score
from referral_playbook.methods.survival.estimators import kaplan_meier
from referral_playbook.methods.uncertainty.predictions import predict_counts, predict_events
from referral_playbook.methods.uncertainty.propagation import propagate

Client = Callable[[np.random.Generator], tuple[float, Interval]]  # -> truth, and the range for its data
WORLDS = 12
TABLE = Path(__file__).resolve().parents[1] / "playbook" / "coverage.md"


@dataclass(frozen=True, kw_only=True)
class Study:
    """One method on one kind of client; `why` says why an aim other than the target is wanted."""

    method: str
    clients: str
    client: Client
    repeats: int = 10_000
    aim: Aim = "target"
    why: str = ""


def measure(study: Study, *, repeats: int | None = None, seed: int = 0) -> Coverage:
    """Simulate clients and count."""
    found = Coverage()
    for i in range(repeats or study.repeats):
        found.add(*study.client(np.random.default_rng([seed, i])))
    return found


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


def poisson(events: tuple[float, float], method: RateMethod = "mid_p") -> Client:
    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        mean = rng.uniform(*events)
        k = int(rng.poisson(mean))
        return mean / 12, lambda c: poisson_rate(k, 12, method=method, confidence=c)

    return client


def ratio(method: RatioMethod | None = None) -> Client:
    """None: as an experiment is read out."""

    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        (n, m), (a, b) = (int(x) for x in rng.integers(200, 1_000, 2)), rng.uniform(0.03, 0.3, 2)
        k, base = int(rng.poisson(n * a)), int(rng.poisson(m * b))
        if method:
            return a / b, lambda c: rate_ratio(k, n, base, m, method=method, confidence=c)
        arms = Arm(name="arm", users=n, events=k), Arm(name="base", users=m, events=base)
        return a / b, lambda c: arm_ratio(*arms, confidence=c)

    return client


def few_against_few(rng: np.random.Generator) -> tuple[float, Interval]:
    (a, b), (n, m) = rng.uniform(4, 20, 2), rng.uniform(0.75, 2, 2)
    k, base = int(rng.poisson(a * n)), int(rng.poisson(b * m))
    return a / b, lambda c: rate_ratio(k, n, base, m, confidence=c)


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


def sbg_value(rng: np.random.Generator) -> tuple[float, Interval]:
    a, b = rng.uniform(0.5, 2), rng.uniform(1.5, 6)
    leave = rng.geometric(rng.beta(a, b, int(rng.integers(300, 2_000))))
    cohort = [int((leave > t).sum()) for t in range(9)]
    truth = float(discounted_lifetime(alpha=a, beta=b, discount_rate=0.1, horizon=10))
    options = {"discount_rate": 0.1, "horizon": 10, "draws": 200, "seed": int(rng.integers(1_000_000))}
    return truth, lambda c: expected_lifetime(renewals_from_cohorts([cohort]), confidence=c, **options)


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


def next_month(dispersion: float | None, past: int = 18, ahead: int = 1) -> Client:
    """The total of the months ahead, from months of 5-40: every true mean, so that whole numbers average out."""

    def client(rng: np.random.Generator) -> tuple[float, Interval]:
        mean, n = rng.uniform(5, 40), past + ahead
        months = advocates(rng, n, mean, dispersion) if dispersion else rng.poisson(mean, n)
        told, brought = months[:past], float(months[past:].sum())
        if dispersion:
            return brought, lambda c: predict_counts(told, periods=ahead, confidence=c)
        return brought, lambda c: predict_events(int(told.sum()), past, ahead=ahead, confidence=c)

    return client


def revenue_kept(rng: np.random.Generator) -> tuple[float, Interval]:
    n, kept = int(rng.integers(50, 500)), rng.uniform(0.6, 0.95)
    start = rng.lognormal(4, 0.8, n)
    end = start * rng.binomial(1, kept, n) * rng.lognormal(0.02, 0.15, n)
    truth = kept * float(np.exp(0.02 + 0.15**2 / 2))
    return truth, lambda c: ratio_of_sums(end, start, confidence=c, per="unit of revenue", source="simulated")


def value_of_the_ask(rng: np.random.Generator) -> tuple[float, Interval]:
    """A product of three measured shares, by square-and-add."""
    n, p = rng.integers(60, 600, 3), rng.uniform(0.1, 0.5, 3)
    k = rng.binomial(n, p)

    def interval(c: float) -> Estimate:
        a, b, d = (proportion(int(x), int(m), confidence=c) for x, m in zip(k, n, strict=True))
        product = lambda a, b, d: 100 * a * b * d  # noqa: E731
        return propagate(product, unit="GBP", per="ask", source="a x b x d", a=a, b=b, d=d)

    return float(100 * p.prod()), interval


EXACT = "Exact limits promise their level for every truth, so on average they hold more often"
STUDIES: tuple[Study, ...] = (
    Study(method="Share, Wilson (default)", clients="30-500 answers, truth 5-60%", client=share("wilson")),
    Study(method="Share, Wilson, few answers", clients="10-30 answers, truth 5-60%", client=share("wilson", (10, 30))),
    Study(method="Share, Jeffreys", clients="30-500 answers, truth 5-60%", client=share("jeffreys"), repeats=4_000),
    Study(
        method="Share, Clopper-Pearson",
        clients="30-500 answers, truth 5-60%",
        client=share("clopper_pearson"),
        repeats=4_000,
        aim="at least",
        why=f"{EXACT}; for those who must promise a level. Wilson is the default.",
    ),
    Study(method="NPS, adjusted Wald", clients="30-400 answers", client=nps),
    Study(method="Difference of shares, Newcombe", clients="30-400 a group, truth 5-50%", client=newcombe),
    Study(method="Rate, Poisson mid-p (default)", clients="60-600 events", client=poisson((60, 600))),
    Study(method="Rate, Poisson mid-p, few events", clients="2-20 events", client=poisson((2, 20))),
    Study(
        method="Rate, Poisson exact, few events",
        clients="2-20 events",
        client=poisson((2, 20), "exact"),
        aim="at least",
        why=f"{EXACT}. Mid-p is the default.",
    ),
    Study(method="Rate ratio, log (read-out)", clients="200-1,000 users an arm, rates 3-30%", client=ratio()),
    Study(
        method="Rate ratio, mid-p (default)",
        clients="200-1,000 users an arm, rates 3-30%",
        client=ratio("mid_p"),
        repeats=4_000,
    ),
    Study(
        method="Rate ratio, mid-p, few events",
        clients="3-40 events a group",
        client=few_against_few,
    ),
    Study(
        method="Rate ratio, exact",
        clients="200-1,000 users an arm, rates 3-30%",
        client=ratio("exact"),
        repeats=4_000,
        aim="at least",
        why=f"{EXACT}. Mid-p is the default.",
    ),
    Study(
        method="Mean count, negative binomial",
        clients="100-1,000 people, a few do most",
        client=nb_mean((100, 1_000)),
        repeats=4_000,
    ),
    Study(
        method="Mean count, as if Poisson",
        clients="the same people",
        client=nb_as_poisson,
        repeats=4_000,
        aim="wrong on purpose",
        why="What is lost when the few who do most are taken for chance. Use the negative binomial.",
    ),
    Study(method="Kaplan-Meier at 12 months", clients="50-500 lives, censored", client=km_at_a_year),
    Study(
        method="Customer value, sBG bootstrap",
        clients="a cohort of 300-2,000, 8 renewals, 10 years",
        client=sbg_value,
        repeats=2_000,
    ),
    Study(
        method="K, counts like Poisson", clients="200-2,000 customers", client=k_of_clients(heavy=False), repeats=4_000
    ),
    Study(
        method="K, a few do most, dispersion given",
        clients="200-2,000 customers, k 0.3-2",
        client=k_of_clients(heavy=True, told=True),
        repeats=4_000,
    ),
    Study(
        method="K, a few do most, dispersion not given",
        clients="the same customers",
        client=k_of_clients(heavy=True),
        repeats=4_000,
        aim="wrong on purpose",
        why="Totals cannot tell how unequal customers are: no method can, without the counts. The steps fit them.",
    ),
    Study(
        method="Share of the top tenth, bootstrap",
        clients="500-3,000 people",
        client=top_tenth(2.0, (500, 3_000)),
        repeats=2_000,
    ),
    Study(
        method="Share of the top tenth, few people",
        clients="60-200 people",
        client=top_tenth(2.0, (60, 200)),
        repeats=2_000,
    ),
    Study(method="Revenue kept, ratio of sums", clients="50-500 customers, log-normal amounts", client=revenue_kept),
    Study(method="Next month's count, Poisson", clients="18 months of 5-40", client=next_month(None)),
    Study(
        method="Next month's count, more spread", clients="18 months of 5-40, dispersion 0.15", client=next_month(0.15)
    ),
    Study(
        method="Next three months, more spread",
        clients="12 months of 5-40, dispersion 0.3",
        client=next_month(0.3, past=12, ahead=3),
    ),
    Study(
        method="Product of shares, square-and-add",
        clients="three rates of 60-600",
        client=value_of_the_ask,
        repeats=4_000,
    ),
)

HEAD = """# How often the ranges hold the truth

A range that says 95% should hold the truth for 95 of 100 clients. Here it was tried: each simulated client has a truth
of its own, unknown to the method, and data drawn from it. The aim is 78-82% for an 80% range and 94-96% for a 95%
range. A few methods aim at something else, and say why: "at least" promises its level for every truth, and "wrong on
purpose" shows what a careless choice costs. `make coverage-study` writes this page anew.

## Method by method

A count that is yet to come is a whole number, and for one true rate no band of whole numbers holds exactly 80% of what
it brings: the shares are averages over all the rates in the row.

"""
COLUMNS = """| Method | Simulated clients | 80% range holds | 95% range holds | Clients | Aim | Met |
|---|---|---:|---:|---:|---|---|
"""
CLIENTS = """
## Whole clients, estimate by estimate

Subscription clients of 500-900 customers from the simulator, 50 to 300 from each of twelve worlds that differ in how
customers stay, pay, feel and refer; their facts, and the estimates as the steps make them, each with every
simplification of its step. What is true follows from the world and from who became a customer, or is read off a client
of the same world with 100,000 customers.

| Estimate | What is true | 80% range holds | 95% range holds | Clients | Aim | Met |
|---|---|---:|---:|---:|---|---|
"""
FOOT = """
The shares have a simulation error of their own: with 10,000 clients about 0.8 points at 80% and 0.4 at 95% (two
standard errors), with 2,000 clients 1.8 and 1.0. Clients whose data leave the number undefined are not counted.
"""
WORDS = {"target": "78-82%, 94-96%", "at least": "at least 80%, 95%", "wrong on purpose": "none: wrong on purpose"}


def row(name: str, about: str, found: Coverage, of: Study | Told) -> str:
    """One line of a table."""
    shares = " | ".join(f"{found.covered[c]:.1%}" for c in TARGETS)
    aim = f"{WORDS[of.aim]}. {of.why}" if of.why else WORDS[of.aim]
    return f"| {name} | {about} | {shares} | {found.defined:,} | {aim} | {'yes' if found.meets(of.aim) else 'no'} |"


def main() -> None:
    """Write the tables; minutes of computing, on all cores. The seeds make it the same whatever their number."""
    with ProcessPoolExecutor() as pool:
        worlds = pool.map(measure_world, range(WORLDS))
        methods = list(pool.map(measured, range(len(STUDIES))))
        clients = together(worlds)
    rows = [row(s.method, s.clients, found, s) for s, found in zip(STUDIES, methods, strict=True)]
    told = [row(t.name, t.truth, clients[t.name], t) for t in TOLD]
    TABLE.write_text(
        HEAD + COLUMNS + "\n".join(rows) + "\n" + CLIENTS + "\n".join(told) + "\n" + FOOT, encoding="utf-8"
    )
    print("\n".join([*rows, *told]))


def measured(place: int) -> Coverage:
    """One study by its place: a worker cannot be sent the study itself."""
    return measure(STUDIES[place])


if __name__ == "__main__":
    main()
