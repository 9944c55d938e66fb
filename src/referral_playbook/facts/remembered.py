"""Remember what was computed from an engagement as long as it is there: steps and what-ifs ask for the same again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from referral_playbook.facts.engagement import Engagement

P = ParamSpec("P")
R = TypeVar("R")
KEPT = "_remembered"


def remembered(compute: Callable[Concatenate[Engagement, P], R]) -> Callable[Concatenate[Engagement, P], R]:
    """Decorate a function of an engagement that returns something nobody changes, so that it computes once.

    Parameters
    ----------
    compute : callable
        Takes the engagement and hashable arguments. What it returns must depend on nothing else.
    """

    @wraps(compute)
    def once(engagement: Engagement, /, *args: P.args, **kwargs: P.kwargs) -> R:
        # With the engagement itself, so that it is forgotten when that is, and an engagement made from it begins anew.
        kept = vars(engagement).setdefault(KEPT, {})
        key = (compute, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = compute(engagement, *args, **kwargs)
        return cast(R, kept[key])

    return once
