"""How often to follow up: a Markov chain in the contacts since the last success, and its stop rule.

Pfeifer & Carraway (2000) Journal of Interactive Marketing 14(2):43-55.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referral_playbook.methods.doors import door

Array = NDArray[np.float64]


@door
def recency_chain(success: ArrayLike) -> Array:
    """Transition matrix by recency: from state k to state 1 with probability p_k, else to k + 1; the last absorbs.

    Parameters
    ----------
    success : array, shape (states,)
        p_k, the last one 0 for "given up" (it stays there otherwise).

    Examples
    --------
    >>> recency_chain([0.5, 0.2, 0.0]).tolist()
    [[0.5, 0.5, 0.0], [0.2, 0.0, 0.8], [0.0, 0.0, 1.0]]
    """
    p = _shares(success)
    matrix = np.diag(1 - p[:-1], k=1) if p.size > 1 else np.zeros((1, 1))
    matrix[:, 0] += p
    matrix[-1, -1] += 1 - p[-1]
    return matrix


@door
def chain_value(transitions: ArrayLike, payoff: ArrayLike, *, discount_rate: float) -> Array:
    """Expected present value of a customer in each state: ``V = (I - P / (1+d))^-1 R``.

    Parameters
    ----------
    transitions : array, shape (states, states)
        P, rows sum to 1.
    payoff : array, shape (states,)
        R, money on being in a state, received at once.
    discount_rate : float
        Per period, above 0.

    References
    ----------
    Pfeifer & Carraway (2000) Journal of Interactive Marketing 14(2):43-55.

    Examples
    --------
    >>> chain_value(recency_chain([0.5, 0.2, 0.1, 0]), [100, 0, 0, 0], discount_rate=0.1).round(3)
    array([231.076,  57.292,  21.007,   0.   ])
    """
    p, r = np.asarray(transitions, dtype=float), np.asarray(payoff, dtype=float)
    if p.shape != (r.size, r.size) or np.any(p < 0) or not np.allclose(p.sum(axis=1), 1):
        raise ValueError(
            f"transitions needs one row and one column per state, {r.size} as there are payoffs, and the shares of "
            "each row must sum to 1"
        )
    if discount_rate <= 0:
        raise ValueError(f"a chain without end has a value at a discount rate above 0, not {discount_rate}")
    return np.asarray(np.linalg.solve(np.eye(r.size) - p / (1 + discount_rate), r))


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """How many contacts in a row pay.

    `value` is the expected present value of starting the sequence; `gain[k]` is that of contact k + 1 with all that
    follows from it, less its cost. The sequence stops before the first contact whose gain is not above 0.
    """

    contacts: int
    value: float
    gain: tuple[float, ...]


@door
def follow_up_plan(success: ArrayLike, *, value: float, cost: float, discount_rate: float) -> FollowUp:
    """Number of contacts after which to stop: when the expected value of one more is below its cost.

    A contact costs `cost` now and succeeds with probability p_k one period later; success is worth `value`.
    ``gain_k = (p_k value + (1 - p_k) V_{k+1}) / (1+d) - cost``, V_k = max(0, gain_k).

    Parameters
    ----------
    success : array, shape (contacts,)
        p_k of the k-th contact without success in between.
    value, cost : float
        Money per success and per contact.
    discount_rate : float
        Per interval between contacts.

    Examples
    --------
    >>> plan = follow_up_plan([0.30, 0.10, 0.04, 0.01], value=40, cost=2, discount_rate=0.0)
    >>> plan.contacts, round(plan.value, 2)
    (2, 11.4)
    """
    p = _shares(success)
    if cost < 0 or discount_rate < 0:
        raise ValueError("cost and discount_rate are 0 or more")
    gain, later = np.empty_like(p), 0.0
    for k in range(p.size - 1, -1, -1):
        gain[k] = (p[k] * value + (1 - p[k]) * later) / (1 + discount_rate) - cost
        later = max(0.0, gain[k])
    pays = gain > 0
    contacts = int(p.size if pays.all() else np.argmin(pays))
    return FollowUp(contacts=contacts, value=max(0.0, float(gain[0])), gain=tuple(gain.tolist()))


def _shares(success: ArrayLike) -> Array:
    p = np.asarray(success, dtype=float)
    if p.ndim != 1 or not p.size or not np.all((p >= 0) & (p <= 1)):
        raise ValueError(f"success is a list of shares from 0 to 1, one a contact, not {success!r}")
    return p
