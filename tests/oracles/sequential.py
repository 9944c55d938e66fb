"""The chance that monthly looks cross their bounds, at the last look."""

from __future__ import annotations

from numpy.typing import ArrayLike

from referral_playbook.methods.doors import door
from referral_playbook.methods.experiments.sequential import crossing_probabilities


@door
def crossing_probability(bounds: ArrayLike, information: ArrayLike, *, effect: float = 0.0) -> float:
    """Probability that ``|z|`` crosses any of the bounds when the true effect is `effect`.

    Parameters
    ----------
    bounds, information : array of shape (k,)
        Bound and information at each look.
    effect : float
        On the scale on which the information is given; 0 gives the error of the first kind.

    References
    ----------
    Armitage, McPherson & Rowe (1969) JRSS A 132:235-244, whose table gives 0.193 for ten looks at 1.96.

    Examples
    --------
    >>> round(crossing_probability([1.96] * 10, range(1, 11)), 3)
    0.193
    """
    return float(crossing_probabilities(bounds, information, effect=effect)[-1])
