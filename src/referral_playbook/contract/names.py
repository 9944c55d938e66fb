"""The names of the eleven steps, typed once."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """A playbook step; its value is the step's name in files, parameters and results."""

    INTAKE = "intake"
    PMF_CHECK = "pmf_check"
    VALUE_EXCHANGE = "value_exchange"
    SOCIAL_CURRENCY = "social_currency"
    GOAL_SETTING = "goal_setting"
    BREAK_EVEN = "break_even"
    ASK_AND_FOLLOW_UP = "ask_and_follow_up"
    REFERRAL_SOURCES = "referral_sources"
    LOYALTY_AND_UPSELL = "loyalty_and_upsell"
    PROGRAMME_REVIEW = "programme_review"
    CLIENT_REPORT = "client_report"


STEPS: tuple[str, ...] = tuple(step.value for step in Step)
"""All steps in the order of the playbook."""


def notebook_of(step: str) -> str:
    """The file name of a step's notebook, as it comes and as it was executed.

    Examples
    --------
    >>> notebook_of("pmf_check")
    '01_pmf_check.ipynb'
    """
    return f"{STEPS.index(step):02d}_{step}.ipynb"
