"""What the inputs of the forecast are called in charts, the memo, the workbook and the deck."""

from __future__ import annotations

from referral_playbook.contract.writing.input_labels import INPUT_LABELS
from referral_playbook.show.words import name


def label_of(key: str) -> str:
    """The name of an input in words, starting in lower case.

    Examples
    --------
    >>> label_of("incremental_share"), label_of("hourly_rate")
    ('share who would not have come anyway', 'hourly rate')
    """
    words = INPUT_LABELS.get(key) or name(key)
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def heading_of(key: str) -> str:
    """The name of an input as a heading.

    Examples
    --------
    >>> heading_of("customer_value")
    'Value of a new customer'
    """
    words = label_of(key)
    return words[:1].upper() + words[1:]
