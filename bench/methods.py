"""Methods: Monte Carlo memory above import, and BG/NBD against the `lifetimes` package."""

from __future__ import annotations

from bench.charts import cost_against_size
from bench.measure import in_turn, python
from bench.report import Row

IMPORTS = """
from referral_playbook.methods.decisions.programme_futures import Timetable, programme_futures
from referral_playbook.methods.uncertainty.distributions import Beta, Known, LogNormal, Pert
"""
DRAWS = (10_000, 100_000, 1_000_000)
OF_A_RUN = 100_000
FUTURES = (
    IMPORTS
    + """
inputs = {{"baseline": Pert(low=10, mode=20, high=40), "uplift": LogNormal.from_quantiles(low=1.1, high=2.0),
          "qualified_share": Beta.from_counts(30, 60), "conversion_rate": Beta.from_counts(12, 120),
          "customer_value": Pert(low=200, mode=400, high=800), "monthly_cost": Known(value=80),
          "set_up_cost": Known(value=2000)}}
programme_futures(inputs, Timetable(months=36, deadline=12, converted_after=(0.2, 0.5, 0.3)), draws={draws})
"""
)
CUSTOMERS = """
import numpy as np
rng = np.random.default_rng(1)
n = 1_000_000
T = rng.integers(27 * 7, 39 * 7, n) / 7  # weeks, by the day
rate, leaves = rng.gamma(0.243, 1 / 4.414, n), rng.beta(0.793, 2.426, n)
x, t_x, now, active = np.zeros(n), np.zeros(n), np.zeros(n), np.arange(n)
while active.size:
    now[active] += rng.exponential(1 / rate[active])
    active = active[now[active] <= T[active]]
    x[active] += 1
    t_x[active] = np.ceil(now[active] * 7) / 7
    active = active[rng.random(active.size) > leaves[active]]
t_x = np.minimum(t_x, T)
"""
OURS = (
    CUSTOMERS
    + """
from referral_playbook.methods.customer_value.bgnbd import compress, fit_bgnbd
print(fit_bgnbd(compress(x, t_x, T)))
"""
)
THEIRS = (
    CUSTOMERS
    + """
import warnings
warnings.simplefilter("ignore")
from lifetimes import BetaGeoFitter
print(BetaGeoFitter().fit(x, t_x, T).params_)
"""
)


def rows() -> list[Row]:
    """Figures on methods."""
    sizes = {n: python(FUTURES.format(draws=n)) for n in DRAWS}
    memory = in_turn({"import": python(IMPORTS), **{str(n): command for n, command in sizes.items()}})
    fits = in_turn({"data": python(CUSTOMERS), "ours": python(OURS), "lifetimes": python(THEIRS)}, repeats=1)
    whole, floor = memory[str(OF_A_RUN)], memory["import"]
    above = whole.peak - floor.peak
    costs = {n: memory[str(n)].cpu - floor.cpu for n in DRAWS}
    cost_against_size("futures", {"Monte Carlo over 36 months": costs}, size="futures", cost="CPU seconds")
    ours, theirs = (fits[name].cpu - fits["data"].cpu for name in ("ours", "lifetimes"))
    return [
        Row(
            "Monte Carlo, 1e5 futures x 36 months, as in a run",
            f"{above:.0f} MiB above import, {whole.cpu:.1f} CPU s",
            "under 100 MiB",
            above < 100,
        ),
        Row(
            "BG/NBD, 1e6 customers, against lifetimes",
            f"{ours / theirs:.2f}x CPU ({ours:.1f} against {theirs:.1f} s)",
            "at most 0.25x",
            ours <= 0.25 * theirs,
        ),
    ]
