"""Textbook decision theory that the value of information is held against: payoff tables, studies, normal loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfcx

from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.distributions import Floats


@door
@dataclass(frozen=True, kw_only=True, eq=False)
class Payoffs:
    """A payoff table with the probabilities of its states.

    Raises a ValueError for shapes that do not fit, numbers that are not finite, or probabilities that do not sum to 1.

    References
    ----------
    Raiffa & Schlaifer (1961), Applied Statistical Decision Theory; Savage (1951) for regret; Hurwicz (1951).

    Examples
    --------
    >>> plant = Payoffs(payoff=[[200, -180], [100, -20], [0, 0]], p=[0.5, 0.5])
    >>> plant.emv.tolist(), plant.best, plant.with_perfect_information, plant.evpi
    ([10.0, 40.0, 0.0], 1, 100.0, 60.0)
    >>> plant.regret.max(axis=1).tolist(), plant.hurwicz(0.8).tolist()
    ([180.0, 100.0, 200.0], [124.0, 76.0, 0.0])
    """

    payoff: ArrayLike  # money; shape (options, states)
    p: ArrayLike  # probabilities that sum to 1; shape (states,)

    def __post_init__(self) -> None:
        payoff, p = np.array(self.payoff, dtype=float), np.array(self.p, dtype=float)
        if payoff.ndim != 2 or payoff.shape[0] < 1 or p.shape != (payoff.shape[1],):
            raise ValueError(f"payoff is options x states and p has one entry a state: {payoff.shape}, {p.shape}")
        if not np.isfinite(payoff).all() or (p < 0).any() or not np.isclose(p.sum(), 1, atol=1e-9):
            raise ValueError(f"payoffs are finite, probabilities 0 or more and sum to 1: p = {p.tolist()}")
        for name, array in (("payoff", payoff), ("p", p)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def _table(self) -> tuple[Floats, Floats]:
        return np.asarray(self.payoff), np.asarray(self.p)

    @property
    def emv(self) -> Floats:
        """Expected money of each option."""
        payoff, p = self._table
        return np.asarray(payoff @ p)

    @property
    def best(self) -> int:
        """Row of the option with the largest expectation; the first one at a tie."""
        return int(np.argmax(self.emv))

    @property
    def with_perfect_information(self) -> float:
        """Expected money when the state is told before the choice."""
        payoff, p = self._table
        return float(payoff.max(axis=0) @ p)

    @property
    def evpi(self) -> float:
        """The most that any information is worth: expected regret of the best option, never below 0."""
        return float(self.regret[self.best] @ self._table[1])

    @property
    def regret(self) -> Floats:
        """Money missed against the best option of each state, options x states."""
        payoff, _ = self._table
        return np.asarray(payoff.max(axis=0) - payoff)

    @property
    def minimax_regret(self) -> float:
        """Smallest, over options, of the largest regret."""
        return float(self.regret.max(axis=1).min())

    def hurwicz(self, optimism: float) -> Floats:
        """``optimism * best + (1 - optimism) * worst`` of each option; 0 is maximin, 1 is maximax."""
        if not 0 <= optimism <= 1:
            raise ValueError(f"optimism lies between 0 and 1, not {optimism}")
        payoff, _ = self._table
        return np.asarray(optimism * payoff.max(axis=1) + (1 - optimism) * payoff.min(axis=1))

    def study(self, likelihood: ArrayLike) -> Study:
        """What a study is worth that shows a signal before the choice (preposterior analysis).

        Parameters
        ----------
        likelihood : array of shape (states,) or (signals, states)
            Probability of each signal in each state; one row is the positive signal of two.
        """
        payoff, p = self._table
        chances = np.array(likelihood, dtype=float)
        chances = np.vstack([chances, 1 - chances]) if chances.ndim == 1 else chances
        if (
            chances.ndim != 2
            or chances.shape[1] != len(p)
            or (chances < 0).any()
            or not np.allclose(chances.sum(axis=0), 1)
        ):
            raise ValueError("each state's signal probabilities are 0 or more and sum to 1")
        return _preposterior(payoff, chances * p, self.best)


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """What a study may show and what it is worth, gross of its cost.

    Examples
    --------
    >>> plant = Payoffs(payoff=[[200_000, -180_000], [100_000, -20_000], [0, 0]], p=[0.5, 0.5])
    >>> survey = plant.study([0.7, 0.2])
    >>> survey.posterior[:, 0].round(4).tolist(), round(survey.evsi), round(survey.efficiency(plant), 4)
    ([0.7778, 0.2727], 19000, 0.3167)
    """

    signal: Floats  # probability of each signal; shape (signals,)
    # probabilities of the states after each signal; NaN after one that cannot come; shape (signals, states)
    posterior: Floats
    # row of the best option after each signal; the prior's best at a tie, None where it cannot come
    best: tuple[int | None, ...]
    best_emv: Floats  # its expectation; NaN where the signal cannot come; shape (signals,)
    with_information: float  # expected money with the study (EVwSI)
    evsi: float  # expected value of the sample information: exactly 0 where no signal changes the choice

    def efficiency(self, payoffs: Payoffs) -> float | None:
        """EVSI as a share of EVPI; None where nothing is worth knowing."""
        return self.evsi / payoffs.evpi if payoffs.evpi > 0 else None


def _preposterior(payoff: Floats, joint: Floats, prior_best: int) -> Study:
    """`joint` is signals x states: probability of both."""
    signal = joint.sum(axis=1)
    comes = signal > 0
    weighed = joint @ payoff.T  # signals x options: expectation times the probability of the signal
    gain = weighed.max(axis=1) - weighed[:, prior_best]
    # a tie, up to rounding, does not change the choice
    changes = gain > 1e-12 * np.abs(joint) @ np.abs(payoff).max(axis=0)
    choice = np.where(changes, weighed.argmax(axis=1), prior_best)
    safe = np.where(comes, signal, np.nan)
    chosen = weighed[np.arange(len(signal)), choice]
    return Study(
        signal=signal,
        posterior=joint / safe[:, None],
        best=tuple(int(c) if there else None for c, there in zip(choice, comes, strict=True)),
        best_emv=chosen / safe,
        with_information=float(chosen.sum()),
        evsi=float(gain[changes].sum()),
    )


@door
def unit_normal_loss(u: Floats | float) -> Floats:
    """Expected loss of a standard normal beyond u: ``L(u) = phi(u) - u (1 - Phi(u))``.

    Without cancellation in the far tail: ``phi(u) (1 - u R(u))`` with Mills' ratio R.

    References
    ----------
    Schlaifer (1959), Probability and Statistics for Business Decisions, table of the unit normal loss.

    Examples
    --------
    >>> unit_normal_loss([0, 1, 2.5]).round(6).tolist()
    [0.398942, 0.083315, 0.002004]
    """
    x = np.asarray(u, dtype=float)
    if np.isnan(x).any():
        raise ValueError("u is a number of standard deviations, not nan: leave out what is not known")
    far = np.minimum(np.abs(x), 40.0)  # beyond 40 the density is 0 to the last bit
    mills = np.sqrt(np.pi / 2) * erfcx(far / np.sqrt(2))
    beyond = np.exp(-(far**2) / 2) / np.sqrt(2 * np.pi) * np.maximum(0, 1 - far * mills)
    return np.asarray(beyond + np.maximum(-x, 0))
