"""What a user waits for as a client grows: from exports to facts and to the report, whole processes, by size.

A size is the number of customers; there are eight payments for each. The floor is `floor.sql`, run by DuckDB alone on
the same Parquet files: it reads all of them and computes the aggregates that facts hold. `three.sql`, which reads two
of the files and computes three aggregates, stands beside it. With BIG=1 there is a client with 1e8 payments too.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.charts import cost_against_size
from bench.clients import write_client
from bench.measure import Figure, in_turn, once, python
from bench.report import Row

SIZES = (3_000, 30_000, 300_000, 3_000_000)
BIG = 12_500_000
REPEATS_UP_TO = 30_000
"""Customers up to which each figure is a median of three."""
SQL = Path(__file__).resolve().parent
RAW = """
import duckdb
con = duckdb.connect(config={{"memory_limit": "2GB", "threads": 2}})
con.execute(open({sql!r}).read().format(folder={client!r}, out={out!r}))
"""
FACTS = "from referral_playbook.facts.fresh import ensure_facts; ensure_facts({client!r}, {out!r}, fresh=True)"
RUN = "from referral_playbook.cli import main; main(['run', {client!r}, '--out', {out!r}, '--fresh'])"
AGAIN = (
    "from referral_playbook.cli import main; main(['run', {client!r}, '--out', {out!r}, '--set', 'discount_rate=0.11'])"
)
"""Every notebook and the report once more with the facts that are there, because another parameter is set."""


def rows() -> list[Row]:
    """Figures by size, and a chart of cost against the number of customers."""
    sizes = (*SIZES, BIG) if os.environ.get("BIG") else SIZES
    seen = {n: _measured(n) for n in sizes}
    names = {"floor": "floor: plain SQL", "facts": "exports to facts", "run": "exports to report"}
    costs = {words: {n: seen[n][name].cpu for n in sizes} for name, words in names.items()}
    cost_against_size("scale", costs, size="customers", cost="CPU seconds")
    return [
        *(row for n in sizes for row in _of_size(n, seen[n])),
        *_growth(sizes, seen),
    ]


def _of_size(n: int, seen: Mapping[str, Figure]) -> list[Row]:
    floor, three, facts, run = (seen[name] for name in ("floor", "three", "facts", "run"))
    words = f"{n:,} customers"
    ratio, wait, peak = facts.cpu / floor.cpu, run.wall / facts.wall, max(facts.peak, run.peak) / 1000
    big = n >= SIZES[2]
    found = f"{ratio:.1f}x CPU ({facts.cpu:.1f} against {floor.cpu:.1f} s), {facts.wall:.1f} s wall"
    first_look = f"{facts.cpu / three.cpu:.1f}x CPU ({facts.cpu:.1f} against {three.cpu:.1f} s)"
    whole = f"{run.cpu:.1f} CPU s, {run.wall:.1f} s wall, {peak:.2f} GB at most"
    met = wait <= 2.5 and peak < 3 if n >= SIZES[3] else peak < 3
    target = "at most 2.5x the wait for facts, under 3 GB" if n >= SIZES[3] else "under 3 GB"
    return [
        Row(
            f"exports to facts against the floor, {words}",
            found,
            "at most 5x" if big else "none",
            not big or ratio <= 5,
        ),
        Row(f"exports to facts against three aggregates, {words}", first_look, "none", True),
        Row(f"exports to report, {words}", f"{whole}; {wait:.1f}x the wait for facts", target, met),
    ]


def _growth(sizes: tuple[int, ...], seen: Mapping[int, Mapping[str, Figure]]) -> list[Row]:
    """How cost grows: notebooks and report, which should not, and facts, which should in proportion at most."""
    after = {n: seen[n]["again"].cpu for n in sizes}
    first, last = sizes[0], sizes[-1]
    ratio = after[last] / after[first]
    facts = [seen[n]["facts"].cpu for n in sizes[-2:]]
    slope = math.log(facts[1] / facts[0]) / math.log(sizes[-1] / sizes[-2])
    words = f"{ratio:.2f}x CPU ({after[last]:.1f} against {after[first]:.1f} s)"
    return [
        Row(f"notebooks and report, {last:,} customers against {first:,}", words, "at most 1.3x", ratio <= 1.3),
        Row(
            f"log CPU of facts on log customers, from {sizes[-2]:,}",
            f"slope {slope:.2f}",
            "at most 1.05",
            slope <= 1.05,
        ),
    ]


def _raw(name: str, client: str, out: str) -> list[str]:
    return python(RAW.format(sql=str(SQL / f"{name}.sql"), client=client, out=out))


def _measured(n: int) -> dict[str, Figure]:
    with TemporaryDirectory(prefix="bench-scale-") as folder:
        client = str(write_client(Path(folder, "client"), n))
        out = {name: str(Path(folder, name)) for name in ("floor", "three", "facts", "run")}
        for name in ("floor", "three"):
            Path(out[name]).mkdir()
        commands = {
            **{name: _raw(name, client, out[name]) for name in ("floor", "three")},
            "facts": python(FACTS.format(client=client, out=out["facts"])),
            "run": python(RUN.format(client=client, out=out["run"])),
            "again": python(AGAIN.format(client=client, out=out["run"])),
        }
        if n <= REPEATS_UP_TO:
            return in_turn(commands)
        return {name: once(command) for name, command in commands.items()}
