"""Model against a naive rule on data held out: which one would have told the client better?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from referral_playbook.methods.arguments import amounts
from referral_playbook.methods.doors import door


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """Errors on the hold-out: root mean squared error per row, and total predicted against total seen."""

    what: str
    model: str
    naive: str
    n: int
    model_error: float
    naive_error: float
    actual_total: float
    model_total: float
    naive_total: float

    @property
    def winner(self) -> str:
        """The one with the smaller error: "model", "naive", or "tie" within one part in a million."""
        if np.isclose(self.model_error, self.naive_error, rtol=1e-6, atol=0):
            return "tie"
        return "model" if self.model_error < self.naive_error else "naive"

    @property
    def sentence(self) -> str:
        """Who won, in words with the numbers."""
        won = {"model": f"{self.model} won", "naive": f"{self.naive} won", "tie": "neither won"}[self.winner]
        return (
            f"Held out, {self.what} ({self.n} rows, {self.actual_total:,.0f} in all): {won}. Typical error "
            f"{self.model_error:.3g} by {self.model} (total {self.model_total:,.0f}), "
            f"{self.naive_error:.3g} by {self.naive} (total {self.naive_total:,.0f})."
        )


@door
def compare_forecasts(
    actual: ArrayLike, *, model: ArrayLike, naive: ArrayLike, what: str, names: tuple[str, str]
) -> Backtest:
    """Score two forecasts of the same rows by root mean squared error, which a forecast of the mean minimises.

    Raises a ValueError where there are no rows, lists differ in length, or a value is not a finite number: under NaN
    nobody has won.

    Parameters
    ----------
    actual, model, naive : arrays, shape (rows,)
    what : str
        What is forecast, in words.
    names : (str, str)
        Of the model and of the naive rule.

    Examples
    --------
    >>> compare_forecasts([10, 8], model=[9, 8], naive=[5, 5], what="losses", names=("sBG", "constant churn")).winner
    'model'
    """
    rows = {"actual": actual, "model": model, "naive": naive}
    seen, ours, plain = (amounts(values, name) for name, values in rows.items())
    if not seen.size or not seen.shape == ours.shape == plain.shape:
        raise ValueError(f"a backtest needs the same rows in all three, and one at least: {seen.size} held out")

    def error(forecast: np.ndarray) -> float:
        return float(np.sqrt(np.mean((forecast - seen) ** 2)))

    return Backtest(
        what=what,
        model=names[0],
        naive=names[1],
        n=seen.size,
        model_error=error(ours),
        naive_error=error(plain),
        actual_total=float(seen.sum()),
        model_total=float(ours.sum()),
        naive_total=float(plain.sum()),
    )
