"""Which kind of place an address names: a folder of this machine, or a store behind a URL."""

from __future__ import annotations

from pathlib import Path

from referral_playbook.run.portfolio.places import Folder, Place


def place_at(address: str | Path) -> Place:
    """A folder of this machine, or an fsspec URL such as ``s3://bucket/clients``."""
    if "://" not in str(address):
        return Folder(Path(address).absolute())
    # Here and not above: who has folders needs no fsspec.
    from referral_playbook.run.portfolio.stores import Store

    return Store(str(address))
