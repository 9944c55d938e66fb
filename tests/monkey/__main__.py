"""Look for clients that break the playbook: ``make monkey N=300`` writes the smallest failing folder of each fault."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from monkey.chain import run_folder
from monkey.clients import OddClient, ordinary
from monkey.judge import faults
from monkey.oddities import TYPED, Change, big, every_change

SEED = 20260930
SHRINKS = 40
"""Smaller clients that are tried for each failing one."""


def clients(n: int, *, with_big: bool) -> Iterator[OddClient]:
    """Every oddity alone, then clients with several of them, `n` in all; last a big one."""
    changes = every_change()
    for number, (name, change) in enumerate(list(changes.items())[:n]):
        yield _odd(Random(SEED + number), {name: change})
    for number in range(len(changes), n):
        chance = Random(SEED + number)
        names = chance.sample(list(changes), chance.randint(2, 4))
        yield _odd(chance, {name: changes[name] for name in names})
    if with_big:
        yield _odd(Random(SEED), {"100,000 customers": big})


def _odd(chance: Random, changes: dict[str, Change]) -> OddClient:
    client = ordinary(chance, customers=chance.choice((8, 24, 40)))
    for name, change in changes.items():
        client = change(client, chance).named(name)
    return client


def faults_of(client: OddClient) -> list[str]:
    with TemporaryDirectory(prefix="monkey-") as folder:
        # A value beyond its bounds is refused only while its parameter is not set again by another oddity.
        beyond = client.refused and len(client.odd) == 1
        return faults(run_folder(client.write(Path(folder))), must_be_refused=beyond, ids=TYPED)


def smaller(client: OddClient, fault: str) -> OddClient:
    """The client with tables and rows taken away as long as the same kind of fault is there."""
    kind = fault.split(":")[0]
    for _ in range(SHRINKS):
        for less in _less(client):
            if any(found.startswith(kind) for found in faults_of(less)):
                client = less
                break
        else:
            return client
    return client


def _less(client: OddClient) -> Iterator[OddClient]:
    for name, rows in sorted(client.tables.items(), key=lambda item: -len(item[1])):
        yield client.without_table(name)
        if len(rows) > 3:
            yield replace(client, tables={**client.tables, name: rows[: len(rows) // 2]})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=300, help="clients [default: 300]")
    parser.add_argument("--out", type=Path, default=Path("reports/monkey"), help="where failing folders are written")
    parser.add_argument("--no-big", action="store_true", help="leave out the client with 100,000 customers")
    parser.add_argument("--no-shrink", action="store_true", help="write failing folders as they are")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    failed = 0
    for number, client in enumerate(clients(asked.n, with_big=not asked.no_big)):
        if found := faults_of(client):
            failed += 1
            print(f"{number}: {' + '.join(client.odd)}", *found[:6], sep="\n    ", flush=True)
            least = client if asked.no_shrink else smaller(client, found[0])
            least.write(asked.out / f"{number:04d}")
    print(f"{asked.n} clients, {failed} failed" + (f": {asked.out}" if failed else ""))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
