"""Write the sample clients again: ``python -m referral_playbook.simulate [folder]``, by default data/."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from referral_playbook.simulate import Kind, simulate, write_client
from referral_playbook.simulate.world import SEGMENTS

LANTERN_SEGMENTS = {
    "homes": replace(SEGMENTS["shops"], share=0.7, prices={29.0: 0.6, 45.0: 0.4}, margin_rate=0.45),
    "offices": replace(SEGMENTS["clinics"], share=0.3, prices={45.0: 0.5, 75.0: 0.5}, margin_rate=0.45),
}

SAMPLES: dict[str, tuple[Kind, int, dict[str, Any]]] = {
    "brightdesk": ("subscription", 16, {"programme_uplift": 2.2, "holdout": 0.25, "friend_refund": 0.08}),
    "harlow-partners": ("services", 7, {}),
    "cupboard": ("shop", 30, {}),
    "lantern": (
        "subscription",
        3,
        {
            "name": "Lantern Coffee",
            "says": "A coffee subscription. Its customers recommend it anyway, and it pays the reward on those too.",
            "product": "coffee",
            "customers": 420,
            "segments": LANTERN_SEGMENTS,
            "referral_rate": 0.10,
            "programme_uplift": 1.05,
            "holdout": 0.50,
            "incremental_share": 0.40,
        },
    ),
}


def main(folder: str | Path = "data") -> None:
    """Write every sample client into `folder`."""
    for name, (kind, seed, changes) in SAMPLES.items():
        print(write_client(simulate(kind, seed=seed, **changes), Path(folder) / name))


if __name__ == "__main__":
    main(*sys.argv[1:2])
