"""Write the sample clients again: ``python -m referral_playbook.simulate [folder]``, by default data/."""

from __future__ import annotations

import sys
from pathlib import Path

from referral_playbook.simulate import Kind, simulate, write_client

SAMPLES: dict[str, tuple[Kind, int]] = {
    "brightdesk": ("subscription", 12),
    "harlow-partners": ("services", 7),
    "cupboard": ("shop", 30),
}


def main(folder: str | Path = "data") -> None:
    """Write every sample client into `folder`."""
    for name, (kind, seed) in SAMPLES.items():
        print(write_client(simulate(kind, seed=seed), Path(folder) / name))


if __name__ == "__main__":
    main(*sys.argv[1:2])
