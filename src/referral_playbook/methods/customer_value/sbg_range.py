"""How sure an sBG is: parametric bootstrap of the fit, projections with a band, and the backtest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.methods.customer_value.backtest import Backtest, compare_forecasts
from referral_playbook.methods.customer_value.renewals import Renewals, fit_hazards
from referral_playbook.methods.customer_value.sbg import discounted_lifetime, fit_sbg
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import range_of_draws

Array = NDArray[np.float64]


@door
def bootstrap_sbg(renewals: Renewals, *, draws: int = 400, seed: int = 0) -> tuple[Array, Array]:
    """Alpha and beta of `draws` simulated clients of the same size, by parametric bootstrap.

    Losses of each period are drawn Binomial(at risk, fitted hazard) and all draws are fitted at once. A draw in which
    nobody (or everybody) leaves gets half a customer of the other kind, or it could not be fitted.

    Returns
    -------
    alpha, beta : arrays, shape (draws,)

    Examples
    --------
    >>> alpha, beta = bootstrap_sbg(Renewals([1000, 869, 743], [131, 126, 90]), draws=50)
    >>> alpha.shape
    (50,)
    """
    fit = fit_sbg(renewals)
    at_risk: Array = np.rint(renewals.at_risk)
    if not np.allclose(at_risk, renewals.at_risk):
        raise ValueError("a bootstrap needs counts of customers, not shares")
    hazard = fit.alpha / (fit.alpha + fit.beta + np.arange(at_risk.size))
    rng = np.random.default_rng(seed)
    lost: Array = rng.binomial(at_risk.astype(np.int64), hazard, size=(draws, at_risk.size)).astype(float)
    lost[:, 0] += 0.5 * (lost.sum(axis=1) == 0)
    lost[:, 0] -= 0.5 * (lost.sum(axis=1) == at_risk.sum())
    alpha, beta, _ = fit_hazards(np.broadcast_to(at_risk, lost.shape), lost)
    return alpha, beta


@door
def expected_lifetime(
    renewals: Renewals,
    *,
    discount_rate: float,
    horizon: int | None = None,
    confidence: float = 0.95,
    draws: int = 400,
    seed: int = 0,
) -> Estimate:
    """Discounted expected lifetime of a new customer in payments, with its bootstrap interval.

    Parameters
    ----------
    discount_rate, horizon : as in `sbg.discounted_lifetime`

    Returns
    -------
    Estimate
        Undefined, with the reason, where the data do not determine the sBG.

    Examples
    --------
    >>> found = expected_lifetime(Renewals([1000, 869, 743], [131, 126, 90]), discount_rate=0.1, horizon=10)
    >>> found.low < found.value < found.high
    True
    """
    span = "without end" if horizon is None else f"over {horizon} periods"
    source = f"sBG, discounted at {discount_rate:g} a period {span}, first payment at start of period 1"
    labels: dict[str, Any] = {"unit": "payments", "per": "new customer", "source": source}
    n = int(np.rint(renewals.at_risk[0]))
    try:
        fit = fit_sbg(renewals)
        alpha, beta = bootstrap_sbg(renewals, draws=draws, seed=seed)
        value = discounted_lifetime(alpha=fit.alpha, beta=fit.beta, discount_rate=discount_rate, horizon=horizon)
        drawn = discounted_lifetime(alpha=alpha, beta=beta, discount_rate=discount_rate, horizon=horizon)
    except ValueError as error:
        return undefined(str(error), n=n, **labels)
    return range_of_draws(value, drawn, n=n, confidence=confidence, **labels)


def backtest_sbg(known: Renewals, held_out: Renewals) -> Backtest:
    """Losses held out, by age, forecast by the sBG and by constant churn (all losses / all at risk so far).

    Parameters
    ----------
    known : Renewals
        What was known at the cut.
    held_out : Renewals
        Renewals that fell due after it, on the same ages; 0 at risk where there were none.

    Examples
    --------
    >>> whole = Renewals([1000, 869, 743, 653, 593, 551, 517], [131, 126, 90, 60, 42, 34, 26])
    >>> backtest_sbg(whole.until(4), whole.after(4)).winner
    'model'
    """
    fit = fit_sbg(known)
    at_risk = held_out.at_risk
    hazard = fit.alpha / (fit.alpha + fit.beta + np.arange(at_risk.size))
    constant = known.lost.sum() / known.at_risk.sum()
    seen = at_risk > 0
    return compare_forecasts(
        held_out.lost[seen],
        model=(at_risk * hazard)[seen],
        naive=(at_risk * constant)[seen],
        what="customers lost by age",
        names=("the sBG", "constant churn"),
    )
