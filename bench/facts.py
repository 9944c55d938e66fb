"""Facts: the six core facts against one raw GROUP BY over the same payments, by size; memory against the cap.

A size is the number of payments; there are a tenth as many customers and a fiftieth as many referrals. CPU is above
that of a process that only imports and connects. With BIG=1 also 1e8 payments.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.charts import cost_against_size
from bench.measure import Figure, in_turn, once, python
from bench.report import Row

SIZES = (1_000_000, 10_000_000, *([100_000_000] if os.environ.get("BIG") else []))
CAP = "2GB"
CAP_MIB = 2e9 / 2**20
DATA = """
create macro u(i, salt) as (hash(i * 31 + salt) % 1000000) / 1000000.0;
create macro id(i) as 'c' || lpad((hash(i) % {customers})::varchar, 9, '0');
copy (select id(i) as customer_id, date '2021-10-01' + (u(i, 1) * 1825)::int as paid_on,
    round(10 + 90 * u(i, 2), 2) as amount, round(4 + 30 * u(i, 3), 2) as margin,
    ['new', 'renewal', 'renewal', 'upsell', 'refund'][1 + (u(i, 4) * 4)::int] as kind
  from range({payments}) as t(i)) to '{folder}/payments.parquet';
copy (select 'c' || lpad(i::varchar, 9, '0') as customer_id, date '2021-10-01' + (u(i, 5) * 1825)::int as joined_on,
    case when u(i, 6) < 0.3 then date '2021-10-01' + (u(i, 5) * 1825 + u(i, 7) * 900)::int end as left_on,
    case when u(i, 8) < 0.3 and i > 0
      then 'c' || lpad((hash(i * 7) % greatest(i, 1))::varchar, 9, '0') end as referred_by
  from range({customers}) as t(i)) to '{folder}/customers.parquet';
copy (select 'r' || i as referral_id, id(i * 3) as referrer_id, on_day as referred_on, 'f' || i as friend_id,
    ['email', 'link', 'in person'][1 + (u(i, 9) * 2)::int] as channel,
    case when u(i, 10) < 0.5 then on_day + (u(i, 11) * 40)::int end as qualified_on,
    case when u(i, 10) < 0.2 then on_day + 40 + (u(i, 12) * 60)::int end as converted_on, 25.0 as reward
  from (select i, date '2021-10-01' + (u(i, 13) * 1825)::int as on_day from range({referrals}) as t(i)))
  to '{folder}/referrals.parquet';
"""
RAW = """
import duckdb
con = duckdb.connect(config={{"memory_limit": "2GB", "threads": 2}})
con.execute({query!r})
"""
GROUP_BY = (
    "copy (select customer_id, count(*), sum(amount), min(paid_on), max(paid_on) "
    "from '{folder}/payments.parquet' group by 1) to '{folder}/raw.out'"
)
FACTS = """
from datetime import date
from pathlib import Path
from referral_playbook.facts.build import prepared, read_tables, write_fact
from referral_playbook.facts.catalogue import FACTS
from referral_playbook.facts.engines.places import engine_at
CORE = ("purchase_summary", "cohort_triangle", "referral_funnel", "referral_months", "referral_edges", "first_referral")
folder, wanted = Path({folder!r}), {wanted!r}
(folder / "facts").mkdir(exist_ok=True)
with engine_at("duckdb://?memory_limit=2GB&threads=2").opened() as session:
    tables = read_tables(session, folder)
    list(session.batches(tables["payments"].limit(1), 1))
    if wanted:
        tables = prepared(session, tables, date(2026, 9, 30))
        for fact in FACTS:
            if fact.name in CORE:
                write_fact(fact, fact.build(tables, tables.as_of), tables, folder / "facts")
"""


def rows() -> list[Row]:
    """Figures on facts, and a chart of their cost against the number of payments."""
    seen = {n: _measured(n) for n in SIZES}
    facts, raw = ({n: seen[n][name] for n in SIZES} for name in ("facts", "raw"))
    drawn = {"six core facts": facts, "one raw GROUP BY": raw}
    costs = {what: {n: figure.cpu for n, figure in by_size.items()} for what, by_size in drawn.items()}
    cost_against_size("facts", costs, size="payments", cost="CPU seconds")
    slope = math.log(facts[SIZES[-1]].cpu / facts[SIZES[0]].cpu) / math.log(SIZES[-1] / SIZES[0])
    peak = max(f.peak for f in facts.values()) / CAP_MIB
    span = f"{SIZES[0]:.0e} to {SIZES[-1]:.0e}"
    return [
        *(_ratio(n, facts[n], raw[n]) for n in SIZES),
        Row(f"log CPU on log payments, {span}", f"slope {slope:.2f}", "at most 1.05", slope <= 1.05),
        Row(f"peak memory of the process against DuckDB's cap of {CAP}", f"{peak:.2f}x", "at most 1.1x", peak <= 1.1),
    ]


def _ratio(n: int, facts: Figure, raw: Figure) -> Row:
    ratio = facts.cpu / raw.cpu
    told = f"{ratio:.1f}x CPU ({facts.cpu:.1f} against {raw.cpu:.1f} s)"
    return Row(f"six core facts against a raw GROUP BY, {n:.0e} payments", told, "at most 10x", ratio <= 10)


def _measured(n: int) -> dict[str, Figure]:
    """CPU above imports, and peak memory, of the facts and of the raw query."""
    with TemporaryDirectory(prefix="bench-facts-") as folder:
        data = DATA.format(payments=n, customers=n // 10, referrals=n // 50, folder=folder)
        once(python(RAW.format(query=data)))
        commands = {
            "connect": python(RAW.format(query="select 1")),
            "raw": python(RAW.format(query=GROUP_BY.format(folder=Path(folder)))),
            "import": python(FACTS.format(folder=folder, wanted=False)),
            "facts": python(FACTS.format(folder=folder, wanted=True)),
        }
        seen = in_turn(commands, repeats=3 if n < SIZES[1] else 1 if n > SIZES[1] else 2)
    return {"raw": _above(seen["raw"], seen["connect"]), "facts": _above(seen["facts"], seen["import"])}


def _above(one: Figure, floor: Figure) -> Figure:
    return Figure(cpu=one.cpu - floor.cpu, wall=one.wall - floor.wall, peak=one.peak)
