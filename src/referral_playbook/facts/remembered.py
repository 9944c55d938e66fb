"""Remember what was computed from an engagement as long as it is there: steps and what-ifs ask for the same again."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from referral_playbook.facts.engagement import Engagement

P = ParamSpec("P")
R = TypeVar("R")


def remembered(compute: Callable[Concatenate[Engagement, P], R]) -> Callable[Concatenate[Engagement, P], R]:
    """Decorate a function of an engagement that returns something nobody changes, so that it computes once.

    Parameters
    ----------
    compute : callable
        Takes the engagement and hashable arguments. What it returns must depend on nothing else.
    """
    kept: dict[int, dict[Hashable, R]] = {}

    @wraps(compute)
    def once(engagement: Engagement, /, *args: P.args, **kwargs: P.kwargs) -> R:
        stand_in: object = engagement  # of a test: it may not be weakly referenced
        if not isinstance(stand_in, Engagement):
            return compute(engagement, *args, **kwargs)
        of_this = kept.get(id(engagement))
        if of_this is None:
            of_this = kept[id(engagement)] = {}
            weakref.finalize(engagement, kept.pop, id(engagement), None)  # its id may be that of another one later
        key: Any = (args, tuple(sorted(kwargs.items())))
        if key not in of_this:
            of_this[key] = compute(engagement, *args, **kwargs)
        return of_this[key]

    return once
