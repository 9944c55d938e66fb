"""Scores of surveys, how many to ask, and what the silent could change: answers in, Estimate out.

Reichheld (2003), Harvard Business Review 81(12), for NPS; Cochran (1977), Sampling Techniques, for sizes of samples.
"""

from __future__ import annotations

import math
from typing import Literal, Unpack

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, Words, missing, ranged
from referral_playbook.methods.proportions import check_counts, z_value

NpsMethod = Literal["adjusted_wald", "wald"]
ADDED = {"adjusted_wald": (0.75, 1.5, 0.75), "wald": (0.0, 0.0, 0.0)}


@door
def nps_variance(promoters: float, detractors: float) -> float:
    """Variance of one answer scored 1, 0 or -1: ``p + d - (p - d)^2``, from the two shares.

    Examples
    --------
    >>> round(nps_variance(1 / 2, 1 / 6), 4)
    0.5556
    """
    if not (promoters >= 0 and detractors >= 0 and promoters + detractors <= 1 + 1e-12):
        raise ValueError(f"promoters and detractors are shares that add up to 1 at most: {promoters}, {detractors}")
    return promoters + detractors - (promoters - detractors) ** 2


@door
def nps_standard_error(
    detractors: float, passives: float, promoters: float, *, method: NpsMethod = "adjusted_wald", ddof: int = 1
) -> tuple[float, float]:
    """Centre and standard error of NPS: ``p - d`` and ``sqrt((p + d - (p - d)^2) / (n - ddof))``.

    Raises a ValueError for negative counts, an unknown method, or too few answers for a variance.

    Parameters
    ----------
    detractors, passives, promoters : float
        Answers 0-6, 7-8 and 9-10.
    method : str
        ``adjusted_wald`` first adds 3/4, 3/2 and 3/4 to the three counts; ``wald`` adds nothing.
    ddof : int
        Taken from n (after what is added): 1 for the unbiased variance, 0 for the plain one.

    Returns
    -------
    tuple of float
        Centre and standard error, on the scale -1 to 1.

    Examples
    --------
    >>> [round(x, 5) for x in nps_standard_error(20, 30, 50)]
    [0.29126, 0.07729]
    """
    if not min(detractors, passives, promoters) >= 0:
        raise ValueError(f"counts are 0 or more: {detractors}, {passives}, {promoters}")
    d, neutral, p = (k + extra for k, extra in zip((detractors, passives, promoters), ADDED[method], strict=True))
    n = d + neutral + p
    if n <= ddof:
        raise ValueError(f"{n:g} answers have no variance")
    return (p - d) / n, math.sqrt(nps_variance(p / n, d / n) / (n - ddof))


@door
def net_promoter_score(
    detractors: int,
    passives: int,
    promoters: int,
    *,
    method: NpsMethod = "adjusted_wald",
    ddof: int = 1,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Net promoter score, promoters less detractors as shares, with its range.

    The value is the plain ``p - d``; the range is centred where `nps_standard_error` says, kept within -1 and 1,
    and widened to the value where an extreme sample would leave it outside.

    Parameters
    ----------
    detractors, passives, promoters : int
        Answers 0-6, 7-8 and 9-10.
    method : str
        ``adjusted_wald`` or ``wald``, which claims certainty when everyone says the same and is then undefined.
    ddof : int
        See `nps_standard_error`.

    Returns
    -------
    Estimate
        From -1 to 1 (times 100 as usually printed); undefined without answers.

    References
    ----------
    Rocks (2016), adjusted Wald for NPS; compared in Turk, Cinderich & McNeill (2026).

    Examples
    --------
    >>> nps = net_promoter_score(20, 30, 50)
    >>> round(nps.value, 3), round(nps.low, 3), round(nps.high, 3)
    (0.3, 0.14, 0.443)
    """
    n, words = detractors + passives + promoters, Words(unit="NPS", per="answer")
    if n == 0 and min(detractors, passives, promoters) == 0:
        return missing("nobody answered", n=0, labels=labels, **words)
    if method == "wald" and n <= ddof:
        return missing("one answer has no variance: use adjusted_wald", n=n, labels=labels, **words)
    centre, error = nps_standard_error(detractors, passives, promoters, method=method, ddof=ddof)
    if error == 0:
        return missing(
            "everyone answered alike, and Wald has no width there: use adjusted_wald", n=n, labels=labels, **words
        )
    value, half = (promoters - detractors) / n, z_value(confidence) * error
    low, high = max(-1.0, min(value, centre - half)), min(1.0, max(value, centre + half))
    return ranged(value, low, high, n=n, confidence=confidence, labels=labels, **words)


@door
def nonresponse_bounds(successes: int, n: int, *, invited: int, **labels: Unpack[Labels]) -> Estimate:
    """The share among all who were invited: if every silent one had said no, and if every one had said yes.

    ``low = k / invited``, ``high = (k + invited - n) / invited`` (Manski's worst-case bounds). No assumption about
    the silent, and so no confidence level: sampling error would come on top.

    Parameters
    ----------
    successes, n : int
        Counts among those who answered.
    invited : int
        How many were asked, at least n.

    Returns
    -------
    Estimate
        The value is the share among those who answered; undefined where nobody did.

    References
    ----------
    Manski (1989), Anatomy of the selection problem, Journal of Human Resources 24:343-360.

    Examples
    --------
    >>> bounds = nonresponse_bounds(17, 30, invited=100)
    >>> bounds.low, bounds.high
    (0.17, 0.87)
    """
    check_counts(successes, n)
    if invited < n:
        raise ValueError(f"{n} answered but only {invited} were invited")
    if n == 0:
        return missing("nobody answered", n=0, labels=labels, unit="share", per="person invited")
    low, high = successes / invited, (successes + invited - n) / invited
    return ranged(successes / n, low, high, n=n, confidence=None, labels=labels, unit="share", per="person invited")
