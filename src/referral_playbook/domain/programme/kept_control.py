"""The kept control: customers who qualify for an ask and are left unasked, drawn by a hash of their id.

The draw depends on the customer's id and a seed alone, so it stays the same from month to month, needs no list to be
stored, and does not depend on who else is a customer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.facts.engagement import Engagement

CONTROL_SHARE = 0.10
SEED = 1


@dataclass(frozen=True, kw_only=True)
class KeptControl:
    """Who is in the control, and since when."""

    share: float = CONTROL_SHARE  # of the customers, 0 to below 1; 0 keeps none
    seed: int = SEED  # another seed draws another control. Changing it after the start makes the comparison worthless.
    # month of the first ask list that left the control out; None where there was none yet
    since: pd.Period | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise ValueError(f"control_share = {self.share}: give a share from 0 to below 1, like 0.10")

    @classmethod
    def of(cls, engagement: Engagement) -> KeptControl:
        """From the client's shared parameters control_share, control_seed and control_since (``YYYY-MM``)."""
        return cls.from_parameters(engagement.parameters_of(Step.PROGRAMME_REVIEW))

    @classmethod
    def from_parameters(cls, p: Parameters) -> KeptControl:
        """From the parameters of a step that reads or keeps the control."""
        return cls.stated(p.number("control_share"), p.count("control_seed"), p.optional_text("control_since"))

    @classmethod
    def stated(cls, share: float, seed: int, since: str | None) -> KeptControl:
        """From parameters as a notebook has them; ValueError where the month is not written ``YYYY-MM``."""
        try:
            month = pd.Period(str(since)[:7], "M") if since else None
        except ValueError:
            raise ValueError(f"control_since = {since!r}: write the month as YYYY-MM, like 2026-09") from None
        return cls(share=share, seed=seed, since=month)

    def includes(self, customer_ids: Iterable[str]) -> NDArray[np.bool_]:
        """Which customers are in the control.

        Examples
        --------
        >>> KeptControl(share=0.5).includes(["B0003", "B0004", "B0005", "B0006"]).tolist()
        [False, False, True, True]
        """
        return np.array([_draw(self.seed, str(name)) < self.share for name in customer_ids], dtype=bool)


def _draw(seed: int, customer_id: str) -> float:
    """A number from 0 to 1 that belongs to this customer."""
    drawn = hashlib.blake2b(f"{seed}:{customer_id}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(drawn, "big") / 2**64
