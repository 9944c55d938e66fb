"""The distribution of each input of the programme's futures, made of its estimate."""

from referral_playbook.contract.estimate import Basis, Estimate
from referral_playbook.methods.uncertainty.distributions import Beta, Distribution, Known, LogNormal, to_distribution

TENTH = 1.2815515655446004  # standard normal deviate of one in ten


def input_distribution(estimate: Estimate) -> Distribution:
    """The distribution that an estimate stands for in the futures.

    An uplift is log-normal. A share is the Beta of its counts where it was measured, else the Beta with its value as
    mean and its range as one in ten below and above. Everything else is as `distributions.to_distribution` has it.

    Examples
    --------
    >>> from referral_playbook.contract.estimate import assumed
    >>> share = input_distribution(assumed(0.5, 0.3, 0.7, unit="share", per="conversion", source="client"))
    >>> round(share.mean, 6), round(share.sd, 3)
    (0.5, 0.156)
    """
    low, value, high = estimate.low, estimate.value, estimate.high
    if value is None or low is None or high is None or low == high:
        return to_distribution(estimate)
    if estimate.unit == "times" and low > 0:
        tail = (1 - (estimate.confidence or 0.80)) / 2
        return LogNormal.from_quantiles(low=low, high=high, levels=(tail, 1 - tail))
    if estimate.unit == "share" and not (estimate.basis is Basis.MEASURED and estimate.n):
        return _beta(low, value, high)
    return to_distribution(estimate)


def _beta(low: float, value: float, high: float) -> Distribution:
    if not 0 < value < 1:
        return Known(value=value)
    variance = min(((high - low) / (2 * TENTH)) ** 2, 0.9 * value * (1 - value))
    weight = value * (1 - value) / variance - 1
    return Beta(a=value * weight, b=(1 - value) * weight)
