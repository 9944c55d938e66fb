"""The limits of a ratio of two estimates whose errors go together."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from referral_playbook.methods.doors import door


@door
def ratio_limits(
    top: float, bottom: float, covariance: NDArray[np.float64], z: float
) -> tuple[float, float, float] | None:
    """Ratio of two normal estimates with its limits; None where the lower one is not shown to be above 0.

    Parameters
    ----------
    covariance : array of shape (2, 2)
        Of the two estimates.
    z : float
        Normal quantile of the level, 1.96 for 95%.

    References
    ----------
    Fieller (1954) JRSS B 16:175-185.

    Examples
    --------
    >>> found = ratio_limits(2.0, 4.0, np.diag([0.04, 0.16]), 1.96)
    >>> [round(float(x), 3) for x in found]
    [0.5, 0.377, 0.663]
    """
    (vt, c), (_, vb) = covariance
    a = bottom**2 - z**2 * vb
    if a <= 0 or bottom <= 0:
        return None
    b, d = top * bottom - z**2 * c, top**2 - z**2 * vt
    root = math.sqrt(max(0.0, b**2 - a * d))
    return top / bottom, (b - root) / a, (b + root) / a
