"""Plan an experiment on two rates (referrals per customer, say), by the log rate ratio that reads it out.

Zhu & Lakkis (2014), Statistics in Medicine 33:376-387.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from referral_playbook.methods.doors import door
from referral_playbook.methods.experiments.power import SampleSize, check_design, critical, first_shown


@door
def rates_power(
    users: float,
    base_rate: float,
    rate: float,
    *,
    alpha: float = 0.05,
    exposure: float = 1.0,
    dispersion: float = math.inf,
    two_sided: bool = True,
) -> float:
    """Chance that an experiment on two rates shows their ratio.

    ``Phi(|ln RR| / s - z)`` with ``s^2 = (1/m1 + 1/m0 + 2/k) / users``, where ``m = rate * exposure``.

    Parameters
    ----------
    users : float
        In each arm.
    base_rate, rate : float
        Events (referrals, say) per user and unit of time, above 0.
    exposure : float
        Units of time that each user is watched.
    dispersion : float
        k of a negative binomial, variance ``m + m^2 / k``; infinite is Poisson. A few advocates who do most make
        k small, and samples large.

    References
    ----------
    Zhu & Lakkis (2014), Statistics in Medicine 33:376-387, variance under the alternative; k infinite is Poisson.

    Examples
    --------
    >>> round(rates_power(393, 0.2, 0.3), 3), round(rates_power(393, 0.2, 0.3, dispersion=0.5), 3)
    (0.795, 0.629)
    """
    check_design(users, alpha, 1.0)
    scale = math.sqrt(_log_variance(base_rate, rate, exposure, dispersion) / users)
    return float(ndtr(abs(math.log(rate / base_rate)) / scale - critical(alpha, two_sided)))


@door
def rates_sample(
    base_rate: float,
    rate: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    exposure: float = 1.0,
    dispersion: float = math.inf,
    two_sided: bool = True,
    arms: int = 2,
) -> SampleSize:
    """Users per arm that show the ratio of two rates: ``n = ((z_alpha + z_power) / ln RR)^2 (1/m1 + 1/m0 + 2/k)``.

    Parameters, source: as in `rates_power`.

    Raises
    ------
    ValueError
        Equal rates, or a rate that is not above 0.

    Examples
    --------
    >>> rates_sample(0.2, 0.3).per_arm
    398
    """
    variance = _log_variance(base_rate, rate, exposure, dispersion)
    check_design(1.0, alpha, 1.0)
    if rate == base_rate or not alpha < power < 1:
        raise ValueError(f"no sample has power {power} to show a rate of {rate} against {base_rate}")
    n = ((critical(alpha, two_sided) + ndtri(power)) / math.log(rate / base_rate)) ** 2 * variance
    return SampleSize(exact=float(n), arms=arms)


@door
def rates_effect(
    users: float,
    base_rate: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    exposure: float = 1.0,
    dispersion: float = math.inf,
    two_sided: bool = True,
    up: bool = True,
) -> float:
    """The nearest rate ratio that an experiment of this size can tell from 1.

    Raises
    ------
    ValueError
        Where none between 1/1000 and 1000 would be shown.

    Examples
    --------
    >>> round(rates_effect(398, 0.2), 2)
    1.5
    """

    def missing(ratio: float) -> float:
        rate = base_rate * ratio
        return -power + rates_power(
            users, base_rate, rate, alpha=alpha, exposure=exposure, dispersion=dispersion, two_sided=two_sided
        )

    ratios = np.geomspace(1, 1000 if up else 0.001, 601)[1:]
    return first_shown(missing, ratios, start=1.0, what=f"{users:g} users an arm")


def _log_variance(base_rate: float, rate: float, exposure: float, dispersion: float) -> float:
    if not min(base_rate, rate, exposure, dispersion) > 0 or not math.isfinite(base_rate * rate * exposure):
        raise ValueError(f"rates, exposure and dispersion are above 0: {base_rate}, {rate}, {exposure}, {dispersion}")
    return 1 / (rate * exposure) + 1 / (base_rate * exposure) + 2 / dispersion
