"""A referral-marketing playbook that computes: exports in, a decision with honest ranges out.

The few names to begin with; everything else is in the rooms of the package (see CONTRIBUTING.md):

>>> import referral_playbook as rp
>>> client = rp.open_client("clients/acme")              # doctest: +SKIP
>>> run = rp.run("clients/acme", set={"conversion_rate": 0.08})  # doctest: +SKIP
>>> rp.read_result(run.folder, "break_even").headline    # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from referral_playbook.api import explain, open_client, read_result, run
    from referral_playbook.contract.estimate import Estimate
    from referral_playbook.contract.evidence import StepResult
    from referral_playbook.contract.settings.parameters import Parameters

__all__ = ["Estimate", "Parameters", "StepResult", "explain", "open_client", "read_result", "run"]

_HOMES = {
    "Estimate": "referral_playbook.contract.estimate",
    "Parameters": "referral_playbook.contract.settings.parameters",
    "StepResult": "referral_playbook.contract.evidence",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is used: ``import referral_playbook`` alone imports nothing heavy (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "referral_playbook.api")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
