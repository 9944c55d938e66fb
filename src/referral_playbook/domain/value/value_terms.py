"""What every model of customer value needs: the horizon, the margin, and a mean with its range."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from referral_playbook.contract.evidence import Estimate, exact, undefined
from referral_playbook.contract.writing.formatting import months, share
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.labels import ranged
from referral_playbook.methods.referrals.clusters import ratio_of_sums
from referral_playbook.methods.uncertainty.bootstrap import bootstrap
from referral_playbook.methods.uncertainty.propagation import propagate

GROSS_MARGIN = Default(0.50, 0.30, 0.70)


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """How far ahead value is counted, and at what price of waiting (a year).

    Examples
    --------
    >>> Horizon(months=24).words, round(Horizon().monthly, 5)
    ('over 24 months at 10% a year', 0.00797)
    """

    months: int = 36
    discount_rate: float = 0.10

    def __post_init__(self) -> None:
        if self.months < 1 or self.discount_rate <= -1:
            raise ValueError(f"horizon_months is 1 or more and discount_rate above -1: {self}")

    @property
    def monthly(self) -> float:
        """Discount rate per month: ``(1 + d)^(1/12) - 1``."""
        return float((1 + self.discount_rate) ** (1 / 12) - 1)

    @property
    def words(self) -> str:
        return f"over {months(self.months)} at {share(self.discount_rate)} a year"


USUAL = Horizon()


def gross_margin(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Margin as a share of revenue: stated, else measured from payments, else assumed 50% (30% to 70%)."""
    profile = engagement.fact("customer_profile")
    if stated is None and profile is not None:
        measured = margin_of(profile, confidence=confidence)
        if measured is not None:
            return measured
    return assumed_value("gross_margin", stated, GROSS_MARGIN, unit="share", per="unit of revenue")


def margin_of(customers: pd.DataFrame, *, confidence: float = 0.95) -> Estimate | None:
    """Margin share of these customers (rows of `customer_profile`); None where no payment tells its margin."""
    paid = customers[(customers["amount_paid"] > 0) & customers["margin_paid"].notna()]
    if paid.empty:
        return None
    margin, amount = paid["margin_paid"].to_numpy(float), paid["amount_paid"].to_numpy(float)
    labels = {"per": "unit of revenue", "source": "payments: margin / amount, over customers"}
    ratio = ratio_of_sums(margin, amount, confidence=confidence, **labels)
    if ratio.defined:
        return ratio
    share = float(margin.sum() / amount.sum())
    error = _error_of(margin - share * amount, float(amount.sum()))
    reach = float(special.ndtri((1 + confidence) / 2)) * error
    source = labels["source"] if error else f"{labels['source']}; the same for all"
    words: dict[str, Any] = {"unit": "share", "per": labels["per"], "source": source}
    return ranged(share, share - reach, share + reach, n=len(paid), confidence=confidence, **words)


def _error_of(spread: NDArray[np.float64], total: float) -> float:
    """Standard error of a ratio of sums on its own scale, for ratios that may be negative; 0 where all are alike.

    ``sqrt(n var(top - R bottom)) / sum(bottom)``, Cochran (1977), section 6.4.
    """
    if spread.size < 2 or np.allclose(spread, 0, atol=1e-9 * total / spread.size):
        return 0.0
    return float(np.sqrt(spread.size * spread.var(ddof=1)) / total)


def mean_amount(
    amounts: NDArray[np.float64], *, unit: str, per: str, source: str, confidence: float = 0.95
) -> Estimate:
    """Mean with its bootstrap interval; where all pay the same price, that price."""
    if not amounts.size:
        return undefined("no amount is known for any of the customers", unit=unit, per=per, source=source, n=0)
    if amounts.size and np.all(amounts == amounts[0]):
        price = float(amounts[0])
        return exact(
            price, confidence=confidence, n=amounts.size, unit=unit, per=per, source=f"{source}; one price for all"
        )
    return bootstrap(amounts, unit=unit, per=per, source=source, confidence=confidence)


def times_margin(amount: Estimate, margin_share: Estimate, *, unit: str, per: str) -> Estimate:
    """Margin from an amount and the margin share, with both ranges."""
    source = f"{amount.source} x margin"
    return propagate(lambda a, m: a * m, unit=unit, per=per, source=source, product=True, a=amount, m=margin_share)
