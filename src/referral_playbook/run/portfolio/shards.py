"""Clients divided among machines that do not know of each other."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from referral_playbook.contract.client_toml.problems import CommandFaultError


class ShardError(CommandFaultError):
    """A part that there is not: a fault of the command."""


@dataclass(frozen=True)
class Shard:
    """The part `number` (from 1) of `of` parts. Which part a client is in follows from its folder's name alone.

    Examples
    --------
    >>> [name for name in ("acme", "bolt", "cork") if Shard(1, 2).holds(name)]
    ['cork']
    >>> Shard.read("1/2")
    Shard(number=1, of=2)
    >>> Shard.read("3/2")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    referral_playbook.run.portfolio.shards.ShardError: ...

    """

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            written = f"{self.number}/{self.of}"
            raise ShardError(f"{written!r} is not a shard: write i/n with i from 1 to n, for instance 1/4")

    @classmethod
    def read(cls, text: str) -> Shard:
        """A shard as it is written on the command line: ``i/n``."""
        if not (found := re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)):
            raise ShardError(f"{text!r} is not a shard: write i/n with i from 1 to n, for instance 1/4")
        return cls(int(found[1]), int(found[2]))

    def holds(self, name: str) -> bool:
        """Whether a client is in this part."""
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest, "big") % self.of == self.number - 1
